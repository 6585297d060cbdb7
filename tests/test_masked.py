"""The masked text: tokens, sentences, quotations, offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsn import masked as masking
from smsn import vocabulary
from smsn.masked import CHARACTER_LIMIT, TOKEN_LIMIT, mask
from smsn.terms import find_mentions
from smsn.vocabulary import TERM


def masked(text):
    return mask([(text, find_mentions(text, ("mulch", "compost")))])


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
    assert masked(text).question.tolist() == sentences


def test_quotations_of_four_words_or_more():
    m = masked('He said "all mulch is just compost" and "fine".\n> so said she\nno')
    quoted = [word for word, q in zip(m.words, m.quoted, strict=True) if q]
    assert quoted == ["all", TERM[0], "is", "just", TERM[1], ">", "so", "said", "she"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("See https://a.b/c?d='e', or http://f.g", ["see", "<url>", "or", "<url>"]),
        ("xhttps://a.b", ["xhttps", ":", "/", "/", "a", ".", "b"]),
        ("3.5, 1,000. 1..2 v2", ["3.5", ",", "1,000", ".", "1", ".", ".", "2", "v", "2"]),
        ("o'clock rock'n'roll the dogs' 'tis", ["o'clock", "rock'n'roll", "the", "dogs", "tis"]),
        ("10's 10'sx mulch's don’t", ["10", "'s", "10", "sx", TERM[0], "'s", "do", "not"]),
        ("a_b *c* “d” ‘e’ naïve x² ½ 日本", ["a", "b", "c", "d", "e", "naïve", "x²", "½", "日本"]),
        ("can't won't ain't shan't", ["can", "not", "will", "not", "is", "not", "shall", "not"]),
        ("a\ud800b", ["a", "\ud800", "b"]),
    ],
)
def test_tokens(text, words):
    m = masked(text)
    assert m.words == words
    for word, start, end in zip(m.words, m.starts.tolist(), m.ends.tolist(), strict=True):
        assert word in (*TERM, "<url>", "can", "will", "is", "shall", "not") or text[start:end].lower() == word


def test_a_long_text_is_read_from_its_start():
    assert masked("mulch and compost " * TOKEN_LIMIT).words == [TERM[0], "and", TERM[1]] * (TOKEN_LIMIT // 3) + [TERM[0]]
    assert masked("x" * (CHARACTER_LIMIT + 5) + " mulch").ends.tolist() == [CHARACTER_LIMIT]


@given(st.lists(st.text("mulch compos.'\" ?!\n>", max_size=40), max_size=5))
def test_a_text_is_cut_alike_in_any_batch(texts):
    batch = mask([(text, find_mentions(text, ("mulch", "compost"))) for text in texts])
    alone = [masked(text) for text in texts]
    assert batch.words == [word for m in alone for word in m.words]
    for name in ("starts", "ends", "terms", "quoted", "question"):
        assert getattr(batch, name).tolist() == [value for m in alone for value in getattr(m, name).tolist()]
    assert batch.row.tolist() == [row for row, m in enumerate(alone) for _ in m.row]
    assert len(batch) == len(texts)


def test_a_batch_is_bounded_by_its_texts(monkeypatch):
    monkeypatch.setattr(masking, "BATCH_LIMIT", 10)
    texts = iter(["mulch", "compost", "x" * 30, "a", "b", "c"])
    batches = iter(lambda: masking.up_to(2, texts, str), [])
    assert [[len(text) for text in batch] for batch in batches] == [[5, 7], [30], [1, 1], [1]]


def test_sentences_can_be_texts_of_their_own():
    m = masked("Mulch rots. Why? Compost does, too.")
    alone = m.take([2, 1])
    assert alone.words == [TERM[1], "does", ",", "too", ".", "why", "?"]
    assert alone.starts.tolist()[0] == 17
    assert alone.offsets.tolist() == [0, 5, 7]
    assert alone.row.tolist() == [0, 1]
    assert alone.question.tolist() == [False, True]


def test_the_words_met_are_forgotten_from_time_to_time(monkeypatch):
    monkeypatch.setattr(vocabulary, "_MOST", 0)
    before = masked("mulch is a frob")
    after = masked("compost is a quux")
    assert before.vocabulary is not after.vocabulary
    assert before.words == [TERM[0], "is", "a", "frob"]


@given(st.text(max_size=200))
def test_offsets(text):
    m = masked(text)
    assert all(0 <= a < b <= len(text) for a, b in zip(m.starts, m.ends, strict=True))
    assert (m.ends[:-1] <= m.starts[1:]).all()
    covered = [i for first, last in zip(m.first, m.last, strict=True) for i in range(first, last)]
    assert covered == list(range(len(m.words)))
