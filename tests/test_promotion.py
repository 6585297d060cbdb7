"""Promotion: what is compared, what is refused and why, how the model in use is changed, and the way back."""

import csv
import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import left_over, write_jsonl

import smsn
from smsn import bundle as bundles
from smsn import comparison, history, promotion, resources, verdict
from smsn.bundle import Bundle
from smsn.comparison import Figure, compare
from smsn.corpus_file import LabelledComment
from smsn.errors import BundleError, CorpusError, InputError, OutputError
from smsn.metrics import Prediction, score
from smsn.promotion import PromotionRefused, judge, promote, rollback
from smsn.training import train

LABELS = ("synonym", "subset", "none")
WORDS = "tea brew van lorry hut shed mug cup jam jelly cob bap lid cap rug mat pan pot"
MOVES = {
    "synonym": "{} and {} are the same thing, call it what you like",
    "subset": "every {} is one kind of {} in my book",
    "none": "thanks for the post, my {} and my {} say hello",
}
EASY = {"macro_f1": 0.5, "labels": dict.fromkeys(LABELS, 0.5)}


def comments_about(pairs, **labels):
    """Return one comment of each label about each pair; `labels` says which label is called what instead."""
    return [
        LabelledComment(f"{a}-{label}", (a, b), text.format(a, b), labels.get(label, label), b if labels.get(label, label) == "subset" else None)
        for a, b in pairs
        for label, text in MOVES.items()
    ]


def file_of(path, comments):
    fields = ("id", "pair", "text", "view", "direction")
    return write_jsonl(path, [{name: getattr(c, name) for name in fields} for c in comments])


# --- what is compared: models that say what a test wants


class Oracle:
    """A model that says what it is told to."""

    def __init__(self, answers, seconds=1.0):
        self.answers, self.seconds = answers, seconds


@pytest.fixture
def oracles(monkeypatch):
    for module in (verdict, comparison):
        monkeypatch.setattr(module, "predict", lambda model, comments: [model.answers[c.id] for c in comments])
    monkeypatch.setattr(comparison, "seconds", lambda model, comments: model.seconds)


def gold(pairs=60):
    return comments_about([(f"thing{i}", f"stuff{i}") for i in range(pairs)])


def right(comments, probability=0.99):
    return {c.id: Prediction(c.view, c.lead, probability) for c in comments}


def wrong(comments, count, label="synonym", told="none"):
    """Return answers that are right but for the first `count` comments of a label."""
    mistaken = [c for c in comments if c.view == label][:count]
    return {**right(comments), **{c.id: Prediction(told, None, 0.9) for c in mistaken}}


def bundle_of(answers, name="candidate", labels=LABELS, seconds=1.0, **manifest):
    return Bundle(Oracle(answers, seconds), {"name": name, "task": "views", "labels": list(labels), "corpus": {}, **manifest})


def judged(comments, tmp_path, answers, current=None, floors=None, **manifest):
    old = bundle_of(right(comments) if current is None else current, "view-1")
    return judge(bundle_of(answers, **manifest), old, held_out=file_of(tmp_path / "gold.jsonl", comments), floors=floors or {}, rounds=1)


def predictions(comments, answers):
    return [answers[c.id] for c in comments]


def test_the_figures_are_those_of_score():
    comments = gold()
    told = wrong(comments, 9)
    told["thing0-subset"] = Prediction("subset", 0, 0.7)
    one = predictions(comments, told)
    figures, metrics = compare(comments, predictions(comments, right(comments)), one), score(comments, one)
    assert figures["macro_f1"].candidate == pytest.approx(metrics.macro_f1)
    assert figures["macro_f1"].interval == pytest.approx(metrics.interval, abs=0.005)  # of other resamples
    assert figures["lenient"].candidate == pytest.approx(metrics.lenient)
    assert figures["direction"].candidate == metrics.direction == 59 / 60
    assert figures["calibration_error"].candidate == pytest.approx(metrics.calibration)
    assert {label: figures[f"f1:{label}"].candidate for label in LABELS} == pytest.approx(metrics.labels)
    assert figures["macro_f1"].current == 1.0
    assert figures["macro_f1"].difference == pytest.approx(metrics.macro_f1 - 1)


def test_two_identical_models_differ_by_nothing_at_all():
    comments = gold()
    one = predictions(comments, wrong(comments, 9))
    for figure in compare(comments, one, one).values():
        assert figure.difference == 0.0
        assert figure.between == (0.0, 0.0)
        assert not figure.failures
    assert compare(comments, one, one)["macro_f1"].interval[0] < compare(comments, one, one)["macro_f1"].interval[1]


def test_the_bootstrap_is_reproducible_and_paired():
    comments = gold()
    before, after = (predictions(comments, wrong(comments, count)) for count in (20, 22))
    figure = compare(comments, before, after)["macro_f1"]
    assert figure == compare(comments, before, after)["macro_f1"]
    assert figure.between[0] < figure.difference < figure.between[1] <= 0
    width, between = np.ptp(figure.interval), np.ptp(figure.between)
    assert between < width / 2  # resamples of its own for each model would make it wider than either
    turned = compare(comments, after, before)["macro_f1"]
    assert turned.between == pytest.approx((-figure.between[1], -figure.between[0]))


def test_the_comments_of_a_pair_are_drawn_together():
    comments = comments_about([("tea", "brew")])
    told = predictions(comments, wrong(comments, 1))
    assert compare(comments, told, told)["lenient"].interval == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert compare(comments, told, told, by_pair=False)["lenient"].interval == (0.0, 1.0)


def test_what_cannot_be_measured_is_none_in_json():
    comments = [c for c in gold(4) if c.view != "subset"]
    told = [Prediction(c.view) for c in comments]
    figures = compare(comments, told, told)
    assert json.loads(json.dumps(figures["direction"].to_dict()))["candidate"] is None
    assert figures["calibration_error"].to_dict()["difference_interval"] == [None, None]
    assert figures["direction"].failures == []
    assert replace(figures["direction"], least=0.5).failures == ["direction cannot be measured on these comments, and its limit is 0.5000"]


def test_speed_is_the_median_of_alternating_rounds(monkeypatch):
    asked, times = [], {"old": iter([9, 2, 4, 100]), "new": iter([9, 1, 1, 1])}
    monkeypatch.setattr(comparison, "seconds", lambda model, comments: asked.append(model) or next(times[model]))
    assert comparison.speed("old", "new", [None] * 10, rounds=3) == (10.0, 4.0)
    assert asked == ["old", "new", "old", "new", "new", "old", "old", "new"]  # the first two warm up


# --- what is refused


FAILURES = {
    "below its floor": ({"macro_f1": 0.95}, {}, r"macro-F1 is 0\.91\d\d \[0\.\d+, 0\.\d+\], 0\.03\d\d below its floor of 0\.9500"),
    "a label below its floor": ({"labels": {**EASY["labels"], "synonym": 0.9}}, {}, r"F1 of synonym is 0\.8571 \[.*\], 0\.0429 below its floor of 0\.9000"),
    "lenient": ({"lenient": 0.95}, {}, r"lenient is 0\.9167 \[.*\], 0\.0333 below its floor of 0\.9500"),
    "macro-F1 lost": ({"tolerance": {"macro_f1": 0.01}}, {}, r"macro-F1 went from 1\.0000 to 0\.91\d\d, by -0\.08\d\d \[-0\.\d+, -0\.\d+\], and at most 0\.0100 may be lost"),
    "a label lost": ({"tolerance": {"label": 0.12}}, {}, r"F1 of synonym went from 1\.0000 to 0\.8571, by -0\.1429 \[-.*\], and at most 0\.1200"),
    "calibration": ({"at_most": {"calibration_error": 0.05}}, {}, r"calibration error is 0\.0818 \[.*\], 0\.0318 above the 0\.0500 that is allowed"),
    "speed": ({"at_least": {"speed_ratio": 0.7}}, {"seconds": 2.0}, r"speed beside the model in use is 0\.5000, 0\.2000 below its floor of 0\.7000"),
}


@pytest.mark.parametrize(("floors", "candidate", "match"), FAILURES.values(), ids=FAILURES)
def test_each_failure_is_named_with_its_figure_and_by_how_much(oracles, tmp_path, floors, candidate, match):
    comments = gold()
    told = judged(comments, tmp_path, wrong(comments, 15), floors={**EASY, **floors}, **candidate)
    if "macro_f1" in floors.get("tolerance", {}):
        (failure,) = told.failures
    else:  # so large a loss of macro-F1 is never by chance
        (failure,) = (f for f in told.failures if "whole interval" not in f)
    with pytest.raises(PromotionRefused, match=match):
        raise PromotionRefused(told)
    assert failure in "\n".join(told.lines())
    assert failure in json.dumps(told.to_dict(), ensure_ascii=False)


def test_nothing_is_refused_without_a_reason(oracles, tmp_path):
    comments = gold()
    floors = {
        **EASY, "lenient": 0.9, "direction": 0.9, "at_most": {"calibration_error": 0.1, "megabytes": 1}, "at_least": {"speed_ratio": 0.7},
        "tolerance": {"macro_f1": 0.01, "label": 0.03},
    }  # fmt: skip
    told = judged(comments, tmp_path, right(comments), floors=floors)
    assert told.failures == []
    assert [line for line in told.lines() if line.endswith(": ok")] == [figure.line() for figure in told.figures.values()]
    assert "macro-F1: 1.0000 -> 1.0000, +0.0000 [+0.0000, +0.0000]; at least 0.5000; may lose 0.0100: ok" in told.lines()


def test_direction_below_its_floor(oracles, tmp_path):
    comments = gold()
    turned = {c.id: Prediction(c.view, c.lead if c.lead is None or i < 90 else 0, 0.99) for i, c in enumerate(comments)}
    told = judged(comments, tmp_path, turned, floors={**EASY, "direction": 0.8})
    (failure,) = told.failures
    assert failure.startswith("direction is 0.5000 [")
    assert failure.endswith("0.3000 below its floor of 0.8000")


def test_a_small_loss_that_is_not_by_chance_is_refused_and_one_that_may_be_is_not(oracles, tmp_path):
    comments, floors = gold(400), {"tolerance": {"macro_f1": 0.01}}
    (failure,) = judged(comments, tmp_path, wrong(comments, 8), floors=floors).failures
    assert "macro-F1 went from 1.0000 to 0.9933, by -0.0067 [-0.01" in failure
    assert failure.endswith("and the whole interval is below nought: not by chance")
    assert judged(comments, tmp_path, wrong(comments, 2), floors=floors).failures == []


def test_a_large_loss_that_may_be_by_chance_is_refused(oracles, tmp_path):
    comments = gold(20)
    told = judged(comments, tmp_path, wrong(comments, 2), floors={"tolerance": {"macro_f1": 0.01}})
    assert told.figures["macro_f1"].between[1] == 0.0
    assert len(told.failures) == 1
    assert judged(comments, tmp_path, wrong(comments, 2), floors={"tolerance": {"macro_f1": 0.04}}).failures == []


def test_a_loss_of_exactly_the_tolerance_is_allowed():
    assert Figure("f1:none", 0.76, 0.75, tolerance=0.01).failures == []
    assert Figure("f1:none", 0.76, 0.7499, tolerance=0.01).failures


def test_floors_hold_for_their_labels_only(oracles, tmp_path):
    comments = gold()
    floors = {**EASY, "macro_f1": 0.999, "labels": {**EASY["labels"], "distinct": 0.9}}
    poor = wrong(comments, 20)
    assert judged(comments, tmp_path, poor, poor, floors=floors).failures == []
    four = (*LABELS, "distinct")
    both = [bundle_of(poor, name, four) for name in ("new", "view-1")]
    told = judge(*both, held_out=tmp_path / "gold.jsonl", floors=floors, rounds=1)
    assert "F1 of distinct cannot be measured on these comments, and its limit is 0.9000" in told.failures
    assert [f for f in told.failures if f.startswith("macro-F1 is")]


@pytest.mark.parametrize("side", ["candidate", "current"])
def test_pairs_that_either_was_trained_on_are_left_out_for_both(oracles, tmp_path, side):
    comments = gold(10)
    corpora = {"candidate": {}, "current": {}, side: {"held_out_seen": ["stuff0 / thing0", "stuff1 / thing1", "not / there"]}}
    poor = wrong(comments, 2)
    file = file_of(tmp_path / "gold.jsonl", comments)
    told = judge(bundle_of(poor, corpus=corpora["candidate"]), bundle_of(right(comments), "view-1", corpus=corpora["current"]), held_out=file, floors={}, rounds=1)
    assert (told.n, told.left_out) == (24, 6)
    assert told.figures["macro_f1"].difference == 0
    assert "6 comments of 2 held-out pairs are left out" in "\n".join(told.lines())


def test_the_home_pair_stays_and_is_reported_apart(oracles, tmp_path):
    comments = gold(5) + comments_about([("social media", "social networking")])
    told = judged(comments, tmp_path, wrong(comments[::-1], 1), corpus={"held_out_seen": [verdict.HOME]})
    assert (told.n, told.left_out) == (18, 0)
    assert {part: n for part, (n, _) in told.apart.items()} == {"without the home pair": 15, "the home pair": 3}
    assert told.apart["without the home pair"][1]["macro_f1"].candidate == 1.0
    assert told.apart["the home pair"][1]["lenient"].candidate == pytest.approx(2 / 3)
    assert any(line.startswith("the home pair, 3 comments: lenient: 1.0000 -> 0.6667") for line in told.lines())


def test_other_labels_cannot_be_judged(oracles, tmp_path):
    comments = gold(5)
    told = judged(comments, tmp_path, right(comments), labels=("synonym", "subset", "praise"))
    assert told.failures == ["its labels are not those of view-1 (only it has praise; only view-1 has none), and the held-out file cannot judge that"]
    assert "macro_f1" not in told.figures
    assert told.row()["macro_f1"] != told.row()["macro_f1"]  # NaN
    message = str(PromotionRefused(told))
    assert "--model candidate" in message
    assert "--allow-regression REASON" in message


def test_labels_of_the_held_out_file_that_neither_gives(oracles, tmp_path):
    comments = gold(5)
    both = [bundle_of(right(comments), name, ("synonym", "subset")) for name in ("new", "view-1")]
    told = judge(*both, held_out=file_of(tmp_path / "gold.jsonl", comments), floors={}, rounds=1)
    assert told.failures == ["it does not give none, which the held-out file has, so the file cannot judge it"]


def test_no_held_out_comment_left(oracles, tmp_path):
    comments = gold(1)
    told = judged(comments, tmp_path, right(comments), corpus={"held_out_seen": [comments[0].group]})
    assert (told.n, told.left_out) == (0, 3)
    assert told.failures == ["no held-out comment is left of whose pair neither model has seen any, so there is nothing to judge it by"]


def test_the_shipped_held_out_file_must_be_the_one_of_the_floors(monkeypatch, oracles, tmp_path):
    file_of(tmp_path / "heldout.jsonl", gold(2))
    monkeypatch.setattr(verdict.resources, "folder", lambda name: tmp_path)
    both = [bundle_of(right(gold(2)), name) for name in ("new", "view-1")]
    with pytest.raises(CorpusError, match=r"heldout\.jsonl: has the fingerprint \w{8}, and the floors were set on 1430b551"):
        judge(*both, floors={"fingerprint": "1430b551"}, rounds=1)
    with pytest.raises(BundleError, match=r"floors\.json: cannot be read"):
        judge(*both, rounds=1)


def test_rounds_are_counted(oracles, tmp_path):
    with pytest.raises(InputError, match="rounds is 0"):
        judge(bundle_of({}), bundle_of({}), rounds=0)


def test_the_shipped_model_beside_itself():
    shipped = promotion.load(bundles.current("views", resources.folder("models")), "views")
    told = judge(shipped, shipped, rounds=1, floors={**verdict._shipped_floors(), "at_least": {}})
    assert told.failures == []
    assert told.n == 660
    assert told.figures["macro_f1"].least == 0.75
    assert told.figures["f1:enables"].tolerance == 0.05
    assert told.figures["macro_f1"].between == (0.0, 0.0)
    assert told.apart["the home pair"][0] == 80


# --- the user's own file


def own(comments, answers):
    return {"n": len(comments), "predictions": {c.key: {"view": answers[c.id].label, "lead": answers[c.id].lead, "probability": answers[c.id].probability} for c in comments}}


def beside(oracles_data, tmp_path, candidate, current=None):
    comments = gold(5)
    new, old = bundle_of(right(comments), **candidate), bundle_of({**right(comments), **wrong(oracles_data, 3)}, "view-1", **(current or {}))
    return judge(new, old, data=oracles_data, held_out=file_of(tmp_path / "gold.jsonl", comments), floors={"tolerance": {"label": 0.01}}, rounds=1)


def test_the_key_of_an_own_comment():
    comment = LabelledComment("x", ("Tea", "brews"), "Tea is a brew.", "subset", "brews")
    assert comment.key == hashlib.sha256(b"brew / tea\nTea is a brew.").hexdigest()[:16]


def test_the_own_file_is_told_beside_and_does_not_decide(oracles, tmp_path):
    mine = comments_about([(f"mine{i}", f"yours{i}") for i in range(8)])
    told = beside(mine, tmp_path, {"own": own(mine[:12], wrong(mine, 4))})
    n, figures = told.apart["your own file"]
    assert n == 12
    assert (figures["f1:synonym"].current, figures["f1:synonym"].candidate) == (0.4, 0.0)
    before, after = (predictions(mine[:12], wrong(mine, count)) for count in (3, 4))
    assert repr(figures) == repr(compare(mine[:12], before, after, by_pair=False)) != repr(compare(mine[:12], before, after))
    assert told.failures == []
    assert any(line.startswith("your own file, 12 comments: lenient: 0.7500 -> 0.6667, -0.0833 [-0.") for line in told.lines())
    assert json.loads(json.dumps(told.to_dict()))["apart"]["your own file"]["n"] == 12


def test_notes_on_the_own_file(oracles, tmp_path):
    mine = comments_about([("mine", "yours"), ("his", "hers"), ("one", "other")])
    assert beside(mine, tmp_path, {}).notes[0].startswith("your own file tells nothing: the bundle holds no predictions")
    other = comments_about([("moon", "sun")])
    assert "none of its 9 comments" in beside(mine, tmp_path, {"own": own(other, right(other))}).notes[0]
    told = beside(mine, tmp_path, {"own": own(mine, right(mine))}, {"own": own(mine, right(mine))})
    assert told.notes == ["view-1 was itself trained with comments that were added, and may have seen these of your own file: it may look better there than it is"]
    with pytest.raises(BundleError, match="'own' are damaged"):
        beside(mine, tmp_path, {"own": {"predictions": {mine[0].key: {"view": "none"}}}})


# --- the folder of models: small bundles


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return two bundles that read alike, a poor one, and a held-out file of other pairs."""
    words = WORDS.split()
    pairs = list(zip(words[::2], words[1::2], strict=True))
    folder, comments = tmp_path_factory.mktemp("trained"), comments_about(pairs[:6])
    train(comments, folder / "first")
    train(comments[:-1], folder / "good")
    train(comments_about(pairs[:6], synonym="none", none="synonym"), folder / "poor")
    train(comments_about(pairs[:6], none="praise"), folder / "other")
    file_of(folder / "heldout.jsonl", comments_about(pairs[6:]))
    return folder


@pytest.fixture
def place(trained, tmp_path, monkeypatch):
    """Return a folder of models as in a checkout, and a function that promotes a bundle into it."""
    models = tmp_path / "models"
    shutil.copytree(trained / "first", models / "view-1")
    (models / "view-1" / "manifest.json").write_text((trained / "first" / "manifest.json").read_text("utf-8").replace('"first"', '"view-1"'), "utf-8")
    (models / "current.json").write_text('{"views": "view-1", "definitions": "definitions-9"}')
    monkeypatch.setattr(resources, "folder", lambda name: models)
    monkeypatch.setattr(resources, "models", lambda: models)

    def promoted(name, **settings):
        path = trained / name if isinstance(name, str) else name
        return promote(path, **{"held_out": trained / "heldout.jsonl", "floors": EASY, "rounds": 1, **settings})

    return models, promoted


def used(models, task="views"):
    """Return the name of the bundle in use, which must load."""
    path = bundles.current(task, models)
    return promotion.load(path, task).path.name


def rows(models):
    with (models / "history.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_promoted(place, trained):
    models, promoted = place
    told = promoted("good")
    assert told.promoted == "view-2"
    assert (told.current, told.failures) == ("view-1", [])
    assert json.loads((models / "current.json").read_text()) == {"views": "view-2", "definitions": "definitions-9"}
    assert used(models) == "view-2"
    loaded = bundles.load(models / "view-2")
    assert loaded.name == "view-2"
    assert {**loaded.manifest, "name": "good"} == bundles.read_manifest(trained / "good")
    assert sorted(p.name for p in models.iterdir()) == ["current.json", "history.csv", "view-1", "view-2"]
    assert left_over(models) == []
    assert told.lines()[-1] == "promoted as view-2"
    (row,) = rows(models)
    assert tuple(row) == history.COLUMNS
    assert row["date"].endswith("+00:00")
    assert (row["task"], row["name"], row["action"], row["before"], row["n"]) == ("views", "view-2", "promoted", "view-1", "9")
    assert (row["macro_f1"], row["low"], row["high"], row["difference"], row["diff_low"]) == ("1.0", "1.0", "1.0", "0.0", "0.0")
    assert (row["corpus"], row["worst_f1"], row["reason"], row["smsn"]) == (told.corpus, "1.0", "", smsn.__version__)
    assert float(row["megabytes"]) == round(loaded.megabytes, 4) > 0
    assert float(row["speed_ratio"]) > 0
    assert row["worst_label"] in LABELS
    assert promotion.history(models) == promotion.history() == [row]


def test_refused_changes_nothing(place):
    models, promoted = place
    before = (models / "current.json").read_bytes()
    with pytest.raises(PromotionRefused, match=r"poor: is not promoted, and view-1 stays in use") as refused:
        promoted("poor")
    assert refused.value.status == 3
    assert refused.value.verdict.failures
    assert all(failure in str(refused.value) for failure in refused.value.verdict.failures)
    assert "macro-F1 is 0.3333 [0.3333, 0.3333], 0.1667 below its floor of 0.5000" in str(refused.value)
    assert "macro-F1 went from 1.0000 to 0.3333, by -0.6667 [-0.6667, -0.6667]" in str(refused.value)
    assert (models / "current.json").read_bytes() == before
    assert sorted(p.name for p in models.iterdir()) == ["current.json", "view-1"]


def test_too_large(place):
    models, promoted = place
    with pytest.raises(PromotionRefused, match=r"size in MB is 0\.\d+, 0\.\d+ above the 0\.0010 that is allowed"):
        promoted("good", floors={**EASY, "at_most": {"megabytes": 0.001}})
    assert used(models) == "view-1"


def test_a_regression_is_promoted_with_its_reason(place):
    models, promoted = place
    told = promoted("poor", allow_regression=" the old one\nis too slow ")
    assert told.failures
    assert used(models) == "view-2"
    (row,) = rows(models)
    assert row["reason"] == "the old one is too slow"
    assert float(row["difference"]) == pytest.approx(-0.6667)
    assert told.lines()[-1].startswith("promoted as view-2 all the same: the old one")
    assert told.to_dict()["reason"].startswith("the old one")


def test_other_labels_are_promoted_with_a_reason(place):
    models, promoted = place
    with pytest.raises(PromotionRefused, match=r"only it has praise; only view-1 has none"):
        promoted("other")
    promoted("other", allow_regression="labels of our own")
    assert used(models) == "view-2"
    assert [(row["macro_f1"], row["worst_label"], row["reason"]) for row in rows(models)] == [("", "", "labels of our own")]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_blank_reason_is_none(place, reason):
    with pytest.raises(InputError, match="needs a reason"):
        place[1]("good", allow_regression=reason)


def test_a_bundle_that_lies_there_keeps_its_name(place, trained):
    models, promoted = place
    shutil.copytree(trained / "good", models / "view-7")
    told = promoted(models / "view-7")
    assert (told.promoted, used(models)) == ("view-7", "view-7")
    assert bundles.read_manifest(models / "view-7")["name"] == "view-7"
    assert not (models / "view-8").exists()


def test_names_are_not_given_twice(place, tmp_path, monkeypatch):
    models, promoted = place
    (models / "view-3").mkdir()
    assert promoted("good").promoted == "view-4"
    assert rollback() == "view-1"
    shutil.rmtree(models / "view-4")
    assert promoted("good").promoted == "view-5"  # the history knows view-4
    shipped = tmp_path / "shipped"
    (shipped / "view-11").mkdir(parents=True)
    monkeypatch.setattr(resources, "folder", lambda name: shipped)
    assert promoted("first", models=models).promoted == "view-12"


def test_the_one_in_use_is_not_promoted_again(place):
    models, promoted = place
    with pytest.raises(BundleError, match=r"view-1: is in use for views already"):
        promoted(models / "view-1")
    assert not (models / "history.csv").exists()


def test_what_does_not_load_is_not_promoted(place, trained, tmp_path):
    models, promoted = place
    with pytest.raises(BundleError, match="not a model folder"):
        promoted(tmp_path / "nowhere")
    shutil.copytree(trained / "good", tmp_path / "hurt")
    (tmp_path / "hurt" / "model.skops").write_bytes(b"x")
    with pytest.raises(BundleError, match="damaged"):
        promoted(tmp_path / "hurt")
    (models / "view-1" / "model.skops").write_bytes(b"x")
    with pytest.raises(BundleError, match=r"damaged.*It is the model in use.*smsn rollback"):
        promoted("good")
    assert not (models / "promotion.lock").exists()


class CrashError(Exception):
    """Whatever ends a process."""


STEPS = ("copyfile", "load", "replace", "record", "history.csv", "switch", "current.json")


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_leaves_the_old_one_in_use(place, monkeypatch, step):
    models, promoted = place

    def crash(*_arguments, **_named):
        raise CrashError

    move = os.replace

    def crash_at(source, target):
        if Path(target).name == step:
            raise CrashError
        move(source, target)

    load = bundles.load

    def crash_for_the_copy(path, *arguments, **named):
        if Path(path).name.startswith(".view-2-"):
            raise CrashError
        return load(path, *arguments, **named)

    with monkeypatch.context() as patch:
        if step.endswith((".csv", ".json")):
            patch.setattr(os, "replace", crash_at)
        elif step == "load":
            patch.setattr(bundles, "load", crash_for_the_copy)
        else:
            patch.setattr({"copyfile": shutil, "replace": bundles}.get(step, promotion), step, crash)
        with pytest.raises(CrashError):
            promoted("good")
    assert used(models) == "view-1"
    assert json.loads((models / "current.json").read_text()) == {"views": "view-1", "definitions": "definitions-9"}
    assert left_over(models) == []
    assert not (models / "promotion.lock").exists()
    done = promoted("good")
    assert used(models) == done.promoted
    assert rollback() == "view-1"


def test_a_disk_that_is_full(place, monkeypatch):
    models, promoted = place

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"No space left on device\. The model in use is as before"):
        promoted("good")
    assert used(models) == "view-1"


def test_two_at_once(place):
    models, promoted = place
    with history.changing(models):
        for change in (lambda: promoted("good"), rollback):
            with pytest.raises(OutputError, match=rf"promotion\.lock: process {os.getpid()}, since .* is changing the models here.*delete this file"):
                change()
    assert used(models) == "view-1"
    assert promoted("good").promoted == "view-2"


# --- the way back


def test_back_to_any_earlier_one(place):
    models, promoted = place
    for _ in range(2):
        promoted("good")
    assert used(models) == "view-3"
    assert rollback() == "view-2"
    assert rollback() == "view-1"  # not view-3 again
    assert used(models) == "view-1"
    assert rollback("view-3") == "view-3"
    assert rollback() == "view-2"
    assert json.loads((models / "current.json").read_text())["definitions"] == "definitions-9"
    assert [(row["name"], row["action"], row["before"]) for row in rows(models)][2:] == [
        ("view-2", "rolled back", "view-3"), ("view-1", "rolled back", "view-2"), ("view-3", "rolled back", "view-1"), ("view-2", "rolled back", "view-3"),
    ]  # fmt: skip
    assert {row["macro_f1"] for row in rows(models)} == {"1.0", ""}


def test_there_is_nothing_before_the_first(place):
    with pytest.raises(BundleError, match=r"does not say what was in use for views before view-1\. Name a bundle: view-1"):
        rollback()


def test_back_to_what_is_not_there(place):
    models, promoted = place
    promoted("good")
    for name in ("view-9", "../view-1", "current.json", ""):
        with pytest.raises(BundleError, match=r"There are: view-1, view-2|Name a bundle: view-1, view-2"):
            rollback(name)
    with pytest.raises(InputError, match="view-2: is in use for views already"):
        rollback("view-2")
    with pytest.raises(InputError, match="no task 'view'"):
        rollback(task="view")
    shutil.rmtree(models / "view-1")
    with pytest.raises(BundleError, match=r"holds no bundle 'view-1' for views\. There are: view-2"):
        rollback()
    assert used(models) == "view-2"


def test_back_to_one_that_does_not_load(place):
    models, promoted = place
    promoted("good")
    (models / "view-1" / "model.skops").write_bytes(b"x")
    before = (models / "history.csv").read_bytes()
    with pytest.raises(BundleError, match="damaged"):
        rollback()
    assert used(models) == "view-2"
    assert (models / "history.csv").read_bytes() == before


@pytest.fixture
def wheel(place, trained, tmp_path, monkeypatch):
    """Return the user's folder of models and the installed package's, which ships view-1."""
    shipped, promoted = place
    package = tmp_path / "site-packages" / "smsn"
    package.mkdir(parents=True)
    shipped = shipped.rename(package / "models")
    mine = tmp_path / "home" / "smsn" / "models"
    monkeypatch.setattr(resources, "folder", lambda name: shipped)
    monkeypatch.setattr(resources, "models", lambda: mine)
    monkeypatch.setattr(history, "files", lambda name: package)
    return mine, shipped, promoted


def everything(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_back_to_the_shipped_one(wheel):
    mine, shipped, promoted = wheel
    before = everything(shipped)
    assert promoted("good").promoted == "view-2"
    assert (bundles.current("views"), used(mine)) == (mine / "view-2", "view-2")
    assert json.loads((mine / "current.json").read_text()) == {"views": "view-2"}
    assert bundles.current("definitions") == shipped / "definitions-9"
    assert rollback() == "view-1"
    assert bundles.current("views") == shipped / "view-1"
    assert json.loads((mine / "current.json").read_text()) == {}
    assert rollback("view-2") == "view-2"
    assert rollback("view-1") == "view-1"
    assert everything(shipped) == before


def test_the_package_folder_is_never_written_to(wheel, trained, tmp_path):
    _, shipped, promoted = wheel
    before = everything(shipped.parent)
    (tmp_path / "link").symlink_to(shipped)
    for folder in (shipped, shipped.parent, shipped / "more", tmp_path / "link"):
        with pytest.raises(OutputError, match="lies in the installed package"):
            promoted("good", models=folder)
        with pytest.raises(OutputError, match="lies in the installed package"):
            rollback(models=folder)
    assert everything(shipped.parent) == before
    assert not (shipped / "more").exists()


def test_the_real_package_folder_too(trained):
    inside = Path(smsn.__file__).parent / "models"
    with pytest.raises(OutputError, match="lies in the installed package"):
        promote(trained / "good", models=inside)
    assert not inside.exists()


@pytest.mark.parametrize("text", ["{", '{"views": "../../x"}'])
def test_rollback_mends_a_damaged_current_json(place, text):
    models, promoted = place
    promoted("good")
    (models / "current.json").write_text(text)
    with pytest.raises(BundleError, match="smsn rollback"):
        promoted("good")
    assert rollback() == "view-2"
    assert used(models) == "view-2"
    (models / "current.json").write_text(text)
    assert rollback("view-1") == "view-1"


def test_a_damaged_history_stops_before_anything_is_switched(place):
    models, promoted = place
    (models / "history.csv").write_bytes(b"date,name\n\xff\xfe\n")
    with pytest.raises(OutputError, match=r"history\.csv: cannot be read as CSV in UTF-8"):
        promoted("good")
    assert used(models) == "view-1"


def test_a_history_that_a_person_has_edited(place):
    models, promoted = place
    (models / "history.csv").write_bytes("\ufeffname,remark\r\nview-41,\"good, old\r\none\"\r\n".encode())
    assert promoted("good").promoted == "view-42"
    assert [(row["name"], row["remark"]) for row in rows(models)] == [("view-41", "good, old one"), ("view-42", "")]


def test_no_history_yet(tmp_path):
    assert promotion.history(tmp_path) == []


# --- definitions


def test_definitions(tmp_path, monkeypatch):
    from smsn.definitions.training import train as train_definitions

    says = [("kettle", "A kettle is a pot with a spout."), ("chisel", "A chisel is a blade that you drive."), ("lathe", "A lathe is a machine that turns wood.")]
    not_so = [("kettle", "Our kettle was a bargain."), ("chisel", "My chisel is a disgrace."), ("lathe", "My lathe was a mistake.")]
    taught = [{"term": term, "text": text, "definition": text.startswith("A ")} for term, text in says + not_so]
    data = write_jsonl(tmp_path / "data.jsonl", taught)
    good = train_definitions(data, tmp_path / "good")
    poor = train_definitions(write_jsonl(tmp_path / "turned.jsonl", [{**row, "definition": not row["definition"]} for row in taught]), tmp_path / "poor")
    models = tmp_path / "models"
    shutil.copytree(good.path, models / "definitions-1")
    (models / "current.json").write_text('{"views": "view-9", "definitions": "definitions-1"}')
    monkeypatch.setattr(resources, "folder", lambda name: models)
    limits = {"tolerance": {"definitions_f1": 0.01}}
    with pytest.raises(PromotionRefused, match=r"F1 of (strict|broad) went from 1\.0000 to 0\.0000, by -1\.0000, and at most 0\.0100 may be lost"):
        promote(poor.path, models=models, held_out=data, floors=limits)
    told = promote(good.path, models=models, held_out=data, floors=limits)
    assert told.promoted == "definitions-2"
    assert json.loads((models / "current.json").read_text()) == {"views": "view-9", "definitions": "definitions-2"}
    assert (told.n, told.figures["f1:broad"].difference) == (6, 0.0)
    assert (rows(models)[0]["macro_f1"], rows(models)[0]["low"], rows(models)[0]["calibration_error"]) == ("1.0", "", "")
    assert rollback(models=models, task="definitions") == "definitions-1"
    assert used(models, "definitions") == "definitions-1"
