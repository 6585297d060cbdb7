"""An export of WordPress (WXR): the approved comments of all its posts.

Takes an opened XML file, gives its comments post by post. Comments that wait, were thrown away or are spam, and
pingbacks, are left out and counted in a note. Imports lxml, and only records of smsn, and the readers' own
modules.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from html import unescape

from lxml import etree

from smsn.readers.decoding import from_private, replaced
from smsn.readers.markup import plain_text
from smsn.readers.reading import Reading, RejectSink
from smsn.readers.xml import Document, content, elements, free, is_rejected, line_of, reading_of
from smsn.records import Comment

_PINGS = ("pingback", "trackback")


def read_wxr(document: Document, stream: io.BufferedReader, on_reject: RejectSink) -> Reading:
    """Return the comments of a WordPress export; the note comes with the last of them."""
    return reading_of(document, stream, lambda skipped: _comments(document, on_reject, skipped))


def _comments(document: Document, on_reject: RejectSink, skipped: Counter[str]) -> Iterator[Comment]:
    own = f"{document.space}comment"
    for element in elements(document, ("item", own)):
        if element.tag == own:
            kind = _left_out_as(element, document.space)
            comment = _comment(document, element, on_reject) if kind is None else None
            if comment is not None:
                yield comment
            elif kind is not None:
                skipped[kind] += 1
        free(element)


def _left_out_as(element: etree._Element, space: str) -> str | None:
    """Return why a comment is left out, or None."""
    kind = content(element, f"{space}comment_type").lower()
    if kind in _PINGS:
        return kind
    status = content(element, f"{space}comment_approved").lower()
    if status == "1":
        return None
    return status if status in ("spam", "trash") else "not approved"


def _comment(document: Document, element: etree._Element, on_reject: RejectSink) -> Comment | None:
    space, post = document.space, element.getparent()
    text = from_private(plain_text(content(element, f"{space}comment_content"), breaks=True))
    author = from_private(unescape(content(element, f"{space}comment_author")))
    if is_rejected(document, element, (author, text), on_reject):
        return None
    parent = content(element, f"{space}comment_parent")
    title = " ".join(replaced(from_private(unescape(content(post, "title")))).split())
    return Comment(
        id=content(element, f"{space}comment_id") or None,
        text=text,
        author=author or None,
        parent=parent if parent not in ("", "0") else None,
        source=f"{document.name}:{line_of(element)}",
        thread=replaced(from_private(content(post, "link"))) or title or None,
        date=content(element, f"{space}comment_date") or None,
        extra={"post": title},
    )
