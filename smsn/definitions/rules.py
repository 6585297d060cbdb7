"""The rules that propose definitions, as data: name, kind, example, counter-example, finder.

A rule looks at one mention of a term in a parsed sentence and yields :class:`Candidate` objects. An example
marks the definiendum ``[t …]`` and the definiens ``{…}``; a counter-example marks the term alone and must
yield nothing (a test runs both). Must not import scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import smsn.definitions.grammar as g
import smsn.definitions.naming as n
from smsn.definitions.candidate import Candidate

if TYPE_CHECKING:
    from smsn.definitions.place import Found, Place


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of defining: `find` yields what it sees at a mention."""

    name: str
    kind: str
    find: Callable[[Place], Iterator[Found]]
    example: str
    counter: str


RULES: tuple[Rule, ...] = (
    Rule("part-of", "relational", g.part_of,
         "[t Mulch] is {part of composting}.", "[t Mulch] is partly dry."),
    Rule("like", "metaphor", g.like,
         "[t Mulch] is like {a blanket}.", "I like [t mulch]."),
    Rule("same-as", "synonym", g.same_as,
         "[t Mulch] is {the same thing as ground cover}.", "[t Mulch] smells the same as ever."),
    Rule("name-for", "genus", n.name_for,
         "[t Mulch] is the name for {a cover of the soil}.", "[t Mulch] got a bad name for a while."),
    Rule("copula", "genus", g.copula,
         "[t Mulch] is {a layer of stuff on the soil}.", "[t Mulch] is great."),
    Rule("copula-clause", "purpose", g.copula_clause,
         "[t Networking] is {what you do with it}.", "[t Networking] is why I moved here."),
    Rule("not-copula", "contrast", g.not_copula,
         "[t Mulch] is not {a fertilizer}.", "[t Mulch] is not cheap."),
    Rule("means", "genus", g.means,
         "[t Mulch] means {a cover of the soil}.", "[t Mulch] meant nothing to him."),
    Rule("defined-as", "genus", g.defined_as,
         "[t Mulch] is defined as {a cover of the soil}.", "[t Mulch] was delivered as promised."),
    Rule("definition-of", "genus", g.definition_of,
         "The definition of [t mulch] is {a cover of the soil}.", "The price of [t mulch] is a scandal."),
    Rule("seen-as", "genus", g.seen_as,
         "I see [t mulch] as {a blanket for the beds}.", "I sold [t mulch] as fast as I could."),
    Rule("call-it", "genus", n.call_it,
         "I would call [t mulch] {a blanket}.", "I would buy [t mulch] tomorrow."),
    Rule("called", "genus", n.called,
         "We spread {a cover} called [t mulch].", "He called about [t mulch]."),
    Rule("known-as", "genus", n.known_as,
         "{A cover of bark} is known as [t mulch].", "He is known for [t mulch]."),
    Rule("named", "genus", n.named,
         "We refer to {a cover of bark} as [t mulch].", "We call at the yard for [t mulch]."),
    Rule("made-of", "genus", n.made_of,
         "{Two such layers} make up [t mulch].", "Bark clogs the [t mulch]."),
    Rule("apposition", "genus", n.apposition,
         "[t Mulch], {a cover of bark}, keeps weeds down.", "[t Mulch], however, keeps weeds down."),
    Rule("dash", "genus", n.dash,
         "[t Mulch]: {a cover of bark or straw}", "Go to [t mulch]: next week it is cheaper."),
    Rule("bracket", "genus", n.bracket,
         "We use [t mulch] ({a cover of bark}) here.", "We use [t mulch] (noun) here."),
    Rule("that-is", "genus", n.that_is,
         "We use [t mulch], i.e. {a cover of bark}.", "We use [t mulch], and that is fine."),
    Rule("or", "synonym", n.or_alias,
         "[t Mulch], or {ground cover}, keeps weeds down.", "You may use [t mulch] or not."),
    Rule("lets", "purpose", g.lets,
         "[t Mulch] {lets you water less}.", "[t Mulch] smells."),
    Rule("is-about", "purpose", g.is_about,
         "[t Mulch] is {about keeping the water in}.", "[t Mulch] is about to arrive."),
    Rule("used-for", "purpose", g.used_for,
         "[t Mulch] is {used to keep the soil moist}.", "[t Mulch] is used."),
    Rule("purpose-of", "purpose", g.purpose_of,
         "The main purpose of [t mulch] is {to keep the soil moist}.", "The smell of [t mulch] is a delight."),
    Rule("deals-with", "genus", g.deals_with,
         "[t Mulching] deals with {the covering of the soil}.", "[t Mulching] goes with my dungarees."),
    Rule("condition", "genus", g.condition,
         "[t Mulching] occurs when {somebody covers the soil}.", "[t Mulching] ends when it rains."),
    Rule("relative", "purpose", g.relative,
         "We use [t mulch], which {keeps the soil moist}.", "We use [t mulch], which smells."),
    Rule("includes", "example", g.includes,
         "[t Mulch] includes {bark, straw and leaves}.", "[t Mulch] arrived with straw."),
    Rule("represents", "metaphor", g.represents,
         "{A blanket} would represent the [t mulch].", "A blanket covers the [t mulch]."),
)  # fmt: skip


def propose(place: Place) -> Iterator[Candidate]:
    """Yield what every rule sees at one mention; of two rules over the same words the first stands.

    A question defines nothing.
    """
    if place.asked:
        return
    taken: set[tuple[int, int]] = set()
    for rule in RULES:
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
