"""What is wrong with the labels of a file as a whole: likely errors, contradictions, and what stands on both sides of a split.

Takes :class:`~smsn.corpus_file.LabelledComment` objects, gives a :class:`Report`. Likely errors are ranked by cleanlab (extra ``labels``) on
probabilities by models that did not see the comment; contradictions and leaks need nothing further. Must not import spaCy.
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
"""Folds of the model that is trained on the file itself."""

CONTRADICTED = 0.2
"""Probability of the given direction under which it is listed: out of pair that holds for 7 in 10 of turned directions and for 1 in 100 others."""

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
        Its label, and the one that is likeliest; the same where only the direction is doubted, or nothing.
    quality : float
        How likely the given label is, or the given direction, where that is doubted: in [0, 1].
    issue : bool
        Whether cleanlab's filter takes the label for an error, or the direction is doubted.
    direction : str, optional
        The term that `suggested` points to, if the bundle knows.
    """

    place: int
    comment: LabelledComment
    given: str
    suggested: str
    quality: float
    issue: bool
    direction: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the suspect as a JSON-ready dict, with the id of its comment."""
        told = {name: getattr(self, name) for name in ("place", "given", "suggested", "issue")}
        given = {"id": self.comment.id, "given_direction": self.comment.direction, "suggested_direction": self.direction}
        return {**told, **given, "quality": round(self.quality, 6)}


@dataclass(frozen=True, slots=True)
class Shared:
    """What stands on both sides: the text, pair or author, and the places of its comments on either side, from 0."""

    what: str
    here: tuple[int, ...]
    there: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leaks:
    """What stands on both sides of a split: texts (but for case and punctuation), near-duplicates of another text, pairs, authors."""

    texts: list[Shared] = field(default_factory=list)
    near_duplicates: list[Shared] = field(default_factory=list)
    pairs: list[Shared] = field(default_factory=list)
    authors: list[Shared] = field(default_factory=list)

    def kinds(self) -> Iterator[tuple[str, list[Shared]]]:
        """Yield the name of each kind of leak for people, and the leaks of that kind."""
        yield from (("texts", self.texts), ("near-duplicates", self.near_duplicates), ("pairs", self.pairs), ("authors", self.authors))

    def to_dict(self) -> dict[str, Any]:
        """Return how many there are of each kind, and where, as a JSON-ready dict."""
        kinds = {name.replace("-", "_"): found for name, found in self.kinds()}
        where = {name: [{"what": one.what, "here": list(one.here), "there": list(one.there)} for one in found] for name, found in kinds.items()}
        return {**{name: len(found) for name, found in kinds.items()}, "where": where}


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a file; None is what was not looked for."""

    comments: Sequence[LabelledComment]
    suspects: list[Suspect] | None
    contradictions: list[tuple[int, int]]
    leaks: Leaks | None = None

    def lines(self, most: int = 10, numbers: Sequence[int] | None = None) -> list[str]:
        """Return the report for people.

        Parameters
        ----------
        most : int
            So many suspects, contradictions and leaks of each kind are shown.
        numbers : sequence of int, optional
            The line of each comment; without it comments are named by their ids.
        """
        names = [f"line {n}" for n in numbers] if numbers is not None else [c.id for c in self.comments]
        return [*self._suspected(names, most), *self._contradicted(names, most), *self._leaked(names, most)]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a JSON-ready dict: what cleanlab calls an issue, the likeliest first; all contradictions and leaks."""
        return {
            "comments": len(self.comments),
            "suspects": None if self.suspects is None else [suspect.to_dict() for suspect in self.suspects if suspect.issue],
            "contradictions": [list(pair) for pair in self.contradictions],
            "leaks": None if self.leaks is None else self.leaks.to_dict(),
        }

    def _suspected(self, names: Sequence[str], most: int) -> Iterator[str]:
        if self.suspects is None:
            yield "label errors: not looked for" + ("" if can_look() else '; pip install "smsn[labels]"')
            return
        issues = [suspect for suspect in self.suspects if suspect.issue]
        yield f"label errors: {len(issues)} likely among {len(self.comments):,} comments" + (", the likeliest first:" if issues else "")
        for one in issues[:most]:
            given, rather = option_of(one.given, one.comment.direction), option_of(one.suggested, one.direction)
            text = " ".join(one.comment.text.split())
            yield f"  {names[one.place]}: {given}, rather {rather}? ({one.quality:.2f}) {text[:SHOWN]}{'…' if len(text) > SHOWN else ''}"
        yield from _rest(issues, most)

    def _contradicted(self, names: Sequence[str], most: int) -> Iterator[str]:
        yield f"contradictions: {len(self.contradictions)} near-duplicates about one pair that are labelled differently" + (":" if self.contradictions else "")
        for pair in self.contradictions[:most]:
            yield "  " + ", ".join(f"{names[i]} ({option_of(self.comments[i].view, self.comments[i].direction)})" for i in pair)
        yield from _rest(self.contradictions, most)

    def _leaked(self, names: Sequence[str], most: int) -> Iterator[str]:
        for kind, found in self.leaks.kinds() if self.leaks is not None else ():
            here, there = (len({i for one in found for i in places}) for places in ([s.here for s in found], [s.there for s in found]))
            yield f"on both sides: {len(found)} {kind}, {here} comments here and {there} there" + (":" if found else "")
