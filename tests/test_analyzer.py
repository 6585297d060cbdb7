"""The main path: the record, its two symmetries, its evidence."""

import json
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsn import Comment, Pair, load
from smsn.errors import PairError
from smsn.records import RECORD_FIELDS

PAIR = ("zorblim", "quaxter")
WORDS = """zorblim quaxter zorblims Quaxter a an the is are was not n't isn't kind of part tool what you do with it use lets
leads to enables same thing as different from than but however and or , . ? ! “ ” ( ) : people say think I agree thanks
the former the latter both together hand overlap umbrella term includes because without needs first then ok""".split()
texts = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
fast = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def view_of(analyzer, text, pair=PAIR):
    return analyzer(text, pair=pair, definitions=False)


def test_schema(analyzer):
    record = analyzer("A zorblim is a kind of quaxter.", pair=PAIR)
    row = record.to_dict()
    assert tuple(row) == RECORD_FIELDS
    assert json.loads(json.dumps(row)) == row
    assert (row["view"], row["direction"]) == ("subset", "quaxter")
    assert row["probability"] == row["views"][row["view"]] == max(row["views"].values())
    assert sum(row["views"].values()) == pytest.approx(1, abs=1e-6)
    assert row["definitions"][0]["term"] == "zorblim"
    assert row["definitions"][0]["genus"] == "quaxter"
    assert row["model"] == analyzer.bundle.name


@fast
@given(texts)
def test_the_order_of_the_pair_changes_nothing_else(analyzer, text):
    one, two = view_of(analyzer, text).to_dict(), view_of(analyzer, text, PAIR[::-1]).to_dict()
    assert one.pop("pair") == two.pop("pair")[::-1]
    assert one == two


@fast
@given(texts)
def test_exchanging_the_words_turns_the_direction_and_nothing_else(analyzer, text):
    swapped = text
    for a, b in (("zorblim", "\1"), ("quaxter", "zorblim"), ("\1", "quaxter"), ("Quaxter", "Zorblim")):
        swapped = swapped.replace(a, b)
    one, two = view_of(analyzer, text), view_of(analyzer, swapped)
    other = {PAIR[0]: PAIR[1], PAIR[1]: PAIR[0], None: None}
    assert one.view == two.view
    assert one.direction == other[two.direction]
    for label, probability in one.views.items():
        assert two.views[label] == pytest.approx(probability, abs=1e-9)
    assert [e.weight for e in two.evidence] == pytest.approx([e.weight for e in one.evidence], abs=1e-9)


@fast
@given(st.one_of(texts, st.text(max_size=60)))
def test_evidence_sums_to_the_score_and_lies_in_the_text(analyzer, text):
    explanation = analyzer.explain(text, PAIR)
    total = explanation.intercept + sum(span.weight for span in explanation.spans) + explanation.rest
    masked_score = analyzer.bundle.model.read(_features(text))
    chosen = list(analyzer.bundle.model.classes_).index(explanation.label)
    assert total == pytest.approx(float(masked_score.scores[0, chosen]), abs=1e-6)
    spans = sorted((span.start, span.end) for span in explanation.spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


def _features(text):
    from smsn.featurize import read_features

    return read_features([(text, PAIR)])[1]


def test_explain_any_label(analyzer):
    assert analyzer.explain("zorblim leads to quaxter", PAIR, "synonym").label == "synonym"
    with pytest.raises(ValueError, match="no label 'nonsense'"):
        analyzer.explain("x", PAIR, "nonsense")


def test_the_view_is_the_same_with_and_without_definitions(analyzer):
    text = "The zorblim is the tool and the quaxter is what you do with it."
    with_definitions, without = analyzer(text, pair=PAIR), view_of(analyzer, text)
    assert with_definitions.definitions
    assert without.definitions == ()
    assert (with_definitions.definitions_run, without.definitions_run) == (True, False)
    for name in ("view", "direction", "probability", "views", "evidence", "confident"):
        assert getattr(with_definitions, name) == getattr(without, name)


def test_single_equals_batch(analyzer):
    many = ["zorblim is a quaxter", "", "quaxter leads to zorblim", "thanks!"] * 40
    piped = [r.to_dict() for r in analyzer.pipe(many, pair=PAIR, definitions=False)]
    assert [r["id"] for r in piped] == list(range(1, len(many) + 1))
    for text, row in zip(many[:4], piped[:4], strict=True):
        single = view_of(analyzer, text).to_dict()
        assert {**single, "id": row["id"]} == row


def test_pipe_takes_comments_with_their_own_pair(analyzer):
    own = Comment(id="x", text="Tea is a drink.", pair=("tea", "drink"), extra={"view": "mine"})
    first, second = analyzer.pipe([own, Comment(id=None, text="zorblim")], pair=Pair(*PAIR))
    assert first.pair == ("tea", "drink")
    assert first.to_dict()["input_view"] == "mine"
    assert second.pair == PAIR
    assert second.id is None


def test_aliases_also_serve_a_comment_with_the_same_pair(analyzer):
    pair = Pair(*PAIR).with_aliases([("zorblim", "zb")])
    own = Comment(id=1, text="A zb is a kind of quaxter.", pair=PAIR[::-1])
    (record,) = analyzer.pipe([own], pair=pair, definitions=False)
    assert (record.view, record.direction, record.pair) == ("subset", "quaxter", PAIR[::-1])


def test_no_pair(analyzer):
    with pytest.raises(PairError, match="no pair"):
        analyzer("text")


@pytest.mark.parametrize("text", ["", "   ", "😀😀😀", "\0", "\0\0 zorblim", "مرحبا بالعالم", "?"])
def test_odd_texts(analyzer, text):
    record = analyzer(text, pair=PAIR)
    assert record.text == text
    assert sum(record.views.values()) == pytest.approx(1)
    if not text.strip("\0 zorblim"):
        assert record.view == "none"


def test_load_refuses_what_is_no_bundle(tmp_path):
    from smsn.errors import BundleError

    with pytest.raises(BundleError, match="not a model folder"):
        load(tmp_path)
