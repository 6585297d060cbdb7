"""The two terms: the pair, and where a text speaks of them.

Takes a :class:`Pair` and a text, gives :class:`Mention` objects with character offsets. Nothing here
depends on which term is called the first, so that exchanging the terms exchanges the mentions and
changes nothing else. Must not import spaCy or scikit-learn; its spaCy component is in ``pipeline``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from smsn import forms
from smsn.errors import PairError


@dataclass(frozen=True, slots=True)
class Pair:
    """Two terms and their aliases.

    Parameters
    ----------
    a, b : str
        The terms, verbatim as records will name them.
    aliases_a, aliases_b : tuple of str
        Further names of each.

    Raises
    ------
    PairError
        If a term is blank, or both are the same but for case and hyphens.
    """

    a: str
    b: str
    aliases_a: tuple[str, ...] = ()
    aliases_b: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for term in (self.a, self.b):
            if not isinstance(term, str) or not any(c.isalnum() for c in term):
                raise PairError(f'a pair needs two terms of at least one letter, got {self.a!r} and {self.b!r}. Write pair=("A", "B"), or --pair "A" "B".')
        if [w.lower() for w in forms.split_words(self.a)] == [w.lower() for w in forms.split_words(self.b)]:
            raise PairError(f'a pair needs two different terms, got {self.a!r} twice. Write pair=("A", "B"), or --pair "A" "B".')

    @property
    def terms(self) -> tuple[str, str]:
        """The two terms in the caller's order."""
        return (self.a, self.b)

    @classmethod
    def of(cls, pair: Pair | Sequence[str]) -> Pair:
        """Return `pair` as a Pair.

        Raises
        ------
        PairError
            If it is not two terms.
        """
        if isinstance(pair, Pair):
            return pair
        if isinstance(pair, str) or len(pair) != 2:
            raise PairError(f"a pair is two terms, got {pair!r}. Write pair=(\"A\", \"B\"), or --pair \"A\" \"B\".")
        return cls(pair[0], pair[1])

    def with_aliases(self, aliases: Iterable[tuple[str, str]]) -> Pair:
        """Return the pair with further names, each given as ``(term, alias)``.

        Raises
        ------
        PairError
            If an alias is given for a term that is not in the pair.
        """
        extra: dict[str, list[str]] = {self.a.casefold(): [], self.b.casefold(): []}
        for term, alias in aliases:
            if term.casefold() not in extra:
                raise PairError(f"alias {alias!r} is for {term!r}, which is not in the pair {self.a!r} / {self.b!r}.")
            extra[term.casefold()].append(alias)
        return Pair(
            self.a,
            self.b,
            (*self.aliases_a, *extra[self.a.casefold()]),
            (*self.aliases_b, *extra[self.b.casefold()]),
        )


class Mention(NamedTuple):
    """Words of a text that stand for a term: ``text[start:end]``; `term` is 0 or 1, the place in the pair.

    `kind` is literal, derived, short or anaphor ("the former").
    """

    start: int
    end: int
    term: int
    kind: str


_NEAR = 200  # characters between "one" and "the other"
_TIERS = ("literal", "derived", "short")
_Patterns = tuple[re.Pattern[str] | None, re.Pattern[str] | None]


def in_lower_case(text: str) -> str:
    """Return `text` in lower case, character for character: a letter whose lower case is longer stays as it is."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(low if len(low := c.lower()) == 1 else c for c in text)


@lru_cache(maxsize=1 << 13)
class _Forms:
    """The patterns of one term of a pair, tier by tier, compiled when they are first needed.

    Each is two: over text in lower case, and over text as it is.
    """

    def __init__(self, pair: Pair, term: int) -> None:
        self.name, self.other = pair.terms if term == 0 else pair.terms[::-1]
        self.aliases = pair.aliases_a if term == 0 else pair.aliases_b
        self.phrase = len(forms.split_words(self.name)) > 1
        self.acronym = self.name.isupper()

    @cached_property
    def literal(self) -> _Patterns:
        lowered: list[str] = []
        cased: list[str] = []
        for form in (self.name, *self.aliases):
            if forms.is_cased(form):
                cased.append(forms.ended(re.escape(form)))
            else:
                lowered += forms.literal_patterns(form)
        letters = forms.initialism(self.name)
        if letters and letters != forms.initialism(self.other):
            if len(letters) == 2:
                cased.append(forms.ended(rf"{letters}s?"))
            else:
                lowered.append(forms.ended(rf"{letters.lower()}s?"))
        return _joined(lowered), _joined(cased)

    @cached_property
    def derived(self) -> _Patterns:
        return _joined(forms.derived_patterns(self.name)), None

    @cached_property
    def short(self) -> _Patterns:
        return _joined(forms.short_patterns(self.name, self.other)), None


def written_patterns(pair: Pair) -> tuple[list[str], list[str]]:
    """Return the patterns of all forms of both terms: those over text in lower case, and those over text as it is.

    Where a form ends is said by :data:`smsn.forms.FENCE`.
    """
    lowered: list[str] = []
    cased: list[str] = []
    for term in (0, 1):
        written = _Forms(pair, term)
        for low, as_it_is in (written.literal, written.derived, written.short):
            lowered += [low.pattern] if low is not None else []
            cased += [as_it_is.pattern] if as_it_is is not None else []
        lowered += forms.spelling_patterns(written.name)
        capitals = forms.capitals_pattern(written.name)
        cased += [capitals] if capitals else []
    return lowered, cased


def _joined(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns)) if patterns else None


def find_mentions(text: str, pair: Pair | Sequence[str]) -> list[Mention]:
    """Return the mentions of both terms in the order of the text, without overlaps.

    Literal forms are found everywhere, and so is "social network" for "social networking"; the family of a single
    word ("persuaded") and short forms ("media") only in a text that does not name the term in full. Where two mentions overlap, the longer one stands; a form that
    could be either term is nobody's.

    Parameters
    ----------
    text : str
        Any text.
    pair : Pair or sequence of two str
        The terms.

    Returns
    -------
    list of Mention
        Offsets are characters of `text`.
    """
    pair = Pair.of(pair)
    lowered = in_lower_case(text)
    found: list[Mention] = []
    for term in (0, 1):
        written = _Forms(pair, term)
        spans = _scan(text, lowered, written.literal)
        words = forms.long_form(written.name, text) if written.acronym else None
        if words is not None:
            spans += _scan(text, lowered, (_joined(forms.literal_patterns(words)), None))
        found += [Mention(start, end, term, "literal") for start, end in spans]
        if not spans or written.phrase:
            literal = set(spans)
            derived = [span for span in _scan(text, lowered, written.derived) if span not in literal]
            found += [Mention(start, end, term, "derived") for start, end in derived]
            spans += derived
        if not spans:
            found += [Mention(start, end, term, "short") for start, end in _scan(text, lowered, written.short)]
    found.sort()
    if any(one.end > two.start for one, two in pairwise(found)):
        found = _without_overlaps(found, pair, text)
    return with_anaphors(text, lowered, found)


def _scan(text: str, lowered: str, patterns: _Patterns) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for pattern, where in zip(patterns, (lowered, text), strict=True):
        if pattern is not None:
            for match in pattern.finditer(where):
                start, end = match.span()
                if start == 0 or not ((before := where[start - 1]).isalnum() or before == "_"):
                    spans.append((start, end))
    return spans


def _without_overlaps(found: list[Mention], pair: Pair, text: str) -> list[Mention]:
    """Keep the longer of two overlapping mentions; of equal ones the closer to the term; else neither."""

    def distance(mention: Mention) -> int:
        if text[mention.start : mention.end].casefold() == pair.terms[mention.term].casefold():
            return 0
        return 1 + _TIERS.index(mention.kind)

    kept: list[Mention] = []
    contested: set[tuple[int, int]] = set()
    for mention in sorted(found, key=lambda m: (m.start, -m.end, distance(m))):
        last = kept[-1] if kept else None
        if last is None or mention.start >= last.end:
            kept.append(mention)
        elif (mention.start, mention.end) == (last.start, last.end):
            if mention.term != last.term and distance(mention) == distance(last):
                contested.add((mention.start, mention.end))
        elif mention.end - mention.start > last.end - last.start:
            kept[-1] = mention
    return [m for m in kept if (m.start, m.end) not in contested]


_ANAPHOR = re.compile(
    r"\bthe (?:(?P<former>former|first|1st)|(?P<latter>latter|second|2nd|other))(?: (?:one|term|word|thing))?\b"
    r"(?:(?<=former)|(?<=latter)|(?= (?:is|are|was|were|has|have|does|do|can|means?|refers?|being|involves?|focuses|deals|comes|needs|requires|about|for)\b)|(?=\s?[:,;)=]))"
)
"""Ordinals and "the other" stand for a term only where something is said of them."""
_ONE = re.compile(r"(?<!\w)(?:the )?one (?=(?:is|are|was|has|does|can|means|refers|being|involves|focuses|deals|comes|needs|requires)\b)")


def with_anaphors(text: str, lowered: str, mentions: list[Mention]) -> list[Mention]:
    """Add "the former" and "the latter", "the first" and "the second", "one" and "the other".

    They are read by the order in which the terms were last introduced, so only once both are.

    Parameters
    ----------
    text, lowered : str
        A text, and the same in lower case.
    mentions : list of Mention
        In the order of the text.
    """
    if len(mentions) < 2 or ("the " not in lowered and "one " not in lowered):
        return mentions
    found: list[tuple[int, int, bool]] = []
    for match in _ANAPHOR.finditer(lowered):
        latter = match["latter"] is not None
        if match["latter"] == "other":
            ones = [one for one in _ONE.finditer(lowered, max(0, match.start() - _NEAR), match.start())]
            if not ones:
                continue
            found.append((ones[-1].start(), ones[-1].end() - 1, False))
        found.append((match.start(), match.end(), latter))
    anaphors: list[Mention] = []
    for start, end, latter in found:
        before = [m.term for m in mentions if m.end <= start]
        if len(set(before)) == 2:
            last = before[-1]
            anaphors.append(Mention(start, end, last if latter else 1 - last, "anaphor"))
    return sorted([*mentions, *anaphors], key=lambda m: m.start) if anaphors else mentions
