"""How varied a labelled file is, writer by writer: near-duplicates, openings, lengths, labels, pairs.

Takes :class:`~smsn.corpus_file.LabelledComment` objects, gives :class:`Variety` objects. A corpus stamped out of templates
shows here before it shows in a score. Must not import spaCy or scikit-learn.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from smsn.corpus_file import LabelledComment

SHINGLE, NEAR, OPENING = 5, 0.5, 4
"""Words of a shingle, the Jaccard similarity above which two comments are near-duplicates, words of an opening."""

MOST_NEAR, MOST_OPENING = 0.01, 0.01
"""Shares above which a writer repeats himself."""


@dataclass(frozen=True, slots=True)
class Variety:
    """How varied the comments of one writer are.

    `near_duplicates` is the share of comments that another comment of the file, by whomever, nearly repeats;
    `opening` and `opening_share` the commonest first four words; `words` the lengths at 10, 50 and 90 %.
    """

    author: str
    comments: int
    near_duplicates: float
    opening: str
    opening_share: float
    words: tuple[int, int, int]
    views: dict[str, int]
    pairs: int

    @property
    def repeats(self) -> bool:
        """Whether more of it is repeated than a varied writer repeats; one repetition is chance."""
        return self.near_duplicates > max(MOST_NEAR, 1.5 / self.comments) or self.opening_share > max(MOST_OPENING, 2.5 / self.comments)

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as a JSON-ready dict."""
        return {**asdict(self), "words": list(self.words), "repeats": self.repeats}


def varieties(comments: Sequence[LabelledComment]) -> list[Variety]:
    """Return one :class:`Variety` a writer, in the order of their names.

    Parameters
    ----------
    comments : sequence of LabelledComment
        Any; those without an author count as by ``"?"``.
    """
    words = [plain(comment.text).split() for comment in comments]
    repeated = near_duplicates([" ".join(w) for w in words])
    mine: dict[str, list[int]] = defaultdict(list)
    for i, comment in enumerate(comments):
        mine[comment.author or "?"].append(i)
    found: list[Variety] = []
    for author, rows in sorted(mine.items()):
        opening, times = Counter(" ".join(words[i][:OPENING]) for i in rows).most_common(1)[0]
        lengths = sorted(len(words[i]) for i in rows)
        found.append(
            Variety(
                author,
                len(rows),
                sum(i in repeated for i in rows) / len(rows),
                opening,
                times / len(rows),
                (lengths[len(rows) // 10], lengths[len(rows) // 2], lengths[len(rows) * 9 // 10]),
                dict(Counter(comments[i].view for i in rows).most_common()),
                len({comments[i].group for i in rows}),
            )
        )
    return found


def plain(text: str) -> str:
    """Return the words of a text in small letters between blanks, without what stands between them; a text without words as it is.

    >>> plain("It's tea,  NOT coffee!"), plain(" :-) ")
    ("it's tea not coffee", ':-)')
    """
    return " ".join(re.findall(r"[\w'’]+", text.lower())) or text.strip()


def near_duplicates(texts: Sequence[str]) -> set[int]:
    """Return the places of the texts that another one nearly repeats.

    >>> near_duplicates(["a b c d e f g", "a b c d e f h g", "quite another thing altogether, this one"])
    set()
    >>> sorted(near_duplicates(["a b c d e f g h", "a b c d e f g i", "a b c"]))
    [0, 1]
    """
    return {place for pair in near_pairs(texts) for place in pair}


def near_pairs(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of each two texts that nearly repeat one another, in order: more than half of their 5-grams are shared (Jaccard).

    Parameters
    ----------
    texts : sequence of str
        Words between blanks, as :func:`plain` gives them.

    >>> near_pairs(["a b c d e f g h", "a b c", "a b c d e f g i", "a b c"])
    [(0, 2), (1, 3)]
    """
    shingles: list[set[tuple[str, ...]]] = []
    where: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        words = text.split()
        own = {tuple(words[j : j + SHINGLE]) for j in range(max(1, len(words) - SHINGLE + 1))}
        shingles.append(own)
        for shingle in own:
            where[shingle].append(i)
    shared: Counter[tuple[int, int]] = Counter()
    for places in where.values():
        shared.update((a, b) for n, a in enumerate(places) for b in places[n + 1 :])
    return sorted((a, b) for (a, b), common in shared.items() if common / (len(shingles[a]) + len(shingles[b]) - common) > NEAR)
