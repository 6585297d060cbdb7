"""The features: named, placed, blind to which term is which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError

from smsn.features import FeatureVectorizer, extract
from smsn.training import read_features

PAIR = ("frob", "quux")


def features(text):
    return read_features(text, PAIR)[1]


def names(text):
    return {name for name, *_place in features(text)}


def test_groups():
    found = names("A frob is a kind of quux. What is a quux?")
    assert {"w T is a", "s T is a kind of U", "b T (is a kind of) U", "c kind-of", "?w what is a", "g named 2"} <= found


def test_a_second_mention_is_the_same_term_or_the_other():
    assert "w T and T" in names("frob and frob")
    assert "w T and U" in names("frob and quux")


def test_lead_is_the_first_term():
    leads = {name: lead for name, _first, _last, lead in features("the quux is a frob")}
    assert leads["w T is a"] == 1
    assert leads["w the"] == -1


words = st.lists(st.sampled_from("frob quux is a kind of not , . ? and the same leads to tool".split()), max_size=25).map(" ".join)


@given(words)
def test_exchanging_the_words_changes_only_the_lead(text):
    swapped = text.replace("frob", "\0").replace("quux", "frob").replace("\0", "quux")
    turned = {0: 1, 1: 0, -1: -1}
    assert [(n, a, b, turned[lead]) for n, a, b, lead in features(text)] == [
        (n, a + 0, b + 0, lead) for n, a, b, lead in features(swapped)
    ]


def test_vectorizer():
    rows = [features(text) for text in ("frob is quux", "quux is frob", "frob and quux")]
    vectorizer = FeatureVectorizer(min_df=2).fit(rows)
    matrix = vectorizer.transform(rows)
    assert matrix.shape == (3, len(vectorizer.names_))
    assert (matrix.multiply(matrix).sum(axis=1) - 1 < 1e-12).all()
    signed = vectorizer.orient(rows)
    assert (signed[0] + signed[1]).nnz == 0 or abs(signed[0] + signed[1]).max() == 0
    assert vectorizer.transform([[]]).nnz == 0


def test_unfitted():
    with pytest.raises(NotFittedError):
        FeatureVectorizer().transform([])


def test_empty_text_has_only_features_of_the_whole():
    assert all(first == last for _name, first, last, _lead in extract(read_features("", PAIR)[0]))
