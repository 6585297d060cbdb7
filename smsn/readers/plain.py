"""A stream of plain text: one comment a paragraph.

Takes a binary stream, gives comments one by one. A paragraph ends at a blank line. Imports only errors and
records of smsn, and the readers' own modules.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from smsn.readers.decoding import MARK, has_marks, readable
from smsn.readers.reading import RejectSink
from smsn.records import Comment, Reject


def read_paragraphs(name: str, stream: io.BufferedReader, encoding: str, on_reject: RejectSink) -> Iterator[Comment]:
    """Yield one comment a paragraph, with running numbers as ids.

    A paragraph with bytes that `encoding` does not allow is rejected, and keeps its number.
    """
    with stream, io.TextIOWrapper(stream, encoding, MARK, newline=None) as lines:
        for number, (line, text) in enumerate(_paragraphs(lines), 1):
            if has_marks(text):
                on_reject(Reject(name, line, "The paragraph holds bytes that are not UTF-8.", readable(text)))
            else:
                yield Comment(number, text, source=f"{name}:{line}")


def _paragraphs(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    """Yield each paragraph with the number of its first line."""
    start, held = 0, list[str]()
    for number, line in enumerate(lines, 1):
        if line.strip():
            start = start if held else number
            held.append(line)
        elif held:
            yield start, "".join(held).strip()
            held = []
    if held:
        yield start, "".join(held).strip()
