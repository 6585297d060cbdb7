"""Which sentence tells: learnt from marked words, it steers what counts and what is shown."""

import numpy as np
import pytest

from smsn import Comment, corpus_file
from smsn.analyzer import Analyzer
from smsn.bundle import Bundle
from smsn.columns import FeatureVectorizer
from smsn.corpus_file import LabelledComment
from smsn.definitions import DefinitionFinder
from smsn.errors import CorpusError
from smsn.featurize import read_features
from smsn.judging import LEAST
from smsn.judging import TELLS_NOTHING as SILENT
from smsn.rationales import RationaleModel
from smsn.training import MARKED, fit
from smsn.views import ViewClassifier, ViewModel

PAIR = ("frob", "quux")
ASIDES = ["We had rain all week.", "My sister called on Monday.", "The bus was late as ever.", "I paid nine euros."]
TELLING = [
    ("A frob is a kind of quux.", "subset", "quux"), ("The frob is the same as the quux.", "synonym", None),
    ("A frob leads to a quux.", "enables", "frob"), ("The frob differs from the quux.", "distinct", None),
]  # fmt: skip


def comments(marked):
    rows = []
    for number in range(160):
        told, view, direction = TELLING[number % 4]
        aside = f"{ASIDES[number % 3]} {ASIDES[(number // 4) % 4]}"
        text = f"{aside} {told}" if number % 2 else f"{told} {aside}"
        mark = told[2:-1] if number < marked else None
        rows.append(LabelledComment(str(number), (f"frob{number}", "quux"), text.replace("frob", f"frob{number}"), view, direction and direction.replace("frob", f"frob{number}"), shown_by=mark and mark.replace("frob", f"frob{number}")))
    return rows


def model(marked):
    return fit(comments(marked), model=ViewModel(FeatureVectorizer(2), ViewClassifier(folds=3)))


@pytest.fixture(scope="module")
def taught():
    return model(160)


def test_the_telling_sentence_gets_the_attention(taught):
    _masked, features = read_features([("We had rain all week. A frob is a kind of quux. I paid nine euros.", PAIR)])
    readings = taught.read(features)
    telling = taught.telling(features, readings)
    assert readings.labels == ["subset"]
    assert telling[:3].argmax() == 1
    attention = taught.rationale_.attention(readings.told)
    assert LEAST <= attention[0] < attention[1] <= 1
    assert SILENT in taught.rationale_.classes_


def test_the_telling_sentence_is_shown_first(taught):
    text = "We had rain all week. My sister called on Monday. A frob leads to a quux. I paid nine euros."
    analyzer = Analyzer(Bundle(taught, {"labels": list(taught.classes_), "name": "toy"}), DefinitionFinder(None))
    record = analyzer(Comment(1, text), pair=PAIR, definitions=False)
    first = record.evidence[0]
    assert "leads to" in text[first.start : first.end]
    assert [(e.start, e.end) for e in analyzer.explain(text, PAIR).top()] == [(e.start, e.end) for e in record.evidence]


def test_two_neighbouring_sentences_that_tell_alike_are_one_piece(taught):
    text = "A frob is a kind of quux. A frob is a kind of quux. I paid nine euros."
    analyzer = Analyzer(Bundle(taught, {"labels": list(taught.classes_), "name": "toy"}), DefinitionFinder(None))
    first = analyzer(Comment(1, text), pair=PAIR, definitions=False).evidence[0]
    assert text[first.start : first.end].count("kind of") == 2
    assert "euros" not in text[first.start : first.end]


def test_without_enough_marks_every_part_counts_alike():
    plain = model(MARKED - 1)
    assert plain.rationale_ is None
    _masked, features = read_features([("We had rain. A frob is a kind of quux.", PAIR)])
    readings = plain.read(features)
    assert readings.told is None
    assert np.isnan(plain.telling(features, readings)).all()


def test_a_label_that_no_part_is_known_to_tell():
    scores = np.array([[1.0, -1.0, 0.5], [0.0, 2.0, 0.0]])
    model = RationaleModel()
    model.classes_ = np.array([SILENT, "same", "some"])
    assert model.telling(scores, np.array(["same", "other"])) == pytest.approx([-2.0, np.nan], nan_ok=True)
    assert model.telling(scores, np.array(["zzz", "some"])) == pytest.approx([np.nan, 0.0], nan_ok=True)


def test_no_part_is_scored_by_a_model_that_saw_its_group():
    rng = np.random.default_rng(3)
    X = np.hstack([np.eye(30), rng.normal(size=(30, 2)) * 0.01])  # each part can only be known by heart
    y = np.array(["a", SILENT] * 15)
    known = np.ones(30, bool)
    by_heart = RationaleModel(C=100).fit(X, y)
    assert (by_heart.classes_[by_heart.scores(X).argmax(axis=1)] == y).all()
    apart = by_heart.held_out_scores(X, y, known, np.arange(30) // 2)
    assert (by_heart.classes_[apart.argmax(axis=1)] == y).mean() < 0.8


def test_marked_words_must_stand_in_the_text():
    row = {"pair": ["a", "b"], "text": "an a is a b", "view": "subset", "direction": "b", "shown_by": "A b"}
    with pytest.raises(CorpusError, match="copied exactly"):
        corpus_file.parse(row)
    assert corpus_file.parse({**row, "shown_by": "is a b"}).shown_by == "is a b"
    one, two = (corpus_file.fingerprint([corpus_file.parse({**row, "shown_by": mark})]) for mark in ("is a b", "a b"))
    assert one != two
