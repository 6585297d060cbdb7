"""The two terms: the pair, and where a text speaks of them.

Takes a :class:`Pair` and a text, gives :class:`Mention` objects with character offsets. Nothing here
depends on which term is called the first, so that exchanging the terms exchanges the mentions and
changes nothing else. Must not import spaCy or scikit-learn; its spaCy component is in ``pipeline``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

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


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a text that stand for a term: ``text[start:end]``; `term` is 0 or 1, the place in the pair.

    `kind` is literal, derived, short or anaphor ("the former").
    """

    start: int
    end: int
    term: int
    kind: str


_TIERS = ("literal", "derived", "short")
_ANAPHOR = re.compile(r"(?i)\bthe (former|latter)\b")


@lru_cache(maxsize=4096)
def _patterns(pair: Pair) -> tuple[tuple[str, tuple[re.Pattern[str] | None, re.Pattern[str] | None]], ...]:
    """Return, for each tier of forms, one pattern a term; a form that both terms claim belongs to neither."""
    literal: list[list[str]] = []
    for term, aliases in ((pair.a, pair.aliases_a), (pair.b, pair.aliases_b)):
        found = [p for name in (term, *aliases) for p in forms.literal_patterns(name)]
        literal.append(found)
    initials = [forms.initialism(pair.a), forms.initialism(pair.b)]
    if initials[0] != initials[1]:
        for place, letters in enumerate(initials):
            if letters:
                literal[place].append(forms.bounded(rf"{letters}s?", case=len(letters) == 2))
    derived = [forms.derived_patterns(pair.a), forms.derived_patterns(pair.b)]
    short: list[list[str]] = []
    for term, other in ((pair.a, pair.b), (pair.b, pair.a)):
        head = forms.short_form(term, other)
        heads = (forms.number_forms(head) | forms.verb_forms(head)) if head else set()
        short.append([forms.bounded("|".join(re.escape(h) for h in sorted(heads, key=len, reverse=True)))] if heads else [])
    tiers = (("literal", literal), ("derived", derived), ("short", short))
    return tuple((kind, (_joined(pats[0]), _joined(pats[1]))) for kind, pats in tiers)


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
    found: list[Mention] = []
    spelled = _spelled_out(text, pair)
    for term, name in enumerate(pair.terms):
        phrase = len(forms.split_words(name)) > 1
        for kind, patterns in _patterns(pair):
            if any(m.term == term for m in found) and not (kind == "derived" and phrase):
                continue  # the looser forms only where the text does not name the term in full
            pattern = patterns[term]
            spans = [m.span() for m in pattern.finditer(text)] if pattern else []
            words = spelled[term]
            if kind == "literal" and words is not None:
                spans += [m.span() for m in words.finditer(text)]
            found += [Mention(start, end, term, kind) for start, end in spans]
    mentions = _without_overlaps(found, pair, text)
    return _with_anaphors(text, mentions)


def _spelled_out(text: str, pair: Pair) -> list[re.Pattern[str] | None]:
    patterns: list[re.Pattern[str] | None] = []
    for term in pair.terms:
        words = forms.long_form(term, text)
        patterns.append(re.compile("|".join(forms.literal_patterns(words))) if words else None)
    return patterns


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


def _with_anaphors(text: str, mentions: list[Mention]) -> list[Mention]:
    """Add "the former" and "the latter", read by the order in which the terms were last introduced."""
    anaphors: list[Mention] = []
    passed = 0
    seen: list[int] = []  # the terms in the order of their latest mention
    for match in _ANAPHOR.finditer(text):
        while passed < len(mentions) and mentions[passed].end <= match.start():
            term = mentions[passed].term
            seen = [t for t in seen if t != term] + [term]
            passed += 1
        if len(seen) == 2:
            term = seen[1] if match.group(1).lower() == "latter" else seen[0]
            anaphors.append(Mention(match.start(), match.end(), term, "anaphor"))
    return sorted([*mentions, *anaphors], key=lambda m: m.start)


_TITLE_PATTERNS = (
    re.compile(r"(?i)\b(?:differences?|distinction|relationship|comparison)\s+(?:between|of)\s+(?P<a>.+?)\s+(?:and|&|vs\.?|versus)\s+(?P<b>.+)"),
    re.compile(r"(?i)^(?P<a>.+?)\s+(?:vs?\.?|versus)\s+(?P<b>.+)"),
    re.compile(r"(?i)^(?P<a>.+?)\s+(?:and|&)\s+(?P<b>.+?)\s*[:,–—-]\s*(?:what|how|are|is|the (?:same|difference))\b.*"),
)
_TITLE_LEAD = re.compile(r"(?i)^(?:re|on|discussion|topic|subject|title|the great|what is|what's|what are)\b[:\s]*(?=\S)|^(?:the|a|an)\s+")
_TITLE_TAIL = re.compile(r"\s*(?:[|»:?!(\[]|\s[-–—]\s).*$")


def pair_from_title(title: str) -> tuple[str, str] | None:
    """Return the two terms that a title sets side by side, or None.

    >>> pair_from_title("What is the difference between git and GitHub? | A blog")
    ('git', 'GitHub')
    >>> pair_from_title("Tea vs. Coffee: a war - The Daily Cup")
    ('Tea', 'Coffee')
    """
    title = " ".join(title.split())
    for pattern in _TITLE_PATTERNS:
        found = pattern.search(title)
        if found is None:
            continue
        a, b = _TITLE_LEAD.sub("", found["a"]).strip(" \"'“”‘’"), _TITLE_TAIL.sub("", found["b"]).strip(" .\"'“”‘’")
        a = _TITLE_LEAD.sub("", a)
        b = re.sub(r"(?i)^(?:the|a|an)\s+", "", b)
        if a and b and max(len(a.split()), len(b.split())) <= 5 and a.casefold() != b.casefold():
            return a, b
    return None


def usual_spelling(term: str, texts: Iterable[str]) -> str:
    """Return the spelling of `term` that `texts` use most inside sentences.

    A title capitalises: "Social Media" in the title is `social media` in the text, but `GitHub` stays.
    The first word of a sentence does not count; without any use inside a sentence, `term` is returned.
    """
    words = forms.split_words(term)
    pattern = re.compile(forms.bounded(forms.phrase_pattern(words, {words[-1].lower()})))
    counts: Counter[str] = Counter()
    for text in texts:
        for match in pattern.finditer(text):
            before = text[: match.start()].rstrip(" \t\"'“‘(*_")
            if before and before[-1] not in ".!?:\n>•-–":
                counts[match.group()] += 1
    if not counts:
        return term
    most = max(counts.values())
    return min((s for s, n in counts.items() if n == most), key=lambda s: (s != term, s))
