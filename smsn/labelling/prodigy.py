"""Prodigy: JSONL of the ``choice`` interface, or of ``classification``, as ``prodigy db-out`` writes it.

Takes a task, gives a row; takes an exported row, gives its answer. After the pages "Annotation interfaces: choice" and
"Database: export" of Prodigy's documentation (prodi.gy/docs). Imports answers, options and tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from smsn.labelling.answers import Answer, mapping, missing, name_of, row_of, several
from smsn.labelling.options import Option
from smsn.labelling.tasks import Task


def task_row(task: Task, options: Sequence[Option]) -> dict[str, Any]:
    """Return a task of the ``choice`` interface; nothing is accepted yet, and the suggestion is shown among its `meta`."""
    meta: dict[str, Any] = {"id": task.id, "pair": list(task.pair)}
    if (suggested := task.suggested(options)) is not None:
        meta |= {"suggested": suggested, "probability": task.probability}
    choices = [option._asdict() for option in options]
    return {"text": task.text, "options": choices, "meta": {**meta, **task.columns}, "_view_id": "choice"}


def fits(row: Mapping[str, Any]) -> bool:
    """Return whether a row is of Prodigy, answered or not."""
    return "_view_id" in row or row.get("answer") in ("accept", "reject", "ignore")


def answers(row: Mapping[str, Any]) -> Iterable[Answer]:
    """Yield the answer of a row: its accepted options, or its label; none if it was rejected or ignored."""
    found = row_of({**row, **mapping(row.get("meta"))}, row.get("text"))
    accepted = several(row.get("accept" if "accept" in row else "label")) if row.get("answer") == "accept" else []
    annotator = row.get("_annotator_id")
    yield Answer(found, accepted, name_of(row.get("_session_id") if missing(annotator) else annotator))
