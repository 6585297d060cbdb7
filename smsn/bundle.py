"""A model folder: ``manifest.json`` and ``model.skops``.

Saving writes beside and moves into place. Loading checks the format version and the checksum, then audits
the model file, before any object is built, so that a model that came by mail cannot run code.
Imports only ``errors``, ``resources`` and scikit-learn's persistence.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smsn import resources
from smsn.errors import BundleError, OutputError

FORMAT = 4
"""Version of the folder's layout and of the feature names.

To change it: raise it by one, say in CHANGELOG.md what changed, retrain and promote the shipped bundles.
A bundle of a newer format is refused with a request to update smsn; one of an older format with a request
to retrain.
"""

TRUSTED = (
    "smsn.columns.FeatureVectorizer",
    "smsn.rationales.RationaleModel",
    "smsn.views.ViewClassifier",
    "smsn.views.ViewModel",
    "smsn.definitions.scorer.DefinitionModel",
)
"""The only types beyond scikit-learn's and numpy's own that a model file may hold."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model and everything that determines it.

    `model` is a fitted estimator; `manifest` is what ``manifest.json`` says: name, task, labels,
    corpus fingerprint, settings, threshold, metrics; `path` is the folder, None before saving.
    """

    model: Any
    manifest: dict[str, Any] = field(default_factory=dict)
    path: Path | None = None

    @property
    def name(self) -> str:
        """Name of the bundle, such as ``view-3``."""
        return str(self.manifest.get("name", "unnamed"))

    @property
    def labels(self) -> list[str]:
        """The labels that the model gives."""
        return list(self.manifest["labels"])


def save(bundle: Bundle, path: Path | str, card: str = "") -> Bundle:
    """Return the bundle as saved in the folder `path`, which is replaced whole if it is a bundle already.

    Parameters
    ----------
    bundle : Bundle
        What to save; its manifest gets the format, the checksum and, without one, the folder's name.
    path : path
        A new folder, or an existing bundle.
    card : str
        Text of the model card, ``README.md`` in the folder.

    Raises
    ------
    OutputError
        If `path` holds something else than a bundle, or cannot be written.
    """
    from skops import io

    path = Path(path)
    if path.exists() and not (path / "manifest.json").is_file() and (path.is_file() or any(path.iterdir())):
        raise OutputError(f"{path}: is there already and is not a bundle. Choose a new folder for the model.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}. Choose another folder.") from error
    try:
        io.dump(bundle.model, work / "model.skops", compression=zipfile.ZIP_DEFLATED, compresslevel=9)
        manifest = {"format": FORMAT, "name": path.name, **bundle.manifest, "sha256": _sha256(work / "model.skops")}
        (work / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        if card:
            (work / "README.md").write_text(card, encoding="utf-8")
        work.chmod(0o755)
        _replace(work, path)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Bundle(bundle.model, manifest, path)


def load(path: Path | str, task: str = "views") -> Bundle:
    """Return the bundle in the folder `path`.

    Parameters
    ----------
    path : path
        A folder written by :func:`save`.
    task : {"views", "definitions"}
        What the bundle must be for.

    Raises
    ------
    BundleError
        If the folder is missing, damaged, of another format or task, or holds a type that is not trusted.
    """
    path = Path(path)
    manifest = read_manifest(path)
    if manifest.get("task") != task:
        raise BundleError(f"{path}: is a bundle for {manifest.get('task')!r}, and one for {task!r} is needed. Pass another --model.")
    file = path / "model.skops"
    if not file.is_file() or _sha256(file) != manifest.get("sha256"):
        raise BundleError(f"{file}: is missing or damaged (its checksum is not the manifest's). Copy the bundle again, or retrain it with: smsn train")
    from skops import io

    try:
        strange = [name for name in io.get_untrusted_types(file=file) if name not in TRUSTED]
        if strange:
            raise BundleError(f"{file}: holds types that are not trusted: {', '.join(strange[:5])}. Nothing was loaded. Ask its author for a bundle made by smsn train.")
        model = io.load(file, trusted=list(TRUSTED))
    except BundleError:
        raise
    except Exception as error:  # skops raises whatever a broken archive provokes
        raise BundleError(f"{file}: cannot be read as a model ({type(error).__name__}: {error}). Retrain it with: smsn train") from error
    return Bundle(model, manifest, path)


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of the bundle folder `path`, checked for its format.

    Raises
    ------
    BundleError
        If there is none, or its format is not this version's.
    """
    file = path / "manifest.json"
    if not file.is_file():
        raise BundleError(f"{path}: is not a model folder (no manifest.json in it). Pass a folder written by smsn train.")
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        version = int(manifest["format"])
        lacking = [] if version != FORMAT else [key for key in ("name", "task", "labels", "corpus", "sha256") if key not in manifest]
        if lacking:
            raise KeyError(lacking[0])
    except (ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise BundleError(f"{file}: is damaged ({error}). Copy the bundle again, or retrain it with: smsn train") from error
    if version > FORMAT:
        raise BundleError(f"{path}: has format {version}, and this smsn reads format {FORMAT}. Update smsn: pip install -U smsn")
    if version < FORMAT:
        raise BundleError(f"{path}: has the old format {version}, and this smsn reads format {FORMAT}. Retrain it: smsn train --data FILE -o {path}")
    return dict(manifest)


def shipped(task: str = "views") -> Path:
    """Return the folder of the bundle that smsn uses by default for `task`.

    Raises
    ------
    BundleError
        If the installation has none.
    """
    folder = resources.folder("models")
    file = folder / "current.json"
    try:
        return folder / str(json.loads(file.read_text(encoding="utf-8"))[task])
    except (OSError, ValueError, KeyError) as error:
        raise BundleError(f"{file}: does not name a bundle for {task!r}. Install smsn again, or pass --model DIR.") from error


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _replace(work: Path, path: Path) -> None:
    """Move the folder `work` to `path`; an old folder there stands aside until the new one is in place."""
    if not path.exists():
        os.replace(work, path)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{path.name}-old-", dir=path.parent))
    os.replace(path, old / "bundle")
    try:
        os.replace(work, path)
    except OSError:
        os.replace(old / "bundle", path)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
