"""Records to something that people read: counts of views and directions, with a quotation each.

Takes records one by one, keeps constant memory. A quotation that names a term goes before one that does not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from smsn.records import Record
from smsn.terms import find_mentions

QUOTE = 68
"""Characters of the longest quotation."""


@dataclass(slots=True)
class Tally:
    """Counts of views and directions over a stream of records, with the clearest quotation of each."""

    counts: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    confident: int = 0
    definitions: int = 0
    quotes: dict[tuple[str, str | None], tuple[tuple[bool, float], str]] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Count one record."""
        key = (record.view, record.direction)
        self.counts[key] += 1
        self.confident += record.confident
        self.definitions += len(record.definitions)
        best = self.quotes[key][0] if key in self.quotes else (False, 0.0)
        if record.evidence and (True, record.probability) > best:
            words = quote(record)
            rank = (bool(find_mentions(words, record.pair)), record.probability)
            if rank > best:
                self.quotes[key] = (rank, words)

    def rows(self) -> list[tuple[str, str, int, str]]:
        """Return ``(view, direction, comments, quotation)``, the most frequent first."""
        ordered = sorted(self.counts.items(), key=lambda item: (-item[1], item[0][0], item[0][1] or ""))
        return [
            (view, one_line(direction or ""), count, self.quotes[view, direction][1] if (view, direction) in self.quotes else "")
            for (view, direction), count in ordered
        ]


def quote(record: Record) -> str:
    """Return the words of the strongest piece of evidence, on one line, cut at a word if long."""
    span = record.evidence[0]
    words = one_line(record.text[span.start : span.end])
    if len(words) <= QUOTE:
        return words
    return words[: QUOTE - 1].rsplit(" ", 1)[0] + " …"


def one_line(text: str) -> str:
    r"""Return `text` on one line, with a dot for each character that a terminal would act upon.

    >>> one_line("a\nb \x1b[31mc")
    'a b ·[31mc'
    """
    return " ".join("".join(c if c.isprintable() or c.isspace() else "·" for c in text).split())
