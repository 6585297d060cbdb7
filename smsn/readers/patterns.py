r"""What the lines around a comment look like: headers, dates, boilerplate, ends of a thread.

Patterns as data, and small questions about one line. Nothing here knows about neighbouring lines; what a line
means in its place is decided in ``pages`` and ``html``. Imports nothing of smsn.

>>> header("  7. B. Nakamura says:").author
'B. Nakamura'
>>> header("Ann on March 3, 2011 at 9:12 am said:").date
'March 3, 2011 at 9:12 am'
>>> announced("14 Responses to “Tea vs Coffee”")
(14, 'responses')
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_TIME = r"(?:\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s*[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?)"
STAMP = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
    rf"(?:{_MONTH}\s+{_DAY},?\s+\d{{4}}|{_DAY}\.?\s+{_MONTH},?\s+\d{{4}}|\d{{4}}-\d\d-\d\d"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}|(?:\d+|an?)\s+(?:minute|hour|day|week|month|year)s?\s+ago)"
    rf"(?:[t,]?\s*(?:at|@|[-–—|·])?\s*{_TIME})?(?:\s+(?:utc|gmt))?"
)
_STAMP = re.compile(rf"(?i)\b{STAMP}")
_HEADER = re.compile(
    r"(?P<lead>\s*(?:(?P<number>\d{1,5})[.)]\s+|(?P<bullet>[•◦▪‣·*–—o-])\s+)?)"
    r"(?P<author>\S(?:.{0,78}?\S)??)"
    rf"(?i:,?\s+on\s+(?P<before>{STAMP}))?"
    r"\s+(?i:says|said|wrote|writes|replied|replies)"
    rf"(?i:\s*:|\s*:\s*\(?(?P<after>{STAMP})\)?\s*:?|\s*(?:on\s+)?(?P<between>{STAMP})\s*:)\s*"
)
_LONGEST_HEADER = 200
_LONGEST_ANNOUNCEMENT = 2000

_NOUN = r"(?P<noun>responses?|comments?|replies|reply|thoughts?)"
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+|\d{1,6}|one|no)"
_ANNOUNCED = (
    re.compile(rf"(?i)\W*{_NUMBER}\s+{_NOUN}(?:\s+(?:to|on|so far|for)\b.*|\s*[|:»(].*)?\W*"),
    re.compile(rf"(?i)\W*{_NOUN}\s*[(\[:]\s*{_NUMBER}\s*[)\]]?\W*"),
    re.compile(r"(?i)\W*(?P<noun>comments|responses|replies)\W*(?P<number>)"),
)
_WORDS = {"one": 1, "no": 0}

_END = re.compile(
    r"(?i)\W*(?:(?:leave|post|add|write|submit)\s+(?:a|an|your)\s+(?:reply|comment|response)(?:\s+cancel\s+reply)?"
    r"|comments?\s+(?:(?:are|is)\s+(?:now\s+)?)?closed.{0,40}"
    r"|(?:related|recent|popular|similar|latest)\s+(?:posts?|articles?|comments?|entries)"
    r"|(?:trackbacks?|pingbacks?)(?:\s*(?:and|&|/)\s*(?:trackbacks?|pingbacks?))?(?:\s*\(\d+\))?"
    r"|post\s+navigation|(?:older|newer)\s+comments|you must be logged in to post a comment)\W*"
)

_VIA = re.compile(r"(?i)via\s+\S+(?:\s+\S+){0,4}(?<![.!?,;:])")
_LEADING = re.compile(r"(?i)(?:group|discussion)\s*:.*")
_DATE_LINE = re.compile(rf"(?i)\W*(?:on\s+)?(?P<date>{STAMP})[\s|·•#()-]*(?:permalink|reply|edit)?\W*")
_WORD = r"(?:log\s?in to reply|reply to this comment|reply|permalink|report|like|↓|↑)"
_TRAILING = re.compile(rf"(?i)[\s|·•()\[\]-]*{_WORD}(?:[\s|·•()\[\]-]+{_WORD})*[\s|·•()\[\]-]*")
_POSTED = re.compile(rf"(?i)posted by\s+(?P<name>\S.{{0,78}}?)(?:,?\s+(?:on\s+)?{STAMP})?")

_PROSE_STARTS = frozenset(
    "a all and another any anyone as because but even every everyone everybody he her his how i if in it its like"
    " many most my no nobody not now one or our people she since so some somebody someone that the their then there"
    " these they this those though thus to we what when where which while who yes yet you your".split()
)


@dataclass(frozen=True, slots=True)
class Header:
    """The line that starts a comment; `indent` and `column` count the characters before it and its author."""

    author: str
    number: int | None
    bullet: bool
    date: str | None
    indent: int
    column: int

    @property
    def bare(self) -> bool:
        """Whether it has neither a number nor a bullet."""
        return self.number is None and not self.bullet


def header(line: str) -> Header | None:
    """Return `line` as the header of a comment, if it has the form of one."""
    line = line.expandtabs().rstrip()
    found = _HEADER.fullmatch(line) if len(line) <= _LONGEST_HEADER else None
    if found is None:
        return None
    return Header(
        author=found["author"],
        number=int(found["number"]) if found["number"] else None,
        bullet=found["bullet"] is not None,
        date=found["before"] or found["after"] or found["between"],
        indent=indent(line),
        column=len(found["lead"]),
    )


def indent(line: str) -> int:
    """Return the number of blank characters before the text of `line`."""
    line = line.expandtabs()
    return len(line) - len(line.lstrip())


def is_name(author: str) -> bool:
    """Return whether a bare header's author can be one: at most five words, not the start of a sentence.

    >>> is_name("Lena Ortiz-Hale"), is_name("???"), is_name("As my boss"), is_name("my boss")
    (True, True, False, False)
    """
    words = author.split()
    return len(words) <= 5 and not author[0].islower() and words[0].lower().rstrip(",") not in _PROSE_STARTS


def announced(line: str) -> tuple[int | None, str] | None:
    """Return the number (None if it is not told) and the noun of a line that announces a thread, else None."""
    line = line.strip()
    if len(line) > _LONGEST_ANNOUNCEMENT:
        return None
    found = next((m for pattern in _ANNOUNCED if (m := pattern.fullmatch(line))), None)
    if found is None:
        return None
    number = found["number"].lower().replace(",", "")
    return (_WORDS.get(number) if number in _WORDS else int(number) if number else None), found["noun"].lower()


def is_end(line: str) -> bool:
    """Return whether `line` stands below a thread, such as "Leave a Reply"."""
    return len(line) <= _LONGEST_HEADER and _END.fullmatch(line.strip()) is not None


def is_via(line: str) -> bool:
    """Return whether `line` is a "Via …" line by its form."""
    return _VIA.fullmatch(line.strip()) is not None


def is_leading(line: str) -> bool:
    """Return whether `line` names the group or the discussion that a comment was taken from."""
    return _LEADING.fullmatch(line.strip()) is not None


def is_trailing(line: str, author: str) -> bool:
    """Return whether `line` is boilerplate below a comment of `author`: links, "Posted by …"."""
    line = line.strip()
    if len(line) > _LONGEST_HEADER:
        return False
    posted = _POSTED.fullmatch(line)
    if posted is None:
        return _TRAILING.fullmatch(line) is not None
    name = posted["name"]
    return name.casefold() == author.casefold() or (is_name(name) and not name.endswith((".", "!")))


def date_line(line: str) -> str | None:
    """Return the date of a line that holds nothing else, or None."""
    found = _DATE_LINE.fullmatch(line.strip()) if len(line) <= _LONGEST_HEADER else None
    return found["date"] if found else None


def date_in(text: str) -> str | None:
    """Return the first date in `text`, or None."""
    found = _STAMP.search(text)
    return found.group() if found else None
