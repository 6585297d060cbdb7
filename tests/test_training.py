"""Training: from labelled comments to a bundle that says what determines it."""

import numpy as np
import pytest

from smsn import corpus_file
from smsn.corpus_file import LabelledComment
from smsn.errors import CorpusError
from smsn.metrics import Prediction
from smsn.training import CONFIDENT_PRECISION, card, confident_threshold, fit, held_out, train
from smsn.version import __version__

SAYINGS = {
    "synonym": ["{a} and {b} are the same thing", "{a} is just another word for {b}", "no difference, {a} means {b}"],
    "subset": ["{a} is one kind of {b}", "every {a} is a {b} but not every {b} is a {a}", "{a} falls under {b}"],
    "none": ["what is the difference between {a} and {b}?", "thanks for the post", "we sell {a} and {b} on mondays"],
}
PAIRS = [("tea", "brew"), ("van", "lorry"), ("hut", "shed"), ("mug", "cup"), ("jam", "jelly"), ("cob", "bap"), ("pen", "biro"), ("cot", "bed")]


def comments():
    rows = []
    for i, (a, b) in enumerate(PAIRS):
        for view, sayings in SAYINGS.items():
            for j, saying in enumerate(sayings):
                direction = b if view == "subset" else None
                rows.append(LabelledComment(f"{i}-{view}-{j}", (a, b), saying.format(a=a, b=b), view, direction, (), f"w{i % 3}"))
    return rows


def test_manifest_says_what_determines_the_model():
    bundle = train(comments())
    manifest = bundle.manifest
    assert manifest["task"] == "views"
    assert manifest["labels"] == ["synonym", "subset", "none"]
    assert manifest["directed"] == ["subset"]
    assert manifest["corpus"]["fingerprint"] == corpus_file.fingerprint(comments())
    assert manifest["made_with"]["smsn"] == __version__
    assert bundle.path is None


def test_training_twice_gives_the_same_model():
    one, two = fit(comments()), fit(comments())
    assert np.array_equal(one.classifier_.coef_, two.classifier_.coef_)
    assert one.classifier_.temperature_ == two.classifier_.temperature_
    assert all(np.array_equal(one.directions_[k], two.directions_[k]) for k in one.directions_)


def test_silence_holds_no_view():
    from smsn.featurize import read_features

    model = fit(comments())
    assert model.read(read_features([("", PAIRS[0])])[1]).labels == ["none"]


def test_labels_without_none_train_too():
    rows = [c for c in comments() if c.view != "none"]
    assert sorted(fit(rows).classes_) == ["subset", "synonym"]


def test_one_label_is_refused():
    with pytest.raises(CorpusError, match="two labels or more"):
        train([c for c in comments() if c.view == "none"])


def test_added_comments_join_the_data(tmp_path):
    import json

    file = tmp_path / "more.jsonl"
    file.write_text(json.dumps({"pair": ["ale", "beer"], "text": "Ale is a beer.", "view": "subset", "direction": "beer"}) + "\n")
    bundle = train(comments(), add=file)
    assert bundle.manifest["corpus"]["comments"] == len(comments()) + 1


def test_threshold_keeps_its_promise_out_of_fold():
    rows = comments()
    seen, predicted = held_out(fit(rows), rows)
    assert len(seen) == len(predicted) == len(rows)
    threshold = confident_threshold(seen, predicted)
    assert 0 < threshold <= 1
    right = [p.label in c.accepted for c, p in zip(seen, predicted, strict=True) if p.probability >= threshold]
    assert threshold == 1 or np.mean(right) >= CONFIDENT_PRECISION
    sure = [Prediction(c.view, None, 0.8 if i % 2 else 0.6) for i, c in enumerate(rows)]
    half_wrong = [p if p.probability > 0.7 else Prediction("nonsense", None, 0.6) for p in sure]
    assert confident_threshold(rows, sure) == 0.6
    assert confident_threshold(rows, half_wrong) == 0.8
    assert confident_threshold([], []) == 1.0


def test_card_tells_the_scores():
    bundle = train(comments())
    assert bundle.manifest["out_of_fold"]["n"] == len(comments())
    assert f"macro-F1 {bundle.manifest['out_of_fold']['macro_f1']:.3f}" in card(bundle.manifest)
    two = [c for c in comments() if c.view != "none"][:4]
    assert "too few comments" in card(train([*two, *[c for c in comments() if c.view == "none"][:2]]).manifest)
