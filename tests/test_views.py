"""The estimators: scikit-learn's contract, calibration, directions."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from smsn.columns import FeatureVectorizer
from smsn.featurize import read_features
from smsn.views import ViewClassifier, ViewModel

TEXTS = [
    ("a frob is a kind of quux", "subset", 1), ("every frob is a quux", "subset", 1), ("a quux is a kind of frob", "subset", 0),
    ("the quux is a branch of frob", "subset", 0), ("frob and quux are the same", "synonym", None),
    ("quux is another word for frob", "synonym", None), ("frob means quux", "synonym", None), ("thanks for the post", "none", None),
    ("what is a frob or a quux ?", "none", None), ("great read", "none", None),
] * 3  # fmt: skip


def data():
    features = read_features((text, ("frob", "quux")) for text, _view, _lead in TEXTS)[1]
    return features, [view for _t, view, _l in TEXTS], [lead for *_t, lead in TEXTS]


def expected_failures(estimator):
    return {}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks([ViewClassifier()], expected_failed_checks=expected_failures)
def test_scikit_learn_contract(estimator, check):
    check(estimator)


def test_probabilities_sum_to_one_and_temperature_changes_no_decision():
    features, views, _leads = data()
    matrix = FeatureVectorizer(1).fit(features).transform(features)
    model = ViewClassifier(folds=3).fit(matrix, views)
    probabilities = model.predict_proba(matrix)
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert (model.classes_[probabilities.argmax(axis=1)] == model.predict(matrix)).all()
    assert model.temperature_ > 0


def test_groups_are_held_out_together():
    features, views, _leads = data()
    matrix = FeatureVectorizer(1).fit(features).transform(features)
    groups = [i % 10 for i in range(len(views))]  # the three copies of a text share a group
    together = ViewClassifier(folds=3).fit(matrix, views, groups)
    apart = ViewClassifier(folds=3).fit(matrix, views)
    right = [np.mean(m.classes_[m.held_out_.argmax(axis=1)] == views) for m in (together, apart)]
    assert right[0] < right[1] == 1.0


def test_view_model_learns_direction_and_turns_it_round():
    features, views, leads = data()
    model = ViewModel(FeatureVectorizer(1), ViewClassifier(folds=3)).fit(features, views, leads)
    readings = model.read(features)
    assert readings.labels == views
    assert readings.leads == leads
    assert model.read(read_features([("kind of", ("frob", "quux"))])[1]).leads == [None]


def test_contributions_sum_to_the_score():
    features, views, leads = data()
    model = ViewModel(FeatureVectorizer(1), ViewClassifier(folds=3)).fit(features, views, leads)
    readings = model.read(features)
    for k in range(len(model.classes_)):
        shares = model.shares(features, readings, np.full(len(views), k))
        sums = model.classifier_.intercept_[k] + np.bincount(features.rows, shares)
        assert sums == pytest.approx(readings.scores[:, k], abs=1e-9)


def test_two_labels_of_one_s_own():
    features, _views, _leads = data()
    views = ["yes" if i % 2 else "no" for i in range(len(features))]
    model = ViewModel(FeatureVectorizer(1)).fit(features, views, [None] * len(views))
    assert model.directions_ == {}
    readings = model.read(features)
    assert set(readings.labels) <= {"yes", "no"}
    assert readings.probabilities.sum(axis=1) == pytest.approx(1)


def test_one_label_is_refused_and_an_unfitted_model_too():
    features, _views, leads = data()
    with pytest.raises(ValueError, match="two classes"):
        ViewModel(FeatureVectorizer(1)).fit(features, ["none"] * len(features), leads)
    with pytest.raises(NotFittedError):
        ViewModel().read(features)


def test_clone_keeps_settings_only():
    model = ViewModel(FeatureVectorizer(7), ViewClassifier(C=2.0), direction_C=3.0)
    copy = clone(model)
    assert copy.get_params()["vectorizer__min_df"] == 7
    assert copy.get_params()["classifier__C"] == 2.0
    assert copy.direction_C == 3.0
