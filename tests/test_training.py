"""Training: from labelled comments to a bundle that says what determines it."""

import json
from dataclasses import replace

import numpy as np
import pytest

import smsn
from smsn import bundle as bundles
from smsn import corpus_file, golden, labelling, resources
from smsn.analyzer import Analyzer
from smsn.corpus_file import LabelledComment
from smsn.definitions import DefinitionFinder
from smsn.errors import CorpusError
from smsn.evaluation import evaluate
from smsn.featurize import pair_key, read_features
from smsn.metrics import Prediction
from smsn.training import (
    CONFIDENT_PRECISION,
    HOME,
    OWN_COMMENTS,
    card,
    confident_threshold,
    fit,
    held_out,
    predict,
    train,
)
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


def test_the_shipped_corpus_rebuilds_the_shipped_model():
    shipped = golden.load(bundles.current("views", resources.folder("models")))
    again = train()
    assert again.manifest["corpus"]["fingerprint"] == shipped.manifest["corpus"]["fingerprint"]
    held_out_comments = corpus_file.read(resources.folder("corpus") / "heldout.jsonl")
    assert predict(again.model, held_out_comments) == predict(shipped.model, held_out_comments)
    assert again.manifest["golden"] == shipped.manifest["golden"]


def swapped_labels():
    """Return comments whose label hangs on the order of the pair alone: which term is said to be bigger."""
    says = ["{0} is bigger than {1}", "we all know that {0} is far bigger than {1}, sadly", "{0}? bigger than {1}, always"]
    rows = []
    for i, (a, b) in enumerate(PAIRS):
        for j, say in enumerate(says):
            rows.append(LabelledComment(f"{i}-{j}-up", (a, b), say.format(a, b), "larger-first"))
            rows.append(LabelledComment(f"{i}-{j}-down", (b, a), say.format(a, b), "smaller-first"))
    return rows


def test_without_any_direction_the_order_of_the_pair_is_read(tmp_path):
    rows = swapped_labels()
    bundle = train([c for c in rows if c.pair[0] not in ("pen", "biro")], tmp_path / "ordered")
    assert bundle.manifest["ordered"] is True
    assert bundle.manifest["directed"] == []
    analyzer = smsn.load(bundle.path)
    for pair, view in ((("pen", "biro"), "larger-first"), (("biro", "pen"), "smaller-first")):
        record = analyzer("pen is bigger than biro", pair=pair, definitions=False)
        assert (record.view, record.direction, record.pair) == (view, None, pair)
    assert evaluate(bundle.path, [c for c in rows if c.pair[0] in ("pen", "biro")]).macro_f1 == 1.0


def test_with_directions_the_order_is_not_read():
    model = fit(comments())
    assert model.ordered is False
    features = [read_features([("tea is one kind of brew", pair)], model.scope)[1].names for pair in (("tea", "brew"), ("brew", "tea"))]
    assert np.array_equal(*features)


def own_comments(n=40):
    """Return comments of one pair in which a word of that pair alone tells the view, against what the others say."""
    rows = []
    for i in range(n):
        view = "synonym" if i % 2 else "none"
        word = "zorp" if i % 2 else "flim"
        rows.append(LabelledComment(f"own-{i}", ("gizmo", "widget"), f"{word} about gizmo and widget in number {i}", view))
    return rows


def test_a_pair_that_is_added_gets_columns_of_its_own_and_the_others_stay():
    own = own_comments()
    bundle = train(comments(), add=own)
    model = bundle.model
    assert model.own == (pair_key("gizmo", "widget"),)
    assert model.vectorizer_.own_.any()
    assert predict(model, [replace(own[0], id="new", text="zorp about gizmo and widget, friends")])[0].label == "synonym"
    plain = read_features([("tea and zorp", PAIRS[0])], model.scope)[1]
    assert np.array_equal(plain.names, read_features([("tea and zorp", PAIRS[0])])[1].names)
    twice = read_features([("gizmo zorp", ("widget", "gizmo"))], model.scope)[1]
    assert len(twice.names) == 2 * len(read_features([("gizmo zorp", ("widget", "gizmo"))])[1].names)


def test_few_added_comments_get_no_columns():
    assert train(comments(), add=own_comments(OWN_COMMENTS - 1)).model.own == ()


def test_swapping_the_terms_of_an_adapted_pair_turns_the_direction_alone():
    own = [LabelledComment(f"s{i}", ("gizmo", "widget"), f"a gizmo is one kind of widget, case {i}", "subset", "widget") for i in range(OWN_COMMENTS)]
    analyzer = Analyzer(train(comments(), add=own), DefinitionFinder())
    one = analyzer("each gizmo is one kind of widget", ("gizmo", "widget"), definitions=False)
    other = analyzer("each widget is one kind of gizmo", ("gizmo", "widget"), definitions=False)
    assert (one.view, one.direction, other.direction) == ("subset", "widget", "gizmo")
    assert one.views == pytest.approx(other.views, abs=1e-9)
    explained = analyzer.explain("each gizmo is one kind of widget", ("gizmo", "widget"))
    assert explained.score == pytest.approx(explained.intercept + sum(span.weight for span in explained.spans) + explained.rest, abs=1e-6)


def test_a_fifth_of_what_is_added_is_read_by_a_model_that_did_not_see_it():
    own = own_comments()
    bundle = train(comments(), add=own)
    told = bundle.manifest["own"]
    assert (told["n"], told["added"]) == (8, 40)
    fifth = [c for c in own if c.key in told["predictions"]]
    assert len(fifth) == 8
    blind = fit([*comments(), *(c for c in own if c not in fifth)], own=[c for c in own if c not in fifth])
    assert [p.label for p in predict(blind, fifth)] == [told["predictions"][c.key]["view"] for c in fifth]
    assert "own" not in train(comments()).manifest


def test_held_out_pairs_in_training_are_told():
    held_out_comments = corpus_file.read(resources.folder("corpus") / "heldout.jsonl")
    seen = next(c for c in held_out_comments if c.group != HOME)
    home = next(c for c in held_out_comments if c.group == HOME)
    extra = [replace(seen, id="x1", text="something else about both"), replace(home, id="x2", text="and this")]
    assert train([*comments(), *extra]).manifest["corpus"]["held_out_seen"] == [seen.group]


def test_what_a_labelling_tool_exports_trains(tmp_path):
    rows = [
        {"text": c.text, "options": [], "accept": [labelling.option_of(c.view, c.direction)], "answer": "accept", "meta": {"id": c.id, "pair": list(c.pair)}}
        for c in comments()
    ]
    path = tmp_path / "prodigy.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in [*rows, {**rows[0], "text": "skip it", "answer": "ignore"}]), encoding="utf-8")
    assert train(path).manifest["corpus"]["views"] == train(comments()).manifest["corpus"]["views"]
