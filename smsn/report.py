"""Records to something that people read: counts of views and directions, with a quotation each.

Takes records one by one, keeps constant memory. A quotation that names a term goes before one that does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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

    def count(self, view: str, direction: str | None, comments: int) -> None:
        """Count comments of one view."""
        self.counts[view, direction] += comments

    def cite(self, row: Mapping[str, Any]) -> None:
        """Keep the quotation of a record if it is the clearest of its view and direction."""
        key = (row["view"], row["direction"])
        best = self.quotes[key][0] if key in self.quotes else (False, 0.0)
        if row["evidence"] and (True, row["probability"]) > best:
            words = quote(row["text"], row["evidence"][0])
            rank = (bool(find_mentions(words, row["pair"])), row["probability"])
            if rank > best:
                self.quotes[key] = (rank, words)

    def merge(self, other: Tally) -> None:
        """Add the counts of what came behind."""
        self.counts.update(other.counts)
        self.confident += other.confident
        self.definitions += other.definitions
        for key, (rank, words) in other.quotes.items():
            if key not in self.quotes or rank > self.quotes[key][0]:
                self.quotes[key] = (rank, words)

    def to_dict(self) -> dict[str, Any]:
        """Return the tally as JSON can hold it."""
        return {
            "counts": [[*key, count] for key, count in self.counts.items()],
            "confident": self.confident,
            "definitions": self.definitions,
            "quotes": [[*key, *rank, words] for key, (rank, words) in self.quotes.items()],
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Tally:
        """Return the tally that :meth:`to_dict` gave."""
        counts = Counter({(view, direction): count for view, direction, count in told["counts"]})
        quotes = {(view, direction): ((named, probability), words) for view, direction, named, probability, words in told["quotes"]}
        return cls(counts, told["confident"], told["definitions"], quotes)

    def rows(self) -> list[tuple[str, str, int, str]]:
        """Return ``(view, direction, comments, quotation)``, the most frequent first."""
        ordered = sorted(self.counts.items(), key=lambda item: (-item[1], item[0][0], item[0][1] or ""))
        return [
            (view, one_line(direction or ""), count, self.quotes[view, direction][1] if (view, direction) in self.quotes else "")
            for (view, direction), count in ordered
        ]


def quote(text: str, span: Mapping[str, Any]) -> str:
    """Return the words of a piece of evidence, on one line, cut at a word if long."""
    words = one_line(text[span["start"] : span["end"]])
    if len(words) <= QUOTE:
        return words
    return words[: QUOTE - 1].rsplit(" ", 1)[0] + " …"


def one_line(text: str) -> str:
    r"""Return `text` on one line, with a dot for each character that a terminal would act upon.

    >>> one_line("a\nb \x1b[31mc")
    'a b ·[31mc'
    """
    return " ".join("".join(c if c.isprintable() or c.isspace() else "·" for c in text).split())
