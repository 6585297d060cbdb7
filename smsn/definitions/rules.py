"""The rules that propose definitions, as data: name, kind, example, counter-example, finder.

A rule looks at one mention of a term in a parsed sentence and yields :class:`Candidate` objects. An example
marks the definiendum ``[t …]`` and the definiens ``{…}``; a counter-example marks the term alone and must
yield nothing (a test runs both). Must not import scikit-learn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import smsn.definitions.grammar as g
import smsn.definitions.naming as n
import smsn.definitions.wordlists as w
from smsn.definitions.candidate import Candidate
from smsn.definitions.wordlists import BE, BEHIND, TERM, UNREAD, asks, cue

if TYPE_CHECKING:
    from smsn.definitions.place import Found, Place

_NO_NOUN = "and|but|or|so|it|you|i|we|they|he|she|this|is|are|was|not|in|on|at|for|with|as|if|when|to"
"""Words that open no noun phrase."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of defining: `find` yields what it sees at a mention, in a sentence whose words have its cue."""

    name: str
    kind: str
    find: Callable[[Place], Iterator[Found]]
    cue: re.Pattern[str]
    example: str
    counter: str


RULES: tuple[Rule, ...] = (
    Rule("part-of", "relational", g.part_of, cue((TERM, BE, w.forms(w.PART), r"\bof\b"), (TERM, w.forms(w.BELONG))),
         "[t Mulch] is {part of composting}.", "[t Mulch] is partly dry."),
    Rule("like", "metaphor", g.like, cue((TERM, BE, r"\blike\b")),
         "[t Mulch] is like {a blanket}.", "I like [t mulch]."),
    Rule("same-as", "synonym", g.same_as, cue((TERM, BE, r"\b(?:same|another|other)\b")),
         "[t Mulch] is {the same thing as ground cover}.", "[t Mulch] smells the same as ever."),
    Rule("name-for", "genus", n.name_for, cue((w.forms(w.NAMES),), (w.forms(["coin"]),)),
         "[t Mulch] is the name for {a cover of the soil}.", "[t Mulch] got a bad name for a while."),
    Rule("copula", "genus", g.copula, cue((TERM, BE)),
         "[t Mulch] is {a layer of stuff on the soil}.", "[t Mulch] is great."),
    Rule("copula-clause", "purpose", g.copula_clause, cue((TERM, BE, r"\b(?:what|when|where|how|to\b|any|every)")),
         "[t Networking] is {what you do with it}.", "[t Networking] is why I moved here."),
    Rule("not-copula", "contrast", g.not_copula, cue((TERM, BE)),
         "[t Mulch] is not {a fertilizer}.", "[t Mulch] is not cheap."),
    Rule("means", "genus", g.means, cue((TERM, w.forms([*w.MEAN, *w.MEAN_PREP]))),
         "[t Mulch] means {a cover of the soil}.", "[t Mulch] meant nothing to him."),
    Rule("defined-as", "genus", g.defined_as, cue((w.forms(w.SEE), r"\bas\b")),
         "[t Mulch] is defined as {a cover of the soil}.", "[t Mulch] was delivered as promised."),
    Rule("definition-of", "genus", g.definition_of, cue((w.forms(w.DEFINITION), r"\b(?:of|behind|for)\b", TERM), (r"\bby\b", w.forms(w.INTEND)), (w.forms(w.INTEND), r"\bby\b")),
         "The definition of [t mulch] is {a cover of the soil}.", "The price of [t mulch] is a scandal."),
    Rule("seen-as", "genus", g.seen_as, cue((w.forms(w.SEE), rf"{BEHIND}(?:as|like)\b")),
         "I see [t mulch] as {a blanket for the beds}.", "I sold [t mulch] as fast as I could."),
    Rule("call-it", "genus", n.call_it, cue((w.forms(w.CALL), TERM)),
         "I would call [t mulch] {a blanket}.", "I would buy [t mulch] tomorrow."),
    Rule("called", "genus", n.called, cue((w.forms(w.NAMED), TERM)),
         "We spread {a cover} called [t mulch].", "He called about [t mulch]."),
    Rule("known-as", "genus", n.known_as, cue((w.forms(w.KNOWN), TERM)),
         "{A cover of bark} is known as [t mulch].", "He is known for [t mulch]."),
    Rule("named", "genus", n.named, cue((w.forms(w.KNOWN), TERM)),
         "We refer to {a cover of bark} as [t mulch].", "We call at the yard for [t mulch]."),
    Rule("made-of", "genus", n.made_of, cue((w.forms(w.FORM), TERM), (w.forms(["make"]), r"\bup\b", TERM)),
         "{Two such layers} make up [t mulch].", "Bark clogs the [t mulch]."),
    Rule("apposition", "genus", n.apposition, cue((rf"{BEHIND}[,—–](?!\W*(?:{_NO_NOUN})\b)",)),
         "[t Mulch], {a cover of bark}, keeps weeds down.", "[t Mulch], however, keeps weeds down."),
    Rule("dash", "genus", n.dash, cue((rf"\A(?:[\W\d_]|\b(?:an?|the)\b)*{BEHIND}[:=–—-]",)),
         "[t Mulch]: {a cover of bark or straw}", "Go to [t mulch]: next week it is cheaper."),
    Rule("bracket", "genus", n.bracket, cue((rf"{TERM}[\s{UNREAD}]*\(",)),
         "We use [t mulch] ({a cover of bark}) here.", "We use [t mulch] (noun) here."),
    Rule("that-is", "genus", n.that_is, cue((rf"{BEHIND}[,(]?[\s{UNREAD}]*(?:i\.?e|namely|viz|that\s+is|which\s+is\s+to\s+say|in\s+other\s+words)\b",)),
         "We use [t mulch], i.e. {a cover of bark}.", "We use [t mulch], and that is fine."),
    Rule("or", "synonym", n.or_alias, cue((rf"{BEHIND}[,(][\s{UNREAD}]*(?:or|aka|alias)\b",)),
         "[t Mulch], or {ground cover}, keeps weeds down.", "You may use [t mulch] or not."),
    Rule("lets", "purpose", g.lets, cue((TERM, w.forms(w.LET))),
         "[t Mulch] {lets you water less}.", "[t Mulch] smells."),
    Rule("is-about", "purpose", g.is_about, cue((TERM, BE, r"\b(?:about|for)\b")),
         "[t Mulch] is {about keeping the water in}.", "[t Mulch] is about to arrive."),
    Rule("used-for", "purpose", g.used_for, cue((w.forms(w.USE), r"\b(?:for|to)\b")),
         "[t Mulch] is {used to keep the soil moist}.", "[t Mulch] is used."),
    Rule("purpose-of", "purpose", g.purpose_of, cue((w.forms(w.PURPOSE), r"\b(?:of|behind|for)\b", TERM, BE)),
         "The main purpose of [t mulch] is {to keep the soil moist}.", "The smell of [t mulch] is a delight."),
    Rule("deals-with", "genus", g.deals_with, cue((TERM, w.forms([*w.WITH_OBJECT, "involve"]))),
         "[t Mulching] deals with {the covering of the soil}.", "[t Mulching] goes with my dungarees."),
    Rule("condition", "genus", g.condition, cue((w.forms(w.HAPPEN), r"\b(?:if|when|where)"), (BE, TERM, r"\b(?:if|when|where)"), (TERM, BE, r"\b(?:if|when|where)")),
         "[t Mulching] occurs when {somebody covers the soil}.", "[t Mulching] ends when it rains."),
    Rule("relative", "purpose", g.relative, cue((rf"{BEHIND}[,(][\s{UNREAD}]*(?:\w+\s+)?(?:which|where|who|that)\b",)),
         "We use [t mulch], which {keeps the soil moist}.", "We use [t mulch], which smells."),
    Rule("includes", "example", g.includes, cue((TERM, w.forms([*w.INCLUDE, "consist"])), (rf"{TERM}[\s,{UNREAD}]*such as\b",)),
         "[t Mulch] includes {bark, straw and leaves}.", "[t Mulch] arrived with straw."),
    Rule("represents", "metaphor", g.represents, cue((w.forms(w.REPRESENT), TERM)),
         "{A blanket} would represent the [t mulch].", "A blanket covers the [t mulch]."),
)  # fmt: skip


def asked_in(text: str, start: int, end: int, mentions: Sequence[tuple[int, int, str]]) -> tuple[Rule, ...]:
    """Return the rules whose cue stands in a sentence; none without a mention, and none in a question.

    Parameters
    ----------
    text : str
        What holds the sentence, at the characters ``start:end``.
    mentions : sequence of (start, end, term)
        Mentions in the sentence, as characters of `text`.
    """
    pieces, position = [], start
    for first, last, _term in mentions:
        pieces += [text[position:first], TERM]
        position = last
    words = "".join([*pieces, text[position:end]]).lower()
    return () if not mentions or asks(words) else tuple(rule for rule in RULES if rule.cue.match(words))


def propose(place: Place, rules: Sequence[Rule] = RULES) -> Iterator[Candidate]:
    """Yield what each of `rules` sees at one mention; of two over the same words the first stands."""
    taken: set[tuple[int, int]] = set()
    for rule in rules:
        for found in rule.find(place):
            if found.definiens[1] <= found.definiens[0] or found.definiens in taken:
                continue
            taken.add(found.definiens)
            yield Candidate(
                term=place.term,
                rule=rule.name,
                kind=g.kind_of(rule.kind, place, found),
                sentence=place.sentence,
                term_span=place.span,
                definiens=found.definiens,
                genus=found.genus,
            )
