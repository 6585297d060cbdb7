"""Rows whose columns are all at the top: smsn's own, doccano's, Label Studio's JSON_MIN and CSV, any table with a label.

Takes a task, gives a row; takes a row, gives its answer. doccano's is the export "JSONL" of text classification, after the source of
doccano 1.8 (its label lists are sorted, so that the first of several says nothing); "JSON_MIN", "CSV" and "TSV" are after the
converter of label-studio-sdk 2.1. Imports answers, options and tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from smsn.labelling.answers import Answer, chosen_in, name_of, row_of
from smsn.labelling.options import Option
from smsn.labelling.tasks import Task


def smsn_row(task: Task, _options: Sequence[Option]) -> dict[str, Any]:
    """Return a row of a labelled file without its label; the suggestion stands under its own name."""
    suggested = {"view": task.view, "direction": task.direction, "probability": task.probability}
    row = {"id": task.id, "pair": list(task.pair), "text": task.text, "view": None, "direction": None}
    return {**row, "suggested": None if task.view is None else suggested, **task.columns}


def doccano_row(task: Task, options: Sequence[Option]) -> dict[str, Any]:
    """Return an example without labels, since doccano cannot tell a suggestion from an answer; columns come back as they are."""
    return {"id": task.id, "text": task.text, "label": [], **task.terms, **_suggestion(task, options), **task.columns}


def csv_row(task: Task, options: Sequence[Option]) -> dict[str, Any]:
    """Return a line of a spreadsheet; the label is filled in as an option."""
    return {"id": task.id, **task.terms, "text": task.text, "label": None, **_suggestion(task, options), **task.columns}


def _suggestion(task: Task, options: Sequence[Option]) -> dict[str, Any]:
    suggested = task.suggested(options)
    return {} if suggested is None else {"suggested": suggested, "probability": task.probability}


def fits(row: Mapping[str, Any]) -> bool:
    """Return whether a row has a column for a label, or is one that Label Studio gives none because it has no annotation."""
    return any(name in row for name in ("label", "view", "annotation_id"))


def answers(row: Mapping[str, Any]) -> Iterable[Answer]:
    """Yield the answer of a row: its ``label``, and only without such a column its ``view``.

    Where both are there, the view, its direction and what else is accepted are a model's.
    """
    column = "label" if "label" in row else "view"
    own = {} if column == "label" and "view" in row else {name: row.get(name) for name in ("direction", "also", "shown_by")}
    yield Answer(row_of(row, row.get("text"), **own), chosen_in(row.get(column)), name_of(row.get("annotator")))
