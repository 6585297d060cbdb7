"""Folders and patterns to files, and what the folders of a file say of its rows.

Takes what a person gave as inputs, gives the names of files. Opens none. Imports only errors of smsn, and the
readers' own modules.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from urllib.parse import unquote

from smsn.errors import InputError
from smsn.readers.names import SUFFIXES, format_of

_NULL = "__HIVE_DEFAULT_PARTITION__"
_WILD = frozenset("*?[")
_REJECTS = ".rejects.jsonl"  # what an earlier run could not read


def expand(inputs: Sequence[str]) -> list[str]:
    """Return the files that `inputs` stand for, in the order of the inputs.

    Parameters
    ----------
    inputs : sequence of str
        ``-`` and files stay as they are, also those that do not exist. A folder stands for all files in and
        below it whose suffix names a format; names that begin with ``.`` or ``_``, and rejects of earlier runs, are passed over. A pattern
        with ``*``, ``?`` or ``[`` (``**`` for folders at any depth) stands for the files that it matches; if it
        matches folders only, for those.

    Raises
    ------
    InputError
        If a folder holds no such file, or a pattern matches nothing.
    """
    return [name for source in inputs for name in _files(source)]


def partition_columns(path: str) -> dict[str, str | None]:
    """Return the columns that the folders of `path` name, as Hive and Spark write them.

    >>> partition_columns("dump/lang=en/place=S%C3%A3o/part-0.parquet")
    {'lang': 'en', 'place': 'São'}
    """
    columns: dict[str, str | None] = {}
    for folder in PurePath(path).parts[:-1]:
        name, told, value = folder.partition("=")
        if told and name:
            columns[unquote(name)] = None if value == _NULL else unquote(value)
    return columns


def _files(source: str) -> list[str]:
    if source == "-":
        return [source]
    if os.path.isdir(source):
        return _in_folder(source)
    if os.path.lexists(source) or _WILD.isdisjoint(source):
        return [source]
    return _matching(source)


def _in_folder(folder: str) -> list[str]:
    found = sorted(name for name in _walk(folder) if format_of(name) is not None)
    if not found:
        raise InputError(
            f"{folder}: holds no file that can be read. Their names end in one of: {', '.join(SUFFIXES)}, "
            "also with .gz or .zst behind it."
        )
    return found


def _walk(folder: str) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        yield from (os.path.join(place, name) for name in files if not (name.startswith((".", "_")) or name.endswith(_REJECTS)))


def _matching(pattern: str) -> list[str]:
    found = sorted(set(glob.glob(pattern, recursive=True)))
    files = [name for name in found if not os.path.isdir(name) and not _is_marker(name, pattern)]
    if files:
        return files
    folders = [name for name in found if os.path.isdir(name)]
    if not folders:
        raise InputError(f"{pattern}: no file matches this pattern. Check it; ** stands for folders at any depth.")
    return list(dict.fromkeys(name for folder in folders for name in _in_folder(folder)))


def _is_marker(name: str, pattern: str) -> bool:
    """Return whether a file is one like _SUCCESS that nobody asked for by name."""
    return os.path.basename(name).startswith("_") and not os.path.basename(pattern).startswith("_")
