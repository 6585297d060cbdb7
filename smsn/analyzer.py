"""THE MAIN PATH: a comment and a pair of terms in, a record out.

    text --terms--> mentions --masked--> words --features--> columns --views--> view, direction, evidence
    text --definitions--> definitions                                           (spaCy, only where asked for)

The two halves meet here and nowhere else. A view needs no scikit-learn, by which models are fitted; it and
spaCy are loaded with the first definition that is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import numpy as np

from smsn import golden
from smsn.bundle import Bundle
from smsn.cells import Array
from smsn.definitions import DefinitionFinder
from smsn.errors import PairError
from smsn.evidence import Explanation, Shown, explain, strongest
from smsn.featurize import read_features
from smsn.judging import Views
from smsn.masked import up_to
from smsn.memory import seldom_collected
from smsn.records import SILENT, Comment, Definition, Record
from smsn.terms import Pair
from smsn.threads import Thread
from smsn.version import __version__
from smsn.vocabulary import Flags

BATCH = 1024
"""Comments read together in :meth:`Analyzer.pipe`, after the first; it changes the speed and nothing else."""

FIRST = 64
"""Comments in the first batch, and in each where definitions take their time, so that records come soon."""

DIGITS = 9
"""Decimal places of the numbers in a record: what rounding in another order of summing leaves equal."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is found in n comments, column by column.

    `probabilities`, of shape (n, labels), are in the order of the bundle's labels; `probability` is that of the view, and `confident` whether it is
    high enough for one. `directions` are terms, None where the view points to none.
    """

    comments: Sequence[Comment]
    pairs: Sequence[Pair]
    views: Sequence[str]
    directions: Sequence[str | None]
    probability: Array
    confident: Flags
    probabilities: Array
    evidence: Shown
    definitions: Sequence[tuple[Definition, ...]]
    definitions_run: bool


class Analyzer:
    """Reads the views and the definitions in comments.

    Parameters
    ----------
    bundle : Bundle
        The view model.
    finder : DefinitionFinder
        What looks for definitions.

    Examples
    --------
    >>> import smsn
    >>> analyzer = smsn.load()
    >>> record = analyzer("A wiki is a kind of website.", pair=("wiki", "website"))
    >>> record.view, record.direction
    ('subset', 'website')
    """

    def __init__(self, bundle: Bundle, finder: DefinitionFinder) -> None:
        self.bundle = bundle
        self.finder = finder
        self._classes = [str(label) for label in bundle.model.classes_]
        self._silent = self._classes.index(SILENT) if SILENT in self._classes else None
        self._labels = list(bundle.labels)
        self._in_order = [self._classes.index(label) for label in self._labels]
        self._confident = float(bundle.manifest.get("confident", 1.0))

    def __call__(
        self, comment: str | Comment, pair: Pair | Sequence[str] | None = None, *, definitions: bool = True
    ) -> Record:
        """Return the record of one comment.

        Parameters
        ----------
        comment : str or Comment
            A text, or a comment that may carry its own pair.
        pair : Pair or sequence of two str, optional
            The terms; a comment's own pair goes before it.
        definitions : bool
            Whether definitions are looked for, which takes spaCy's parser.

        Raises
        ------
        PairError
            If there is no pair, or it is not two different terms.
        """
        return next(self.pipe([comment], pair, definitions=definitions))

    def pipe(
        self,
        comments: Iterable[str | Comment],
        pair: Pair | Sequence[str] | None = None,
        *,
        definitions: bool = True,
        thread: Thread | None = None,
    ) -> Iterator[Record]:
        """Yield one record a comment, in order; the comments are read as they are needed.

        Texts get the ids 1, 2, 3 … A comment that agrees with an earlier one of its thread, by name or by answering it, takes
        over that comment's view; comments have a thread if they say so, and those of one thread follow one another.

        Parameters
        ----------
        comments, pair, definitions
            As in a call.
        thread : Thread, optional
            What is remembered, where one thread goes through several calls.

        Raises
        ------
        PairError
            As in a call.
        """
        for found in self.found(comments, pair, definitions=definitions, thread=thread, soon=True):
            yield from self._records(found)

    def found(
        self,
        comments: Iterable[str | Comment],
        pair: Pair | Sequence[str] | None = None,
        *,
        definitions: bool = True,
        thread: Thread | None = None,
        soon: bool = False,
    ) -> Iterator[Found]:
        """Yield what :meth:`pipe` yields as records, a batch of comments at a time, column by column.

        Parameters
        ----------
        comments, pair, definitions, thread
            As in :meth:`pipe`.
        soon : bool
            Whether they are to come soon, which makes the first batch a small one, and all where definitions take their time.

        Raises
        ------
        PairError
            As in a call.
        """
        thread = thread if thread is not None else Thread()
        given = None if pair is None else Pair.of(pair)
        numbered = (c if isinstance(c, Comment) else Comment(id=i, text=c) for i, c in enumerate(comments, 1))
        size = FIRST if soon else BATCH
        while batch := up_to(size, numbered, _text):
            yield self._batch(batch, given, definitions, thread)
            size = FIRST if soon and definitions else BATCH

    def explain(self, text: str, pair: Pair | Sequence[str], label: str | None = None) -> Explanation:
        """Return the score of a label taken apart into spans; of the chosen view without a `label`.

        Raises
        ------
        ValueError
            If the bundle has no such label.
        """
        if label is not None and label not in self._classes:
            raise ValueError(f"the bundle has no label {label!r}; its labels are: {', '.join(self.bundle.labels)}")
        model: Views = self.bundle.model
        masked, features = read_features([(text, Pair.of(pair))], model.scope)
        readings = model.read(features)
        classes = readings.best if label is None else np.array([self._classes.index(label)])
        shares, telling = model.shares(features, readings, classes), model.telling(features, readings, classes)
        return next(explain(masked, features, [self._classes[classes[0]]], model.classifier_.intercept_[classes], shares, telling))

    @seldom_collected()
    def _batch(self, comments: Sequence[Comment], given: Pair | None, definitions: bool, thread: Thread) -> Found:
        pairs = [_pair_of(comment, given) for comment in comments]
        model: Views = self.bundle.model
        masked, features = read_features(zip((comment.text for comment in comments), pairs, strict=True), model.scope)
        readings = model.read(features)
        taken = thread.add(comments, [pair.terms for pair in pairs], readings.scores, readings.pulls, self._silent)
        if taken:
            readings = model.judge(readings.scores, readings.pulls, readings.cells, readings.told)
        found: list[tuple[Definition, ...]] = [()] * len(comments)
        if definitions:
            texts = [comment.text for comment in comments]
            found = list(self.finder.pipe(zip(texts, pairs, strict=True)))
        beside = [(i, words.start, words.end, float(added[readings.best[i]])) for i, words, added in taken]
        evidence = strongest(masked, features, model.shares(features, readings), model.telling(features, readings), DIGITS, beside)
        probabilities = readings.probabilities.round(DIGITS)
        chosen = probabilities[np.arange(len(comments)), readings.best]
        directions = [None if lead is None else pair.terms[lead] for lead, pair in zip(readings.leads, pairs, strict=True)]
        return Found(comments, pairs, readings.labels, directions, chosen, chosen >= self._confident, probabilities[:, self._in_order], evidence, found, definitions)

    def _records(self, found: Found) -> Iterator[Record]:
        columns = (found.views, found.directions, found.probability.tolist(), found.confident.tolist(), found.probabilities.tolist(), found.evidence.each(), found.definitions)
        for comment, pair, view, direction, probability, confident, each, evidence, definitions in zip(found.comments, found.pairs, *columns, strict=True):
            yield Record(
                id=comment.id,
                author=comment.author,
                parent=comment.parent,
                thread=comment.thread,
                text=comment.text,
                pair=pair.terms,
                view=view,
                direction=direction,
                probability=probability,
                confident=confident,
                views=dict(zip(self._labels, each, strict=True)),
                evidence=evidence,
                definitions=definitions,
                definitions_run=found.definitions_run,
                model=self.bundle.name,
                smsn=__version__,
                kind=comment.kind,
                extra=comment.extra,
            )


def load(model: Path | str | None = None, definitions: Path | str | None = None, *, allow_pickle: bool = False) -> Analyzer:
    """Return an analyzer with the models in use, or with those in the folders given.

    In use are the models that were promoted last, and the shipped ones where none were.

    Parameters
    ----------
    model : path, optional
        A bundle of views written by :func:`smsn.train`.
    definitions : path, optional
        A bundle of definitions.
    allow_pickle : bool
        Whether `model` may be a pickle or joblib file of a :class:`~smsn.bundle.Bundle`, which runs whatever its author put in.

    Raises
    ------
    BundleError
        If a folder is not a bundle, is damaged, tampered with, or has another format.
    """
    return Analyzer(golden.load(model, allow_pickle=allow_pickle), DefinitionFinder(definitions))


_text = attrgetter("text")


def _pair_of(comment: Comment, given: Pair | None) -> Pair:
    if comment.pair is not None:
        return Pair.of(comment.pair) if given is None or set(comment.pair) != set(given.terms) else _ordered(given, comment.pair)
    if given is None:
        raise PairError('no pair of terms was given. Pass pair=("A", "B"), or --pair "A" "B".')
    return given


def _ordered(given: Pair, terms: Sequence[str]) -> Pair:
    """Return `given` with its aliases, in the order of `terms`."""
    return given if given.a == terms[0] else Pair(given.b, given.a, given.aliases_b, given.aliases_a)

