"""A saved HTML page of WordPress and its kin: headline, article, nested comments.

Takes the bytes of a page, gives its comments in the order of the document. Broken markup is normal and is read
as lxml mends it. Imports lxml, and only errors and records of smsn, and the readers' own modules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from smsn.errors import InputError
from smsn.readers import patterns
from smsn.readers.decoding import as_private, decode, from_private, has_marks, is_noise, readable, replaced
from smsn.readers.markup import classes, tag, text_of
from smsn.readers.reading import Reading, RejectSink, count_notes
from smsn.records import Comment, Reject

_COMMENT_ID = re.compile(r"(?:li-|div-)?comment-(\d+)")
_CHARSET = re.compile(rb"""(?i)<meta[^>]+charset\s*=\s*["']?([\w.:-]+)""")
_HEAD = 4096  # bytes in which a page must name its encoding

_PINGS = {"pingback", "trackback"}
_BODIES = ("comment-content", "comment-text", "comment-body")
_AROUND_TEXT = {
    "comment-author", "comment-meta", "comment-metadata", "commentmetadata", "comment-date", "comment-reply-link",
    "comment-edit-link", "comment-awaiting-moderation", "edit-link", "reply", "says", "vcard", "sharedaddy", "meta",
}  # fmt: skip
_AROUND_ARTICLE = {
    "sharedaddy", "jp-relatedposts", "printfriendly", "author-box", "author-bio", "about-author", "comments-area",
    "entry-meta", "entry-footer", "post-navigation",
}  # fmt: skip
_SAYS = re.compile(r"(?i)\s*\b(?:says|said|wrote|writes)\s*:?\s*$")


def read_html(name: str, data: bytes, on_reject: RejectSink) -> Reading:
    """Return the comments of an HTML page, its title and its article.

    Comments with bytes that the page's encoding does not allow are rejected; the others are read.

    Raises
    ------
    InputError
        If the page is no text, or no comment is found.
    """
    root = _parse(name, data)
    pings = {element for element in root.iter("li", "article", "div") if classes(element) & _PINGS}
    found = _comment_elements(root, pings)
    if not found:
        raise InputError(
            f'{name}: no comments were found; a comment is an element such as <li id="comment-123">. '
            "Save the page as text, or give a table of comments."
        )
    reading = Reading("html", [], title=_title(root))
    comments = [_comment(name, element, found, on_reject) for element in found]
    reading.comments = read = [comment for comment in comments if comment is not None]
    reading.article = _article(name, root, found, on_reject)
    ping_count = sum(pings.isdisjoint(ping.iterancestors()) for ping in pings)
    flat = sum(_parent(element, found) is None for element in found)
    counts = (len(found), flat, len(found) + ping_count, flat + ping_count)
    reading.notes += count_notes(name, _announced(root), counts, len(read))
    if ping_count:
        links = "1 pingback was" if ping_count == 1 else f"{ping_count} pingbacks were"
        reading.notes.append(f"{name}: {links} left out.")
    return reading


def _parse(name: str, data: bytes) -> HtmlElement:
    named = _CHARSET.search(data[:_HEAD])
    encoding = named[1].decode("ascii").lower() if named else "utf-8"
    if encoding in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"):
        encoding = "cp1252"  # as browsers do
    text = decode(data, "utf-8" if encoding.startswith("utf-16") else encoding)
    if is_noise(text):
        raise InputError(f"{name}: is not an HTML page in the encoding that it names. Save it again from a browser.")
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        return document_fromstring(as_private(text).encode("utf-8"), parser=parser)
    except etree.ParserError as error:
        raise InputError(f"{name}: is not an HTML page: {error}. Check the file, or add --format.") from error


def _comment_elements(root: HtmlElement, pings: set[HtmlElement]) -> dict[HtmlElement, str]:
    """Return the outermost element of each comment, and its id; pingbacks are none."""
    found: dict[HtmlElement, str] = {}
    seen = {_number(ping) for ping in pings}
    for element in root.iter("li", "article", "div"):
        number = _number(element)
        if number is not None and number not in seen and not _in_ping(element, pings):
            found[element] = number
        seen.add(number)
    return found


def _in_ping(element: HtmlElement, pings: set[HtmlElement]) -> bool:
    for above in element.iterancestors():
        if above in pings or tag(above) in ("ol", "ul"):
            return above in pings
    return False


def _number(element: HtmlElement) -> str | None:
    match = _COMMENT_ID.fullmatch(element.get("id") or "")
    return match[1] if match else None


def _parent(element: HtmlElement, found: dict[HtmlElement, str]) -> str | None:
    """Return the id of the enclosing comment; a list must stand between, else the markup was never closed."""
    listed = False
    for above in element.iterancestors():
        if above in found:
            return found[above] if listed else None
        listed = listed or tag(above) in ("ol", "ul") or "children" in classes(above)
    return None


def _comment(name: str, element: HtmlElement, found: dict[HtmlElement, str], on_reject: RejectSink) -> Comment | None:
    def other(below: HtmlElement) -> bool:
        return below in found or "children" in classes(below)

    own = _own(element, other)
    body = next((part for kind in _BODIES for part in own if kind in classes(part)), element)
    inside = set(body.iter()) if body is not element and "comment-body" not in classes(body) else set()
    around = [part for part in own if part not in inside]
    text = from_private(text_of(body, lambda part: other(part) or bool(classes(part) & _AROUND_TEXT)))
    author, date = _author(around), _date(around)
    if any(has_marks(part) for part in (text, author or "", date or "")):
        raw = readable(f"{author or ''}\n\n{text}").strip()
        on_reject(Reject(name, _line(element), "The comment holds bytes that are not of the page's encoding.", raw))
        return None
    return Comment(
        id=found[element],
        text=text,
        author=author,
        parent=_parent(element, found),
        source=f"{name}:{_line(element)}",
        thread=name,
        date=date,
    )


def _own(element: HtmlElement, other: Callable[[HtmlElement], bool]) -> list[HtmlElement]:
    """Return the elements of a comment, without those of the comments nested in it."""
    own: list[HtmlElement] = []
    walker = etree.iterwalk(element, events=("start",))
    for _, part in walker:
        if part is not element and other(part):
            walker.skip_subtree()
        else:
            own.append(part)
    return own


def _author(around: Iterable[HtmlElement]) -> str | None:
    for part in _first_of(around, "fn", "comment-author", "author"):
        cite = next(iter(part.iter("cite")), None) if "comment-author" in classes(part) else None
        author = _SAYS.sub("", _plain(part if cite is None else cite))
        if author:
            return author
    return next((_plain(part) for part in around if "author" in (part.get("rel") or "").lower().split()), None)


def _date(around: Iterable[HtmlElement]) -> str | None:
    stamp = next((part.get("datetime") for part in around if tag(part) == "time" and part.get("datetime")), None)
    if stamp:
        return from_private(stamp)
    for part in _first_of(around, "comment-metadata", "commentmetadata", "comment-date", "comment-meta"):
        date = patterns.date_in(_plain(part))
        if date:
            return date
    return None


def _first_of(parts: Iterable[HtmlElement], *kinds: str) -> list[HtmlElement]:
    """Return the elements of the given classes, in the order of the classes."""
    return [part for kind in kinds for part in parts if kind in classes(part)]


def _title(root: HtmlElement) -> str | None:
    headings = [h for h in root.iter("h1") if "site-title" not in classes(h)]
    best = [_plain(h) for h in headings if "entry-title" in classes(h)]
    best += [meta.get("content") or "" for meta in root.iter("meta") if meta.get("property") == "og:title"]
    best += [_plain(h) for h in headings] + [_plain(title) for title in root.iter("title")]
    return next((replaced(from_private(" ".join(title.split()))) for title in best if title.strip()), None)


def _announced(root: HtmlElement) -> tuple[int | None, str] | None:
    for element in root.iter("h1", "h2", "h3", "h4", "div", "p", "span"):
        if "comments-title" in classes(element) or element.get("id") == "comments-title":
            return patterns.announced(_plain(element))
    return None


def _article(name: str, root: HtmlElement, found: dict[HtmlElement, str], on_reject: RejectSink) -> Comment | None:
    def aside(part: HtmlElement) -> bool:
        return part in found or part.get("id") == "comments" or bool(classes(part) & _AROUND_ARTICLE)

    outside = _own(root, lambda part: part in found)
    bodies = _first_of(outside, "entry-content", "post-content")
    if bodies:
        element, text = bodies[0], text_of(bodies[0], aside)
    else:
        article = next((part for part in outside if tag(part) == "article"), None)
        if article is None:
            return None
        element = article
        text = "\n\n".join(filter(None, (text_of(p, aside) for p in _own(article, aside) if tag(p) == "p")))
    text = from_private(text)
    if has_marks(text):
        reason = "The article holds bytes that are not of the page's encoding."
        on_reject(Reject(name, _line(element), reason, readable(text)))
        return None
    return Comment("article", text, source=f"{name}:{_line(element)}", thread=name, kind="article") if text else None


def _plain(element: HtmlElement) -> str:
    return from_private(" ".join(text_of(element, lambda part: False).split()))


def _line(element: HtmlElement) -> int:
    return int(element.sourceline or 1)
