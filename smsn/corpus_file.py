"""Labelled comments: one JSON object a line; read, validated, fingerprinted.

Takes a JSONL file, gives :class:`LabelledComment` objects or a list of problems, each with its line. The
schema is the table in ``corpus/README.md``. Must not import spaCy or scikit-learn.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smsn.errors import CorpusError, PairError
from smsn.forms import base_form
from smsn.terms import Pair


@dataclass(frozen=True, slots=True)
class LabelledComment:
    """A comment, its pair and the view that a careful reader finds in it.

    `direction` is one of the two terms or None; `also` are further labels that a careful annotator would
    accept; `author` is the writer (the group that must not stand on both sides of a split); `shown_by` are the words of
    the text that show the view best, where somebody has marked them (its rationale).
    """

    id: str
    pair: tuple[str, str]
    text: str
    view: str
    direction: str | None = None
    also: tuple[str, ...] = ()
    author: str | None = None
    shown_by: str | None = None

    @property
    def group(self) -> str:
        """The pair without order, case or number: comments of one group are held out together."""
        return " / ".join(sorted(base_form(term) for term in self.pair))

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits that stand for pair and text, where these must not be told."""
        return hashlib.sha256(f"{self.group}\n{self.text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def lead(self) -> int | None:
        """0 or 1 for the place in the pair of the term that the view points to."""
        return None if self.direction is None else self.pair.index(self.direction)

    @property
    def accepted(self) -> frozenset[str]:
        """The labels that count as right under the lenient measure."""
        return frozenset((self.view, *self.also))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line of a labelled file."""

    line: int
    message: str


def check(path: Path | str, labels: Sequence[str] | None = None) -> tuple[list[LabelledComment], list[Problem]]:
    """Return the good comments of a labelled file, and the problems of the other lines.

    Parameters
    ----------
    path : path
        JSONL in UTF-8; blank lines are skipped.
    labels : sequence of str, optional
        The labels allowed; any without it.

    Raises
    ------
    CorpusError
        If the file is missing or holds nothing.
    """
    path = Path(path)
    good: list[LabelledComment] = []
    problems: list[Problem] = []
    ids: dict[str, int] = {}
    texts: dict[tuple[str, str], int] = {}
    for number, line in _lines(path):
        try:
            comment = parse(json.loads(line.decode("utf-8")), labels)
        except UnicodeDecodeError as error:
            problems.append(Problem(number, f"is not UTF-8 at byte {error.start}"))
            continue
        except json.JSONDecodeError as error:
            problems.append(Problem(number, f"is not JSON: {error.msg} at column {error.colno}"))
            continue
        except (CorpusError, RecursionError) as error:
            problems.append(Problem(number, str(error)))
            continue
        if comment.id in ids:
            problems.append(Problem(number, f"id {comment.id!r} is taken by line {ids[comment.id]}"))
        elif (comment.group, comment.text) in texts:
            problems.append(Problem(number, f"repeats the text of line {texts[comment.group, comment.text]}"))
        else:
            ids[comment.id] = texts[comment.group, comment.text] = number
            good.append(comment)
    if not good and not problems:
        raise CorpusError(f"{path}: holds no comments. Each line needs at least: pair, text, view.")
    return good, problems


def read(path: Path | str, labels: Sequence[str] | None = None) -> list[LabelledComment]:
    """Return the comments of a labelled file without any problem.

    Raises
    ------
    CorpusError
        With the first problem and its line, if there is one.
    """
    good, problems = check(path, labels)
    if problems:
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise CorpusError(f"{path}:{first.line}: {first.message}{more}. Fix the line, then run: smsn validate {path}")
    return good


def parse(row: Any, labels: Sequence[str] | None = None) -> LabelledComment:
    """Return one parsed JSON line as a labelled comment.

    Raises
    ------
    CorpusError
        If a field is missing or breaks the schema; the message says which.
    """
    if not isinstance(row, dict):
        raise CorpusError(f"is a {type(row).__name__}, not an object")
    for name in ("pair", "text", "view"):
        if name not in row:
            raise CorpusError(f"has no {name!r}; each line needs pair, text and view")
    pair, text, view, direction = row["pair"], row["text"], row["view"], row.get("direction")
    also, author, shown_by = row.get("also") or [], row.get("author"), row.get("shown_by") or None
    _check_types(pair, text, also, author)
    if shown_by is not None and (not isinstance(shown_by, str) or shown_by not in text):
        raise CorpusError(f"shown_by is {json.dumps(shown_by)}; it is words of the text, copied exactly")
    for label in (view, *also):
        if not isinstance(label, str) or not label or (labels is not None and label not in labels):
            raise CorpusError(f"view is {json.dumps(label)}; views are: {', '.join(labels or ())}")
    if direction is not None and direction not in pair:
        raise CorpusError(f"direction is {json.dumps(direction)}, which is not a term of the pair {json.dumps(pair)}")
    if labels is not None:
        _check_direction(view, direction)
    return LabelledComment(
        id=str(row.get("id", _text_id(pair, text))),
        pair=(pair[0], pair[1]),
        text=text,
        view=view,
        direction=direction,
        also=tuple(also),
        author=author,
        shown_by=shown_by,
    )


def _check_types(pair: Any, text: Any, also: Any, author: Any) -> None:
    if not isinstance(text, str) or not text.strip():
        raise CorpusError("text is empty or not a string")
    if not isinstance(pair, list) or len(pair) != 2:
        raise CorpusError(f"pair is {json.dumps(pair)}; it is a list of two terms")
    try:
        Pair(*pair)
    except PairError as error:
        raise CorpusError(str(error).rstrip(".")) from error
    if not isinstance(also, list):
        raise CorpusError(f"also is {json.dumps(also)}; it is a list of labels")
    if author is not None and not isinstance(author, str):
        raise CorpusError(f"author is {json.dumps(author)}; it is a string")
    if _surrogate(text) or any(map(_surrogate, pair)):
        raise CorpusError("text or pair holds half a character (a lone surrogate)")


def _surrogate(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)


def _check_direction(view: str, direction: str | None) -> None:
    directed = view in ("subset", "tool-use", "enables")
    if directed and direction is None:
        raise CorpusError(f"view {view!r} needs a direction: the larger term, the tool, or the enabler")
    if not directed and direction is not None:
        raise CorpusError(f"view {view!r} has no direction, and direction is {direction!r}")


def fingerprint(comments: Iterable[LabelledComment]) -> str:
    """Return eight hexadecimal digits that change when any label, text, pair or mark changes, not with the order."""
    lines = sorted(
        json.dumps([c.id, c.pair, c.text, c.view, c.direction, sorted(c.also), *([c.shown_by] if c.shown_by else [])], ensure_ascii=False)
        for c in comments
    )
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def merge(base: Iterable[LabelledComment], added: Iterable[LabelledComment]) -> list[LabelledComment]:
    """Return both lists as one; an added comment stands in the place of one of the same pair and text."""
    left = {(c.group, c.text): c for c in added}
    merged = [left.pop((c.group, c.text), c) for c in base]
    return [*merged, *left.values()]


def describe(comments: Sequence[LabelledComment]) -> dict[str, Any]:
    """Return counts for people: comments, pairs, writers, labels with directions, words."""
    views = Counter(c.view for c in comments)
    lengths = sorted(len(c.text.split()) for c in comments)
    quantile = [lengths[int(q * (len(lengths) - 1))] for q in (0.1, 0.5, 0.9)] if lengths else []
    return {
        "comments": len(comments),
        "pairs": len({c.group for c in comments}),
        "authors": len({c.author for c in comments}),
        "views": dict(views.most_common()),
        "words_10_50_90": quantile,
        "fingerprint": fingerprint(comments),
    }


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                stripped = line.removeprefix(b"\xef\xbb\xbf").strip()
                if stripped:
                    yield number, stripped
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read: {error.strerror}. Give a JSONL file of labelled comments.") from error


def _text_id(pair: Sequence[str], text: str) -> str:
    return hashlib.sha256(json.dumps([*pair, text]).encode("utf-8")).hexdigest()[:12]
