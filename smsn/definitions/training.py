"""From labelled sentences to a bundle of definitions, and how right it is.

Takes JSONL lines ``{"text", "definition": bool, "term": …, "pair": [a, b], "definiens": [start, end]}``, of which
the last three are optional. A line with a definiens labels the candidates that overlap it; one without
labels all candidates of its term.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import __version__ as sklearn_version
from sklearn.metrics import precision_recall_fscore_support
from sklearn.model_selection import GroupKFold
from spacy.about import __version__ as spacy_version

from smsn import bundle as bundles
from smsn import resources
from smsn.bundle import Bundle
from smsn.definitions.finder import Proposal, propose_in
from smsn.definitions.scorer import DefinitionModel, describe
from smsn.errors import CorpusError
from smsn.terms import Pair
from smsn.version import __version__

THRESHOLD = 0.5
_NOTHING = "∅x"  # the other term of a line that names one term only; it occurs nowhere


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A text, whether it defines a term, and which."""

    text: str
    definition: bool
    term: str | None = None
    pair: tuple[str, str] | None = None
    definiens: tuple[int, int] | None = None


def read(path: Path | str) -> list[LabelledSentence]:
    """Return the labelled sentences of a JSONL file.

    Raises
    ------
    CorpusError
        If the file is missing or a line breaks the schema; the message says which.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # not splitlines: U+2028 may stand in a text
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(
            f"{path}: cannot be read: {error}. Give a JSONL file in UTF-8 with text and definition."
        ) from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line)))
        except ValueError as error:
            raise CorpusError(
                f"{path}:{number}: breaks the schema: {error}. Each line needs text and definition (true or false); "
                "term, pair and definiens are optional. Fix the line and run again."
            ) from error
    if not rows:
        raise CorpusError(f"{path}: holds no sentences. Each line needs text and definition.")
    return rows


def _row(row: Any) -> LabelledSentence:
    """Return one parsed line as a labelled sentence.

    Raises
    ------
    ValueError
        If a field is missing or has the wrong type; the message says which.
    """
    if not isinstance(row, dict):
        raise ValueError(f"the line is not an object but {type(row).__name__}")
    text, definition, term, pair, definiens = (row.get(k) for k in ("text", "definition", "term", "pair", "definiens"))
    if not isinstance(text, str) or not isinstance(definition, bool):
        raise ValueError(f"text is {text!r} and definition is {definition!r}")
    if term is not None and not (isinstance(term, str) and term.strip()):
        raise ValueError(f"term is {term!r}, not a word")
    terms = None
    if pair is not None:
        if not isinstance(pair, list):
            raise ValueError(f"pair is {pair!r}, not a list of two terms")
        terms = Pair.of(pair).terms
        if term is not None and term.casefold() not in (t.casefold() for t in terms):
            raise ValueError(f"term is {term!r}, which is not in the pair {terms[0]!r} / {terms[1]!r}")
    return LabelledSentence(text, definition, term, terms, _span(definiens, text))


def _span(span: Any, text: str) -> tuple[int, int] | None:
    if span is None:
        return None
    whole = isinstance(span, list) and len(span) == 2 and all(type(x) is int for x in span)
    if not whole or not 0 <= span[0] < span[1] <= len(text):
        raise ValueError(f"definiens is {span!r}, not the first and last + 1 of the text's {len(text)} characters")
    return (span[0], span[1])


def train(data: Path | str | None = None, out: Path | str | None = None) -> Bundle:
    """Return a bundle trained on labelled sentences; saved in the folder `out` if one is given.

    Parameters
    ----------
    data : path, optional
        A labelled JSONL file; the shipped sentences without it.
    out : path, optional
        Folder of the new bundle.

    Raises
    ------
    CorpusError
        If the file breaks the schema, its candidates are all right or all wrong, or they stand in one text only.
    """
    rows = read(data if data is not None else resources.folder("corpus") / "definitions.jsonl")
    features, labels, groups = [], [], []
    for row, proposals in zip(rows, _proposals(rows), strict=True):
        for proposal in proposals:
            if _labelled(row, proposal):
                features.append(describe(proposal.doc, proposal.candidate))
                labels.append(row.definition)
                groups.append(row.text)
    if len(set(labels)) < 2:
        raise CorpusError(
            f"training needs definitions and others, got {len(rows)} sentences with {sum(labels)} right and "
            f"{len(labels) - sum(labels)} wrong candidates. Label more."
        )
    if len(set(groups)) < 2:
        raise CorpusError("training needs candidates in two texts or more, and all stand in one. Label more.")
    model = DefinitionModel().fit(features, labels)
    manifest = {
        "task": "definitions",
        "labels": ["definition", "other"],
        "corpus": {
            "comments": len(rows),
            "candidates": len(labels),
            "definitions": int(sum(labels)),
            "fingerprint": _fingerprint(rows),
        },
        "cross_validation": _cross_validate(features, labels, groups),
        "made_with": {
            "smsn": __version__,
            "spacy": spacy_version,
            "scikit-learn": sklearn_version,
            "python": platform.python_version(),
        },
    }
    bundle = Bundle(model, manifest)
    return bundle if out is None else bundles.save(bundle, out, card(manifest))


def evaluate(bundle: Bundle | Path | str, data: Path | str) -> dict[str, Any]:
    """Return how well a bundle tells sentences that define their term from others.

    Parameters
    ----------
    bundle : Bundle or path
        The model.
    data : path
        A labelled JSONL file that the bundle was not trained on.

    Returns
    -------
    dict
        precision, recall and f1 of "this sentence holds a definition" (in [0, 1]), n, and a signature.
    """
    if not isinstance(bundle, Bundle):
        bundle = bundles.load(bundle, task="definitions")
    rows = read(data)
    predicted = []
    for proposals in _proposals(rows):
        scores = [bundle.model.probabilities(p.doc, [p.candidate])[0] for p in proposals]
        predicted.append(max(scores, default=0.0) >= THRESHOLD)
    precision, recall, f1, _ = precision_recall_fscore_support(
        [r.definition for r in rows], predicted, average="binary", zero_division=0.0
    )
    told: dict[str, Any] = {
        "n": len(rows),
        "precision": round(float(precision), 4),
        "recall": round(float(recall), 4),
        "f1": round(float(f1), 4),
    }
    told["signature"] = (
        f"f1 {f1:.3f} | precision {precision:.3f} | recall {recall:.3f} | n:{len(rows)} | model:{bundle.name} | "
        f"corpus:{_fingerprint(rows)} | smsn:{__version__}"
    )
    return told


def _proposals(rows: Sequence[LabelledSentence]) -> Iterator[list[Proposal]]:
    """Yield what the rules propose in each text, for its term alone where it names one."""
    for row in rows:
        pair = Pair.of(row.pair) if row.pair else Pair(row.term, _NOTHING) if row.term else None
        proposals = propose_in(row.text, pair)
        yield [p for p in proposals if row.term is None or p.candidate.term.casefold() == row.term.casefold()]


def _labelled(row: LabelledSentence, proposal: Proposal) -> bool:
    if row.definiens is None:
        return True
    start, end = proposal.layout.chars(proposal.candidate.definiens)
    return start < row.definiens[1] and row.definiens[0] < end


def _cross_validate(
    features: Sequence[dict[str, float]], labels: Sequence[bool], groups: Sequence[str]
) -> dict[str, float]:
    """Return out-of-fold precision, recall and F1 of candidates, no text on both sides."""
    folds = min(5, len(set(groups)))
    predicted = np.zeros(len(labels), dtype=bool)
    truth = np.asarray(labels)
    for training, test in GroupKFold(folds, shuffle=True, random_state=13).split(truth, groups=groups):
        if len(set(truth[training])) == 2:
            predicted[test] = (
                DefinitionModel()
                .fit([features[i] for i in training], truth[training])
                .predict([features[i] for i in test])
            )
    precision, recall, f1, _ = precision_recall_fscore_support(truth, predicted, average="binary", zero_division=0.0)
    return {"precision": round(float(precision), 4), "recall": round(float(recall), 4), "f1": round(float(f1), 4)}


def _fingerprint(rows: Sequence[LabelledSentence]) -> str:
    lines = sorted(json.dumps([r.text, r.definition, r.term, r.definiens], ensure_ascii=False) for r in rows)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def card(manifest: dict[str, Any]) -> str:
    """Return the model card: what the manifest says, as a page for people."""
    corpus, scores = manifest["corpus"], manifest["cross_validation"]
    rows = {
        "trained on": f"{corpus['candidates']:,} candidates in {corpus['comments']:,} sentences, "
        f"{corpus['definitions']:,} of them definitions, corpus `{corpus['fingerprint']}`",
        "out of fold, no text on both sides": f"precision {scores['precision']:.3f}, recall {scores['recall']:.3f}, "
        f"F1 {scores['f1']:.3f} of the candidates that the rules propose",
        "model": "logistic regression over the rule, the words at the borders of the parts, and the sentence",
        "made with": ", ".join(f"{name} {version}" for name, version in manifest["made_with"].items()),
    }
    table = "\n".join(f"| {name} | {value} |" for name, value in rows.items())
    return f"""# A smsn definitions model

Says how likely a reader would accept what the rules propose as a definition.
Generated by `smsn train --task definitions`.

| | |
|---|---|
{table}

The figures say nothing of definitions for which there is no rule.
"""
