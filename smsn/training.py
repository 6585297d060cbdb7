"""From labelled comments to a bundle.

Takes :class:`~smsn.corpus_file.LabelledComment` objects, gives a fitted :class:`~smsn.views.ViewModel` and
its manifest. Training reads a comment through the very functions that prediction uses
(:func:`~smsn.features.read_features`). Must not import spaCy.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn import __version__ as sklearn_version

from smsn import bundle as bundles
from smsn import corpus_file, golden, resources
from smsn.bundle import Bundle
from smsn.columns import FeatureVectorizer
from smsn.corpus_file import LabelledComment
from smsn.errors import CorpusError
from smsn.features import read_features
from smsn.masked import Masked
from smsn.metrics import Prediction, score
from smsn.rationales import SILENT as TELLS_NOTHING
from smsn.version import __version__
from smsn.views import MIX, VIEWS, ViewClassifier, ViewModel

SILENT = "none"
SILENCES = 10
"""So many empty comments are added to the training data: who says nothing holds no view."""

MARKED = 100
"""From so many comments with marked words on, a model learns where in a comment to look."""

WARMTH = 1.3
"""Real comments are further from the written ones than writers are from each other: probabilities are drawn together by so much.
Set in view of a development set of real statements, which nothing is fitted to otherwise."""

CONFIDENT_PRECISION = 0.965
"""Lenient precision out of fold at which a prediction counts as `confident`: what leaves nine of ten right on real
comments. Set in view of the same development set."""


def fit(comments: Sequence[LabelledComment], seed: int = 13, model: ViewModel | None = None) -> ViewModel:
    """Return a view model fitted to labelled comments, pairs held out together for calibration.

    Parameters
    ----------
    comments : sequence of LabelledComment
        Two labels or more; any set of labels.
    seed : int
        Seed of the calibration folds.
    model : ViewModel, optional
        An unfitted model with other settings.

    Raises
    ------
    CorpusError
        If there are fewer than two labels.
    """
    labels = {c.view for c in comments}
    if len(labels) < 2:
        raise CorpusError(f"training needs comments of two labels or more, got {len(comments)} comments of {sorted(labels)}. Label more comments.")
    model = model or ViewModel(FeatureVectorizer(), ViewClassifier(mix=MIX, warmth=WARMTH, random_state=seed))
    texts = [(c.text, c.pair) for c in comments]
    views, leads, groups = [c.view for c in comments], [c.lead for c in comments], [c.group for c in comments]
    if SILENT in labels:
        texts += [("", comments[0].pair)] * SILENCES
        views += [SILENT] * SILENCES
        leads += [None] * SILENCES
        groups += [""] * SILENCES
    masked, features = read_features(texts)
    return model.fit(features, views, leads, groups, _told(comments, masked))


def _told(comments: Sequence[LabelledComment], masked: Sequence[Masked]) -> list[str | None] | None:
    """Return what each part of the comments tells, as far as the marked words say; None if too few comments have any.

    A comment of one sentence tells its view there; one without a view tells nothing anywhere.
    """
    if sum(c.shown_by is not None for c in comments) < MARKED:
        return None
    told: list[str | None] = []
    for comment, text in zip_longest(comments, masked):
        mark = comment.shown_by if comment is not None else None
        first = comment.text.index(mark) if mark else 0
        last = first + len(mark or "")
        for i, j, _question in text.sentences:
            if comment.view == SILENT:
                told.append(TELLS_NOTHING)
            elif len(text.sentences) == 1:
                told.append(comment.view)
            elif mark:
                told.append(comment.view if text.starts[i] < last and first < text.ends[j - 1] else TELLS_NOTHING)
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
    add: Path | str | None = None,
    seed: int = 13,
) -> Bundle:
    """Return a bundle trained on labelled comments; saved in the folder `out` if one is given.

    Parameters
    ----------
    data : path or sequence of LabelledComment, optional
        A labelled JSONL file, or comments; the shipped corpus without it.
    out : path, optional
        Folder of the new bundle.
    add : path, optional
        A labelled file whose comments are added to `data`.
    seed : int
        Seed of everything that is drawn.

    Raises
    ------
    CorpusError
        If a file breaks the schema, or has fewer than two labels.
    OutputError
        If `out` cannot be written.
    """
    comments = shipped_corpus() if data is None else corpus_file.read(data) if isinstance(data, (str, Path)) else list(data)
    if add is not None:
        comments = corpus_file.merge(comments, corpus_file.read(add))
    model = fit(comments, seed)
    seen, predicted = held_out(model, comments)
    manifest: dict[str, Any] = {
        "task": "views",
        "labels": [label for label in VIEWS if label in model.classes_] + [str(x) for x in model.classes_ if x not in VIEWS],
        "directed": sorted(model.directions_),
        "corpus": corpus_file.describe(comments),
        "seed": seed,
        "confident": confident_threshold(seen, predicted),
        "out_of_fold": score(seen, predicted, split="5-fold by pair", seed=seed).to_dict() if seen else None,
        "temperature": round(float(model.classifier_.temperature_), 6),
        "settings": {"C": model.classifier_.C, "mix": model.classifier_.mix, "warmth": model.classifier_.warmth, "min_df": model.vectorizer_.min_df},
        "columns": len(model.vectorizer_.names_),
        "made_with": {"smsn": __version__, "scikit-learn": sklearn_version, "numpy": np.__version__, "python": platform.python_version()},
    }
    bundle = Bundle(model, {**manifest, "golden": golden.predictions(model)})
    return bundle if out is None else bundles.save(bundle, out, card(manifest))


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
