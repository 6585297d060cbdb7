"""Noise: wrong labels come first, contradictions and leaks are found, and what is missing is said."""

import json
import random
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from smsn import corpus_file, golden, noise, resources, training
from smsn.corpus_file import LabelledComment
from smsn.errors import InputError
from smsn.noise import suspects
from smsn.records import VIEWS

PAIR = ("sourdough", "sourdough starter")
MERGED = {"synonym": "same", "subset": "same", "tool-use": "linked", "enables": "linked", "complement": "linked", "distinct": "apart", "none": "apart"}


def comment(text, view="none", direction=None, author=None, pair=("tea", "drink")):
    return LabelledComment(f"id-{text[:12]}", pair, text, view, direction, (), author)


def mislabel(comments, share=0.1, seed=3):
    """Return the comments with a share of other labels, and the places of these."""
    draw = random.Random(seed)
    labels = sorted({c.view for c in comments})
    wrong = set(draw.sample(range(len(comments)), round(share * len(comments))))
    given = [draw.choice([label for label in labels if label != c.view]) if i in wrong else c.view for i, c in enumerate(comments)]
    return [replace(c, view=view) for c, view in zip(comments, given, strict=True)], wrong


def found(suspects, wrong, share=0.15):
    return len({s.place for s in suspects[: round(share * len(suspects))]} & wrong) / len(wrong)


@pytest.fixture(scope="module")
def bundle():
    return golden.load()


@pytest.fixture(scope="module")
def heldout():
    """Return comments that the shipped bundle was not trained on."""
    return corpus_file.read(resources.folder("corpus") / "heldout.jsonl", VIEWS)


@pytest.fixture(scope="module")
def deep():
    """Return the comments of one pair, which need no bundle to judge each other."""
    return [c for c in training.shipped_corpus() if set(c.pair) == set(PAIR)]


@pytest.fixture
def bare(monkeypatch):
    """Make cleanlab as good as not installed."""
    for name in [name for name in sys.modules if name.split(".")[0] == "cleanlab"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cleanlab", None)


def test_wrong_labels_come_first_without_a_bundle(deep):
    given, wrong = mislabel(deep)
    told = noise.label_errors(given)
    assert found(told, wrong) >= 0.5
    assert sorted(s.place for s in told) == list(range(len(given)))
    assert [s.quality for s in told] == sorted(s.quality for s in told)
    assert 0 <= told[0].quality < told[-1].quality <= 1
    assert all(s.comment is given[s.place] and s.given == given[s.place].view for s in told)
    assert noise.label_errors(given) == told


def test_a_bundle_finds_more_in_a_small_file(bundle, heldout):
    given, wrong = mislabel(heldout[:120])
    alone, asked = noise.label_errors(given), noise.label_errors(given, bundle)
    assert found(asked, wrong) >= 0.8 > found(alone, wrong)
    issues = {s.place for s in asked if s.issue}
    assert len(issues & wrong) > len(issues - wrong)
    right = [s.suggested == heldout[s.place].view for s in asked if s.place in wrong & issues]
    assert sum(right) >= 0.7 * len(right) > 0


def test_a_bundle_helps_with_labels_that_it_does_not_have(bundle, heldout):
    given, wrong = mislabel([replace(c, view=MERGED[c.view], direction=None, also=()) for c in heldout[:200]])
    alone, asked = noise.label_errors(given), noise.label_errors(given, bundle)
    assert found(asked, wrong) >= 0.7
    assert found(asked, wrong) > found(alone, wrong)
    assert {s.suggested for s in asked} == {"same", "linked", "apart"}


def test_turned_directions_are_doubted(bundle, heldout):
    directed = [i for i, c in enumerate(heldout[:200]) if c.direction is not None]
    turned = set(directed[::4])
    given = [replace(c, direction=c.pair[1 - c.lead]) if i in turned else c for i, c in enumerate(heldout[:200])]
    told = noise.label_errors(given, bundle)
    doubted = {s.place for s in told if s.issue and s.given == s.suggested}
    assert len(doubted & turned) > 0.5 * len(turned)
    assert len(doubted - turned) < 0.1 * len(directed)
    assert all(s.direction == heldout[s.place].direction != s.comment.direction for s in told if s.place in doubted & turned)
    assert all(s.direction in (None, *s.comment.pair) for s in told)


def test_what_is_accepted_beside_is_as_good_as_the_label():
    comments = [replace(comment("one", "a"), also=("b", "unknown")), comment("two", "a"), comment("three", "b")]
    names, labels = np.array(["a", "b", "c"]), np.array([0, 0, 1])
    told = suspects.accepting_also(np.array([[0.1, 0.7, 0.2]] * 3), comments, labels, names)
    assert told == pytest.approx(np.array([[0.8, 0.0, 0.2], [0.1, 0.7, 0.2], [0.1, 0.7, 0.2]]))


def test_a_bundle_that_was_trained_on_the_file_is_not_asked(bundle, heldout, monkeypatch):
    comments = heldout[:30]
    alone = noise.label_errors(comments)
    assert noise.label_errors(comments, bundle) != alone
    trained_on = {"corpus": {"fingerprint": corpus_file.fingerprint(comments)}}
    adapted_to = {"own": {"predictions": {comments[7].key: {}}}}
    for told in (trained_on, adapted_to):
        assert noise.label_errors(comments, replace(bundle, manifest=bundle.manifest | told)) == alone


def test_near_duplicates_do_not_vouch_for_each_other():
    text = "To my mind a tea is a drink like any other that you pour from a pot"
    comments = [comment(text), comment("Nobody asked."), comment(text + " or two"), comment("The cat sat there.")]
    clusters = suspects.clusters_of(comments)
    assert clusters[0] == clusters[2]
    assert len(set(clusters.tolist())) == 3


def test_every_label_is_dealt_to_every_fold_and_a_cluster_to_one():
    labels = np.repeat([0, 1, 2], [5, 10, 25])
    clusters = np.arange(40)
    clusters[[20, 30, 39]] = 20
    folds = suspects.dealt(labels, np.unique(clusters, return_inverse=True)[1], seed=1)
    assert len({folds[20], folds[30], folds[39]}) == 1
    assert all(set(folds[labels == label]) == set(range(suspects.FOLDS)) for label in (0, 1, 2))


def test_rare_labels_are_judged_too(bundle, heldout):
    given = [*heldout[:40], replace(heldout[40], view="sinonym", direction=None)]
    for asked in (None, bundle):
        told = noise.label_errors(given, asked)
        assert len(told) == 41
        assert all(0 <= s.quality <= 1 for s in told)
    few = noise.label_errors([comment("Tea is a drink.", "subset", "drink"), comment("Who knows?")], bundle)
    assert len(few) == 2


@pytest.mark.parametrize("comments", [[], [comment("Tea, please.")], [comment("Tea, please."), comment("Where?")]])
def test_of_fewer_than_two_labels_nothing_is_said(comments):
    assert noise.label_errors(comments) == []


def test_contradictions():
    text = "To my mind a tea is a drink like any other that you pour from a pot"
    comments = [
        comment(text, "subset", "drink"),
        comment(text.upper() + "!", "subset", "Drinks", pair=("Drinks", "teas")),
        comment(text + " or two", "subset", "tea"),
        comment(text + " and so on", "distinct"),
        comment(text, "distinct", pair=("tea", "coffee")),
        comment("Quite another thing.", "none"),
    ]
    assert noise.contradictions(comments) == [(0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert noise.contradictions(comments[:2]) == []
    assert noise.contradictions([comment("👍", "none"), comment("🙄", "distinct")]) == []


def test_leaks_are_counted_apart_with_places_on_both_sides():
    text = "To my mind a tea is a drink like any other that you pour from a pot"
    here = [comment("Nobody here.", author="a"), comment(text, author="b", pair=("x", "y")), comment("No.", author="c"), comment("NO", author="c", pair=("x", "z"))]
    there = [comment(text + " or two", pair=("p", "q")), comment("no!", author="c", pair=("q", "r")), comment("Elsewhere.", author="d", pair=("drinks", "Tea"))]
    told = noise.leaks(here, there)
    assert told.texts == [noise.Shared("no", (2, 3), (1,))]
    assert told.near_duplicates == [noise.Shared(here[1].text.lower(), (1,), (0,))]
    assert told.pairs == [noise.Shared("drink / tea", (0, 2), (2,))]
    assert told.authors == [noise.Shared("c", (2, 3), (1,))]
    assert {name: n for name, n in told.to_dict().items() if name != "where"} == {"texts": 1, "near_duplicates": 1, "pairs": 1, "authors": 1}
    assert noise.leaks(here, []) == noise.Leaks()


def test_the_held_out_file_shares_only_the_home_pair(heldout):
    told = noise.leaks(heldout, training.shipped_corpus()[:3000])
    assert (told.texts, told.near_duplicates, told.authors) == ([], [], [])
    assert [shared.what for shared in told.pairs] == [training.HOME]


def test_the_report(bundle, heldout):
    given, _ = mislabel(heldout[:100])
    given.append(replace(given[0], id="again", text=given[0].text + " Yes.", view="none" if given[0].view != "none" else "distinct", direction=None))
    report = noise.report(given, heldout[:5], model=bundle)
    told = json.loads(json.dumps(report.to_dict()))
    assert told["comments"] == 101
    assert [row["place"] for row in told["label_errors"]] == [s.place for s in report.suspects if s.issue]
    assert told["contradictions"] == [[0, 100]]
    assert told["leaks"]["texts"] == 5
    lines = report.lines(most=3)
    assert lines[0] == f"label errors: {len(report.issues)} likely ones among 101 comments"
    first = report.issues[0]
    assert first.comment.id in lines[1]
    assert f" {first.suggested}" in lines[1]
    assert lines[4] == f"  … and {len(report.issues) - 3} more"
    assert any(line.startswith(f"  {given[0].id} (") and "again (" in line for line in lines)
    assert sum(line.startswith("on both sides: ") for line in lines) == 4
    assert "line 7: " in "\n".join(report.lines(most=1000, numbers=[7] * 101))


def test_without_cleanlab_the_rest_works(bare, heldout):
    assert not noise.can_look()
    with pytest.raises(InputError, match=r'pip install "smsn\[labels\]"'):
        noise.label_errors(heldout[:9])
    with pytest.raises(InputError, match=r'pip install "smsn\[labels\]"'):
        noise.report(heldout[:9], errors=True)
    report = noise.report(heldout[:9], heldout[5:12])
    assert report.suspects is None
    assert report.to_dict()["label_errors"] is None
    assert report.to_dict()["leaks"]["texts"] == 4
    assert 'pip install "smsn[labels]"' in report.lines()[0]


def test_importing_it_loads_neither_cleanlab_nor_spacy():
    code = "import smsn.noise, sys; print(sorted({'cleanlab', 'spacy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
