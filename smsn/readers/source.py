"""Open a file or a pipe and hand it to the reader of its format.

Takes a path or ``"-"``, gives a :class:`~smsn.readers.reading.Reading`. All that makes a whole source useless
is found here or in the first step of a reader, before the first comment. A source is opened once and read
forwards, so that pipes and ``<(zcat …)`` work; one whose name ends in .gz or .zst is decompressed on the way.
Must not import anything of smsn but errors, records and readers.
"""

from __future__ import annotations

import io
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from smsn.errors import InputError
from smsn.readers.compression import Decompressed
from smsn.readers.decoding import encoding_of
from smsn.readers.names import compression_of, format_of, suffix_of
from smsn.readers.reading import FORMATS, Columns, Reading, RejectSink
from smsn.records import Comment

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_DEFAULTS = Columns()
_BLOCK = 1 << 16
_XML = ("xml", "wxr", "disqus")


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
        One of `FORMATS`; by the file name (less .gz or .zst) without it, and by its first element for XML. A pipe
        without it is JSONL if its first non-blank character is ``{``, else one comment a paragraph.
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
    if chosen == "parquet" and compression_of(name):
        raise InputError(f"{name}: is Parquet in {compression_of(name)}, and Parquet is read from its end. Unpack it.")
    head, stream = _open(name, sys.stdin.buffer if stdin is None and name == "-" else stdin)
    try:
        reading = _read(name, chosen or _format_of_pipe(head), head, stream, on_reject, columns)
        reading.share = None if name == "-" else lambda: _share(stream.raw, Path(name))
        return reading
    except BaseException:
        stream.close()
        raise


def _read(
    name: str, format: str, head: bytes, stream: io.BufferedReader, on_reject: RejectSink, columns: Columns
) -> Reading:
    # each reader is imported where it is needed: lxml and pyarrow are slow to load
    if format == "page":
        from smsn.readers.pages import read_page

        return _read_whole(name, stream, on_reject, read_page)
    if format == "html":
        from smsn.readers.html import read_html

        return _read_whole(name, stream, on_reject, read_html)
    if format in _XML:
        return _read_xml(name, format, stream, on_reject)
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


def _read_whole(
    name: str,
    stream: io.BufferedReader,
    on_reject: RejectSink,
    read: Callable[[str, bytes, RejectSink], Reading],
) -> Reading:
    """Return a page; of one that is cut off, the comments before the last, which may be cut too."""
    blocks: list[bytes] = []
    damage: InputError | None = None
    with stream:
        try:
            while block := stream.read1(_BLOCK):
                blocks.append(block)
        except InputError as error:
            damage = error
    if damage is None:
        return read(name, b"".join(blocks), on_reject)
    try:
        reading = read(name, b"".join(blocks), on_reject)
    except InputError:
        raise damage from None
    reading.comments = _up_to(damage, list(reading.comments)[:-1])
    return reading


def _up_to(damage: InputError, comments: Iterable[Comment]) -> Iterator[Comment]:
    yield from comments
    raise damage


def _read_xml(name: str, format: str, stream: io.BufferedReader, on_reject: RejectSink) -> Reading:
    from smsn.readers.disqus import read_disqus
    from smsn.readers.wxr import read_wxr
    from smsn.readers.xml import open_xml

    document = open_xml(name, stream)
    if format not in ("xml", document.format):
        raise InputError(f"{name}: is an export of the format {document.format}, not {format}. Leave --format out.")
    read = read_wxr if document.format == "wxr" else read_disqus
    return read(document, stream, on_reject)


def _format_of(name: str) -> str:
    format, suffix = format_of(name), suffix_of(name)
    if format is None:
        told = f'the file name ends in "{suffix}", which names no format' if suffix else "the file name has no ending"
        told += f" before {compression_of(name)}" if compression_of(name) and not suffix else ""
        raise InputError(f"{name}: {told}. Add --format with one of: {', '.join(FORMATS)}.")
    return format


def _format_of_pipe(head: bytes) -> str:
    return "jsonl" if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") else "text"


def _open(name: str, pipe: BinaryIO | None) -> tuple[bytes, io.BufferedReader]:
    """Return the first bytes of a source, and a stream that begins with them."""
    file: BinaryIO | None = pipe if name == "-" else None
    try:
        file = file or _opened(name)
        head = _head(file)
    except InputError:
        if file is not None and file is not pipe:
            file.close()
        raise
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


def _opened(name: str) -> BinaryIO:
    file: BinaryIO = Path(name).open("rb")
    suffix = compression_of(name)
    return cast(BinaryIO, Decompressed(name, file, suffix)) if suffix else file


def _share(raw: object, path: Path) -> float:
    """Return the share of a file that was taken from the disk."""
    try:
        return raw.position() / max(1, path.stat().st_size) if isinstance(raw, _Rewound) else 1.0
    except (OSError, ValueError):  # closed or gone
        return 1.0


def _head(file: BinaryIO) -> bytes:
    blocks, size, visible = list[bytes](), 0, False
    while size < 4 or not visible:
        block = _some(file, _BLOCK)
        if not block:
            break
        blocks.append(block)
        visible = bool(block.strip() if size >= 4 else _visible(b"".join(blocks)))
        size += len(block)
    return b"".join(blocks)


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

    def position(self) -> int:
        """Return how many bytes were taken from the disk."""
        return self._rest.tell() if not isinstance(self._rest, Decompressed) else self._rest.position()

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
