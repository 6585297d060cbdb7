"""What stands twice: near-duplicates that are labelled differently, and what is on both sides of a split.

Takes labelled comments, gives pairs of places and :class:`Leaks`. Must not import scikit-learn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from smsn.corpus_file import LabelledComment
from smsn.diversity import near_pairs, plain
from smsn.labelling.claims import claim_of

_Key = Callable[[LabelledComment], str | None]


@dataclass(frozen=True, slots=True)
class Shared:
    """What stands on both sides: a text, pair or author, and the places of its comments on each side, from 0."""

    what: str
    here: tuple[int, ...]
    there: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leaks:
    """What stands on both sides of a split: texts (but for case and punctuation), near-duplicates of other texts, pairs, authors."""

    texts: list[Shared] = field(default_factory=list)
    near_duplicates: list[Shared] = field(default_factory=list)
    pairs: list[Shared] = field(default_factory=list)
    authors: list[Shared] = field(default_factory=list)

    def kinds(self) -> dict[str, list[Shared]]:
        """Return what is shared, by the name of its kind."""
        return {name: getattr(self, name) for name in ("texts", "near_duplicates", "pairs", "authors")}

    def to_dict(self) -> dict[str, Any]:
        """Return how many there are of each kind, and under ``where`` their places, as a JSON-ready dict."""
        where = {kind: [{"what": s.what, "here": list(s.here), "there": list(s.there)} for s in found] for kind, found in self.kinds().items()}
        return {**{kind: len(found) for kind, found in where.items()}, "where": where}


def contradictions(comments: Sequence[LabelledComment]) -> list[tuple[int, int]]:
    """Return the places of each two near-duplicates about one pair whose view or direction differs, in order.

    >>> def comment(view, text="To my mind a tea is a drink like any other."):
    ...     return LabelledComment(text, ("tea", "drink"), text, view)
    >>> contradictions([comment("subset"), comment("none", "Nobody asked."), comment("distinct")])
    [(0, 2)]
    """
    found: list[tuple[int, int]] = []
    for places in _places(comments, lambda c: c.group).values():
        near = near_pairs([plain(comments[i].text) for i in places])
        found += [(places[a], places[b]) for a, b in near if claim_of(comments[places[a]]) != claim_of(comments[places[b]])]
    return sorted(found)


def leaks(comments: Sequence[LabelledComment], others: Sequence[LabelledComment]) -> Leaks:
    """Return what stands on both sides of a split, in the order of `comments`.

    Parameters
    ----------
    comments, others : sequence of LabelledComment
        The two sides; `here` in what is returned are places in the first, `there` in the second.
    """
    return Leaks(_shared(comments, others, lambda c: plain(c.text)), _nearly(comments, others), _shared(comments, others, lambda c: c.group), _shared(comments, others, lambda c: c.author))


def _places(comments: Iterable[LabelledComment], key: Callable[[LabelledComment], str | None]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for i, comment in enumerate(comments):
        if name := key(comment):
            places[name].append(i)
    return dict(places)


def _shared(comments: Sequence[LabelledComment], others: Sequence[LabelledComment], key: Callable[[LabelledComment], str | None]) -> list[Shared]:
    here, there = _places(comments, key), _places(others, key)
    return [Shared(name, tuple(places), tuple(there[name])) for name, places in here.items() if name in there]


def _nearly(comments: Sequence[LabelledComment], others: Sequence[LabelledComment]) -> list[Shared]:
    """Return the texts here that others there nearly repeat."""
    here, there = (_places(side, lambda c: plain(c.text)) for side in (comments, others))
    texts = list({**here, **there})
    found: dict[str, list[int]] = defaultdict(list)
    for pair in near_pairs(texts):
        for one, other in (pair, pair[::-1]):
            if texts[one] in here and texts[other] in there:
                found[texts[one]] += there[texts[other]]
    return [Shared(text, tuple(here[text]), tuple(sorted(found[text]))) for text in here if text in found]
