"""Where the thread of a saved page begins and ends, and which lines start a comment.

Takes the lines of a page, gives the place, id and parent of each comment. A line is judged by its neighbours:
prose says "As my boss says:" too. Imports only the patterns of the readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from smsn.readers import patterns
from smsn.readers.patterns import Header


@dataclass(frozen=True, slots=True)
class Entry:
    """A comment's place in the page: the line of its header, and the line after its last."""

    header: Header
    start: int
    end: int
    id: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """The comments of a page; `top` is the line that announces them, or the first comment's."""

    top: int
    announced: tuple[int | None, str] | None
    entries: tuple[Entry, ...]


def find_thread(lines: Sequence[str]) -> Thread | None:
    """Return the thread of a page, or None where no line starts a comment."""
    return _Finder(lines).thread()


class _Finder:
    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.headers = [patterns.header(line) for line in lines]
        self.below = _next_texts(lines)

    def thread(self) -> Thread | None:
        announcement, first = self._begin()
        head = self.headers[first] if first is not None else None
        if first is None or head is None:
            return None
        layout = _Layout.of(head, self._indent_below(first))
        places = list(self._places(first, layout))
        keys = _keys([header for header, _, _ in places], layout.numbered)
        entries = tuple(Entry(*place, *key) for place, key in zip(places, keys, strict=True))
        told = None if announcement is None else patterns.announced(self.lines[announcement])
        return Thread(first if announcement is None else announcement, told, entries)

    def _begin(self) -> tuple[int | None, int | None]:
        """Return the line that announces the thread, and the first comment's.

        A blog tells the number of comments below the headline too, so the line that a comment follows at
        once goes first; failing that, the last one above the first comment.
        """
        marks = [i for i, line in enumerate(self.lines) if patterns.announced(line)]
        close = [i for i in marks if self._may_be_first(self.below[i], i)]
        if close:
            return close[0], self.below[close[0]]
        firsts = [i for i in range(len(self.lines)) if self._may_be_first(i, -1)]
        if not firsts:
            return None, None
        mark = max((i for i in marks if i < firsts[-1]), default=None)
        return mark, next(i for i in firsts if mark is None or i > mark)

    def _may_be_first(self, index: int | None, mark: int) -> bool:
        head = None if index is None else self.headers[index]
        if index is None or head is None or (index != mark + 1 and self.lines[index - 1].strip()):
            return False
        return not head.bare or patterns.is_name(head.author)

    def _places(self, first: int, layout: _Layout) -> Iterator[tuple[Header, int, int]]:
        """Yield the header of each comment with its first line and the line after its last."""
        later = {h.number: i for i, h in enumerate(self.headers) if h and h.number is not None and layout.on_top(h)}
        start, least, number = first, layout.indent, None
        for index in range(first, len(self.lines)):
            head = self.headers[index]
            if head is not None and (index == first or self._starts(index, head, layout)):
                if index > first:
                    yield self._place(start, index)
                start, least = index, min(least, head.indent)
                number = head.number if layout.numbered and layout.on_top(head) else number
            elif patterns.is_end(self.lines[index]) or (
                # above the next number it is a line set wrongly, and the thread goes on
                self._left_of(index, layout, least) and (number is None or later.get(number + 1, -1) < index)
            ):
                yield self._place(start, index)
                return
        yield self._place(start, len(self.lines))

    def _place(self, start: int, end: int) -> tuple[Header, int, int]:
        head = self.headers[start]
        assert head is not None  # only headers start a comment
        return head, start, end

    def _starts(self, index: int, head: Header, layout: _Layout) -> bool:
        """Return whether a line that has the form of a header starts a comment in its place."""
        before = self.lines[index - 1]
        if before.strip() and not patterns.is_trailing(before, ""):
            return False
        if head.bare and (layout.numbered or not patterns.is_name(head.author)):
            return False
        if head.number is not None and layout.on_top(head):
            return True
        # in a saved list, what a person said stands right of the header; a list inside a comment does not step in
        below = self.below[index]
        if below is None or not layout.stepped or patterns.is_end(self.lines[below]):
            return True
        following = self.headers[below]
        return patterns.indent(self.lines[below]) > head.indent or (following is not None and layout.on_top(following))

    def _left_of(self, index: int, layout: _Layout, least: int) -> bool:
        line = self.lines[index]
        return layout.framed and bool(line.strip()) and patterns.indent(line) < least

    def _indent_below(self, index: int) -> int | None:
        below = self.below[index]
        return None if below is None else patterns.indent(self.lines[below])


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the first comment is set: the measure for all others.

    `stepped`: its text stands further right than its header. `framed`: a line further left than all headers
    cannot belong to the thread.
    """

    indent: int
    column: int
    numbered: bool
    stepped: bool
    framed: bool

    @classmethod
    def of(cls, head: Header, below: int | None) -> _Layout:
        return cls(
            indent=head.indent,
            column=head.column,
            numbered=head.number is not None,
            stepped=below is not None and below > head.indent,
            framed=below is not None and below >= head.indent > 0,
        )

    def on_top(self, head: Header) -> bool:
        return head.indent <= self.indent or head.column == self.column


def _next_texts(lines: Sequence[str]) -> list[int | None]:
    """Return, for each line, the next one that is not blank."""
    below: list[int | None] = [None] * len(lines)
    latest: int | None = None
    for index in range(len(lines) - 1, -1, -1):
        below[index] = latest
        latest = index if lines[index].strip() else latest
    return below


def _keys(headers: Sequence[Header], numbered: bool) -> Iterator[tuple[str, str | None]]:
    """Yield the id of each comment and of the one above it that it answers: "7" and None, "7.1" and "7"."""
    above: list[tuple[Header, str]] = []  # the comments that the next one may answer
    replies: dict[str | None, int] = {}
    for head in headers:
        while above and not _answers(head, above[-1][0], numbered and len(above) == 1):
            above.pop()
        parent = above[-1][1] if above else None
        count = replies[parent] = replies.get(parent, 0) + 1
        own = head.number if numbered and head.number is not None else count
        key = str(own) if parent is None else f"{parent}.{count}"
        replies[key] = 0
        above.append((head, key))
        yield key, parent


def _answers(head: Header, other: Header, under_number: bool) -> bool:
    """Return whether a comment answers `other`: it stands more to the right, or has a bullet under a number."""
    if head.number is not None and other.number is not None and head.column == other.column:
        return False  # numbers set flush right
    return head.indent > other.indent or (under_number and head.number is None)
