"""Every rule with its example and counter-example, and further lines of one mark-up each."""

import pytest
from markup import parse

from smsn.definitions.finder import propose_in
from smsn.definitions.grammar import kind_of
from smsn.definitions.rules import RULES
from smsn.terms import Pair


def proposed(line):
    """Return the marked line and what the rules propose in it: ``(rule, kind, term, term words, definiens, genus)``."""
    marked = parse(line)
    found = []
    for proposal in propose_in(marked.text, Pair.of(marked.pair)):
        definition = proposal.candidate.to_definition(proposal.doc, 1.0, proposal.layout)
        found.append(definition)
    return marked, found


def words(marked, definition):
    return definition.term, marked.text[slice(*definition.definiens_span)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_example_of_a_rule(rule):
    marked, found = proposed(rule.example)
    hits = [d for d in found if d.rule == rule.name]
    assert [words(marked, d) for d in hits] == list(marked.expected)
    assert [d.term_span for d in hits] == list(marked.terms)
    assert hits[0].kind == rule.kind


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_counter_example_of_a_rule(rule):
    marked, found = proposed(rule.counter)
    assert [words(marked, d) for d in found] == []


def test_the_names_of_the_rules_differ():
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert len({rule.find for rule in RULES}) == len(RULES)


def test_rules_are_frozen_and_stay_as_they_are():
    before = RULES
    copies = tuple((r.name, r.kind, r.find, r.example, r.counter) for r in RULES)
    for rule in RULES:
        proposed(rule.example)
    assert RULES is before
    assert isinstance(RULES, tuple)
    assert copies == tuple((r.name, r.kind, r.find, r.example, r.counter) for r in RULES)
    with pytest.raises(AttributeError):
        RULES[0].kind = "other"


EXACT = """
copula          | A [t kettle] is {a pot with a spout}.
copula          | [t Kettles] are {pots that whistle}.
copula          | In our house a [t kettle] is usually {the pot that whistles}.
copula          | 'A [t kettle]' is {a pot}, says the shop.
copula          | A [t kettle] would be {the better pot}.
copula          | The [t kettle] is in fact {a pot}.
copula          | The [t kettle]’s {a pot with a lid} and I like it.
copula          | [t Idioms] are {phrases whose meaning you can't guess from the words}.
copula          | A [t guild] is {a society which trains apprentices}.
copula          | A [t larder] is {a room people use when they want to keep food cool}.
copula          | A [t kettle] is {a pot with a spout}, we use ours every day.
copula          | A [t kettle] is {a pot with a spout}, the lid is separate.
copula          | A [t kettle] is {a pot with a spout} and the lid is separate.
copula          | The [t allotment] is {a plot}, and it costs me ten pounds a year.
copula          | A [t lane] is {a narrow road}, so it has no pavement.
copula          | The [t kettle] is {a pot} whereas the jug is glass.
copula          | [t kettle] (noun) is {a pot with a spout}.
copula          | [t Kettle] (n.) is {a pot with a spout}.
copula          | A "[t kettle]" is {a "pot" with a spout}.
copula          | A **[t kettle]** is {a pot with a spout}.
copula          | A [t kettle] is {something you boil water in}.
copula-clause   | [t Humus] is {what's left in soil when the leaves have rotted away}.
copula-clause   | [t Gossip] is {what we do once we're standing at the door}, and I like it.
copula-clause   | [t Parole] is {when they let you out early}.
copula-clause   | [t Rehearsal] is {where you make the mistakes}.
copula-clause   | [t Weaving] is {how they earn their money}, it's a craft.
copula-clause   | To me [t gardening] is {what you do on Sundays}, whereas my wife calls it work.
not-copula      | A [t kettle] is not {a pan}.
not-copula      | [t Kettles] aren't {pans}.
not-copula      | A [t kettle] isn’t {a pan}.
not-copula      | A [t kettle] is never {a pan}.
means           | [t Kith] means {the people you know}.
means           | [t Kith] refers to {the people you know}.
means           | [t BBC] stands for {British Broadcasting Corporation}.
means           | [t Frugal] means {that you spend little}.
defined-as      | [t Mulch] can be described as {a blanket for the soil}.
definition-of   | The meaning of [t mulch] is {a cover of the soil}.
seen-as         | We think of the [t kettle] as {a pot}.
seen-as         | I regard [t mulch] as {a kind of blanket}.
call-it         | I consider the [t kettle] to be {a pot}.
call-it         | I'd call a [t kettle] {a pot with a spout}.
called          | She weaves on {a frame} called a [t loom].
called          | He keeps {a tall pot} known as [t samovar].
known-as        | {A pot with a spout} is called a [t kettle].
known-as        | {Pots that whistle} are known as [t kettles].
apposition      | The [t kettle], {a pot with a spout}, was hot.
apposition      | We bought a [t kettle], which is {a pot with a spout}.
dash            | - [t kettle]: {a pot with a spout}
dash            | [t Kettle] - {a pot with a spout}.
dash            | 1. [t Kettle] = {pot with a spout}
dash            | **[t Kettle]** – {a pot with a spout}
bracket         | Put the [t kettle] ({the pot with the spout}) on the stove.
that-is         | Put on the [t kettle], that is, {the pot with the spout}.
or              | The [t kettle] (or {water boiler}) is hot.
lets            | A [t ladder] {helps you when the gutter is full}.
is-about        | [t Mulching] is all {about the water}.
used-for        | A [t chisel] is {used for cutting wood}.
used-for        | The [t ladder] was {designed to reach the gutter}, and the gutter is full.
purpose-of      | The point of a [t rehearsal] is {to make mistakes early}.
includes        | [t Cutlery] includes {knives, forks and spoons}.
includes        | [t Cutlery] such as {knives and forks} goes here.
includes        | A [t meal] consists of {three courses}.
like            | A [t samovar] is just like {a kettle with a tap}.
part-of         | The [t spout] is {part of the pot}.
part-of         | The [t kettle] {falls under kitchenware}.
same-as         | [t Kitchenware] is {another word for pots}.
represents      | {The kettle} represents the [t household].
"""


@pytest.mark.parametrize("line", EXACT.strip().splitlines())
def test_a_rule_finds_the_definiens(line):
    rule, text = (part.strip() for part in line.split("|", 1))
    marked, found = proposed(text)
    assert {words(marked, d) for d in found if d.rule == rule} == marked.expected
    assert {words(marked, d) for d in found} == marked.expected
