"""Training and evaluating the model of definitions: what is read, what is refused, what comes back."""

import json

import pytest

from smsn import bundle as bundles
from smsn.definitions import DefinitionFinder
from smsn.definitions.finder import propose_in
from smsn.definitions.scorer import DefinitionModel, describe
from smsn.definitions.training import LabelledSentence, card, evaluate, read, train
from smsn.errors import CorpusError
from smsn.terms import Pair

RIGHT = [
    ("kettle", "A kettle is a pot with a spout in which you boil water."),
    ("chisel", "A chisel is a blade that you drive with a mallet."),
    ("larder", "The larder is a cool room for food."),
    ("samovar", "A samovar means an urn with a tap."),
    ("mulch", "Mulch is what you spread on the beds to keep them moist."),
    ("lathe", "A lathe lets you turn a piece of wood."),
    ("ladle", "A ladle, a deep spoon with a long handle, serves the soup."),
    ("quern", "A quern is a stone mill that you turn by hand."),
]
WRONG = [
    ("kettle", "Our kettle was a bargain at the fair."),
    ("chisel", "My chisel is a disgrace."),
    ("larder", "His larder was a mess after the flood."),
    ("samovar", "Her samovar was a present from my aunt."),
    ("mulch", "Our mulch was a nuisance last year."),
    ("lathe", "My lathe was a mistake."),
    ("ladle", "Their ladle was a shock to the cook."),
    ("quern", "My quern is a pain in the neck."),
]


def write(path, rows):
    path.write_text(
        "".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows), "utf-8"
    )
    return path


@pytest.fixture(scope="module")
def rows():
    labelled = [{"term": term, "text": text, "definition": True} for term, text in RIGHT]
    return labelled + [{"term": term, "text": text, "definition": False} for term, text in WRONG]


@pytest.fixture(scope="module")
def data(tmp_path_factory, rows):
    return write(tmp_path_factory.mktemp("definitions") / "data.jsonl", rows)


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    return train(data, tmp_path_factory.mktemp("models") / "small")


def test_what_is_read(tmp_path):
    full = {
        "text": "Tea is a drink.",
        "definition": True,
        "term": "tea",
        "pair": ["tea", "coffee"],
        "definiens": [7, 14],
        "id": 3,
    }
    file = write(tmp_path / "a.jsonl", [full, "", {"text": "no", "definition": False}])
    assert read(file) == [
        LabelledSentence("Tea is a drink.", True, "tea", ("tea", "coffee"), (7, 14)),
        LabelledSentence("no", False),
    ]


def test_line_separators_inside_a_text_and_a_byte_order_mark_are_read(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_bytes("\ufeff".encode() + '{"text": "Tea\u2028is\u0085a drink.", "definition": true}\r\n'.encode())
    assert read(file) == [LabelledSentence("Tea\u2028is\u0085a drink.", True)]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "Expecting property name"),
        ("[1]", "not an object but list"),
        ('"text"', "not an object but str"),
        ('{"definition": true}', "text is None"),
        ('{"text": 3, "definition": true}', "text is 3"),
        ('{"text": "x", "definition": 1}', "definition is 1"),
        ('{"text": "x"}', "definition is None"),
        ('{"text": "x", "definition": true, "term": 5}', "term is 5"),
        ('{"text": "x", "definition": true, "term": " "}', "term is ' '"),
        ('{"text": "x", "definition": true, "pair": "ab"}', "pair is 'ab'"),
        ('{"text": "x", "definition": true, "pair": ["a"]}', "two terms"),
        ('{"text": "x", "definition": true, "pair": ["a", "A"]}', "two different terms"),
        ('{"text": "x", "definition": true, "pair": ["a", "b"], "term": "c"}', "term is 'c'"),
        ('{"text": "x", "definition": true, "definiens": [0, 2]}', "text's 1 characters"),
        ('{"text": "x", "definition": true, "definiens": [1, 1]}', "definiens is"),
        ('{"text": "x", "definition": true, "definiens": [0.0, 1.0]}', "definiens is"),
        ('{"text": "x", "definition": true, "definiens": 7}', "definiens is 7"),
    ],
)
def test_an_error_names_the_file_and_the_line(tmp_path, line, told):
    file = write(tmp_path / "bad.jsonl", [{"text": "fine", "definition": True}, "", line])
    with pytest.raises(CorpusError, match=r"bad\.jsonl:3: ") as caught:
        read(file)
    assert told in str(caught.value)
    assert "Fix the line" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "no sentences"), (b"\n \n", "no sentences"), (b"\xff\xfe{}", "cannot be read")]
)
def test_a_file_without_sentences_is_refused(tmp_path, content, told):
    file = tmp_path / "a.jsonl"
    file.write_bytes(content)
    with pytest.raises(CorpusError, match=told):
        read(file)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CorpusError, match=r"none\.jsonl: cannot be read"):
        read(tmp_path / "none.jsonl")


def test_the_bundle_says_what_it_was_made_of(trained):
    manifest = bundles.load(trained.path, task="definitions").manifest
    assert manifest["name"] == "small"
    assert manifest["labels"] == ["definition", "other"]
    assert manifest["corpus"]["comments"] == 16
    assert manifest["corpus"]["definitions"] == 8
    assert set(manifest["cross_validation"]) == {"precision", "recall", "f1"}
    assert "16 sentences" in (trained.path / "README.md").read_text("utf-8")
    assert card(manifest) == (trained.path / "README.md").read_text("utf-8")


def test_the_bundle_loads_and_scores(trained):
    finder = DefinitionFinder(trained.path)
    (good,) = finder("A trowel is a blade that you dig with.", ("trowel", "spade"))
    (bad,) = finder("My trowel was a mistake.", ("trowel", "spade"))
    assert good.probability > 0.5 > bad.probability


def test_training_again_gives_the_same_bundle(trained, data):
    again = train(data)
    assert again.path is None
    assert again.manifest["corpus"] == trained.manifest["corpus"]
    assert again.manifest["cross_validation"] == trained.manifest["cross_validation"]
    (proposal,) = propose_in("A trowel is a blade.", Pair("trowel", "spade"))
    one, two = (m.model.probabilities(proposal.doc, [proposal.candidate]) for m in (trained, again))
    assert one == two


def test_the_order_of_the_lines_does_not_change_the_fingerprint(tmp_path, rows, trained):
    shuffled = train(write(tmp_path / "b.jsonl", rows[::-1]))
    assert shuffled.manifest["corpus"]["fingerprint"] == trained.manifest["corpus"]["fingerprint"]


def test_what_evaluation_tells(trained, data):
    told = evaluate(trained, data)
    assert set(told) == {"n", "precision", "recall", "f1", "signature"}
    assert told["n"] == 16
    assert told["f1"] > 0.9
    assert all(0.0 <= told[name] <= 1.0 for name in ("precision", "recall", "f1"))
    for part in (f"f1 {told['f1']:.3f}", "n:16", "model:small", "corpus:", "smsn:"):
        assert part in told["signature"]
    assert evaluate(trained.path, data) == told


def test_lines_without_a_term_count_any_definition(trained, tmp_path):
    lines = [{"text": text, "definition": True} for _, text in RIGHT] + [{"text": "It rained.", "definition": False}]
    file = write(tmp_path / "a.jsonl", lines)
    assert evaluate(trained, file)["recall"] > 0.8
    assert evaluate(trained, file)["precision"] == 1.0
    assert train(
        write(tmp_path / "b.jsonl", [*lines, *({"text": text, "definition": False} for _, text in WRONG)])
    ).labels


def test_lines_with_a_term_count_its_definitions_only(trained, tmp_path):
    text = "A quern is a stone mill that you turn by hand, and we bought a chisel."
    quern = {"text": text, "term": "quern", "definition": True}
    chisel = {"text": text, "term": "chisel", "definition": False}
    told = evaluate(trained, write(tmp_path / "a.jsonl", [quern, chisel, {**chisel, "pair": ["Quern", "Chisel"]}]))
    assert (told["precision"], told["recall"]) == (1.0, 1.0)


def test_a_definiens_labels_the_candidates_that_it_overlaps(tmp_path, rows):
    text = "A quern is a stone mill, and a chisel is a disgrace."
    line = {"text": text, "pair": ["quern", "chisel"], "definition": True, "definiens": [11, 23]}
    bundle = train(write(tmp_path / "a.jsonl", [*rows, line]))
    assert bundle.manifest["corpus"]["candidates"] == 17
    assert bundle.manifest["corpus"]["definitions"] == 9


def test_nothing_to_tell_apart_is_refused(tmp_path):
    file = write(tmp_path / "a.jsonl", [{"text": text, "definition": True} for _, text in RIGHT])
    with pytest.raises(CorpusError, match="8 right and 0 wrong"):
        train(file)


def test_candidates_of_one_text_are_refused(tmp_path):
    text = "A quern is a stone mill, and a chisel is a disgrace."
    lines = [{"text": text, "term": "quern", "definition": True}, {"text": text, "term": "chisel", "definition": False}]
    with pytest.raises(CorpusError, match="two texts or more"):
        train(write(tmp_path / "a.jsonl", lines))


def test_a_bundle_of_another_task_is_refused(data):
    with pytest.raises(ValueError, match="'definitions' is needed"):
        evaluate(bundles.shipped("views"), data)


def test_the_features_of_a_candidate_have_names():
    (proposal,) = propose_in("Tea is a drink of leaves", Pair("tea", "coffee"))
    named = describe(proposal.doc, proposal.candidate)
    assert set(named.values()) == {1.0}
    assert {"rule copula", "kind genus", "before <s>", "opens a", "noun drink", "preposition 1"} <= set(named)


def test_the_model_follows_scikit_learn():
    from sklearn.base import clone
    from sklearn.exceptions import NotFittedError

    model = DefinitionModel(C=0.5)
    assert clone(model).get_params() == {"C": 0.5}
    with pytest.raises(NotFittedError):
        model.predict_proba([{"a": 1.0}])
    assert model.fit([{"a": 1.0}, {"b": 1.0}] * 4, [True, False] * 4) is model
    assert list(model.classes_) == [False, True]
    assert list(model.predict([{"a": 1.0}, {"b": 1.0}])) == [True, False]
    assert model.predict_proba([{"c": 1.0}]).shape == (1, 2)
