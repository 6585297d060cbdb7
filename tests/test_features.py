"""The features: named, placed, blind to which term is which, the same alone and in a batch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError

from smsn.cells import signed
from smsn.columns import FeatureVectorizer
from smsn.features import GROUPS, extract
from smsn.featurize import read_features
from smsn.masked import mask

PAIR = ("frob", "quux")


def features(*texts):
    return read_features((text, PAIR) for text in texts)[1]


def occurrences(found, row=0, keep=lambda lead: lead):
    mine = found.rows == row
    base = found.offsets[row]
    columns = (found.names[mine], found.first[mine] - base, found.last[mine] - base, [keep(x) for x in found.leads[mine].tolist()])
    return sorted(zip(*(np.asarray(c).tolist() for c in columns), strict=True))


def shared(one, two):
    """Return the share of the features of one text that another has too."""
    a, b = (set(features(text).names.tolist()) for text in (one, two))
    return len(a & b) / len(a)


def test_what_the_terms_are_called_leaves_no_trace():
    one = features("A frob is a kind of quux.")
    two = read_features([("A wiki is a kind of website.", ("wiki", "website"))])[1]
    assert occurrences(one) == occurrences(two)


def test_content_words_leave_their_class_only_in_shapes():
    assert 0.5 < shared("the frob is a green quux", "the frob is a round quux") < 1


def test_a_question_has_other_names():
    assert shared("frob is a quux .", "frob is a quux ?") < 0.5


def test_a_second_mention_is_the_same_term_or_the_other():
    assert shared("frob and frob", "frob and quux") < 0.7


def test_every_group_is_found():
    found = features("A frob is a kind of quux, said the man. The quux leads to it.")
    assert set(found.groups.tolist()) == set(range(len(GROUPS)))


def test_lead_is_the_first_term():
    found = features("the quux is a frob")
    assert {lead for first, lead in zip(found.first, found.leads, strict=True) if first == 4} == {-1, 0, 1}  # "near" is led by the mention
    assert 0 not in [lead for _name, first, last, lead in occurrences(found) if (first, last) == (1, 5)]


words = st.lists(st.sampled_from("frob quux is a kind of not , . ? and the same leads to tool one other".split()), max_size=25).map(" ".join)


@given(words)
def test_exchanging_the_words_changes_only_the_lead(text):
    swapped = text.replace("frob", "\0").replace("quux", "frob").replace("\0", "quux")
    turned = {0: 1, 1: 0, -1: -1}
    assert occurrences(features(text), keep=turned.get) == occurrences(features(swapped))


@given(st.lists(words, min_size=1, max_size=4))
def test_a_text_has_the_same_features_in_any_batch(texts):
    batch = features(*texts)
    for row, text in enumerate(texts):
        assert occurrences(batch, row) == occurrences(features(text))


@given(words)
def test_places_lie_in_the_text(text):
    masked, found = read_features([(text, PAIR)])
    assert (found.first <= found.last).all()
    assert (found.last <= len(masked.words)).all()
    assert set(found.leads.tolist()) <= {-1, 0, 1}


def test_empty_text_has_only_features_of_the_whole():
    found = extract(mask([("", [])]))
    assert (found.first == found.last).all()
    assert set(found.groups.tolist()) == {list(GROUPS).index("plan"), list(GROUPS).index("whole")}
    assert len(extract(mask([]))) == 0


def test_vectorizer():
    found = features("frob is quux", "quux is frob", "frob and quux")
    vectorizer = FeatureVectorizer(min_df=2).fit(found)
    matrix = vectorizer.transform(found)
    assert matrix.shape == (3, len(vectorizer.names_))
    cells = vectorizer.cells(found)
    assert np.allclose(np.bincount(cells.rows, cells.values**2), 1)
    assert abs(vectorizer.matrix(cells, 3, cells.values) - matrix).max() < 1e-12
    oriented = vectorizer.matrix(cells, 3, signed(cells))
    assert abs(oriented[0] + oriented[1]).max() == 0
    assert set(np.sign(signed(cells)).tolist()) == {-1.0, 0.0, 1.0}
    unknown = read_features([("", PAIR)])[1]
    assert set(vectorizer.cells(unknown).columns.tolist()) <= set(range(len(vectorizer.names_)))


def test_the_parts_of_a_comment_are_its_sentences_and_the_whole():
    found = features("frob is quux. Thanks! What is a frob?", "", "frob")
    assert found.owners.tolist() == [0, 0, 0, 0, 1, 2, 2]
    assert found.starts.tolist() == [0, 4, 6, 11, 11, 11, 12]
    inside = found.last > found.first
    assert (found.starts[found.parts] <= found.first)[inside].all()
    assert (found.first[inside] < np.append(found.starts[1:], 12)[found.parts[inside]]).all()
    assert (found.owners[found.parts] == found.rows).all()


def test_attention_weighs_parts_and_keeps_the_length():
    found = features("frob is quux. Thanks for frob!", "quux")
    vectorizer = FeatureVectorizer(min_df=1).fit(found)
    cells = vectorizer.cells(found)
    alone = vectorizer.part_matrix(cells, len(found.owners))
    assert np.allclose(np.bincount(cells.parts, alone.data**2), 1)
    assert np.allclose(cells.attended(np.ones(len(found.owners))).values, cells.values)
    attended = cells.attended(np.array([1.0, 0.1, 1.0, 1.0, 1.0]))
    assert np.allclose(np.bincount(attended.rows, attended.values**2), 1)
    ratio = attended.values / cells.values
    assert np.allclose(ratio[cells.parts == 1], 0.1 * ratio[cells.parts == 0][0])


def test_every_column_is_found_again_and_nothing_else():
    found = features("frob is a kind of quux and the same as a quux", "thanks", "what is a frob ?")
    vectorizer = FeatureVectorizer(min_df=1).fit(found)
    columns = vectorizer._lookup(found.names)
    assert (vectorizer.names_[columns] == found.names).all()
    other = np.setdiff1d(features("xyzzy plugh leads to frob").names, found.names)
    assert (vectorizer._lookup(other) == -1).all()


def test_unfitted():
    with pytest.raises(NotFittedError):
        FeatureVectorizer().transform(features("x"))
