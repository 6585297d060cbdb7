"""What a labelling tool exports, as labelled comments.

Takes a file of any known format, gives :class:`Labelled`: the comments, and beside them all that is none. Every answer is checked by
:func:`smsn.corpus_file.parse`. Imports corpus_file, terms, errors and decoding.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from smsn import corpus_file
from smsn.corpus_file import LabelledComment, Problem
from smsn.errors import CorpusError
from smsn.labelling import argilla, flat, label_studio, prodigy
from smsn.labelling.answers import Answer
from smsn.labelling.claims import claim_of, key_of
from smsn.labelling.files import KNOWN, columns_in, rows_of
from smsn.labelling.options import read_option
from smsn.readers.decoding import has_marks
from smsn.terms import Pair


class _Tool(NamedTuple):
    fits: Callable[[Mapping[str, Any]], bool]
    answers: Callable[[Mapping[str, Any]], Iterable[Answer]]


_OURS, _OTHERS = {"pair", "text", "view"}, {"label", "accept", "annotations", "data", "fields"}
_TOOLS = tuple(_Tool(module.fits, module.answers) for module in (prodigy, label_studio, argilla, flat))


class Unanswered(NamedTuple):
    """Where a comment stands that has no answer, and its id, if it has one."""

    place: int
    id: str | None


class Given(NamedTuple):
    """An answer: what it says, where it stands, and whose it is, if the file tells."""

    comment: LabelledComment
    place: int
    annotator: str | None


_Found = Given | Unanswered | Problem


@dataclass(frozen=True, slots=True)
class Conflict:
    """All answers about one comment that was not always answered alike, in the order of the file."""

    answers: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a file of labels holds.

    A place is a line, or in a JSON list the number of the task, from 1.

    Parameters
    ----------
    comments : list of LabelledComment
        In the order of the file, each once.
    problems : list of Problem
        Rows and answers that cannot be read.
    ignored : list of Unanswered
        Comments that were skipped, rejected, cancelled, discarded, or not answered yet; one an answer.
    conflicts : list of Conflict
        Comments that were answered differently; they are not among `comments`.
    annotators : dict of str to list of LabelledComment
        All that each person answered, where the file tells who, for :func:`smsn.labelling.compare`.
    repeated : int
        Answers that say again what an earlier one says of the same comment.
    """

    comments: list[LabelledComment]
    problems: list[Problem]
    ignored: list[Unanswered]
    conflicts: list[Conflict]
    annotators: dict[str, list[LabelledComment]]
    repeated: int


def read(path: Path | str, *, pair: Pair | Sequence[str] | None = None, labels: Sequence[str] | None = None) -> Labelled:
    """Return the labels of a file, whose format is told by what stands in it.

    Parameters
    ----------
    path : path
        JSONL of smsn, Prodigy or doccano, records of Argilla (JSONL or a JSON list), JSON, JSON_MIN, CSV or TSV of Label Studio, or
        JSONL or CSV with the columns ``text`` and ``label`` (an option, see :func:`smsn.labelling.read_option`), and ``pair`` or
        ``pair_a`` and ``pair_b``. In UTF-8, or in UTF-16 with a byte order mark.
    pair : Pair or sequence of two str, optional
        The pair of the rows that have none.
    labels : sequence of str, optional
        The labels allowed; any without it.

    Returns
    -------
    Labelled
        Of several options in one answer the first is the view, and the others are what else is accepted (``also``). Two answers
        are about the same comment if text and pair are the same; the pair in either order, where any answer of the file has a direction.

    Raises
    ------
    CorpusError
        If the file cannot be read, is empty, or is of no known format.
    PairError
        If `pair` is none.
    """
    path, terms = Path(path), None if pair is None else list(Pair.of(pair).terms)
    found: list[_Found] = []
    known = False
    for place, row in rows_of(path):
        if isinstance(row, Problem):
            found.append(row)
        elif (tool := next((tool for tool in _TOOLS if tool.fits(row)), None)) is None:
            found.append(Problem(place, f"has no label; its columns are: {columns_in(row)}"))
        else:
            known = True
            found += [_checked(answer, place, terms, labels) for answer in tool.answers(row)]
    if not known:
        problem = next((one for one in found if isinstance(one, Problem)), None)
        reason = "it has no rows" if problem is None else f"line {problem.line} {problem.message}"
        raise CorpusError(f"{path}: is of no known format: {reason}. Known are {KNOWN}.")
    return _settled(found)


def checked(path: Path | str, *, pair: Pair | Sequence[str] | None = None, labels: Sequence[str] | None = None) -> Labelled:
    """Return the labels of a file as :func:`read` does; one in smsn's own schema is held to all of it, such as that no id is there twice.

    Parameters
    ----------
    path, pair, labels
        As in :func:`read`.

    Raises
    ------
    CorpusError, PairError
        As in :func:`read`.
    """
    rows = [row for _place, row in rows_of(Path(path))]
    ours = any(isinstance(row, dict) and _OURS <= row.keys() and not _OTHERS & row.keys() for row in rows)
    if ours and all(not isinstance(row, dict) or row.get("view", "") is not None for row in rows):
        good, problems = corpus_file.check(path, labels)
        return Labelled(good, problems, [], [], {}, 0)
    return read(path, pair=pair, labels=labels)


def comments(source: Path | str | Sequence[LabelledComment]) -> list[LabelledComment]:
    """Return the comments of a file of labels in which nothing is wrong, or those given.

    Raises
    ------
    CorpusError
        If the file cannot be read, or with its first problem. :func:`read` returns what is sound beside the problems.
    """
    if not isinstance(source, (str, Path)):
        return list(source)
    found = read(source)
    if found.problems:
        first, more = found.problems[0], f" (and {len(found.problems) - 1} more)" if len(found.problems) > 1 else ""
        raise CorpusError(f"{source}:{first.line}: {first.message}{more}. Fix the line, then run: smsn validate {source}")
    return found.comments


def _checked(answer: Answer, place: int, pair: list[str] | None, labels: Sequence[str] | None) -> _Found:
    if not answer.chosen:
        return Unanswered(place, str(answer.row["id"]) if "id" in answer.row else None)
    try:
        return Given(_comment(answer, pair, labels), place, answer.annotator)
    except CorpusError as error:
        return Problem(place, str(error))


def _comment(answer: Answer, pair: list[str] | None, labels: Sequence[str] | None) -> LabelledComment:
    """Return an answer as a labelled comment; its options are read by a pair and a text that are sound."""
    row = {"pair": pair, **answer.row}
    if row["pair"] is None:
        raise CorpusError("has no pair; give the pair of all such rows when you read, or columns pair_a and pair_b")
    first, *others = answer.chosen
    also = row.get("also", [])
    row |= {"view": first, "also": [*others, *also] if isinstance(also, list) else also}
    sound = corpus_file.parse({**row, "direction": None})
    (view, told), *rest = (read_option(option, sound.pair) for option in (sound.view, *sound.also))
    direction = row.get("direction", told)
    if told not in (None, direction):
        raise CorpusError(f"direction is {json.dumps(direction)}, and the label is {json.dumps(first)}")
    row |= {"view": view, "direction": direction, "also": [label for label in dict.fromkeys(label for label, _ in rest) if label != view]}
    if has_marks(json.dumps([row.get(name) for name in ("id", "view", "also", "author")], ensure_ascii=False)):
        raise CorpusError("id, label or author holds half a character (a lone surrogate)")
    return corpus_file.parse(row, labels)


def _settled(found: Sequence[_Found]) -> Labelled:
    """Return each comment once, and those apart about which the answers differ; without any direction (a, b) is not (b, a)."""
    about: dict[tuple[str, ...], list[Given]] = {}
    ordered = all(one.comment.direction is None for one in found if isinstance(one, Given))
    annotators: dict[str, list[LabelledComment]] = {}
    for one in found:
        if isinstance(one, Given):
            key = (*one.comment.pair, one.comment.text) if ordered else key_of(one.comment)
            about.setdefault(key, []).append(one)
            if one.annotator is not None:
                annotators.setdefault(one.annotator, []).append(one.comment)
    alike: list[list[Given]] = []
    differing: list[list[Given]] = []
    for answers in about.values():
        (alike if len({claim_of(one.comment) for one in answers}) == 1 else differing).append(answers)
    return Labelled(
        comments=[answers[0].comment for answers in alike],
        problems=[one for one in found if isinstance(one, Problem)],
        ignored=[one for one in found if isinstance(one, Unanswered)],
        conflicts=[Conflict(tuple(answers)) for answers in differing],
        annotators=annotators,
        repeated=sum(len(answers) - 1 for answers in alike),
    )
