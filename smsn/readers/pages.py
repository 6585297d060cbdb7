"""A saved text page: headline, article, thread.

Takes the bytes of a page that a browser saved as text, gives its comments with the boilerplate around them
taken off. Where the thread is not what the page announces, a note says so. Imports only errors and records of
smsn, and the readers' own modules.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from smsn.errors import InputError
from smsn.readers import patterns
from smsn.readers.decoding import decode, has_marks, is_noise, readable, replaced
from smsn.readers.reading import Reading, RejectSink, count_notes
from smsn.readers.thread import Entry, find_thread
from smsn.records import Comment, Reject

_LINE_END = re.compile(r"\r\n|\n|\r")
_AUTHOR_BOX = re.compile(r"(?i)\W*(?:about\s+)?(?:the\s+)?author\W*")
_LONGEST_BOX = 6  # lines with text; longer, and "Author" is a heading of the article
_SITE_NAME = re.compile(r"\s*[|»·]\s|\s+[-–—]\s")
_ARTICLE_NOISE = re.compile(
    r"(?i)\W*(?:print friendly(?:, pdf & email)?|share this|tweet|related|like this|loading)\W*|loading\.\.\."
)


def read_page(name: str, data: bytes, on_reject: RejectSink) -> Reading:
    """Return the comments of a saved text page, its title and its article.

    Comments with bytes that are not UTF-8 are rejected; the others are read.

    Raises
    ------
    InputError
        If the page is no text, or no comment is found.
    """
    lines = page_lines(name, data)
    thread = find_thread(lines)
    if thread is None:
        raise InputError(
            f'{name}: no comments were found; a comment starts with a line such as "3. Ann says:". '
            "For one comment a paragraph, add --format text."
        )
    comments = [comment for entry in thread.entries if (comment := _comment(name, lines, entry, on_reject))]
    reading = Reading("page", comments)
    title = next((i for i in range(thread.top) if lines[i].strip()), None)
    if title is not None:
        reading.title = replaced(lines[title].strip())
        reading.article = _article(name, lines, title, thread.top, on_reject)
    flat = sum(entry.parent is None for entry in thread.entries)
    reading.notes += count_notes(name, thread.announced, (len(thread.entries), flat), len(comments))
    return reading


def page_lines(name: str, data: bytes) -> list[str]:
    """Return the lines of a page, without their ends and with marks for bad bytes.

    Raises
    ------
    InputError
        If it is no text.
    """
    text = decode(data)
    if is_noise(text):
        raise InputError(f"{name}: is not text in UTF-8, or in UTF-16 with a byte order mark. Save it as text.")
    return _LINE_END.split(text)


def _comment(name: str, lines: Sequence[str], entry: Entry, on_reject: RejectSink) -> Comment | None:
    if _rejected(name, lines, entry.start, entry.end, "comment", on_reject):
        return None
    text, date = clean(lines[entry.start + 1 : entry.end], entry.header.author)
    return Comment(
        id=entry.id,
        text=text,
        author=entry.header.author,
        parent=entry.parent,
        source=f"{name}:{entry.start + 1}",
        thread=name,
        date=entry.header.date or date,
    )


def clean(lines: Sequence[str], author: str) -> tuple[str, str | None]:
    """Return the text of a comment without the boilerplate above and below it, and the date found there."""
    start, end, date = 0, len(lines), None
    fresh = True
    while start < end:
        line = lines[start].strip()
        found = patterns.date_line(line)
        after = lines[start + 1].strip() if start + 1 < end else ""
        alone = not after or patterns.is_leading(after) or patterns.date_line(after) is not None
        if line and not found and not patterns.is_leading(line) and not (fresh and alone and patterns.is_via(line)):
            break
        date = date or found
        fresh = fresh and not line
        start += 1
    while end > start and (not lines[end - 1].strip() or patterns.is_trailing(lines[end - 1], author)):
        end -= 1
    return joined(lines[start:end]), date


def joined(lines: Sequence[str]) -> str:
    r"""Return lines as text: indentation off, line ends kept, several blank lines as one.

    >>> joined(["  a", "  b", "", " ", "  c"])
    'a\nb\n\nc'
    """
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()


def _article(name: str, lines: Sequence[str], title: int, top: int, on_reject: RejectSink) -> Comment | None:
    """Return what stands between the title and the thread, without a repeated title and the author box."""
    headline = lines[title].strip().casefold()
    boxes = [i for i in range(title + 1, top) if _AUTHOR_BOX.fullmatch(lines[i])]
    if boxes and "author" not in headline:
        length = sum(bool(line.strip()) for line in lines[boxes[-1] : top])
        top = boxes[-1] if length <= _LONGEST_BOX else top
    kept = [i for i in range(title + 1, top) if not _around_article(lines[i].strip(), headline)]
    while kept and (not lines[kept[0]].strip() or _repeats(lines[kept[0]].strip().casefold(), headline)):
        del kept[0]
    text = joined([lines[i] for i in kept])
    if not text or _rejected(name, lines, title + 1, top, "article", on_reject):
        return None
    return Comment("article", text, source=f"{name}:{kept[0] + 1}", thread=name, kind="article")


def _around_article(line: str, headline: str) -> bool:
    return line.casefold() == headline or bool(_ARTICLE_NOISE.fullmatch(line)) or patterns.announced(line) is not None


def _repeats(line: str, headline: str) -> bool:
    """Return whether `line` is the headline without the name of the site behind it."""
    return headline.startswith(line) and _SITE_NAME.match(headline[len(line) :]) is not None


def _rejected(name: str, lines: Sequence[str], start: int, end: int, what: str, on_reject: RejectSink) -> bool:
    bad = next((i for i in range(start, end) if has_marks(lines[i])), None)
    if bad is not None:
        raw = readable("\n".join(lines[start:end])).strip()
        on_reject(Reject(name, bad + 1, f"The {what} holds bytes that are not UTF-8.", raw))
    return bad is not None
