"""A folder of models over time: which bundle was in use when, and how the one in use is changed without ever leaving none.

Holds ``history.csv``, ``current.json`` and the lock of a folder of models. Each change is made in steps after any of which smsn
loads: the bundle is put in place whole, the history is written beside and moved into place, and so is, last, ``current.json``.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from sklearn import __version__ as sklearn_version

from smsn import bundle as bundles
from smsn import resources
from smsn.bundle import Bundle
from smsn.errors import BundleError, OutputError, SmsnError
from smsn.version import __version__

PREFIXES = {"views": "view", "definitions": "definitions"}
"""What the name of a promoted bundle of each task begins with."""

COLUMNS = (
    "date", "task", "name", "action", "corpus", "macro_f1", "low", "high", "difference", "diff_low", "diff_high", "worst_label", "worst_f1",
    "calibration_error", "n", "comments_per_second", "speed_ratio", "megabytes", "smsn", "scikit_learn", "reason", "before",
)  # fmt: skip
"""Columns of ``history.csv``. `corpus` is the fingerprint of what the bundle was judged on, `low` to `diff_high` are 95 % intervals, `before` is the
bundle that was in use until then. For definitions `macro_f1` is the mean of both profiles' F1, and the worst label is the worse profile."""

PROMOTED, ROLLED_BACK = "promoted", "rolled back"
_LOCK = "promotion.lock"


def folder_of(models: Path | str | None) -> Path:
    """Return the folder of models that is meant: the default one for None."""
    return resources.models() if models is None else Path(models)


def history(models: Path | str | None = None) -> list[dict[str, str]]:
    """Return the rows of ``history.csv``, the oldest first; none without the file.

    Parameters
    ----------
    models : path, optional
        The folder of models, see :func:`smsn.resources.models`.

    Raises
    ------
    OutputError
        If the file is there and cannot be read.
    """
    file = folder_of(models) / "history.csv"
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return [{name: value or "" for name, value in row.items() if isinstance(name, str)} for row in csv.DictReader(lines)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, csv.Error) as error:
        raise OutputError(f"{file}: cannot be read as CSV in UTF-8 ({error}). Mend it, or move it aside; a new one is begun then.") from error


def record(models: Path, row: Mapping[str, Any]) -> None:
    """Add a row to ``history.csv``; date and versions are filled in."""
    now = {"date": datetime.now(UTC).isoformat(timespec="seconds"), "smsn": __version__, "scikit_learn": sklearn_version}
    rows: list[Mapping[str, Any]] = [*history(models), {**now, **row}]
    more = dict.fromkeys(name for one in rows for name in one if name not in COLUMNS)  # columns that somebody has added stay
    text = io.StringIO()
    writer = csv.DictWriter(text, [*COLUMNS, *more])
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in one.items()} for one in rows)
    _write(models / "history.csv", text.getvalue())


def switch(models: Path, task: str, name: str | None) -> None:
    """Name the bundle of a task in ``current.json``, all at once; None leaves the task to the shipped one. Other tasks stay as they are."""
    told = {other: mine for other, mine in in_use(models)[0].items() if other != task}
    if name is not None:
        told[task] = name
    _write(models / "current.json", json.dumps(told) + "\n")


def in_use(models: Path) -> tuple[dict[str, str], bool]:
    """Return what ``current.json`` of a folder says, and whether that is sure: if the file is damaged, what the history and the folder tell of it."""
    try:
        return bundles.read_current(models), True
    except BundleError:
        rows = history(models)
    told = {}
    for task in PREFIXES:
        there = [name for name, path in versions(models, task).items() if path.parent == models]
        last = [row["name"] for row in rows if row.get("task") == task and row.get("name") in there]
        if last or there:
            told[task] = last[-1] if last else max(there, key=_number)
    return told, False


def versions(models: Path, task: str) -> dict[str, Path]:
    """Return the bundles that can be gone back to, name to folder: those in the folder of models, and the shipped one."""
    found: dict[str, Path] = {}
    shipped = resources.folder("models")
    if shipped.resolve() != models.resolve() and task in (told := bundles.read_current(shipped)):
        found[told[task]] = shipped / told[task]
    for path in sorted(models.iterdir()) if models.is_dir() else ():
        if re.fullmatch(r"\w[\w.-]*", path.name) and (path / "manifest.json").is_file() and _task(path) in (task, None):
            found[path.name] = path
    return found


def place(bundle: Bundle, models: Path) -> str:
    """Return the name under which a loaded bundle lies in the folder of models, after copying it there if it does not.

    A copy has a new name: a number higher than any in the folder, in its history and among the shipped ones.

    Raises
    ------
    BundleError
        If its files were changed since it was loaded.
    """
    path, task = Path(bundle.path or ""), str(bundle.manifest["task"])
    if path.resolve().parent == models.resolve() and re.fullmatch(r"\w[\w.-]*", path.resolve().name):
        name = path.resolve().name
        if bundle.name != name:
            _write(models / name / "manifest.json", _json({**bundle.manifest, "name": name}))
        return name
    name = _fresh(models, task)
    with writing(models):
        work = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=models))
        try:
            for file in bundle.manifest["files"]:
                shutil.copyfile(path / file, work / file)
                _sync(work / file)
            _write(work / "manifest.json", _json({**bundle.manifest, "name": name}))
            bundles.load(work, task)
            work.chmod(0o755)
            bundles.replace(work, models / name)
            _sync(models)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return name


@contextlib.contextmanager
def changing(models: Path) -> Iterator[None]:
    """Hold the lock of a folder of models, which is made if there is none.

    Raises
    ------
    OutputError
        If it lies in an installed package, cannot be written, or another process holds the lock.
    """
    package = Path(str(files("smsn"))).resolve()
    if package in (models.resolve(), *models.resolve().parents):
        raise OutputError(f"{models}: lies in the installed package, which is never written to. Leave --models out for {resources.models()}, or name another folder.")
    lock = models / _LOCK
    with writing(models):
        models.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        except FileExistsError as error:
            holder = lock.read_text("utf-8", "replace").strip() or "another process"
            raise OutputError(f"{lock}: {holder} is changing the models here. Wait until it has ended; if it is no longer running, delete this file.") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"process {os.getpid()}, since {datetime.now(UTC).isoformat(timespec='seconds')},\n")
        yield
    finally:
        lock.unlink(missing_ok=True)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the errors of the system into one that says what to do."""
    try:
        yield
    except SmsnError:
        raise
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}. The model in use is as before. Make room, or choose another folder with --models.") from error


def _write(file: Path, text: str) -> None:
    """Write a file beside and move it into place, on the disk when this returns."""
    with writing(file):
        descriptor, work = tempfile.mkstemp(".part", f".{file.name}.", file.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="") as out:
                out.write(text)
            os.chmod(work, 0o644)
            _sync(Path(work))
            os.replace(work, file)
            _sync(file.parent)
        finally:
            Path(work).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Have the system put a file or, where it can, a folder on the disk."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fresh(models: Path, task: str) -> str:
    prefix = PREFIXES[task]
    there = [path.name for folder in (models, resources.folder("models")) for path in folder.iterdir()]
    taken = [_number(name) for name in [*there, *(row.get("name", "") for row in history(models))] if re.fullmatch(rf"{prefix}-\d+", name)]
    return f"{prefix}-{max(taken, default=0) + 1}"


def _number(name: str) -> int:
    found = re.search(r"-(\d+)$", name)
    return int(found[1]) if found else -1


def _task(path: Path) -> str | None:
    """Return what a bundle is for; None if its manifest is damaged."""
    try:
        return str(json.loads((path / "manifest.json").read_text("utf-8"))["task"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _cell(value: Any) -> Any:
    """Return what stands in a cell: numbers with four places, nothing for NaN and None."""
    if isinstance(value, float):
        return "" if value != value else round(value, 4)
    return " ".join(value.split()) if isinstance(value, str) else "" if value is None else value


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
