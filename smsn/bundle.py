"""A model folder: ``manifest.json``, ``model.skops`` and a card.

Saving writes beside and moves into place. Loading checks what the manifest says and every file's checksum, then has the model
file read by a list of what a model is (:mod:`smsn.archive`), so that a model that came by mail cannot run code.
Imports only ``archive``, ``errors`` and ``resources``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smsn import archive, resources
from smsn.archive import shown
from smsn.errors import BundleError, OutputError

FORMATS = {"views": 5, "definitions": 6}
"""Version of the folder's layout and of the feature names, for each task.

To change one: raise it by one, say in CHANGELOG.md what changed, retrain and promote the shipped bundle.
A bundle of a newer format is refused with a request to update smsn; one of an older format with a request
to retrain.
"""

FILES = ("model.skops", "README.md")
"""The files that may stand beside the manifest."""

MODELS = {"views": archive.VIEWS, "definitions": archive.DEFINITIONS}
"""The class of the model of each task."""

LARGEST, MANIFEST = 256 << 20, 4 << 20
"""Bytes of the largest file, and of the largest manifest, that is read."""

EQUAL = 1e-6
"""How far a golden prediction may be from the one that the model gave when it was made."""

_LINE = re.compile("[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+")  # what may stand in a record and in a terminal
_AGAIN = "Copy the bundle again, or retrain it with: smsn train"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model and everything that determines it.

    `model` is fitted: an estimator where it was trained, what reads with its numbers where it was loaded; `manifest` is what ``manifest.json`` says: name, task, labels,
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
    manifest = {"format": FORMATS[bundle.manifest["task"]], "name": path.name, **bundle.manifest, "files": {name: _sha256(data) for name, data in files.items()}}
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
    _checked_task(Bundle(None, manifest, path), task, path)
    data = {name: _read(path / name) for name in manifest["files"]}
    for name, digest in manifest["files"].items():
        if _sha256(data[name]) != digest:
            raise BundleError(f"{path / name}: is missing or damaged: its checksum is not the manifest's. {_AGAIN}")
    try:
        model = archive.read(data["model.skops"], MODELS.get(task, ""))
    except BundleError as error:
        raise BundleError(f"{path / 'model.skops'}: {error}") from error.__cause__
    classes = getattr(model, "classes_", None)
    if classes is not None and sorted(manifest["labels"]) != classes.tolist():
        raise BundleError(f"{path / 'manifest.json'}: is damaged: its labels are not those of the model. {_AGAIN}")
    return Bundle(model, manifest, path)


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of the bundle folder `path`, checked for its format and for every entry that smsn reads.

    Raises
    ------
    BundleError
        If there is none, its format is not this version's, it points outside its folder, or an entry is not what it must be.
    """
    file = path / "manifest.json"
    if not file.is_file():
        raise BundleError(f"{path}: is not a model folder (no manifest.json in it). Pass a folder written by smsn train.")
    data = _read(file, MANIFEST)
    try:
        manifest = dict(json.loads(data.decode("utf-8")))
        version = manifest["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BundleError(f"{file}: is damaged ({shown(str(error))}). {_AGAIN}") from error
    task = manifest.get("task")
    read = [known for name, known in FORMATS.items() if name == task] or [*FORMATS.values()]
    if type(version) is int and version > max(read):
        raise BundleError(f"{path}: has format {shown(version)}, and this smsn reads format {max(read)}. Update smsn: pip install -U smsn")
    if type(version) is int and version < min(read):
        again = "smsn train --task definitions" if task == "definitions" else "smsn train"
        raise BundleError(f"{path}: has the old format {shown(version)}, and this smsn reads format {min(read)}. Retrain it: {again} --data FILE -o {path}")
    for key, right in _sound(manifest):
        if not right:
            raise BundleError(f"{file}: is damaged: {key} is {shown(manifest.get(key, 'missing'))}. {_AGAIN}")
    files, corpus = manifest["files"], manifest["corpus"]
    if outside := [name for name in files if name not in FILES]:
        raise BundleError(f"{file}: names '{shown(outside[0])}', which is no file of a model. Nothing was loaded.")
    return {**manifest, "corpus": {"fingerprint": "unknown", **corpus}}


def _sound(manifest: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield the entries of a manifest that smsn reads, and whether each is what it must be."""
    labels, corpus, files, confident = (manifest.get(key) for key in ("labels", "corpus", "files", "confident"))
    yield "format", type(manifest["format"]) is int
    yield "name", _is_line(manifest.get("name"))
    yield "task", _is_line(manifest.get("task"))
    yield "labels", isinstance(labels, list) and all(map(_is_line, labels)) and len(set(labels)) == len(labels)
    yield "corpus", isinstance(corpus, dict) and _is_line(corpus.get("fingerprint", "unknown"))
    yield "files", isinstance(files, dict) and "model.skops" in files
    yield "confident", "confident" not in manifest or (isinstance(confident, (int, float)) and 0 <= confident <= 1)


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and _LINE.fullmatch(value) is not None


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
        If they are not the same, or there are none: the model, the features or a library read texts otherwise than when it was made.
    """
    made = bundle.manifest.get("golden")
    if not made:
        raise BundleError(f"{bundle.path or bundle.name}: holds no golden predictions, by which a changed model is found out. Retrain it with: smsn train")
    if not _alike(made, list(golden), within):
        raise BundleError(
            f"{bundle.path or bundle.name}: predicts something else than when it was made with {shown(bundle.manifest.get('made_with'))}. "
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
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise BundleError(f"{file}: is damaged ({shown(str(error))}). Write it again: smsn rollback, or delete it for the shipped models.") from error
    strange = [name for name in told.values() if not isinstance(name, str) or not re.fullmatch(r"\w[\w.-]*", name)]
    if strange:
        raise BundleError(f"{file}: names '{shown(strange[0])}', which is no folder beside it. Write it again: smsn rollback, or delete it.")
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
        raise BundleError(f"{path}: is a bundle for '{shown(bundle.manifest.get('task'))}', and one for {task!r} is needed. Pass another --model.")
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
        raise BundleError(f"{path}: cannot be unpickled ({shown(f'{type(error).__name__}: {error}')}). Pass a folder written by smsn train.") from error
    if not isinstance(loaded, Bundle):
        raise BundleError(f"{path}: holds a {type(loaded).__name__}, not a smsn.bundle.Bundle. Pass a folder written by smsn train.")
    return loaded


def _read(file: Path, most: int = LARGEST) -> bytes:
    """Return the bytes of a plain file of a bundle, without waiting for a pipe or following a link.

    Raises
    ------
    BundleError
        If it is missing, a link, something else than a file, or has more than `most` bytes.
    """
    if file.is_symlink():
        raise BundleError(f"{file}: is a symbolic link, and a bundle holds its own files. Nothing was loaded. Copy the bundle with what the link points to.")
    try:
        with open(file, "rb", opener=_open) as stream:
            about = os.fstat(stream.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise BundleError(f"{file}: is missing or damaged: it is no plain file. {_AGAIN}")
            if about.st_size > most:
                raise BundleError(f"{file}: has {about.st_size:,} bytes, more than any model. Nothing was loaded. {_AGAIN}")
            return stream.read(about.st_size)
    except OSError as error:
        raise BundleError(f"{file}: is missing or damaged: {error.strerror}. {_AGAIN}") from error


def _open(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
