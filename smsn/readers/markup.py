"""An element of a page to plain text.

Takes an lxml element, gives text in which paragraphs, line breaks, quotations and lists can still be seen.
Iterative, since broken pages nest thousands deep. Imports nothing of smsn.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

_HIDDEN = frozenset("script style noscript template svg iframe form button select textarea head".split())
_BLOCKS = frozenset(
    "address article aside blockquote caption center dd details div dl dt fieldset figcaption figure footer h1 h2 h3 h4"
    " h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_BLANKS = re.compile(r"[ \t\r\f]+")
_TAG = re.compile(r"(</?[a-zA-Z][^<>]*>)")


def classes(element: HtmlElement) -> frozenset[str]:
    """Return the class names of an element, in lower case."""
    return frozenset((element.get("class") or "").lower().split())


def tag(element: HtmlElement) -> str:
    """Return the tag of an element; "" for comments and processing instructions."""
    return element.tag if isinstance(element.tag, str) else ""


def text_of(root: HtmlElement, leave_out: Callable[[HtmlElement], bool]) -> str:
    """Return the text of an element, without the elements below it for which `leave_out` is true.

    Paragraphs are parted by a blank line; ``<br>`` is a line end; each line of a quotation begins with
    ``"> "`` and each list item with ``"- "``; a link is its text, and an emoji picture its character.
    """
    writer = _Writer()
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    hidden: HtmlElement | None = None
    for event, element in walker:
        name = tag(element)
        if event == "start":
            if element is not root and (name in _HIDDEN or leave_out(element)):
                hidden = element
                walker.skip_subtree()
                writer.hide(name)
            else:
                writer.open(name if element is not root else "", element)
        else:
            if element is hidden:
                hidden = None
            elif event == "end" and element is not root:
                writer.close(name)
            if element is not root:
                writer.write(element.tail)
    return writer.text()


def plain_text(html: str, *, breaks: bool) -> str:
    r"""Return a piece of HTML as text, as :func:`text_of` does; with `breaks`, a line end is one.

    >>> plain_text("Mugs &amp; <em>cups</em>\nof clay\n\n<blockquote>Of tin.</blockquote>", breaks=True)
    'Mugs & cups\nof clay\n\n> Of tin.'
    """
    if "<" not in html and "&" not in html:  # most comments, and those of many megabytes
        text = _BLANKS.sub(" ", html) if breaks else _SPACE.sub(" ", html)
        return _tidy(text)
    if breaks and "\n" in html:
        html = _with_breaks(html)
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    return text_of(document_fromstring(f"<body>{html}".encode(), parser=parser), lambda element: False)


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text))).strip()


def _with_breaks(html: str) -> str:
    """Return `html` with ``<br>`` for each line end, as WordPress shows it: not in ``<pre>``, nor behind a ``<br>``."""
    parts = _TAG.split(html)
    verbatim, tag_before = 0, ""
    for index, part in enumerate(parts):
        if index % 2:
            tag_before = part[1:].rstrip("/> ").lower()
            verbatim += tag_before.split()[:1] == ["pre"]
            verbatim -= verbatim > 0 and tag_before == "/pre"
        elif not verbatim and "\n" in part:
            part = part.lstrip(" \t\r").removeprefix("\n") if tag_before == "br" else part
            parts[index] = part.replace("\n", "<br>")
    return "".join(parts)


class _Writer:
    """Collects blocks of text, each with its depth of quotation."""

    def __init__(self) -> None:
        self.blocks: list[tuple[str, bool]] = []  # text, and whether it is a list item
        self.parts: list[str] = []
        self.quotes = 0
        self.verbatim = 0
        self.item = False

    def open(self, name: str, element: HtmlElement) -> None:
        if name in _BLOCKS:
            self.flush()
        self.quotes += name == "blockquote"
        self.verbatim += name == "pre"
        self.item = self.item or name == "li"
        if name == "br":
            self.parts.append("\n")
        elif name == "img" and classes(element) & {"emoji", "wp-smiley"}:
            self.parts.append(element.get("alt") or "")
        self.write(element.text)

    def hide(self, name: str) -> None:
        if name in _BLOCKS:
            self.flush()

    def close(self, name: str) -> None:
        if name in _BLOCKS:
            self.flush()
        self.quotes -= name == "blockquote"
        self.verbatim -= name == "pre"
        self.item = self.item and name != "li"

    def write(self, text: str | None) -> None:
        if text:
            self.parts.append(text.replace("\r\n", "\n") if self.verbatim else _SPACE.sub(" ", text))

    def flush(self) -> None:
        text = _tidy("".join(self.parts))
        self.parts = []
        if text:
            lines = ("- " if self.item else "") + text
            mark = "> " * self.quotes
            self.blocks.append(("\n".join((mark + line).rstrip() for line in lines.split("\n")), self.item))
            self.item = False

    def text(self) -> str:
        self.flush()
        parts: list[str] = []
        for index, (block, item) in enumerate(self.blocks):
            tight = index > 0 and item and self.blocks[index - 1][1]
            parts += ["" if not index else "\n" if tight else "\n\n", block]
        return "".join(parts)
