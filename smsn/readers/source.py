"""Open a file or a pipe and hand it to the reader of its format.

Takes a path or ``"-"``, gives a :class:`~smsn.readers.reading.Reading`. All that makes a whole source useless
is found here or in the first step of a reader, before the first comment. A source is opened once and read
forwards, so that pipes and ``<(zcat …)`` work. Must not import anything of smsn but errors and readers.
"""

from __future__ import annotations

import io
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from smsn.errors import InputError
from smsn.readers.decoding import encoding_of
from smsn.readers.reading import FORMATS, Columns, Reading, RejectSink

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_SUFFIXES = {
    ".txt": "page", ".md": "page", ".html": "html", ".htm": "html", ".csv": "csv", ".tsv": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet",
}  # fmt: skip
_DEFAULTS = Columns()
_BLOCK = 1 << 16


def open_source(
    source: str | Path,
    on_reject: RejectSink,
    *,
    format: str | None = None,
    columns: Columns = _DEFAULTS,
    stdin: BinaryIO | None = None,
) -> Reading:
    """Return the comments of a file or a pipe.

    Parameters
    ----------
    source : str or Path
        A file, or ``"-"`` for `stdin`.
    on_reject : callable
        Called with a `Reject` for each row or comment that cannot be read, as soon as it is met.
    format : str, optional
        One of `FORMATS`; by the file name without it. A pipe without it is JSONL if its first non-blank
        character is ``{``, else one comment a paragraph.
    columns : Columns, optional
        Names of columns, for tables.
    stdin : binary file, optional
        The pipe; ``sys.stdin.buffer`` without it. It is not closed.

    Returns
    -------
    Reading
        Its `comments` are a list for pages and a lazy iterator for all else.

    Raises
    ------
    InputError
        If nothing can be read at all; the message says what to do next.
    """
    name = str(source)
    if format is not None and format not in FORMATS:
        raise InputError(f'"{format}" is not a format. Use one of: {", ".join(FORMATS)}.')
    chosen = format or (None if name == "-" else _format_of(name))
    head, stream = _open(name, sys.stdin.buffer if stdin is None and name == "-" else stdin)
    try:
        return _read(name, chosen or _format_of_pipe(head), head, stream, on_reject, columns)
    except BaseException:
        stream.close()
        raise


def _read(
    name: str, format: str, head: bytes, stream: io.BufferedReader, on_reject: RejectSink, columns: Columns
) -> Reading:
    # each reader is imported where it is needed: lxml and pyarrow are slow to load
    if format == "page":
        from smsn.readers.pages import read_page

        with stream:
            return read_page(name, stream.read(), on_reject)
    if format == "html":
        from smsn.readers.html import read_html

        with stream:
            return read_html(name, stream.read(), on_reject)
    if format == "text":
        from smsn.readers.plain import read_paragraphs

        return Reading("text", read_paragraphs(name, stream, encoding_of(head) or "utf-8", on_reject))
    from smsn.readers import tables

    if format == "csv":
        return Reading("csv", tables.read_csv(name, stream, encoding_of(head) or "utf-8", on_reject, columns))
    if format == "jsonl":
        if encoding_of(head) not in (None, "utf-8-sig"):
            raise InputError(f"{name}: is JSONL in {encoding_of(head)}, and JSON is UTF-8. Save it as UTF-8.")
        return Reading("jsonl", tables.read_jsonl(name, stream, on_reject, columns))
    from smsn.readers.parquet import read_parquet

    return Reading("parquet", read_parquet(name, stream, on_reject, columns))


def _format_of(name: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix not in _SUFFIXES:
        told = f'the file name ends in "{suffix}", which names no format' if suffix else "the file name has no ending"
        raise InputError(f"{name}: {told}. Add --format with one of: {', '.join(FORMATS)}.")
    return _SUFFIXES[suffix]


def _format_of_pipe(head: bytes) -> str:
    return "jsonl" if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") else "text"


def _open(name: str, pipe: BinaryIO | None) -> tuple[bytes, io.BufferedReader]:
    """Return the first bytes of a source, and a stream that begins with them."""
    file: BinaryIO | None = pipe if name == "-" else None
    try:
        file = file or Path(name).open("rb")
        head = _head(file)
    except IsADirectoryError as error:
        raise InputError(f"{name}: is a directory. Give the files in it, such as {Path(name) / '*.txt'}.") from error
    except FileNotFoundError as error:
        raise InputError(f"{name}: there is no such file. Check the path, or give - to read a pipe.") from error
    except (OSError, ValueError) as error:
        if file is not None and file is not pipe:
            file.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{name}: cannot be read: {reason}. Check the path and your right to read it.") from error
    if not _visible(head):
        if file is not pipe:
            file.close()
        raise InputError(f"{name}: is empty. Give a source that holds comments.")
    return head, io.BufferedReader(_Rewound(head, file, owned=file is not pipe), _BLOCK)


def _head(file: BinaryIO) -> bytes:
    head = b""
    while len(head) < 4 or not _visible(head):
        block = _some(file, _BLOCK)
        if not block:
            break
        head += block
    return head


def _visible(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").strip()


def _some(file: BinaryIO, size: int) -> bytes:
    """Read what is there, so that a slow pipe is not waited for."""
    read: bytes = getattr(file, "read1", file.read)(size)
    return read


class _Rewound(io.RawIOBase):
    """A stream whose first bytes were already looked at; closes the file under it if it owns it."""

    def __init__(self, head: bytes, rest: BinaryIO, *, owned: bool) -> None:
        self._head = memoryview(head)
        self._rest = rest
        # also when nobody reads to the end, and before the garbage collector meets the open file
        self._release = weakref.finalize(self, rest.close) if owned else None

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill `buffer` from the head first and then from the file; return the number of bytes."""
        view = memoryview(buffer)
        block: bytes | memoryview = self._head[: len(view)] or _some(self._rest, len(view))
        self._head = self._head[len(block) :]
        view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        """Close the file, unless it is the caller's pipe."""
        if self._release is not None:
            self._release()
        super().close()
