"""The masked text: tokens, sentences, quotations, offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsn.masked import TERM, TOKEN_LIMIT, mask
from smsn.terms import find_mentions


def masked(text):
    return mask(text, find_mentions(text, ("mulch", "compost")))


def test_terms_become_marks_and_contractions_two_words():
    m = masked("Mulch isn't compost, can't be: it's mulch's “friend”.")
    assert m.words == [TERM[0], "is", "not", TERM[1], ",", "can", "not", "be", ":", "it", "'s", TERM[0], "'s", "friend", "."]


def test_remark_behind_a_term_is_not_read():
    assert masked("mulch (noun) is the 'tool'").words == [TERM[0], "is", "the", "tool"]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two? Three!", [False, True, False]),
        ("It is e.g. this. Or 3.5 of it.", [False, False]),
        ("line one\nline two", [False, False]),
        ("Really?! Yes...", [True, False]),
        ("", []),
    ],
)
def test_sentences(text, sentences):
    assert [question for _first, _last, question in masked(text).sentences] == sentences


def test_quotations_of_four_words_or_more():
    m = masked('He said "all mulch is just compost" and "fine".\n> so said she\nno')
    quoted = [word for word, q in zip(m.words, m.quoted, strict=True) if q]
    assert quoted == ["all", TERM[0], "is", "just", TERM[1], ">", "so", "said", "she"]


def test_a_long_text_is_read_from_its_start():
    assert len(masked("mulch and compost " * TOKEN_LIMIT).words) <= TOKEN_LIMIT + 1


@given(st.text(max_size=200))
def test_offsets(text):
    m = masked(text)
    assert all(0 <= a < b <= len(text) for a, b in zip(m.starts, m.ends, strict=True))
    assert all(b <= a for b, a in zip(m.ends, m.starts[1:], strict=False))
    covered = [i for first, last, _q in m.sentences for i in range(first, last)]
    assert covered == list(range(len(m.words)))
