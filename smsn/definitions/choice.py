"""From parsed sentences to definitions: which terms are defined in them, and by which words.

Takes :class:`Reading` objects, a whole batch at once so that a model scores all their candidates together, gives definitions. Must not
import scikit-learn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

import smsn.definitions.slots as slots
import smsn.definitions.spans as spans
from smsn.definitions.candidate import Candidate, Layout, genus_in
from smsn.definitions.grammar import kind_of
from smsn.definitions.place import Found, Place
from smsn.definitions.rules import RULES, Rule, propose
from smsn.definitions.slots import Parse, Span
from smsn.definitions.wordlists import asks
from smsn.records import Definition

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from smsn.definitions.scorer import DefinitionModel

CONSTITUENT = "constituent"
"""The name of what no rule proposes: words that the parser puts under one head."""

_FAR_BEHIND = 1.0
"""How much less the slot of a term that was asked for may score than that of another term of the sentence."""

_LOOKED_AT = 6
"""So many of the spans that may define a term are described as a whole."""

_RULE_KINDS = {rule.name: rule.kind for rule in RULES}


@dataclass(frozen=True, slots=True)
class Reading:
    """A parsed sentence: its words in the caller's text, the scores of the sentence by profile.

    `mentions` are ``(first token, last + 1, term)`` of the terms that were asked for, None if any term counts; `rules` are those that
    may see something at them; `antecedent` is what a pronoun in the sentence stands for. For the terms of a pair only what a rule proposes is taken; for a term that is asked for
    `alone` also what the model finds, unless another term of the sentence is far likelier the one that is defined.
    """

    doc: Doc
    layout: Layout
    score: Any
    mentions: Sequence[tuple[int, int, str]] | None = None
    rules: Sequence[Rule] = ()
    antecedent: str | None = None
    alone: bool = False


@dataclass(slots=True)
class _Wish:
    """A term whose definiens is sought: the number of its reading, its place, and what may define it."""

    number: int
    place: Place
    spans: list[Span]
    best: int = 0


def choose(readings: Sequence[Reading], scorer: DefinitionModel, profile: str) -> list[list[Definition]]:
    """Return the definitions in each reading, in the order of the text.

    For terms that were asked for everything that is proposed, with its probability; of any other what the profile accepts.
    """
    ruled = [list(by_rules(reading.doc, reading.mentions, reading.rules)) if reading.mentions else [] for reading in readings]
    # of a pair only what a rule proposes counts, so the rest need not be described
    kept = [i for i, (reading, mine) in enumerate(zip(readings, ruled, strict=True)) if mine or reading.mentions is None or reading.alone]
    out: list[list[Definition]] = [[] for _ in readings]
    for i, found in zip(kept, _definitions_of([readings[i] for i in kept], [ruled[i] for i in kept], scorer, profile), strict=True):
        out[i] = found
    return out


def _definitions_of(readings: Sequence[Reading], ruled: Sequence[list[Candidate]], scorer: DefinitionModel, profile: str) -> list[list[Definition]]:
    """Return the definitions in each reading, of which the rules proposed `ruled`."""
    parses = [Parse.of(reading.doc) for reading in readings]
    places = [_places(reading, parse) for reading, parse in zip(readings, parses, strict=True)]
    stood = _split(scorer.slot_scores, [[slots.describe(parse, place) for place in mine] for parse, mine in zip(parses, places, strict=True)])
    wishes: list[list[_Wish]] = []
    likely = [scorer.probabilities(reading.score, slot, profile).tolist() if len(slot) else [] for reading, slot in zip(readings, stood, strict=True)]
    for number, (reading, parse, mine, slot, chances) in enumerate(zip(readings, parses, places, stood, likely, strict=True)):
        wishes.append(_wanted(number, reading, parse, mine, slot, chances, ruled[number], scorer.threshold(profile, asked=reading.mentions is not None)))
    _fill(parses, [wish for mine in wishes for wish in mine], scorer)
    out = []
    for reading, parse, mine, chances, candidates, wished in zip(readings, parses, places, likely, ruled, wishes, strict=True):
        chance = dict(zip(mine, chances, strict=True))
        chosen = sorted([*candidates, *_chosen(reading.doc, parse, wished)], key=lambda c: (c.term_span, c.definiens))
        out.append([c.to_definition(reading.doc, chance[c.term_span], reading.layout) for c in chosen])
    return out


def by_rules(doc: Doc, mentions: Sequence[tuple[int, int, str]], rules: Sequence[Rule]) -> Iterator[Candidate]:
    """Yield what rules propose for mentions ``(first token, last + 1, term)``: one for each term and definiens."""
    candidates: list[Candidate] = []
    for first, last, term in mentions:
        others = tuple((m[0], m[1]) for m in mentions if m[2] != term)
        candidates += propose(Place(doc, term, (first, last), (0, len(doc)), others), rules)
    seen: set[tuple[str, Span]] = set()
    for candidate in sorted(candidates, key=lambda c: (c.term_span, c.definiens)):
        if (candidate.term, candidate.definiens) not in seen:
            seen.add((candidate.term, candidate.definiens))
            yield candidate


def _places(reading: Reading, parse: Parse) -> list[Span]:
    """Return where a term may stand, those that were asked for first; nowhere in a question, unless a term was asked for."""
    if reading.mentions is not None:
        mine = [mention[:2] for mention in reading.mentions]
        return [*mine, *(place for place in slots.candidates(parse) if not any(overlap(place, m) for m in mine))] if reading.alone else mine
    return [] if asks(reading.doc.text) else slots.candidates(parse)


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
) -> list[_Wish]:
    """Return the terms that may be defined, the likeliest first."""
    doc = reading.doc
    if reading.mentions is not None:
        taken = [span for c in ruled for span in (c.term_span, c.definiens)]
        mine = len(reading.mentions) if reading.alone else 0
        rival = max(slot[mine:], default=0.0)
        free = [i for i in range(mine) if likely[i] >= bar and slot[i] >= rival - _FAR_BEHIND and not any(overlap(span, places[i]) for span in taken)]
        wanted = free if free and not asks(doc.text) else []
        named: list[str | None] = [term for _first, _last, term in reading.mentions]
    else:
        named = [_named(reading, place) for place in places]
        wanted = list(_best(places, slot, [p >= bar and name is not None for p, name in zip(likely, named, strict=True)])) if len(places) else []
    wishes = []
    for i in wanted:
        if (name := named[i]) is not None:
            others = tuple(m[:2] for m in reading.mentions or () if m[2] != name)
            found = [span for span in spans.candidates(parse) if not overlap(span, places[i])]
            wishes += [_Wish(number, Place(doc, name, places[i], (0, len(doc)), others), found)] if found else []
    return wishes


def _named(reading: Reading, place: Span) -> str | None:
    """Return how the term at a place is written, or what a pronoun there stands for; None if nobody knows."""
    first, last = place
    if last - first == 1 and reading.doc[first].lower_ in slots.PRONOUNS:
        return reading.antecedent
    where = reading.layout.places
    return reading.layout.text[where[first][0] : where[last - 1][1]]


def _best(places: Sequence[Span], stood: Any, kept: Sequence[bool]) -> Iterator[int]:
    """Yield the place that is the likeliest to be a term that is defined, then further ones that stand as one would and do not overlap it."""
    taken: list[Span] = []
    for i in stood.argsort()[::-1].tolist():
        if kept[i] and (not taken or stood[i] >= 0) and not any(overlap(places[i], span) for span in taken):
            taken.append(places[i])
            yield i


def _fill(parses: Sequence[Parse], wishes: Sequence[_Wish], scorer: DefinitionModel) -> None:
    """Find for each wish the words that fit it best; of all that may, only the best by what they share are described as a whole."""
    if not wishes:
        return
    describers = [spans.Describer(parses[w.number], w.place.span, w.spans) for w in wishes]
    rough = np.split(scorer.span_scores(spans.joined([d.shared() for d in describers])), _ends(w.spans for w in wishes))
    kept = [np.sort(mine.argsort()[-_LOOKED_AT:]) for mine in rough]
    fine = np.split(scorer.span_scores(spans.joined([d.whole(mine.tolist()) for d, mine in zip(describers, kept, strict=True)])), _ends(kept))
    for wish, shared, mine, whole in zip(wishes, rough, kept, fine, strict=True):
        wish.best = int(mine[(shared[mine] + whole).argmax()])


def _ends(lists: Iterable[Sized]) -> list[int]:
    """Return where each of several lists ends when they stand one behind another, but for the last."""
    return list(accumulate(map(len, lists)))[:-1]


def _chosen(doc: Doc, parse: Parse, wishes: Sequence[_Wish]) -> list[Candidate]:
    """Return the candidates of the terms, of two that cross the likelier one."""
    found: list[Candidate] = []
    for wish in wishes:
        span, best = wish.place.span, wish.spans[wish.best]
        if not any(overlap(best, c.definiens) or overlap(c.definiens, span) for c in found):
            found.append(_candidate(doc, parse, wish))
    return found


def _candidate(doc: Doc, parse: Parse, wish: _Wish) -> Candidate:
    """Return the definition of a term, with the name of the first rule that proposes some of its words."""
    best = wish.spans[wish.best]
    ruled = list(propose(wish.place))
    rule = next((c.rule for exact in (True, False) for c in ruled if (c.definiens == best if exact else overlap(c.definiens, best))), CONSTITUENT)
    genus = genus_in(doc, best, parse.head(best))
    kind = kind_of(_RULE_KINDS.get(rule, "genus" if genus else "purpose"), wish.place, Found(best, genus))
    return Candidate(wish.place.term, rule, kind, (0, len(doc)), wish.place.span, best, genus)


def overlap(one: Span, two: Span) -> bool:
    """Say whether two spans have a token in common."""
    return one[0] < two[1] and two[0] < one[1]
