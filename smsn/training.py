"""From labelled comments to a bundle.

Takes :class:`~smsn.corpus_file.LabelledComment` objects, gives a fitted :class:`~smsn.views.ViewModel` and
its manifest. Training reads a comment through the very functions that prediction uses
(:func:`~smsn.featurize.read_features`). Must not import spaCy.
"""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn import __version__ as sklearn_version
from sklearn.base import clone
from sklearn.model_selection import GroupShuffleSplit

from smsn import bundle as bundles
from smsn import corpus_file, golden, labelling, resources
from smsn.bundle import Bundle
from smsn.columns import FeatureVectorizer
from smsn.corpus_file import LabelledComment
from smsn.errors import CorpusError
from smsn.featurize import pair_key, read_features
from smsn.judging import TELLS_NOTHING, Views
from smsn.masked import Masked
from smsn.metrics import Prediction, score
from smsn.records import SILENT, VIEWS
from smsn.version import __version__
from smsn.views import MIX, ViewClassifier, ViewModel

SILENCES = 10
"""So many empty comments are added to the training data: who says nothing holds no view."""

MARKED = 100
"""From so many comments with marked words on, a model learns where in a comment to look."""

HOME = "social media / social networking"
"""The one pair that the shipped corpus and the held-out file share."""

MANY, MIN_DF, MIN_DF_OF_FEW = 10_000, 7, 2
"""In how many comments a feature must occur to have a column, from so many comments on and with fewer."""

OWN_COMMENTS = 20
"""From so many added comments on, a pair gets columns of its own."""

WARMTH = 1.3
"""Real comments are further from the written ones than writers are from each other: probabilities are drawn together by so much.
Set in view of a development set of real statements, which nothing is fitted to otherwise."""

CONFIDENT_PRECISION = 0.965
"""Lenient precision out of fold at which a prediction counts as `confident`: what leaves nine of ten right on real
comments. Set in view of the same development set."""


def fit(comments: Sequence[LabelledComment], seed: int = 13, model: ViewModel | None = None, own: Iterable[LabelledComment] = ()) -> ViewModel:
    """Return a view model fitted to labelled comments, pairs held out together for calibration.

    Parameters
    ----------
    comments : sequence of LabelledComment
        Two labels or more; any set of labels. Where none has a direction, the order of the pair is read.
    seed : int
        Seed of the calibration folds.
    model : ViewModel, optional
        An unfitted model with other settings.
    own : iterable of LabelledComment
        Those of the comments that the model is adapted to: pairs with at least ``OWN_COMMENTS`` among them get columns of their own.

    Raises
    ------
    CorpusError
        If there are fewer than two labels.
    """
    labels = {c.view for c in comments}
    if len(labels) < 2:
        raise CorpusError(f"training needs comments of two labels or more, got {len(comments)} comments of {sorted(labels)}. Label more comments.")
    vectorizer = FeatureVectorizer(min_df=MIN_DF if len(comments) >= MANY else MIN_DF_OF_FEW)
    model = clone(model or ViewModel(vectorizer, ViewClassifier(mix=MIX, warmth=WARMTH, random_state=seed)))
    model.set_params(ordered=all(c.direction is None for c in comments), own=_own_pairs(own))
    texts = [(c.text, c.pair) for c in comments]
    views, leads, groups = [c.view for c in comments], [c.lead for c in comments], [c.group for c in comments]
    if SILENT in labels:
        texts += [("", comments[0].pair)] * SILENCES
        views += [SILENT] * SILENCES
        leads += [None] * SILENCES
        groups += [""] * SILENCES
    masked, features = read_features(texts, model.scope)
    return model.fit(features, views, leads, groups, _told(comments, masked))


def _own_pairs(comments: Iterable[LabelledComment]) -> tuple[int, ...]:
    counts = Counter(pair_key(*c.pair) for c in comments)
    return tuple(sorted(key for key, n in counts.items() if n >= OWN_COMMENTS))


def _told(comments: Sequence[LabelledComment], masked: Masked) -> list[str | None] | None:
    """Return what each part of the comments tells, as far as the marked words say; None if too few comments have any.

    A comment of one sentence tells its view there; one without a view tells nothing anywhere.
    """
    if sum(c.shown_by is not None for c in comments) < MARKED:
        return None
    told: list[str | None] = []
    starts, ends = masked.starts[masked.first].tolist(), masked.ends[masked.last - 1].tolist()
    borders = np.searchsorted(masked.row, np.arange(len(masked) + 1)).tolist()
    for comment, (i, j) in zip_longest(comments, pairwise(borders)):
        mark = comment.shown_by if comment is not None else None
        first = comment.text.index(mark) if mark else 0
        last = first + len(mark or "")
        for start, end in zip(starts[i:j], ends[i:j], strict=True):
            if comment.view == SILENT:
                told.append(TELLS_NOTHING)
            elif j - i == 1:
                told.append(comment.view)
            elif mark:
                told.append(comment.view if start < last and first < end else TELLS_NOTHING)
            else:
                told.append(None)
        told.append(None)
    return told


def held_out(model: ViewModel, comments: Sequence[LabelledComment]) -> tuple[list[LabelledComment], list[Prediction]]:
    """Return the comments that have an out-of-fold prediction, and those predictions, calibrated.

    Parameters
    ----------
    model : ViewModel
        Fitted to `comments`; its out-of-fold scores are used, not its fit.
    comments : sequence of LabelledComment
        The comments it was fitted to, in that order.
    """
    scores = model.classifier_.held_out_[: len(comments)]
    rows = np.flatnonzero(np.isfinite(scores).all(axis=1)) if len(scores) else np.empty(0, np.int64)
    probabilities = softmax(scores[rows] / model.classifier_.temperature_, axis=1) if len(rows) else np.empty((0, len(model.classes_)))
    labels = model.classes_[probabilities.argmax(axis=1)].tolist()
    predicted = [Prediction(str(label), None, most) for label, most in zip(labels, probabilities.max(axis=1).tolist(), strict=True)]
    return [comments[i] for i in rows.tolist()], predicted


def confident_threshold(comments: Sequence[LabelledComment], predicted: Sequence[Prediction]) -> float:
    """Return the least probability at which held-out predictions reach the lenient precision promised.

    Parameters
    ----------
    comments, predicted
        What :func:`held_out` returns.

    Returns
    -------
    float
        Probability in [0, 1]; 1.0 where no threshold reaches the precision (nothing is confident).
    """
    if not comments:
        return 1.0
    best = np.array([p.probability for p in predicted])
    right = np.array([p.label in c.accepted for c, p in zip(comments, predicted, strict=True)])
    order = np.argsort(-best, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last = np.append(np.diff(best[order]) != 0, True)  # of the predictions that are equally probable
    good = np.flatnonzero((precision >= CONFIDENT_PRECISION) & last)
    good = good[good >= min(20, len(order) - 1)]
    return round(float(best[order][good[-1]]), 6) if len(good) else 1.0


def train(
    data: Path | str | Sequence[LabelledComment] | None = None,
    out: Path | str | None = None,
    *,
    add: Path | str | Sequence[LabelledComment] | None = None,
    seed: int = 13,
) -> Bundle:
    """Return a bundle trained on labelled comments; saved in the folder `out` if one is given.

    Parameters
    ----------
    data : path or sequence of LabelledComment, optional
        A file of labels, ours or a labelling tool's, or comments; the shipped corpus without it.
    out : path, optional
        Folder of the new bundle.
    add : path or sequence of LabelledComment, optional
        What is added to `data`, and what the model is adapted to: it reads the pairs that have many comments there more closely. A fifth
        of it is also predicted by a model that did not see that fifth, and the scores stand in the manifest (``own``).
    seed : int
        Seed of everything that is drawn.

    Raises
    ------
    CorpusError
        If a file breaks the schema, or has fewer than two labels.
    OutputError
        If `out` cannot be written.
    """
    added = [] if add is None else labelling.comments(add)
    comments = corpus_file.merge(shipped_corpus() if data is None else labelling.comments(data), added)
    model = fit(comments, seed, own=added)
    seen, predicted = held_out(model, comments)
    manifest: dict[str, Any] = {
        "task": "views",
        "labels": [label for label in VIEWS if label in model.classes_] + [str(x) for x in model.classes_ if x not in VIEWS],
        "directed": sorted(model.directions_),
        "ordered": model.ordered,
        "corpus": {**corpus_file.describe(comments), "held_out_seen": _held_out_seen(comments) if data is not None or added else []},
        "seed": seed,
        "confident": confident_threshold(seen, predicted),
        "out_of_fold": score(seen, predicted, split="5-fold by pair", seed=seed).to_dict() if seen else None,
        "temperature": round(float(model.classifier_.temperature_), 6),
        "settings": {"C": model.classifier_.C, "mix": model.classifier_.mix, "warmth": model.classifier_.warmth, "min_df": model.vectorizer_.min_df},
        "columns": len(model.vectorizer_.names_),
        "made_with": {"smsn": __version__, "scikit-learn": sklearn_version, "numpy": np.__version__, "python": platform.python_version()},
    }
    if told := _own_fifth(comments, added, model, seed):
        manifest["own"] = told
    bundle = Bundle(model, {**manifest, "golden": golden.predictions(model)})
    return bundle if out is None else bundles.save(bundle, out, card(manifest))


def _held_out_seen(comments: Sequence[LabelledComment]) -> list[str]:
    """Return the pairs of the held-out file, but for the home pair, that are trained on: the gate leaves them out."""
    trained = {c.group for c in comments}
    held_out = corpus_file.read(resources.folder("corpus") / "heldout.jsonl")
    return sorted({c.group for c in held_out} & trained - {HOME})


def _own_fifth(comments: Sequence[LabelledComment], added: Sequence[LabelledComment], model: ViewModel, seed: int) -> dict[str, Any] | None:
    """Return how a fifth of the added comments is read by a model that did not see it; None where they are too few.

    The fifth is drawn by pair where there are five pairs or more, else by writer, else by comment.
    """
    if len(added) < OWN_COMMENTS:
        return None
    groups = next((g for g in ([c.group for c in added], [c.author or "" for c in added]) if len(set(g)) >= 5), [c.text for c in added])
    _, places = next(GroupShuffleSplit(1, test_size=0.2, random_state=seed).split(added, groups=groups))
    fifth = [added[i] for i in places]
    left = {(c.group, c.text) for c in fifth}
    seen = [c for c in comments if (c.group, c.text) not in left]
    if len({c.view for c in seen}) < 2:
        return None
    light = model.get_params(deep=False) | {"classifier": clone(model.classifier).set_params(folds=len(comments))}
    other = fit(seen, seed, ViewModel(**light), own=[c for c in added if (c.group, c.text) not in left])
    other.classifier_.temperature_ = model.classifier_.temperature_
    predicted = predict(other, fifth)
    scores = score(fifth, predicted, split="a fifth of what was added", seed=seed)
    told = {c.key: {"view": p.label, "lead": p.lead, "probability": p.probability} for c, p in zip(fifth, predicted, strict=True)}
    return {"n": len(fifth), "added": len(added), "signature": scores.signature(), "scores": scores.to_dict(), "predictions": told}


def predict(model: Views, comments: Sequence[LabelledComment]) -> list[Prediction]:
    """Return what a view model says of labelled comments, without looking at their labels."""
    readings = model.read(read_features(((c.text, c.pair) for c in comments), model.scope)[1])
    most = readings.probabilities.max(axis=1).tolist()
    return [Prediction(*one) for one in zip(readings.labels, readings.leads, most, strict=True)]


def shipped_corpus() -> list[LabelledComment]:
    """Return the labelled comments that ship with smsn, without the held-out ones."""
    return corpus_file.read(resources.folder("corpus") / "written.jsonl", VIEWS)


def card(manifest: dict[str, Any]) -> str:
    """Return the model card: what the manifest says, as a page for people."""
    corpus, made = manifest["corpus"], manifest["made_with"]
    views = ", ".join(f"{label} {count}" for label, count in corpus["views"].items())
    told = manifest["out_of_fold"]
    scores = "too few comments to hold any out"
    if told is not None:
        each = ", ".join(f"{label} {value:.2f}" for label, value in told["labels"].items())
        scores = f"macro-F1 {told['macro_f1']:.3f}, lenient {told['lenient']:.3f}, calibration error {told['calibration_error']:.3f}, n {told['n']:,}; {each}"
    return f"""# A smsn view model

Reads which view of the relationship between two terms the author of a comment holds. Generated by `smsn train`.

| | |
|---|---|
| trained on | {corpus["comments"]:,} comments about {corpus["pairs"]:,} pairs by {corpus["authors"]} writers, corpus `{corpus["fingerprint"]}` |
| labels | {views} |
| labels with a direction | {", ".join(manifest["directed"]) or "none"} |
| model | linear support vectors over {manifest["columns"]:,} named features, temperature {manifest["temperature"]:.3f}, seed {manifest["seed"]} |
| out of fold, by pair | {scores} |
| `confident` from | {manifest["confident"]:.3f}, the least probability with {CONFIDENT_PRECISION:.1%} lenient precision out of fold |
| made with | {", ".join(f"{name} {version}" for name, version in made.items())} |

Trained on English that was written for this purpose. On other people's comments it errs more often than on its own
corpus; how often stands in the project's CHANGELOG, with the command that measures it. It does not read irony, other
languages, or a view that rests on a text the comment only points to.
"""
