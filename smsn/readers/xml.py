"""Exports in XML, element by element.

Takes a binary stream, gives the elements of the tags that are asked for as soon as each is whole. What was read
is freed by `free`, so that a file of any size needs little memory. No entity is expanded and nothing is
fetched: a file with a document type, where entities are declared, is refused. Bytes that the encoding does not
allow travel as private characters; control characters, which XML forbids and exports hold, are left out.
Imports lxml, and only errors and records of smsn, and the readers' own modules.
"""

from __future__ import annotations

import codecs
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, cast

from lxml import etree

from smsn.errors import InputError
from smsn.readers.decoding import MARK, as_private, encoding_of, has_marks, readable
from smsn.readers.reading import Reading, RejectSink
from smsn.records import Comment, Reject

_BLOCK = 1 << 16
_HEAD = 1024  # bytes in which the encoding is named
_PROLOG = 1 << 20  # characters before the first element, at most
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)""")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WORDPRESS = "http://wordpress.org/export/"
_AGAIN = "Export it again."


@dataclass(frozen=True, slots=True)
class Document:
    """An opened XML file: the format of the export, the namespace of its elements in braces, its text."""

    name: str
    format: str
    space: str
    texts: Iterator[str]


def open_xml(name: str, stream: io.BufferedReader) -> Document:
    """Return an XML file whose first element has been looked at.

    Raises
    ------
    InputError
        If it is no XML, or the export of nothing that is known.
    """
    texts = _texts(stream)
    seen, root = _first_element(name, texts)
    local = etree.QName(root).localname
    spaces = [str(space) for space in root.nsmap.values() if space]
    wordpress = next((space for space in spaces if space.startswith(_WORDPRESS)), None)
    if local == "rss" and wordpress is not None:
        return Document(name, "wxr", f"{{{wordpress}}}", chain([seen], texts))
    if local == "disqus":
        space = etree.QName(root).namespace
        return Document(name, "disqus", f"{{{space}}}" if space else "", chain([seen], texts))
    raise InputError(
        f"{name}: is XML that begins with <{local}>, and neither an export of WordPress nor one of Disqus. "
        "Give one of these, or a table of comments."
    )


def elements(document: Document, tags: Collection[str]) -> Iterator[etree._Element]:
    """Yield the elements of the given tags, each when it ends.

    Raises
    ------
    InputError
        Behind the last whole element, if the file is cut off or malformed.
    """
    parser = _parser("end", tags)
    try:
        for text in document.texts:
            parser.feed(text.encode("utf-8"))
            yield from _read(parser)
            fatal = cast(Any, parser).feed_error_log.filter_from_fatals()
            if fatal:  # an entity that nobody declared ends the parsing, and lxml says nothing
                reason = f"{fatal[0].message}, line {fatal[0].line}"
                raise InputError(f"{document.name}: is damaged: {reason}. {_AGAIN}")
        parser.close()
    except etree.XMLSyntaxError as error:
        yield from _read(parser)
        raise InputError(f"{document.name}: is damaged: {_reason(error)}. {_AGAIN}") from error
    yield from _read(parser)


def _read(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    for _, element in parser.read_events():
        if isinstance(element, etree._Element):  # always so for starts and ends
            yield element


def free(element: etree._Element) -> None:
    """Empty an element that has been read, and take those of its kind before it out of the tree."""
    element.clear()
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None and before.tag == element.tag:
        parent.remove(before)


def content(element: etree._Element | None, path: str) -> str:
    """Return the text of the first element below `element` on `path`; "" if there is none."""
    found = None if element is None else element.find(path)
    return "" if found is None else "".join(str(part) for part in found.itertext()).strip()


def line_of(element: etree._Element) -> int:
    """Return the line on which an element begins."""
    return cast(Any, element).sourceline or 1


def is_rejected(document: Document, element: etree._Element, parts: Sequence[str], on_reject: RejectSink) -> bool:
    """Return whether there are bad bytes in the author and the text of a comment, which is then a reject."""
    if not any(has_marks(part) for part in parts):
        return False
    raw = readable("\n\n".join(parts)).strip()
    reason = "The comment holds bytes that are not of the file's encoding."
    on_reject(Reject(document.name, line_of(element), reason, raw))
    return True


def reading_of(document: Document, stream: io.BufferedReader, comments: Callable[[Counter[str]], Iterator[Comment]]) -> Reading:
    """Return the reading of an export; what its comments count as left out becomes a note with the last of them."""
    reading = Reading(document.format, ())

    def each() -> Iterator[Comment]:
        skipped: Counter[str] = Counter()
        with stream:
            try:
                yield from comments(skipped)
            finally:
                reading.notes += _left_out(document.name, skipped)

    reading.comments = each()
    return reading


def _left_out(name: str, counts: Mapping[str, int]) -> list[str]:
    """Return a note of the comments that were left out, by their kind.

    >>> _left_out("a.xml", {"spam": 2, "pingback": 1})
    ['a.xml: 3 comments were left out: 2 spam, 1 pingback.']
    """
    total = sum(counts.values())
    kinds = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    were = "1 comment was" if total == 1 else f"{total} comments were"
    return [f"{name}: {were} left out: {kinds}."] if total else []


def _texts(stream: io.BufferedReader) -> Iterator[str]:
    """Yield the text block by block."""
    head = b""
    while len(head) < _HEAD and (block := stream.read1(_BLOCK)):
        head += block
    decoder = _decoder(head)
    while head:
        text = _CONTROLS.sub("", decoder.decode(head))
        yield as_private(text)
        head = stream.read1(_BLOCK)
    yield as_private(decoder.decode(b"", True))


def _decoder(head: bytes) -> codecs.IncrementalDecoder:
    declared = _DECLARED.match(head.lstrip())
    encoding = encoding_of(head) or (declared[1].decode("ascii").lower() if declared else "utf-8")
    try:
        return codecs.getincrementaldecoder(encoding)(MARK)
    except LookupError:  # a file may name an encoding that nobody has
        return codecs.getincrementaldecoder("utf-8")(MARK)


def _first_element(name: str, texts: Iterator[str]) -> tuple[str, etree._Element]:
    """Return the text up to the first element and a little beyond it, and that element."""
    parser, seen, fed = _parser("start"), "", 0
    reason = "there is no element in it"
    for text in texts:
        seen += text.lstrip() if not seen else text  # blank lines above the declaration are an everyday fault
        declared = seen.find("<!DOCTYPE")
        try:
            parser.feed(seen[fed : declared if declared >= 0 else None].encode("utf-8"))
        except etree.XMLSyntaxError as error:
            reason = _reason(error)
        fed = len(seen)
        for root in _read(parser):
            return seen, root
        if declared >= 0:
            raise InputError(f"{name}: is XML with a document type, which no export has. {_AGAIN}")
        if len(seen) > _PROLOG or reason != "there is no element in it":
            break
    raise InputError(f"{name}: is not XML: {reason}. Check the file, or add --format.")


def _parser(event: Literal["start", "end"], tags: Collection[str] | None = None) -> etree.XMLPullParser:
    return etree.XMLPullParser(
        events=(event,), tag=tags, encoding="utf-8", huge_tree=True, resolve_entities=False, no_network=True
    )


def _reason(error: etree.XMLSyntaxError) -> str:
    return " ".join((error.msg or "it breaks off").split()).rstrip(".")
