"""Every rule with its example and counter-example, and further lines of one mark-up each."""

import json
import re
from itertools import islice
from pathlib import Path

import pytest
from markup import parse

from smsn.definitions.candidate import genus_in
from smsn.definitions.choice import by_rules
from smsn.definitions.finder import mentions_in, propose_in
from smsn.definitions.parsing import parsed
from smsn.definitions.rules import RULES, asked_in
from smsn.definitions.sentences import cut, worded
from smsn.definitions.slots import Parse
from smsn.definitions.wordlists import asks
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


CORPUS = Path(__file__).parent.parent / "corpus"


def with_terms():
    """Yield texts of the corpus and the terms in them: definitions and what is said of what they define, comments about a pair."""
    with (CORPUS / "definitions.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, islice(lines, 0, None, 40)):
            for defined in row.get("defines", ())[:1]:
                term = row["text"][slice(*defined["term"])]
                if re.search("[a-z]", term):
                    yield row["text"], Pair(term, "nothing of the kind")
    with (CORPUS / "written.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, islice(lines, 0, None, 25)):
            yield row["text"], Pair.of(row["pair"])


def test_a_rule_sees_nothing_where_its_cue_is_missing():
    asked, sentences = [], []
    for text, pair in with_terms():
        mentions = mentions_in(text, pair)
        for sentence in cut([(text, mentions)])[0][0]:
            inside = [m for m in mentions if sentence.start <= m[0] and m[1] <= sentence.end]
            if inside:
                asked.append(asked_in(text, sentence.start, sentence.end, inside))
                sentences.append(worded(text, sentence.start, sentence.end, inside))
    seen = lost = 0
    for doc, words, rules in zip(parsed(sentences), sentences, asked, strict=True):
        if not asks(doc.text):
            mentions = [(i, i + 1, term) for i, term in words.mentions]
            every = [(c.term, c.definiens) for c in by_rules(doc, mentions, RULES)]
            seen += len(every)
            lost += len(set(every) - {(c.term, c.definiens) for c in by_rules(doc, mentions, rules)})
    assert seen > 300
    assert lost <= seen / 500
    assert sum(map(len, asked)) < len(asked) * len(RULES) / 6


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the kettle is a pot", {"copula", "not-copula"}),
        ("A KETTLE ISN’T A POT", {"copula", "not-copula"}),
        ("a pot is the kettle", set()),
        ("a pot, the kettle", set()),
        ("the kettle (old), a pot", {"apposition", "bracket"}),
        ("the kettle, and a pot", set()),
        ("we see the kettle as a pot", {"seen-as", "defined-as"}),
        ("the kettle as we see it", set()),
        ("is the kettle a pot?", set()),
        ("the kettle is a pot?**", set()),
        ("İ call the kettle a pot", {"call-it", "called", "known-as", "named"}),
        ("the kettle " * 20_000 + "is", {"copula", "not-copula"}),
        ("for the aim of us, by what we think " * 10_000 + "the kettle, as of", {"defined-as"}),
    ],
)
def test_which_rules_are_asked(text, names):
    mentions = [(m.start(), m.end(), "kettle") for m in re.finditer("(?i)kettle", text)]
    assert {rule.name for rule in asked_in(text, 0, len(text), mentions)} == names


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
not-copula      | No [t kettle] is {a pan}.
not-copula      | Not every [t kettle] is {a pot}.
means           | [t Kith] means {the people you know}.
means           | [t Kith] refers to {the people you know}.
means           | [t BBC] stands for {British Broadcasting Corporation}.
means           | [t Frugal] means {that you spend little}.
defined-as      | [t Mulch] can be described as {a blanket for the soil}.
definition-of   | The meaning of [t mulch] is {a cover of the soil}.
seen-as         | We think of the [t kettle] as {a pot}.
seen-as         | I regard [t mulch] as {a kind of blanket}.
copula          | I consider the [t kettle] to be {a pot}.
call-it         | I'd call a [t kettle] {a pot with a spout}.
called          | She weaves on {a frame} called a [t loom].
called          | He keeps {a tall pot} known as [t samovar].
known-as        | {A pot with a spout} is called a [t kettle].
known-as        | {Tall pots with a tap} are known as [t samovars].
apposition      | The [t kettle], {a pot with a spout}, was hot.
apposition      | We bought a [t kettle], which is {a pot with a spout}.
dash            | - [t kettle]: {a pot with a spout}
dash            | [t Kettle] - {a pot with a spout}.
dash            | 1. [t Kettle] = {pot with a spout}
apposition      | **[t Kettle]** – {a pot with a spout}
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
known-as        | {The little kettle} became known as the [t billy].
definition-of   | By a [t simmer] we understand {a slow boil}.
known-as        | {A small kettle} is referred to as a [t billy].
named           | Cooks call {the last rinse} the [t blanching].
name-for        | [t Billy] is the name given to {a small kettle}.
name-for        | The word [t billy] is used for {a small kettle}.
deals-with      | [t Cookery] is concerned with {the making of meals}.
deals-with      | [t Descaling] involves {boiling vinegar in the kettle}.
condition       | A pan is [t seasoned] if {oil has been burnt into it}.
condition       | [t Scorching] happens when {the kettle runs dry}.
relative        | He swears by [t steaming], in which {the food sits above the water}.
relative        | They keep a [t larder], where {the air stays cool}.
that-is         | You must [t blanch], that is, {dip them into boiling water}.
apposition      | The rack holds [t billies], {small kettles with a wire handle}.
"""


@pytest.mark.parametrize("line", EXACT.strip().splitlines())
def test_a_rule_finds_the_definiens(line):
    rule, text = (part.strip() for part in line.split("|", 1))
    marked, found = proposed(text)
    assert {words(marked, d) for d in found if d.rule == rule} == marked.expected
    assert {words(marked, d) for d in found} == marked.expected


SEVERAL = """
A [t slow cooker] is {the tool} and [t braising] is {what you do with it}.
[t Tea] is {the drink} and [t coffee] is {the bean}.
[t Tea] is {the drink}, [t coffee] is {the bean}.
[t Tea] is {the drink} while [t coffee] is {the bean}.
[t Tea] means {the drink} and [t coffee] means {the bean}.
[t Jam] means {jelly} and [t jelly] means {jam}.
[t Sowing] is {what you do in spring} and [t harvest] is {what you get in autumn}.
A [t ladder] {lets you climb} and a [t rope] {lets you hang}.
"""


@pytest.mark.parametrize("line", SEVERAL.strip().splitlines())
def test_two_definitions_in_a_sentence_do_not_run_into_each_other(line):
    marked, found = proposed(line)
    assert {words(marked, d) for d in found} == marked.expected


GAPPED = """
[t Tea] is seen as {a drink} and [t coffee] as a drug.
[t Tea] is {about the leaf} and [t coffee] about the bean.
[t Tea] is {a means} and [t coffee] an end.
"""


@pytest.mark.parametrize("line", GAPPED.strip().splitlines())
def test_a_gapped_clause_is_not_part_of_the_definiens(line):
    marked, found = proposed(line)
    assert [words(marked, d) for d in found] == [("tea", marked.text[slice(*marked.definientia[0])])]


COORDINATED = """
[t Tea] is {what you drink with milk and [t coffee]}.
[t Tea] is {what you get when [t coffee] and milk meet}.
[t Tea] is {a mix of leaves and [t coffee]}.
"""


@pytest.mark.parametrize("line", COORDINATED.strip().splitlines())
def test_a_coordinated_term_stays_in_the_definiens_and_makes_it_relational(line):
    marked, found = proposed(line)
    assert [(words(marked, d), d.kind) for d in found] == [
        (("tea", marked.text[slice(*marked.definientia[0])]), "relational")
    ]


NOTHING = """
Is a [t kettle] a pot?
What is a [t kettle]?
The [t kettle] is a pot, isn't it?
By [t kettle] you mean the pot, right?
Does [t kettle] mean a pot?
And the [t kettle], a pot with a spout, where is it?
[t Kettle] polish is a paste.
[t kettle] repair lets you save money.
The price of [t kettles] is a scandal.
The choice between pots and [t kettles] is a pain.
The [t kettle] is broken.
The [t kettle] is in Leeds.
The [t kettle] is 400 g.
The [t kettle] was 30 pounds with the lid.
The [t kettle] is a bit rusty.
A [t kettle] means a lot to me.
The [t kettle] covers us for a year.
We met in the [t office] (room 14) on Monday.
Ask the [t office] (Mondays only) for a form.
The [t office] (2nd floor) is closed.
This term is called the [t moderator].
That person is called the [t moderator].
They are called [t moderators].
It is known as [t mulch].
The tenants called a [t plumber].
[t kettle]: 2.11
[t kettle] - 14.50
We had the [t kettle] allowed in the tent.
I called about the [t kettle].
"""


@pytest.mark.parametrize("line", NOTHING.strip().splitlines())
def test_what_is_not_a_definition_yields_nothing(line):
    marked, found = proposed(line)
    assert [(d.rule, *words(marked, d)) for d in found] == []


GENUS = """
A [t kettle] is {a pot with a spout}.                       | pot
[t Kettles] are {pots}.                                     | pot
A [t kettle] is {a kind of pot}.                            | pot
A [t kettle] is {a special type of metal pot}.              | pot
A [t kettle] is {one of a number of pots}.                  | pot
A [t dinner service] is {a set of plates}.                       | set
A [t kettle] is {a kind of pot or a jug}.                   | pot jug
A [t kettle] is {a pot and a heater}.                       | pot heater
A [t kettle] is {a pot, a heater and a jug}.                | pot heater jug
A [t samovar] is {a version of the [t water kettle]}.       | water kettle
A [t kettle] is {a kind of that}.                           | kind
[t Brewing] is {what you do with it}.                       |
"""


@pytest.mark.parametrize("line", GENUS.strip().splitlines())
def test_the_genus_is_the_head_of_the_class(line):
    text, genus = (part.strip() for part in line.split("|"))
    _, found = proposed(text)
    heads = ("water kettle",) if genus == "water kettle" else tuple(genus.split())
    assert [d.genus_all for d in found] == [heads]
    assert found[0].genus == (heads[0] if heads else None)


CLASSES = """
a popular candidate at the head of the list draws votes to the others   |
the records of goods on hand are brought up to date with every sale     |
the plan of the ministry may be changed by the court                    |
a seller who sends empty parcels to strangers                           | seller
the water content at which plants wilt and do not recover               | content
a tube that is fastened to the ground with its mouth upward             | tube
a stack of sacs in which proteins are packed for delivery               | stack
the practice of sending parcels to strangers                            | practice
"""


@pytest.mark.parametrize("line", CLASSES.strip().splitlines())
def test_a_clause_names_no_class(line):
    text, genus = (part.strip() for part in line.split("|"))
    (doc,) = parsed([worded(text, 0, len(text))])
    span = (0, len(doc))
    assert [doc[i].text for i in genus_in(doc, span, Parse.of(doc).head(span))] == genus.split()


KINDS = """
A [t kettle] is {a pot}.                                    | genus
A [t kettle] is {a kind of pot}.                            | genus
A [t kettle] is {a kind of [t jug]}.                        | relational
A [t kettle] is {a kind of it}.                             | relational
A [t kettle] is {a [t jug] with a lid}.                     | relational
A [t kettle] is not {a [t jug]}.                            | contrast
A [t kettle] isn't {a pan}.                                 | contrast
A [t kettle] is {the same thing}.                           | synonym
A [t kettle] is {the pot for people of the same taste}.     | genus
[t Boiling] is {what you do with water}.                    | purpose
[t Boiling] is {what you do with a [t jug]}.                | relational
[t Cutlery] includes {knives and forks}.                    | example
A [t kettle] is like {a friend}.                            | metaphor
"""


@pytest.mark.parametrize("line", KINDS.strip().splitlines())
def test_the_kind_of_a_definition(line):
    text, kind = (part.strip() for part in line.split("|"))
    marked, found = proposed(text)
    assert [(d.kind, words(marked, d)[1]) for d in found] == [(kind, marked.text[slice(*marked.definientia[0])])]


def test_markup_refuses_what_it_cannot_read():
    for line in ("no term", "[t a] is {open", "[t a] is shut}"):
        with pytest.raises(ValueError, match="brace"):
            parse(line)
