"""Golden predictions: what a view model says of a few texts travels with it, and is asked again when it is loaded.

A bundle whose weights were exchanged, or that a library reads otherwise than the one it was made with, is found out
before it labels anything. Must not import spaCy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from smsn import bundle as bundles
from smsn.bundle import Bundle
from smsn.featurize import read_features
from smsn.judging import Views

PAIR = ("wiki", "website")
TEXTS = (
    "A wiki is a kind of website.",
    "You need a website to run a wiki, but a website is not a wiki: they differ in who may write.",
    "Wiki or website, same thing! People here argue about it every week, and I never saw why.",
    "",
)
"""The texts: with both terms, with questions of negation and order, with talk around them, and with nothing."""


def predictions(model: Views) -> list[dict[str, Any]]:
    """Return what a model says of the golden texts, as it stands in the manifest: label, place of the leading term, probabilities."""
    readings = model.read(read_features(((text, PAIR) for text in TEXTS), model.scope)[1])
    classes = [str(label) for label in model.classes_]
    return [
        {"text": text, "view": label, "lead": lead, "views": dict(zip(classes, (round(p, 9) for p in row), strict=True))}
        for text, label, lead, row in zip(TEXTS, readings.labels, readings.leads, readings.probabilities.tolist(), strict=True)
    ]


def load(path: Path | str | None = None, *, allow_pickle: bool = False) -> Bundle:
    """Return a bundle of views whose golden predictions are right; the current one without a `path`.

    Parameters
    ----------
    path : path, optional
        A folder written by :func:`smsn.train`.
    allow_pickle : bool
        As in :func:`smsn.bundle.load`.

    Raises
    ------
    BundleError
        If it is not a bundle of views, is damaged, tampered with, or reads otherwise than when it was made.
    """
    bundle = bundles.load(path if path is not None else bundles.current("views"), allow_pickle=allow_pickle)
    return bundles.verify(bundle, predictions(bundle.model))
