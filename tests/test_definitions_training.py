"""Training and evaluating the model of definitions: what is read, what is refused, what comes back."""

import json

import pytest

from smsn import bundle as bundles
from smsn import resources
from smsn.definitions import DefinitionFinder, slots, spans
from smsn.definitions.parsing import parsed
from smsn.definitions.scorer import PROFILES, DefinitionModel
from smsn.definitions.sentences import cut, tokens_of, worded
from smsn.definitions.slots import Parse
from smsn.definitions.training import Defined, LabelledSentence, card, evaluate, examples, read, train
from smsn.errors import BundleError, CorpusError

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
    marked = {"text": "Tea is a drink.", "definition": True, "profile": "broad", "defines": [{"term": [0, 3], "definiens": [7, 14], "genus": [[9, 14]]}], "passage": "p"}
    denied = {"text": "Tea is hot.", "definition": False, "not": [[0, 3]]}
    assert read(write(tmp_path / "b.jsonl", [marked, denied])) == [
        LabelledSentence("Tea is a drink.", True, profile="broad", defines=(Defined((0, 3), (7, 14), ((9, 14),)),), group="p"),
        LabelledSentence("Tea is hot.", False, denied=((0, 3),)),
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
        ('{"text": "x", "definition": true, "profile": "loose"}', "profiles are: strict, broad"),
        ('{"text": "x", "definition": true, "defines": 7}', "defines is not a list"),
        ('{"text": "x", "definition": true, "defines": [{"term": [0, 1]}]}', "a span in defines"),
        ('{"text": "x", "definition": false, "not": [[0, 9]]}', "text's 1 characters"),
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
    assert set(manifest["out_of_fold"]) == set(manifest["profiles"]) == set(PROFILES)
    assert set(manifest["out_of_fold"]["strict"]) == {"precision", "recall", "f1"}
    assert "16 sentences" in (trained.path / "README.md").read_text("utf-8")
    assert card(manifest) == (trained.path / "README.md").read_text("utf-8")


def test_the_bundle_loads_and_scores(trained):
    finder = DefinitionFinder(trained.path)
    (good,) = finder("A trowel is a blade that you dig with.", ("trowel", "spade"))
    (bad,) = finder("My trowel was a mistake.", ("trowel", "spade"))
    assert good.probability > bad.probability


def test_training_again_gives_the_same_bundle(trained, data):
    again = train(data)
    assert again.path is None
    assert again.manifest["corpus"] == trained.manifest["corpus"]
    assert again.manifest["out_of_fold"] == trained.manifest["out_of_fold"]
    text = "A trowel is a blade that you dig with. My spade was a mistake."
    assert DefinitionFinder.of(again)(text, ("trowel", "spade")) == DefinitionFinder(trained.path)(text, ("trowel", "spade"))


def test_the_order_of_the_lines_does_not_change_the_fingerprint(tmp_path, rows, trained):
    shuffled = train(write(tmp_path / "b.jsonl", rows[::-1]))
    assert shuffled.manifest["corpus"]["fingerprint"] == trained.manifest["corpus"]["fingerprint"]


def test_what_evaluation_tells(trained, data):
    told = evaluate(trained, data)
    assert set(told) == {"n", "profile", "precision", "recall", "f1", "signature"}
    assert told["n"] == 16
    assert told["f1"] > 0.9
    assert all(0.0 <= told[name] <= 1.0 for name in ("precision", "recall", "f1"))
    for part in (f"f1 {told['f1']:.3f}", "n:16", "model:small", "corpus:", "smsn:"):
        assert part in told["signature"]
    assert evaluate(trained.path, data) == told


def test_lines_without_a_term_count_any_definition(tmp_path):
    lines = [{"text": text, "definition": True} for _, text in RIGHT] + [{"text": "Rain is coming.", "definition": False}]
    file = write(tmp_path / "a.jsonl", lines)
    told = evaluate(bundles.current("definitions"), file)
    assert told["recall"] > 0.7
    assert told["precision"] == 1.0
    assert train(
        write(tmp_path / "b.jsonl", [*lines, *({"text": text, "definition": False} for _, text in WRONG)])
    ).labels


def test_lines_with_a_term_count_its_definitions_only(tmp_path):
    text = "A quern is a stone mill that you turn by hand, and we bought a chisel."
    quern = {"text": text, "term": "quern", "definition": True}
    chisel = {"text": text, "term": "chisel", "definition": False}
    told = evaluate(bundles.current("definitions"), write(tmp_path / "a.jsonl", [quern, chisel, {**chisel, "pair": ["Quern", "Chisel"]}]))
    assert (told["precision"], told["recall"]) == (1.0, 1.0)


def test_what_is_known_of_the_slots_of_a_marked_sentence():
    text = "A quern is a stone mill, and the fair was a success."
    marked = LabelledSentence(text, True, defines=(Defined((2, 7), (11, 23), ((19, 23),)),), group="a")
    plain = LabelledSentence("Our quern was a bargain.", False, denied=((4, 9),), group="b")
    X = examples([marked, plain])
    assert X.defines.tolist() == [[True, False], [True, False]]
    assert X.known.all()
    words = [worded(row.text, 0, len(row.text)) for row in (marked, plain)]
    assert sum(label == 1 for label in X.defined) == 1
    assert X.defined[X.owners == 1].tolist() == [0.0] * int((X.owners == 1).sum())
    assert X.exact.sum() == 1
    assert words[0].words[tokens_of(words[0], 2, 7)[0]] == "quern"


def test_a_broad_definition_counts_for_no_strict_profile():
    row = LabelledSentence("A quern lets you mill.", True, profile="broad", defines=(Defined((2, 7), (8, 21)),), group="a")
    X = examples([row])
    assert X.defines[:, 0].tolist() == [False, True]
    assert X.known[:, 0].tolist() == [False, True]


def test_a_line_about_another_term_says_nothing_of_the_rest():
    X = examples([LabelledSentence("A quern is a stone mill and my chisel is a mistake.", False, term="chisel")])
    assert X.defined.tolist() == [0.0]


def test_nothing_to_tell_apart_is_refused(tmp_path):
    file = write(tmp_path / "a.jsonl", [{"text": text, "definition": True} for _, text in RIGHT])
    with pytest.raises(CorpusError, match="all with"):
        train(file)


def test_candidates_of_one_text_are_refused(tmp_path):
    text = "A quern is a stone mill, and a chisel is a disgrace."
    lines = [{"text": text, "term": "quern", "definition": True}, {"text": text, "term": "chisel", "definition": False}]
    with pytest.raises(CorpusError, match="two texts or more"):
        train(write(tmp_path / "a.jsonl", lines))


def test_a_bundle_of_another_task_is_refused(data):
    with pytest.raises(ValueError, match="'definitions' is needed"):
        evaluate(bundles.current("views"), data)
    with pytest.raises(BundleError, match="'definitions' is needed"):
        DefinitionFinder(bundles.current("views"))


def parse_of(text):
    sentence = cut([(text, ())])[0][0][0]
    return Parse.of(parsed([worded(text, sentence.start, sentence.end)])[0])


def test_a_parse_is_what_spacy_says():
    text = "The kettle, a pot with a spout, is on the hob."
    sentence = cut([(text, ())])[0][0][0]
    doc = parsed([worded(text, sentence.start, sentence.end)])[0]
    parse = Parse.of(doc)
    assert parse.words == [t.lower_ for t in doc]
    assert parse.heads == [t.head.i for t in doc]
    assert parse.lefts == [t.left_edge.i for t in doc]
    assert parse.rights == [t.right_edge.i for t in doc]
    assert parse.deps == [t.dep_ for t in doc]
    assert all(parse.head((i, i + 1)) == i for i in range(len(doc)))
    assert parse.head((0, len(doc))) == next(t.i for t in doc if t.head == t)


def test_where_a_term_may_stand():
    parse = parse_of("A margin of error is a range, and a graph is connected if every node is reached.")
    found = {" ".join(parse.words[first:last]) for first, last in slots.candidates(parse)}
    assert {"margin", "margin of error", "range", "graph", "connected"} <= found
    assert not found & {"a margin", "is", "if"}


def test_what_may_define():
    parse = parse_of("Mulch is a layer of bark that you spread, but it is dear.")
    found = {" ".join(parse.words[first:last]) for first, last in spans.candidates(parse)}
    assert "a layer of bark that you spread" in found
    assert "that you spread but" not in found
    assert not any(words.startswith((", ", ". ")) or words.endswith((" ,", " but")) for words in found)


def test_the_features_have_names_without_the_subject():
    one, two = (parse_of(text) for text in ("The kettle is a pot of iron.", "The larder is a room of wood."))
    assert set(slots.describe(one, (1, 2))) ^ set(slots.describe(two, (1, 2))) == {
        "word kettle", "word larder", "genus nsubj pot", "genus nsubj room", "narrowed pot prep of", "narrowed room prep of",
    }  # fmt: skip
    described = spans.describe(one, (1, 2), [(3, 7), (3, 5)])
    whole, short = ({name for part in parts for name in described.names[part]} for parts in described.parts)
    assert {"gap is", "opens a", "end after end", "length after 3"} <= whole
    assert "end after inside" in short
    assert described.parts[0][0] == described.parts[1][0]  # both begin with the same word, which is described once


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The kettle is the best pot in the shop.", {"said with JJS", "said with the JJS", "narrowed by prep in NN the", "ends nsubj is attr 1"}),
        ("A kettle is a pot that boils water, they say.", {"narrowed by that VBZ PRON", "ends nsubj is attr 0", "size 3"}),
        ("The kettle is pot with a spout.", {"narrowed - prep with", "narrowed by prep with NN a"}),
        ("The kettle is a pot.", {"narrowed by nothing nsubj is attr a", "ends a NN 1 size 1"}),
        ("The kettle slept quietly.", {"nothing said nsubj size 1"}),
    ],
)
def test_what_is_said_of_a_term(text, names):
    assert names - set(slots.describe(parse_of(text), (1, 2))) == set()


def test_the_model_follows_scikit_learn():
    from sklearn.base import clone
    from sklearn.exceptions import NotFittedError

    from smsn.features import extract
    from smsn.masked import mask

    model = DefinitionModel(slot_C=0.5)
    assert clone(model).get_params()["slot_C"] == 0.5
    with pytest.raises(NotFittedError):
        model.sentence_scores(extract(mask([])))


def test_the_profiles_differ():
    loose = [row for row in read(resources.folder("corpus") / "definitions_heldout.jsonl") if row.profile == "broad"]
    strict, broad = (sum(map(bool, DefinitionFinder(profile=profile).pipe((row.text, None) for row in loose))) for profile in PROFILES)
    assert strict < broad
    assert broad > 0.7 * len(loose)


def test_what_is_strict_is_broad_too():
    texts = ["A wiki is a website that its readers can edit. A blog is a diary.", *(row.text for row in read(resources.folder("corpus") / "definitions_heldout.jsonl"))]
    strict, broad = (list(DefinitionFinder(profile=profile).pipe((text, None) for text in texts)) for profile in PROFILES)
    assert sum(map(bool, strict)) > 100
    for mine, more in zip(strict, broad, strict=True):
        assert {d.start for d in mine} <= {d.start for d in more}


def test_profiles_are_told_apart_by_name():
    with pytest.raises(ValueError, match="no profile 'loose'"):
        DefinitionFinder(profile="loose")


def test_a_pronoun_stands_for_the_subject_before():
    text = "The trowel is on the bench. It is a small spade with a curved blade that you use for planting."
    assert [(d.term, text[slice(*d.term_span)]) for d in DefinitionFinder()(text)] == [("trowel", "It")]
    found = DefinitionFinder()(text, ("trowel", "bucket"))
    assert [(d.term, text[slice(*d.term_span)]) for d in found if d.probability > 0.5] == [("trowel", "It")]


def test_the_shipped_bundle_keeps_its_floors():
    file = resources.folder("corpus") / "definitions_heldout.jsonl"
    rows = [row for row in read(file) if not row.group.startswith("c-")]
    strict = [row for row in rows if row.profile == "strict"]
    for profile, kept, floor in (("strict", strict, 0.79), ("broad", rows, 0.84)):
        found = list(DefinitionFinder(profile=profile).pipe((row.text, None) for row in kept))
        both = sum(row.definition and bool(mine) for row, mine in zip(kept, found, strict=True))
        assert 2 * both / (sum(row.definition for row in kept) + sum(map(bool, found))) >= floor
        exact = sum(any(d.definiens_span == m.definiens for d in mine for m in row.defines) for row, mine in zip(kept, found, strict=True))
        assert exact >= 0.68 * both


def test_the_shipped_bundle_was_trained_on_the_shipped_sentences():
    from smsn.definitions.training import _fingerprint

    manifest = bundles.read_manifest(bundles.current("definitions"))
    assert manifest["corpus"]["fingerprint"] == _fingerprint(read(resources.folder("corpus") / "definitions.jsonl"))


def test_where_nobody_marked_the_term_the_likeliest_is_learnt(tmp_path):
    lines = [{"text": text, "definition": True} for _, text in RIGHT] + [{"text": text, "definition": False} for _, text in WRONG]
    bundle = train(write(tmp_path / "a.jsonl", lines))
    assert bundle.model.slot_coef_.any()
    assert [d.term for d in DefinitionFinder.of(bundle, "broad")("A trowel is a blade that you dig with.")] == ["trowel"]
