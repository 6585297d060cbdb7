"""Which comments to label next."""

from itertools import permutations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.preprocessing import normalize

from smsn import Comment, suggestion
from smsn.corpus_file import LabelledComment
from smsn.errors import InputError, PairError
from smsn.suggestion import _greedy, suggest
from smsn.training import train

PAIR = ("rook", "crow")
SURE = [f"every rook is one kind of crow, as {who} says" for who in ("ann", "ben", "cai", "dee", "eve", "flo")]


@pytest.fixture(scope="module")
def model():
    pairs = [("tea", "brew"), ("van", "lorry"), ("hut", "shed"), ("mug", "cup"), ("jam", "jelly"), ("cob", "bap")]
    says = {"synonym": "{} and {} are the same thing", "subset": "every {} is one kind of {}", "none": "we sell {} and {} on mondays"}
    rows = [LabelledComment(f"{a}{view}", (a, b), say.format(a, b), view, b if view == "subset" else None) for a, b in pairs for view, say in says.items()]
    return train(rows)


def test_the_unsure_comes_before_the_sure(model):
    unsure = "rook and crow are one kind of the same thing on mondays"
    tasks = suggest([*SURE[:2], unsure], 3, pair=PAIR, model=model)
    assert tasks[0].text == unsure
    assert [task.meta["rank"] for task in tasks] == [1, 2, 3]
    assert tasks[0].pair == PAIR
    assert 0 <= tasks[0].probability <= 1
    assert tasks[0].meta["margin"] < tasks[-1].meta["margin"]


def test_what_is_said_twice_is_asked_once(model):
    texts = ["Every rook is a crow!", "every rook is a crow", "a rook, you know, and a crow went for a walk in the park one day",
             "a rook, you know, and a crow went for a walk in the park one night", "rook: crow"]  # fmt: skip
    tasks = suggest(texts, 9, pair=PAIR, model=model)
    assert len(tasks) == 3
    assert len({task.text.lower().rstrip("!") for task in tasks}) == 3


def test_what_is_labelled_or_nearly_is_not_asked_again(model):
    said = "a rook, you know, and a crow went for a walk in the park one day"
    labelled = [LabelledComment("l1", ("crow", "rook"), said, "none"), LabelledComment("l2", PAIR, SURE[0], "subset", "crow")]
    pool = [said.upper(), said.replace("day", "night"), SURE[0], "rook and crow, what a pair"]
    assert [task.text for task in suggest(pool, 9, pair=PAIR, model=model, labelled=labelled)] == ["rook and crow, what a pair"]


def test_one_text_about_three_pairs_is_three_questions_and_ids_are_distinct(model):
    said = "every rook is one kind of crow and every crow is one kind of bird as everybody knows"
    pool = [Comment(id=None, text=said, pair=pair) for pair in (PAIR, ("crow", "bird"), ("rook", "bird"))]
    assert sorted((task.id, task.pair) for task in suggest(pool, 9, model=model)) == [("1", PAIR), ("2", ("crow", "bird")), ("3", ("rook", "bird"))]


def test_ids_that_are_taken_or_missing(model):
    said = [f"the rook and the crow {what}" for what in ("sing all day long", "came to us in may", "are here once more")]
    pool = [Comment(id=i, text=text) for i, text in zip(("2", None, "2"), said, strict=True)]
    assert {(task.id, task.text) for task in suggest(pool, 9, pair=PAIR, model=model)} in [
        {("2", said[a]), ("2-2", said[b]), ("2-3", said[c])} for a, b, c in permutations(range(3))
    ]


def test_nothing_is_left_to_ask(model):
    labelled = [LabelledComment("l1", PAIR, SURE[0], "subset", "crow")]
    assert suggest([SURE[0].upper(), " "], 9, pair=PAIR, model=model, labelled=labelled) == []


def test_a_label_that_is_there_often_and_a_text_like_labelled_ones_come_later(model):
    same, kind = "now rook and crow are the same thing", "every rook is one kind of crow"
    tasks = suggest([same, kind], 2, pair=PAIR, model=model)
    often = {"synonym": same, "subset": kind}[tasks[0].view]
    assert tasks[0].text == often
    there = [LabelledComment(f"l{i}", ("van", "hut"), f"quite another text number {i}", tasks[0].view, "hut" if tasks[0].view == "subset" else None) for i in range(400)]
    assert suggest([same, kind], 1, pair=PAIR, model=model, labelled=there)[0].text != often
    near = [LabelledComment("l", PAIR, f"{often} you know", "none")]
    assert suggest([same, kind], 1, pair=PAIR, model=model, labelled=near)[0].text != often


def test_the_choice_hangs_neither_on_the_order_nor_on_chance(model):
    texts = [*SURE, "rook and crow are the same", "we sell rook", "one kind of rook is the same thing as crow"]
    one = [task.text for task in suggest(texts, 4, pair=PAIR, model=model)]
    assert one == [task.text for task in suggest(texts[::-1], 4, pair=PAIR, model=model)]
    assert one[:2] == [task.text for task in suggest(texts, 2, pair=PAIR, model=model)]


def test_of_a_large_pile_the_least_sure_are_looked_at(model, monkeypatch):
    monkeypatch.setattr(suggestion, "MOST", 3)
    texts = [*SURE, "rook and crow are one kind of the same thing on mondays"]
    tasks = suggest(texts, 9, pair=PAIR, model=model)
    assert len(tasks) <= 3
    assert texts[-1] in [task.text for task in tasks]


def test_rows_bring_their_own_pair_and_author(model):
    (task,) = suggest([Comment(id=7, text="a wiki is a site", pair=("wiki", "site"), author="ann")], model=model)
    assert (task.id, task.pair, task.meta["author"]) == ("7", ("wiki", "site"), "ann")


VECTORS = csr_matrix(normalize([[1.0, 0.0, 0.0], [1.0, 0.2, 0.0], [1.0, 0.0, 0.2], [0.0, 0.0, 1.0]]))
EVEN = np.full((4, 2), 0.5)


def test_greedy_takes_what_is_unlike_what_it_has():
    assert _greedy(VECTORS, EVEN, np.zeros(4), np.zeros(4), np.zeros(2), set(), 3)[:2] == [0, 3]
    assert _greedy(VECTORS, EVEN, np.zeros(4), np.zeros(4), np.zeros(2), {0}, 9) == [1, 3, 2]
    assert _greedy(VECTORS, EVEN, np.zeros(4), np.array([1.0, 1.0, 1.0, 0.0]), np.zeros(2), set(), 1) == [3]


def test_greedy_takes_the_unsure_before_the_sure_and_the_rare_label_before_the_common():
    apart = csr_matrix(np.eye(4))
    sure = np.array([[0.9, 0.1], [0.4, 0.6], [0.8, 0.2], [0.7, 0.3]])
    assert _greedy(apart, sure, np.abs(sure[:, 0] - sure[:, 1]), np.zeros(4), np.zeros(2), set(), 4) == [1, 3, 2, 0]
    equally = np.array([[0.6, 0.4], [0.6, 0.4], [0.4, 0.6], [0.4, 0.6]])
    assert _greedy(apart, equally, np.full(4, 0.2), np.zeros(4), np.array([9.0, 0.0]), set(), 1) == [2]
    assert _greedy(apart, equally, np.full(4, 0.2), np.zeros(4), np.zeros(2), set(), 2) == [0, 2]


def test_errors(model):
    with pytest.raises(InputError, match="no comment to choose from"):
        suggest([], model=model)
    with pytest.raises(InputError, match="at least one"):
        suggest(["rook"], 0, pair=PAIR, model=model)
    with pytest.raises(PairError, match="no pair of terms"):
        suggest(["rook"], model=model)
