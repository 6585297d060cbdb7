"""What is wrong with the labels of a file as a whole: likely errors, contradictions, and what stands on both sides of a split.

Takes :class:`~smsn.corpus_file.LabelledComment` objects, gives a :class:`Report`. Likely errors are ranked by cleanlab (extra ``labels``) on
probabilities of models that did not see the comment; contradictions and leaks need nothing further. Must not import spaCy.
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.special import expit

from smsn import golden
from smsn.bundle import Bundle
from smsn.columns import FeatureVectorizer
from smsn.corpus_file import LabelledComment
from smsn.diversity import near_pairs, plain
from smsn.errors import InputError
from smsn.featurize import Scope, read_features
from smsn.labelling.claims import claim_of
from smsn.labelling.options import option_of
from smsn.training import MANY, MIN_DF, MIN_DF_OF_FEW
from smsn.views import Readings, ViewClassifier

FOLDS = 5
"""Folds of the models that are trained on the file itself."""

CONTRADICTED = 0.2
"""Probability of the given direction under which it is doubted. Of pairs that the model has not seen, 3 in 4 turned directions are under it
and 1 in 100 right ones."""

LEAST = 1e-6
"""Least probability that is averaged."""

SHOWN = 60
"""Letters of a comment that a line shows."""

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A comment and how likely its label is.

    Parameters
    ----------
    place : int
        Where in the list of comments it stands, from 0.
    comment : LabelledComment
        The comment.
    given, suggested : str
        Its label, and the likeliest one: the same where only the direction is doubted, or nothing.
    quality : float
        How likely the label is, or the direction where that is doubted: in [0, 1].
    issue : bool
        Whether cleanlab's filter takes the label for an error, or the direction is doubted.
    direction : str, optional
        The term that `suggested` points to, as far as the bundle knows.
    """

    place: int
    comment: LabelledComment
    given: str
    suggested: str
    quality: float
    issue: bool
    direction: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the suspect as a JSON-ready dict, its comment by the id."""
        told = {name: getattr(self, name) for name in ("place", "given", "suggested", "issue")}
        directions = {"given_direction": self.comment.direction, "suggested_direction": self.direction}
        return {"id": self.comment.id, **told, **directions, "quality": round(self.quality, 6)}


@dataclass(frozen=True, slots=True)
class Shared:
    """What stands on both sides: a text, pair or author, and the places of its comments on each side, from 0."""

    what: str
    here: tuple[int, ...]
    there: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leaks:
    """What stands on both sides of a split: texts (but for case and punctuation), near-duplicates of other texts, pairs, authors."""

    texts: list[Shared] = field(default_factory=list)
    near_duplicates: list[Shared] = field(default_factory=list)
    pairs: list[Shared] = field(default_factory=list)
    authors: list[Shared] = field(default_factory=list)

    def kinds(self) -> dict[str, list[Shared]]:
        """Return what is shared, by the name of its kind."""
        return {name: getattr(self, name) for name in ("texts", "near_duplicates", "pairs", "authors")}

    def to_dict(self) -> dict[str, Any]:
        """Return how many there are of each kind, and under ``where`` their places, as a JSON-ready dict."""
        where = {kind: [{"what": s.what, "here": list(s.here), "there": list(s.there)} for s in found] for kind, found in self.kinds().items()}
        return {**{kind: len(found) for kind, found in where.items()}, "where": where}


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in the labels of `comments`; None is what was not looked for."""

    comments: Sequence[LabelledComment]
    suspects: list[Suspect] | None
    contradictions: list[tuple[int, int]]
    leaks: Leaks | None = None

    @property
    def issues(self) -> list[Suspect]:
        """The suspects that are taken for errors."""
        return [suspect for suspect in self.suspects or () if suspect.issue]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a JSON-ready dict: of the suspects those that are taken for errors."""
        return {
            "comments": len(self.comments),
            "label_errors": None if self.suspects is None else [suspect.to_dict() for suspect in self.issues],
            "contradictions": [list(pair) for pair in self.contradictions],
            "leaks": None if self.leaks is None else self.leaks.to_dict(),
        }

    def lines(self, most: int = 10, numbers: Sequence[int] | None = None) -> list[str]:
        """Return the report for people.

        Parameters
        ----------
        most : int
            So many are shown of each kind.
        numbers : sequence of int, optional
            The line of each comment in its file; without it comments are called by their ids.
        """
        names = [c.id for c in self.comments] if numbers is None else [f"line {number}" for number in numbers]
        told: list[str] = []
        if self.suspects is None:
            told.append("label errors: not looked for" + ("" if can_look() else '; pip install "smsn[labels]"'))
        else:
            told += _listed(f"label errors: {len(self.issues)} likely ones among {len(self.comments):,} comments", [_doubt(s, names) for s in self.issues], most)
        both = [", ".join(f"{names[i]} ({_label(self.comments[i])})" for i in pair) for pair in self.contradictions]
        told += _listed(f"contradictions: {len(both)} times near-duplicates about one pair are labelled differently", both, most)
        for kind, found in self.leaks.kinds().items() if self.leaks is not None else ():
            here, there = ({i for places in side for i in places} for side in ([s.here for s in found], [s.there for s in found]))
            shared = [f"{_short(s.what)} ({names[s.here[0]]}{f' and {len(s.here) - 1} more' if len(s.here) > 1 else ''})" for s in found]
            told += _listed(f"on both sides: {len(found):,} {kind.replace('_', '-')}; {len(here):,} comments here, {len(there):,} there", shared, most)
        return told


def _listed(head: str, rows: Sequence[str], most: int) -> list[str]:
    rest = [f"  … and {len(rows) - most:,} more"] if len(rows) > most else []
    return [head, *(f"  {row}" for row in rows[:most]), *rest]


def _doubt(suspect: Suspect, names: Sequence[str]) -> str:
    rather = option_of(suspect.suggested, suspect.direction)
    return f"{names[suspect.place]}: {_label(suspect.comment)}, or rather {rather}? ({suspect.quality:.2f}) {_short(suspect.comment.text)}"


def _label(comment: LabelledComment) -> str:
    return option_of(comment.view, comment.direction)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def can_look() -> bool:
    """Return whether cleanlab is installed, so that label errors can be looked for."""
    return importlib.util.find_spec("cleanlab") is not None


def report(
    comments: Sequence[LabelledComment],
    others: Sequence[LabelledComment] | None = None,
    *,
    model: Bundle | Path | str | None = None,
    errors: bool | None = None,
    seed: int = 13,
) -> Report:
    """Return all that is found in the labels of a file as a whole.

    Parameters
    ----------
    comments : sequence of LabelledComment
        The file.
    others : sequence of LabelledComment, optional
        The other side of a split, for leaks.
    model : Bundle or path, optional
        The bundle that :func:`label_errors` asks; the one in use without it.
    errors : bool, optional
        Whether to look for label errors; without it, if cleanlab is installed.
    seed : int
        Seed of the folds.

    Raises
    ------
    InputError
        If label errors are asked for and cleanlab is not installed.
    BundleError
        If the bundle cannot be loaded.
    """
    suspects = None
    if can_look() if errors is None else errors:
        _need_cleanlab()
        suspects = label_errors(comments, model if isinstance(model, Bundle) else golden.load(model), seed=seed)
    return Report(comments, suspects, contradictions(comments), None if others is None else leaks(comments, others))


def label_errors(comments: Sequence[LabelledComment], bundle: Bundle | None = None, *, seed: int = 13) -> list[Suspect]:
    """Return every comment with how likely its label is, the least likely first.

    A comment is judged by a model that is trained on the rest of the file, without the fifth that it and its near-duplicates are in. Given a
    bundle, that model reads what the bundle says, too, whatever its labels are; if it has all labels of the file, both probabilities are
    averaged, and directions that the bundle contradicts are listed. What stands in `also` is as good as the label.

    Parameters
    ----------
    comments : sequence of LabelledComment
        Labelled with whatever. If they have fewer than two labels, nothing can be said of them, and the list is empty.
    bundle : Bundle, optional
        A bundle of views that was not trained on these comments. One whose manifest says that it was is not asked.
    seed : int
        Seed of the folds.

    Raises
    ------
    InputError
        If cleanlab is not installed.

    References
    ----------
    Northcutt, Jiang and Chuang (2021), Confident learning: estimating uncertainty in dataset labels.
    """
    _need_cleanlab()
    names, labels = np.unique([c.view for c in comments], return_inverse=True)
    if len(names) < 2:
        return []
    if bundle is not None and _saw(bundle, comments):
        bundle = None
    readings = None if bundle is None else bundle.model.read(read_features(((c.text, c.pair) for c in comments), bundle.model.scope)[1])
    probabilities = _out_of_sample(comments, labels, names, bundle, readings, seed)
    quality, issues = _judged(labels, _accepting_also(probabilities, comments, labels, names))
    likely = names[probabilities.argmax(axis=1)].tolist()
    first = {} if bundle is None or readings is None else dict(zip(sorted(bundle.model.directions_), expit(readings.pulls).T, strict=True))
    found = [
        _suspect(place, comment, view, float(quality[place]), bool(issues[place]), first[view][place] if view in first else None)
        for place, (comment, view) in enumerate(zip(comments, likely, strict=True))
    ]
    return sorted(found, key=lambda suspect: suspect.quality)


def _suspect(place: int, comment: LabelledComment, likely: str, quality: float, issue: bool, first: float | None) -> Suspect:
    """Return a suspect; `first` is how likely `likely` points to the first term, None where nobody knows."""
    direction = comment.direction if likely == comment.view else None
    if first is not None and (likely != comment.view or comment.lead is not None):
        pointed = first if comment.lead == 0 else 1 - first
        if likely != comment.view:
            direction = comment.pair[int(first < 0.5)]
        elif pointed < CONTRADICTED:
            quality, issue, direction = min(quality, pointed), True, comment.pair[1 - comment.pair.index(direction)]
    return Suspect(place, comment, comment.view, likely, quality, issue, direction)


def _need_cleanlab() -> None:
    if not can_look():
        raise InputError('looking for label errors needs cleanlab, which is not installed. Run: pip install "smsn[labels]"')


def _saw(bundle: Bundle, comments: Sequence[LabelledComment]) -> bool:
    """Return whether the manifest says that the bundle was trained on these comments: on just them, or adapted to some of them."""
    own = (bundle.manifest.get("own") or {}).get("predictions", {})
    return bundle.manifest["corpus"]["fingerprint"] == fingerprint(comments) or any(c.key in own for c in comments)


def _out_of_sample(
    comments: Sequence[LabelledComment], labels: Ints, names: NDArray[Any], bundle: Bundle | None, readings: Readings | None, seed: int
) -> Array:
    """Return how likely each label is of each comment, shape (comments, names), by models that did not see it.

    What the bundle says is seven columns more for the models of the file. Measured by benchmarks/noise.py: without the average a file of 60 comments loses,
    and without the file's own models one whose labels mean something else than the bundle's.
    """
