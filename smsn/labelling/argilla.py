"""Argilla: records with suggestions and responses.

Takes a task, gives a record as ``argilla.Record.from_dict`` takes it; takes an exported record, gives its responses. Read are the
records of Argilla 1 (responses as a list, each with a status), and of Argilla 2 both nested (``records.to_json``) and flattened
(``records.to_list(flatten=True)``, ``to_datasets``). After the source of argilla 2.8 and the page "Record" of the documentation of
1.29 (docs.argilla.io). Imports answers, options and tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from smsn.labelling.answers import CONTROL, Answer, mapping, missing, name_of, row_of, several, the_question
from smsn.labelling.options import Option
from smsn.labelling.tasks import Task

_FLAT = ".responses"


def task_row(task: Task, options: Sequence[Option]) -> dict[str, Any]:
    """Return a record whose question is called "view"; its labels, the options, belong to the settings of the dataset."""
    suggested = task.suggested(options)
    suggestion = {"value": suggested, "score": task.probability, "agent": "smsn"}
    return {
        "id": task.id,
        "fields": {"text": task.text},
        "metadata": {**task.terms, **{name: value for name, value in task.columns.items() if value is not None}},
        "suggestions": {CONTROL: suggestion} if suggested else {},
        "responses": {},
    }


def fits(row: Mapping[str, Any]) -> bool:
    """Return whether a row is a record, answered or not."""
    return isinstance(row.get("fields"), dict) or any(name.endswith(_FLAT) for name in row)


def answers(row: Mapping[str, Any]) -> Iterable[Answer]:
    """Yield an answer for each response; without an option if it was not submitted.

    A nested record of Argilla 2 gives its responses no status. Those of one that is not completed count as drafts; in one
    that is, a response that was discarded with a value cannot be told from others: export flattened where labellers discard.
    """
    nested = isinstance(row.get("fields"), dict)
    fields = row["fields"] if nested else row
    own = row.get("external_id")  # beside it, as in Argilla 1, ``id`` is the server's
    columns = {**mapping(row.get("metadata")), "id": row.get("id") if missing(own) else own} if nested else row
    found = row_of(columns, fields.get("text"))
    none = True
    for value, user, status in _responses(row) if nested else _flattened(row):
        none = False
        yield Answer(found, several(value) if status == "submitted" else [], name_of(user))
    if none:
        yield Answer(found)


def _responses(row: Mapping[str, Any]) -> Iterator[tuple[Any, Any, Any]]:
    """Yield value, user and status of each response of a nested record."""
    responses = row.get("responses")
    by_status = "draft" if row.get("status") == "pending" else "submitted"
    if isinstance(responses, dict):
        for response in map(mapping, several(the_question(responses))):
            yield response.get("value"), response.get("user_id"), response.get("status") or by_status
    else:
        for response in map(mapping, several(responses)):
            value = mapping(the_question(mapping(response.get("values")))).get("value")
            yield value, response.get("user_id"), response.get("status")


def _flattened(row: Mapping[str, Any]) -> Iterator[tuple[Any, Any, Any]]:
    """Yield value, user and status of each response of a flattened record: three lists side by side."""
    names = [name for name in row if name.endswith(_FLAT)]
    name = CONTROL + _FLAT if CONTROL + _FLAT in names else names[0]
    lists = (row.get(name + part) for part in ("", ".users", ".status"))
    yield from zip_longest(*(value if isinstance(value, list) else [] for value in lists))
