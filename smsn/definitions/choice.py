"""From parsed sentences to definitions: which terms are defined in them, and by which words.

Takes :class:`Reading` objects, a whole batch at once so that a model scores all their candidates together, gives definitions. Must not
import scikit-learn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import smsn.definitions.slots as slots
import smsn.definitions.spans as spans
from smsn.definitions.candidate import Candidate, Layout, genus_heads
from smsn.definitions.grammar import kind_of
from smsn.definitions.place import Found, Place
from smsn.definitions.rules import RULES, propose
from smsn.definitions.slots import Parse, Span
from smsn.records import Definition

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from smsn.definitions.scorer import DefinitionModel

CONSTITUENT = "constituent"
"""The name of what no rule proposes: words that the parser puts under one head."""

_NEARLY, _RIVALS, _FIT = 0.6, 2, 0.25
"""How much worse a slot may be to be compared by what would define it, how many are, and how much that counts."""

_RULE_KINDS = {rule.name: rule.kind for rule in RULES}


@dataclass(frozen=True, slots=True)
class Reading:
    """A parsed sentence: its words in the caller's text, the scores of the sentence by profile.

    `mentions` are ``(first token, last + 1, term)`` of the terms that were asked for, None if any term counts; `antecedent` is what
    a pronoun in the sentence stands for. Where no rule proposes anything for a term that was asked for, its slot must score `least`;
    of the terms of a pair only what a rule proposes is taken.
    """

    doc: Doc
    layout: Layout
    score: Any
    mentions: Sequence[tuple[int, int, str]] | None = None
    antecedent: str | None = None
    least: float = math.inf


@dataclass(slots=True)
class _Wish:
    """A term whose definiens is sought: the number of its reading, its place, and what may define it."""

    number: int
    place: Place
    spans: list[Span]
    slot: float
    best: int = 0
    fit: float = 0.0


def choose(readings: Sequence[Reading], scorer: DefinitionModel, profile: str) -> list[list[Definition]]:
    """Return the definitions in each reading, in the order of the text.

    For terms that were asked for everything that is proposed, with its probability; of any other what the profile accepts.
    """
    parses = [Parse.of(reading.doc) for reading in readings]
    places = [_places(reading, parse) for reading, parse in zip(readings, parses, strict=True)]
    stood = _split(scorer.slot_scores, [[slots.describe(parse, place) for place in mine] for parse, mine in zip(parses, places, strict=True)])
    ruled: list[list[Candidate]] = []
    groups: list[list[list[_Wish]]] = []
    likely = [scorer.probabilities(reading.score, slot, profile).tolist() if len(slot) else [] for reading, slot in zip(readings, stood, strict=True)]
    for number, (reading, parse, mine, slot, chances) in enumerate(zip(readings, parses, places, stood, likely, strict=True)):
        ruled.append(list(by_rules(reading.doc, reading.mentions)) if reading.mentions else [])
        groups.append(_wanted(number, reading, parse, mine, slot, chances, ruled[-1], scorer.threshold(profile)))
    _fill(parses, [wish for mine in groups for group in mine for wish in group], scorer)
    out = []
    for reading, parse, mine, chances, candidates, group in zip(readings, parses, places, likely, ruled, groups, strict=True):
        chance = dict(zip(mine, chances, strict=True))
        chosen = sorted([*candidates, *_chosen(reading.doc, parse, group)], key=lambda c: (c.term_span, c.definiens))
        out.append([c.to_definition(reading.doc, chance[c.term_span], reading.layout) for c in chosen])
    return out


def by_rules(doc: Doc, mentions: Sequence[tuple[int, int, str]]) -> Iterator[Candidate]:
    """Yield what the rules propose for mentions ``(first token, last + 1, term)``: one for each term and definiens."""
    candidates: list[Candidate] = []
    for first, last, term in mentions:
        others = tuple((m[0], m[1]) for m in mentions if m[2] != term)
        candidates += propose(Place(doc, term, (first, last), (0, len(doc)), others))
    seen: set[tuple[str, Span]] = set()
    for candidate in sorted(candidates, key=lambda c: (c.term_span, c.definiens)):
        if (candidate.term, candidate.definiens) not in seen:
            seen.add((candidate.term, candidate.definiens))
            yield candidate


def _places(reading: Reading, parse: Parse) -> list[Span]:
    """Return where a term may stand; nowhere in a question, unless the term was asked for."""
    if reading.mentions is not None:
        return [mention[:2] for mention in reading.mentions]
    return [] if _asks(reading.doc) else slots.candidates(parse)


def _split(score: Any, names: Sequence[Sequence[Sequence[str]]]) -> list[Any]:
    """Return the scores of lists of lists of names, scored together."""
    flat = [one for mine in names for one in mine]
    scores = score(flat) if flat else []
    out, start = [], 0
    for mine in names:
        out.append(scores[start : start + len(mine)])
        start += len(mine)
    return out


def _wanted(
    number: int, reading: Reading, parse: Parse, places: Sequence[Span], slot: Any, likely: Any, ruled: Sequence[Candidate], bar: float
) -> list[list[_Wish]]:
    """Return groups of terms of which one may be defined each."""
    doc = reading.doc
    if reading.mentions is not None:
        taken = [span for c in ruled for span in (c.term_span, c.definiens)]
        free = [i for i, place in enumerate(places) if likely[i] >= bar and slot[i] >= reading.least and not any(overlap(span, place) for span in taken)]
        groups = [[i] for i in free] if free and not _asks(doc) else []
        named: list[str | None] = [term for _first, _last, term in reading.mentions]
    else:
        groups = list(_rivals(places, slot, [p >= bar for p in likely])) if len(places) else []
        named = [_named(reading, place) for place in places]
    wishes: list[list[_Wish]] = []
    for group in groups:
        wishes.append([])
        for i in group:
            if (name := named[i]) is not None:
                others = tuple(m[:2] for m in reading.mentions or () if m[2] != name)
                found = [span for span in spans.candidates(parse) if not overlap(span, places[i])]
                wishes[-1] += [_Wish(number, Place(doc, name, places[i], (0, len(doc)), others), found, float(slot[i]))] if found else []
    return wishes


def _named(reading: Reading, place: Span) -> str | None:
    """Return how the term at a place is written, or what a pronoun there stands for; None if nobody knows."""
    first, last = place
    if last - first == 1 and reading.doc[first].lower_ in slots.PRONOUNS:
        return reading.antecedent
    where = reading.layout.places
    return reading.layout.text[where[first][0] : where[last - 1][1]]


def _rivals(places: Sequence[Span], stood: Any, kept: Sequence[bool]) -> Iterator[list[int]]:
    """Yield groups of places that may be a term of one definition: the best, and others that stand nearly as well; then, one by one, further ones.

    What overlaps a place of an earlier group is left out.
    """
    left = [i for i in stood.argsort()[::-1].tolist() if kept[i]]
    first = True
    while left and (first or stood[left[0]] >= 0):
        group = [i for i in left if stood[i] >= stood[left[0]] - _NEARLY][:_RIVALS] if first else left[:1]
        yield group
        left = [i for i in left if not any(overlap(places[i], places[j]) for j in group)]
        first = False


def _fill(parses: Sequence[Parse], wishes: Sequence[_Wish], scorer: DefinitionModel) -> None:
    """Find for each wish the words that fit it best."""
    names = [[spans.describe(parses[w.number], w.place.span, span) for span in w.spans] for w in wishes]
    for wish, scores in zip(wishes, _split(scorer.span_scores, names), strict=True):
        wish.best, wish.fit = int(scores.argmax()), float(scores.max())


def _chosen(doc: Doc, parse: Parse, groups: Sequence[Sequence[_Wish]]) -> list[Candidate]:
    """Return the best candidate of each group that does not cross an earlier one."""
    found: list[Candidate] = []
    for group in groups:
        if not group:
            continue
        wish = max(group, key=lambda w: w.slot + _FIT * w.fit)
        if found and wish.slot + _FIT * wish.fit < 0:
            continue
        candidate = _candidate(doc, parse, wish)
        if not any(overlap(candidate.definiens, c.definiens) or overlap(c.definiens, candidate.term_span) for c in found):
            found.append(candidate)
    return found


def _candidate(doc: Doc, parse: Parse, wish: _Wish) -> Candidate:
    """Return the definition of a term, with the name of the first rule that proposes some of its words."""
    best = wish.spans[wish.best]
    ruled = list(propose(wish.place))
    rule = next((c.rule for exact in (True, False) for c in ruled if (c.definiens == best if exact else overlap(c.definiens, best))), CONSTITUENT)
    genus = tuple(i for i in genus_heads(doc[parse.head(best)]) if best[0] <= i < best[1])
    kind = kind_of(_RULE_KINDS.get(rule, "genus" if genus else "purpose"), wish.place, Found(best, genus))
    return Candidate(wish.place.term, rule, kind, (0, len(doc)), wish.place.span, best, genus)


def overlap(one: Span, two: Span) -> bool:
    """Say whether two spans have a token in common."""
    return one[0] < two[1] and two[0] < one[1]


def _asks(doc: Doc) -> bool:
    """Say whether a sentence is a question: it defines nothing."""
    return Place(doc, "", (0, 1), (0, len(doc))).asked
