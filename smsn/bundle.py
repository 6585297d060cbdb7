"""A model folder: ``manifest.json``, ``model.skops`` and a card.

Saving writes beside and moves into place. Loading checks the format version and every file's checksum, then has the model
file audited (:mod:`smsn.archive`) before any object is built, so that a model that came by mail cannot run code.
Imports only ``archive``, ``errors`` and ``resources``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smsn import archive, resources
from smsn.errors import BundleError, OutputError

FORMAT = 5
"""Version of the folder's layout and of the feature names.

To change it: raise it by one, say in CHANGELOG.md what changed, retrain and promote the shipped bundles.
A bundle of a newer format is refused with a request to update smsn; one of an older format with a request
to retrain.
"""

NEEDED = ("name", "task", "labels", "corpus", "files")
"""What a manifest must say."""

LARGEST = 1 << 30
"""Bytes of the largest file that is looked at."""

EQUAL = 1e-6
"""How far a golden prediction may be from the one that the model gave when it was made."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model and everything that determines it.

    `model` is a fitted estimator; `manifest` is what ``manifest.json`` says: name, task, labels,
    corpus fingerprint, settings, threshold, metrics, golden predictions, and ``files``: the SHA-256 of every other file of the folder;
    `path` is the folder, None before saving.
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

    @property
    def megabytes(self) -> float:
        """Size of the folder's files in MB (10**6 bytes)."""
        return 0.0 if self.path is None else sum(f.stat().st_size for f in self.path.iterdir() if f.is_file()) / 1e6


def save(bundle: Bundle, path: Path | str, card: str = "") -> Bundle:
    """Return the bundle as saved in the folder `path`, which is replaced whole if it is a bundle already.

    Parameters
    ----------
    bundle : Bundle
        What to save; its manifest gets the format, the checksums and, without one, the folder's name.
    path : path
        A new folder, or an existing bundle.
    card : str
        Text of the model card, ``README.md`` in the folder.

    Raises
    ------
    OutputError
        If `path` holds something else than a bundle, or cannot be written.
    """
    path = Path(path)
    if path.exists() and not (path / "manifest.json").is_file() and (path.is_file() or any(path.iterdir())):
        raise OutputError(f"{path}: is there already and is not a bundle. Choose a new folder for the model.")
    files = {"model.skops": archive.dump(bundle.model), "README.md": card.encode("utf-8")}
    manifest = {"format": FORMAT, "name": path.name, **bundle.manifest, "files": {name: _sha256(data) for name, data in files.items()}}
    files["manifest.json"] = (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}. Choose another folder.") from error
    try:
        for name, data in files.items():
            (work / name).write_bytes(data)
        work.chmod(0o755)
        replace(work, path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}. Make room, or choose another folder.") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Bundle(bundle.model, manifest, path)


def load(path: Path | str, task: str = "views", *, allow_pickle: bool = False) -> Bundle:
    """Return the bundle in the folder `path`.

    Parameters
    ----------
    path : path
        A folder written by :func:`save`.
    task : {"views", "definitions"}
        What the bundle must be for.
    allow_pickle : bool
        Whether `path` may be a pickle or joblib file of a :class:`Bundle`. Loading one runs whatever code its author put in.

    Raises
    ------
    BundleError
        If the folder is missing, damaged, of another format or task, or holds anything that a model does not.
    """
    path = Path(path)
    if path.is_file():
        return _checked_task(_unpickled(path, allow_pickle), task, path)
    manifest = read_manifest(path)
    empty = _checked_task(Bundle(None, manifest, path), task, path)
    data = {name: _read(path / name) for name in manifest["files"]}
    for name, digest in manifest["files"].items():
        if _sha256(data[name]) != digest:
            raise BundleError(f"{path / name}: is damaged (its checksum is not the manifest's). Copy the bundle again, or retrain it with: smsn train")
    try:
        model = archive.read(data["model.skops"])
    except BundleError as error:
        raise BundleError(f"{path / 'model.skops'}: {error}") from error.__cause__
    return Bundle(model, empty.manifest, path)


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of the bundle folder `path`, checked for its format.

    Raises
    ------
    BundleError
        If there is none, its format is not this version's, or it points outside its folder.
    """
    file = path / "manifest.json"
    if not file.is_file():
        raise BundleError(f"{path}: is not a model folder (no manifest.json in it). Pass a folder written by smsn train.")
    try:
        manifest = json.loads(_read(file).decode("utf-8"))
        version = int(manifest["format"])
        lacking = [] if version != FORMAT else [key for key in NEEDED if key not in manifest]
        if lacking:
            raise KeyError(lacking[0])
        files = dict(manifest["files"]) if version == FORMAT else {"model.skops": ""}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BundleError(f"{file}: is damaged ({error}). Copy the bundle again, or retrain it with: smsn train") from error
    if version > FORMAT:
        raise BundleError(f"{path}: has format {version}, and this smsn reads format {FORMAT}. Update smsn: pip install -U smsn")
    if version < FORMAT:
        raise BundleError(f"{path}: has the old format {version}, and this smsn reads format {FORMAT}. Retrain it: smsn train --data FILE -o {path}")
    outside = [name for name in files if not re.fullmatch(r"\w[\w.-]*", name)]
    if outside or "model.skops" not in files:
        raise BundleError(f"{file}: names {outside[0]!r}, which is no file of its folder. Nothing was loaded." if outside else f"{file}: names no model.skops. Copy the bundle again.")
    return dict(manifest)


def verify(bundle: Bundle, golden: Sequence[Mapping[str, Any]], within: float = EQUAL) -> Bundle:
    """Return the bundle if its golden predictions are `golden`, what its model predicts now for the same texts.

    Parameters
    ----------
    bundle : Bundle
        As loaded.
    golden : sequence of mappings
        What the model says of the golden texts of its task.
    within : float
        How far a number may be from the golden one.

    Raises
    ------
    BundleError
        If they are not the same: the model, the features or a library read texts otherwise than when it was made.
    """
    made = bundle.manifest.get("golden", [])
    if len(made) != len(golden) or not all(_alike(one, other, within) for one, other in zip(made, golden, strict=True)):
        raise BundleError(
            f"{bundle.path or bundle.name}: predicts something else than when it was made with {bundle.manifest.get('made_with')}. "
            "The bundle was changed, or a library reads otherwise. Retrain it with: smsn train"
        )
    return bundle


def _alike(one: Any, other: Any, within: float) -> bool:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_alike(one[key], other[key], within) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_alike(x, y, within) for x, y in zip(one, other, strict=True))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= within
    return bool(one == other)


def current(task: str = "views", models: Path | None = None) -> Path:
    """Return the folder of the bundle that smsn uses by default for `task`: the one last promoted, else the shipped one.

    Parameters
    ----------
    task : {"views", "definitions"}
        What it must be for.
    models : path, optional
        The folder of models to look in first, see :func:`smsn.resources.models`.

    Raises
    ------
    BundleError
        If the installation has none.
    """
    shipped = resources.folder("models")
    for folder in (models or resources.models(), shipped):
        name = read_current(folder).get(task)
        if name is not None:
            return folder / name
    raise BundleError(f"{shipped / 'current.json'}: does not name a bundle for {task!r}. Install smsn again, or pass --model DIR.")


def read_current(models: Path) -> dict[str, str]:
    """Return what ``current.json`` of a folder of models says: the bundle of each task; nothing without the file.

    Raises
    ------
    BundleError
        If the file is damaged.
    """
    file = models / "current.json"
    if not file.is_file():
        return {}
    try:
        told = dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BundleError(f"{file}: is damaged ({error}). Write it again: smsn rollback, or delete it for the shipped models.") from error
    strange = [name for name in told.values() if not isinstance(name, str) or not re.fullmatch(r"\w[\w.-]*", name)]
    if strange:
        raise BundleError(f"{file}: names {strange[0]!r}, which is no folder beside it. Write it again: smsn rollback, or delete it.")
    return told


def replace(work: Path, path: Path) -> None:
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


def _checked_task(bundle: Bundle, task: str, path: Path) -> Bundle:
    if bundle.manifest.get("task") != task:
        raise BundleError(f"{path}: is a bundle for {bundle.manifest.get('task')!r}, and one for {task!r} is needed. Pass another --model.")
    return bundle


def _unpickled(path: Path, allow_pickle: bool) -> Bundle:
    if not allow_pickle:
        raise BundleError(
            f"{path}: is a file, and a model is a folder written by smsn train. "
            "A pickle or joblib file can run code; who trusts its author passes allow_pickle=True in Python."
        )
    import joblib

    try:
        loaded = joblib.load(path)
    except Exception as error:  # whatever a broken pickle raises
        raise BundleError(f"{path}: cannot be unpickled ({type(error).__name__}: {error}). Pass a folder written by smsn train.") from error
    if not isinstance(loaded, Bundle):
        raise BundleError(f"{path}: holds a {type(loaded).__name__}, not a smsn.bundle.Bundle. Pass a folder written by smsn train.")
    return loaded


def _read(file: Path) -> bytes:
    """Return the bytes of a plain file of a bundle.

    Raises
    ------
    BundleError
        If it is missing, a link, something else than a file, or larger than any model.
    """
    if file.is_symlink():
        raise BundleError(f"{file}: is a symbolic link, and a bundle holds its own files. Nothing was loaded. Copy the bundle with what the link points to.")
    if not file.is_file():
        raise BundleError(f"{file}: is missing. Copy the bundle again, or retrain it with: smsn train")
    try:
        if file.stat().st_size > LARGEST:
            raise BundleError(f"{file}: has {file.stat().st_size:,} bytes, more than any model. Nothing was loaded.")
        return file.read_bytes()
    except OSError as error:
        raise BundleError(f"{file}: cannot be read: {error.strerror}. Copy the bundle again.") from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
