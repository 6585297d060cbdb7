"""How right a bundle is on labelled comments that it was not trained on.

Takes a bundle and labelled comments, gives :class:`~smsn.metrics.Metrics`; and cross-validation that keeps
pairs apart. Must not import spaCy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupKFold

from smsn import corpus_file, golden, labelling
from smsn.bundle import Bundle
from smsn.corpus_file import LabelledComment
from smsn.metrics import Metrics, Prediction, score
from smsn.training import predict


def evaluate(bundle: Bundle | Path | str, data: Path | str | Sequence[LabelledComment]) -> Metrics:
    """Return the scores of a bundle on labelled comments that it was not trained on.

    Parameters
    ----------
    bundle : Bundle or path
        The model.
    data : path or sequence of LabelledComment
        A file of labels, ours or a labelling tool's, or comments.

    Raises
    ------
    BundleError
        If the folder is not a bundle of views.
    CorpusError
        If the file breaks the schema.
    """
    if not isinstance(bundle, Bundle):
        bundle = golden.load(bundle)
    comments = labelling.comments(data)
    predicted = predict(bundle.model, comments)
    return score(comments, predicted, model=bundle.name, trained=bundle.manifest["corpus"]["fingerprint"], corpus=corpus_file.fingerprint(comments))


Fitted = Callable[[Sequence[LabelledComment]], list[Prediction]]


def cross_validate(
    comments: Sequence[LabelledComment],
    train: Callable[[Sequence[LabelledComment]], Fitted],
    *,
    folds: int = 10,
    seed: int = 13,
) -> list[Prediction]:
    """Return one prediction a comment, by models that saw no comment of the same pair.

    Parameters
    ----------
    comments : sequence of LabelledComment
        At least `folds` pairs.
    train : callable
        Takes comments, gives a function from comments to predictions.
    folds : int
        Number of folds.
    seed : int
        Seed of the folds.
    """
    groups = np.array([c.group for c in comments])
    out: list[Prediction | None] = [None] * len(comments)
    for training, test in GroupKFold(folds, shuffle=True, random_state=seed).split(groups, groups=groups):
        fitted = train([comments[i] for i in training])
        for i, prediction in zip(test, fitted([comments[i] for i in test]), strict=True):
            out[i] = prediction
    return [p for p in out if p is not None]
