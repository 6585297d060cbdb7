"""Label Studio: tasks with predictions, the labelling configuration, and the export "JSON".

Takes a task, gives a row; takes an exported task, gives its annotations. After the pages "Import pre-annotated data", "Export data" and
"Choices" of Label Studio's documentation (labelstud.io) and the converter of label-studio-sdk 2.1. The exports "JSON_MIN", "CSV"
and "TSV" are flat: see ``flat``. Imports answers, options and tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from smsn.labelling.answers import CONTROL, Answer, chosen_in, mapping, missing, name_of, row_of, several, the_question
from smsn.labelling.options import Option
from smsn.labelling.tasks import Task


def label_studio_config(options: Sequence[Option] = ()) -> str:
    """Return the labelling configuration of a project, as XML.

    Parameters
    ----------
    options : sequence of Option
        What can be chosen, for a project about one pair. Without it each task shows the options that it brings along in its
        data, so that a project can be about many pairs.

    Examples
    --------
    >>> print(label_studio_config([Option("none", "none")]))
    <View>
      <Header value="$pair_a" />
      <Header value="$pair_b" />
      <Text name="text" value="$text" />
      <Choices name="view" toName="text" choice="single" required="true">
        <Choice value="none" hint="none" />
      </Choices>
    </View>
    """
    view = ElementTree.Element("View")
    for term in ("$pair_a", "$pair_b"):
        ElementTree.SubElement(view, "Header", value=term)
    ElementTree.SubElement(view, "Text", name="text", value="$text")
    choices = ElementTree.SubElement(view, "Choices", name=CONTROL, toName="text", choice="single", required="true")
    if not options:
        choices.set("value", "$options")
    for option in options:
        ElementTree.SubElement(choices, "Choice", value=option.id, hint=option.text)
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode")


def task_row(task: Task, options: Sequence[Option]) -> dict[str, Any]:
    """Return a task with its data, and a prediction if the model suggests one of the options.

    The id goes out twice: the export "JSON_MIN" puts Label Studio's own number in place of ``id``.
    """
    choices = [{"value": option.id} for option in options]
    data = {"text": task.text, "id": task.id, "comment_id": task.id, **task.terms, "options": choices, **task.columns}
    if (suggested := task.suggested(options)) is None:
        return {"data": data}
    result = {"from_name": CONTROL, "to_name": "text", "type": "choices", "value": {"choices": [suggested]}}
    return {"data": data, "predictions": [{"model_version": "smsn", "score": task.probability, "result": [result]}]}


def fits(row: Mapping[str, Any]) -> bool:
    """Return whether a row is a task, annotated or not."""
    return isinstance(row.get("data"), dict)


def answers(row: Mapping[str, Any]) -> Iterable[Answer]:
    """Yield an answer for each annotation; one without choices if there is none, or it was cancelled."""
    data = row["data"]
    found = row_of({**data, "id": row.get("id") if missing(data.get("id")) else data["id"]}, data.get("text"))
    for annotation in several(row.get("annotations")) or [{}]:
        said = mapping(annotation)
        cancelled = said.get("was_cancelled") or said.get("skipped")
        yield Answer(found, [] if cancelled else _choices(said), name_of(said.get("completed_by")))


def _choices(annotation: Mapping[str, Any]) -> list[Any]:
    """Return what was chosen under the name `CONTROL`, or else under the first name of a choice."""
    named: dict[str, list[Any]] = {}
    for result in map(mapping, several(annotation.get("result"))):
        if result.get("type") == "choices":
            named.setdefault(str(result.get("from_name")), []).append(result.get("value"))
    return chosen_in(the_question(named))
