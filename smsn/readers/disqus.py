"""An export of Disqus: the comments of all its threads, in the order of the file.

Takes an opened XML file, gives its comments. The threads stand before the posts, and their links and titles are
held while the posts are read. Deleted posts and spam are left out and counted in a note. Imports lxml, and only
records of smsn, and the readers' own modules.
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

_ID = "{http://disqus.com/disqus-internals}id"


def read_disqus(document: Document, stream: io.BufferedReader, on_reject: RejectSink) -> Reading:
    """Return the comments of a Disqus export; the note comes with the last of them."""
    return reading_of(document, stream, lambda skipped: _comments(document, on_reject, skipped))


def _comments(document: Document, on_reject: RejectSink, skipped: Counter[str]) -> Iterator[Comment]:
    threads: dict[str, tuple[str, str]] = {}  # id -> link, title
    thread, post = f"{document.space}thread", f"{document.space}post"
    for element in elements(document, (thread, post)):
        above = element.getparent()
        if above is not None and above.tag == post:
            continue  # the thread that a post names; it is needed until the post ends
        if element.tag == thread:
            threads[element.get(_ID) or ""] = _thread(element, document.space)
        else:
            kind = _left_out_as(element, document.space)
            comment = _comment(document, element, threads, on_reject) if kind is None else None
            if comment is not None:
                yield comment
            elif kind is not None:
                skipped[kind] += 1
        free(element)


def _thread(element: etree._Element, space: str) -> tuple[str, str]:
    title = " ".join(unescape(content(element, f"{space}title")).split())
    return replaced(from_private(content(element, f"{space}link"))), replaced(from_private(title))


def _left_out_as(element: etree._Element, space: str) -> str | None:
    """Return why a post is left out, or None."""
    for tag, kind in (("isSpam", "spam"), ("isDeleted", "deleted")):
        if content(element, f"{space}{tag}").lower() in ("true", "1"):
            return kind
    return None


def _comment(
    document: Document, element: etree._Element, threads: dict[str, tuple[str, str]], on_reject: RejectSink
) -> Comment | None:
    space = document.space
    message = content(element, f"{space}message")
    text = from_private(plain_text(message, breaks="<p" not in message and "<br" not in message))
    author = from_private(unescape(content(element, f"{space}author/{space}name")))
    if is_rejected(document, element, (author, text), on_reject):
        return None
    thread, parent = element.find(f"{space}thread"), element.find(f"{space}parent")
    key = (thread.get(_ID) if thread is not None else None) or ""
    link, title = threads.get(key, ("", ""))
    return Comment(
        id=element.get(_ID),
        text=text,
        author=author or None,
        parent=parent.get(_ID) if parent is not None else None,
        source=f"{document.name}:{line_of(element)}",
        thread=link or key or None,
        date=content(element, f"{space}createdAt") or None,
        extra={"post": title},
    )
