"""Scores: strict, lenient, direction, intervals; and cross-validation that keeps pairs apart."""

import json

import numpy as np
import pytest

from smsn.corpus_file import LabelledComment
from smsn.evaluation import cross_validate, evaluate
from smsn.metrics import Prediction, calibration_error, perfect_calibration, score


def gold(view, direction=None, also=(), pair=("tea", "coffee")):
    return LabelledComment("i", pair, "text", view, direction, also)


def test_strict_lenient_direction():
    truth = [gold("subset", "tea"), gold("subset", "coffee"), gold("none", also=("distinct",)), gold("distinct")]
    told = [Prediction("subset", 0), Prediction("subset", 0), Prediction("distinct"), Prediction("distinct")]
    metrics = score(truth, told, seed=13)
    assert metrics.accuracy == 0.75
    assert metrics.lenient == 1.0
    assert metrics.direction == 0.5
    assert metrics.labels == {"subset": 1.0, "distinct": pytest.approx(2 / 3), "none": 0.0}
    assert metrics.macro_f1 == pytest.approx(5 / 9)
    assert metrics.worst == ("none", 0.0)
    assert metrics.interval[0] <= metrics.macro_f1 <= metrics.interval[1]
    assert "seed:13" in metrics.signature()
    assert json.loads(json.dumps(metrics.to_dict()))["calibration_error"] is None


def test_interval_is_of_pairs():
    one_pair = score([gold("none")] * 5 + [gold("distinct")] * 5, [Prediction("none")] * 10)
    assert one_pair.interval == (one_pair.macro_f1, one_pair.macro_f1)


def test_calibration_error():
    probability = np.full(100, 0.8)
    assert calibration_error(probability, np.arange(100) % 5 > 0) == pytest.approx(0, abs=1e-9)
    assert calibration_error(probability, np.zeros(100, dtype=bool)) == pytest.approx(0.8)
    assert np.isnan(calibration_error(np.array([np.nan] * 9), np.ones(9, dtype=bool)))


def test_a_perfectly_calibrated_model_has_an_error_too():
    median, high = perfect_calibration(np.full(200, 0.8))
    assert 0 < median < high < 0.2
    assert perfect_calibration(np.full(5000, 0.8))[1] < median
    assert perfect_calibration(np.ones(50)) == (0.0, 0.0)


def test_cross_validation_keeps_pairs_apart():
    comments = [gold("none", pair=(f"a{i % 6}", f"b{i % 6}")) for i in range(30)]

    def train(training):
        known = {c.group for c in training}

        def fitted(test):
            assert known.isdisjoint({c.group for c in test})
            return [Prediction(c.group) for c in test]

        return fitted

    predicted = cross_validate(comments, train, folds=3)
    assert [p.label for p in predicted] == [c.group for c in comments]


def test_the_shipped_bundle_keeps_its_floors():
    from smsn import bundle, corpus_file, resources

    floors = json.loads((resources.folder("models") / "floors.json").read_text("utf-8"))
    held_out = corpus_file.read(resources.folder("corpus") / floors["data"])
    assert (corpus_file.fingerprint(held_out), len(held_out)) == (floors["fingerprint"], floors["n"])
    metrics = evaluate(bundle.current("views"), held_out)
    assert metrics.n == floors["n"]
    for name in ("macro_f1", "lenient", "direction"):
        assert getattr(metrics, name) >= floors[name], name
    assert set(metrics.labels) == set(floors["labels"])
    for label, floor in floors["labels"].items():
        assert metrics.labels[label] >= floor, label
    assert metrics.calibration <= floors["at_most"]["calibration_error"]
    assert (bundle.current("views") / "model.skops").stat().st_size <= 1e6 * floors["at_most"]["megabytes"]
