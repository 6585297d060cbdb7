"""The terms: forms, mentions, pairs in titles."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsn.errors import PairError
from smsn.terms import Pair, find_mentions
from smsn.titles import pair_from_title, usual_spelling


def found(text, a, b, **aliases):
    pair = Pair(a, b).with_aliases(aliases.items())
    return [(text[m.start : m.end], pair.terms[m.term]) for m in find_mentions(text, pair)]


@pytest.mark.parametrize(
    ("text", "a", "b", "expected"),
    [
        ("Social-Media and social  networks", "social media", "social networking", ["Social-Media", "social  networks"]),
        ("SM is wide, SN is not", "social media", "social networking", ["SM", "SN"]),
        ("sm is small", "social media", "social networking", []),
        ("the media as opposed to networking", "social media", "social networking", ["media", "networking"]),
        ("social media is media that talks", "social media", "social networking", ["social media"]),
        ("libraries and one framework", "library", "framework", ["libraries", "framework"]),
        ("C is not C++ nor CSS", "C", "C++", ["C", "C++"]),
        ("IT is not it", "IT", "engineering", ["IT"]),
        ("AI engineering uses AI", "AI", "AI engineering", ["AI engineering", "AI"]),
        ("A wheat and a barley; the former is dear, the latter cheap", "wheat", "barley", ["wheat", "barley", "the former", "the latter"]),
        ("the former is dear", "wheat", "barley", []),
        ("UI (user interface): the user interface is seen", "UI", "layout", ["UI", "user interface", "user interface"]),
        ("they persuaded him without rhetoric", "persuasion", "rhetoric", ["persuaded", "rhetoric"]),
        ("persuasion persuades", "persuasion", "rhetoric", ["persuasion"]),
        ("one technology, two technologies", "technology", "technologies", ["technology", "technologies"]),
        ("an adjustable is no wrench", "adjustable wrench", "wrench", ["adjustable", "wrench"]),
        ("GitHub is not git", "git", "GitHub", ["GitHub", "git"]),
        ("He is a deist and no atheist", "deism", "atheism", ["deist", "atheist"]),
        ("UX designers are no product designers", "UX design", "product design", ["UX designers", "product designers"]),
        ("An ACH is slow, a wire is not", "ACH", "wire transfer", ["ACH", "wire"]),
        ("the B+ against a B tree", "B+ tree", "B tree", ["B+", "B tree"]),
        ("stats is part of data science", "statistics", "data science", ["stats", "data science"]),
        ("the act of calling and the act of redeeming", "callable shares", "redeemable shares", ["calling", "redeeming"]),
        ("Pay as you Go is not PAYE", "PAYG", "PAYE", ["Pay as you Go", "PAYE"]),
        ("A wheat and a barley: the first is dear, the second one is cheap", "wheat", "barley", ["wheat", "barley", "the first", "the second one"]),
        ("wheat and barley: one is dear and the other is cheap", "wheat", "barley", ["wheat", "barley", "one", "the other"]),
        ("wheat for the first time, barley for the other guests", "wheat", "barley", ["wheat", "barley"]),
        ("", "a", "b", []),
    ],
)  # fmt: skip
def test_mentions(text, a, b, expected):
    assert [words for words, _term in found(text, a, b)] == expected


def test_each_mention_is_of_its_term():
    assert found("The latter? Tea, then coffee: the latter.", "coffee", "tea") == [
        ("Tea", "tea"),
        ("coffee", "coffee"),
        ("the latter", "coffee"),
    ]


def test_aliases():
    assert found("SoMe is some word", "social media", "blogs", **{"social media": "SoMe"})[0] == ("SoMe", "social media")
    with pytest.raises(PairError, match="not in the pair"):
        Pair("a1", "b1").with_aliases([("c1", "x")])


@given(st.text(max_size=80), st.lists(st.sampled_from(["frobs", "Quux", " ", ".", "the former", "\n", "😀", "\0"]), max_size=20))
def test_mentions_are_ordered_and_lie_in_the_text(noise, pieces):
    text = noise.join(pieces)
    mentions = find_mentions(text, ("frob", "quux"))
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(text)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


@pytest.mark.parametrize("terms", [("", "b"), ("!", "?"), ("a", "  "), ("wiki", "Wiki"), ("e-mail", "e mail"), ("a",), "ab", ("a", "b", "c")])
def test_a_pair_is_two_different_terms(terms):
    with pytest.raises(PairError):
        Pair.of(terms)


@pytest.mark.parametrize(
    ("title", "pair"),
    [
        ("Mulch vs Compost", ("Mulch", "Compost")),
        ("Mulch vs. Compost: which one? | The Garden Blog", ("Mulch", "Compost")),
        ("What's the difference between a lease and a licence?", ("lease", "licence")),
        ("Wages versus salary - Payroll notes", ("Wages", "salary")),
        ("Tea and coffee: what is the difference?", ("Tea", "coffee")),
        ("How to mulch", None),
        ("A history of the world as told by my uncle vs what I think of it after many years", None),
    ],
)
def test_pair_from_title(title, pair):
    assert pair_from_title(title) == pair


def test_usual_spelling_is_that_inside_sentences():
    texts = ["I like GitHub. Github is fun.", "use GitHub or social media", "Social Media is. The social media of old"]
    assert usual_spelling("Github", texts) == "GitHub"
    assert usual_spelling("Social Media", texts) == "social media"
    assert usual_spelling("Nowhere", texts) == "Nowhere"


def test_a_text_of_any_length_is_searched_once():
    text = "Social networking is a part of social media. " * 100_000  # hours, if every mention were held against every other
    assert len(find_mentions(text, ("social media", "social networking"))) == 200_000
