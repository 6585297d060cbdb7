"""One row of a table to one comment.

Takes a mapping from column names to values, gives a ``Comment`` or raises ``RowError`` with the reason. The
same for CSV, JSONL and Parquet, so that a table means the same in all three. Imports only errors and records
of smsn, and the readers' own modules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import islice
from typing import Any

from smsn.errors import InputError, RowError
from smsn.readers.paths import partition_columns
from smsn.readers.reading import Columns
from smsn.records import Comment

_NOWHERE = "\udfff"  # a bad byte, so that no column can be called so
_LISTED = 50  # columns in a message
_RENAMED = ("id", "text", "author", "parent", "thread")
_KINDS = {
    "bool": "true or false", "int": "a number", "float": "a number", "list": "a list", "dict": "an object",
    "NoneType": "null", "bytes": "bytes",
}  # fmt: skip


class RowReader:
    """Turns rows into comments, and counts them.

    Parameters
    ----------
    name : str
        The source, as it goes into ``Comment.source``.
    columns : Columns
        Names of columns.
    lists : bool
        Whether a column ``pair`` can hold a list of two; in CSV it cannot, and passes through.
    translate : callable, optional
        Gives each row the usual names of columns.

    Folders such as ``lang=en`` in the name of the source are columns of all its rows, unless a row has its own.
    """

    def __init__(
        self,
        name: str,
        columns: Columns,
        *,
        lists: bool,
        translate: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
    ) -> None:
        self.name = name
        self.lists = lists
        self.translate = translate
        self.partitions = partition_columns(name)
        self.count = 0
        self.roles = roles(columns)

    def comment(self, row: Mapping[str, Any], line: int) -> Comment:
        """Return `row` as a comment; the running number counts the rejected rows too.

        Raises
        ------
        RowError
            If the row has no text, an id that is no id, or a broken pair.
        """
        self.count += 1
        row = row if self.translate is None else self.translate(row)
        names = self.roles
        text = _text(row, names["text"])
        pair, used = self._pair(row)
        author, thread, date = (_name(row.get(names[role])) for role in ("author", "thread", "date"))
        parent = _parent(row.get(names["parent"]))
        used |= {names["id"], names["text"]}
        for role, value in (("author", author), ("parent", parent), ("thread", thread), ("date", date)):
            if value is not None or row.get(names[role]) in (None, ""):
                used.add(names[role])  # a value that does not fit its role passes through instead of being lost
        return Comment(
            id=_id(row[names["id"]]) if names["id"] in row else self.count,
            text=text,
            author=author,
            parent=parent,
            source=f"{self.name}:{line}",
            pair=pair,
            thread=thread,
            date=date,
            extra={
                **{name: value for name, value in row.items() if name not in used},
                **{name: value for name, value in self.partitions.items() if name not in row},
            },
        )

    def _pair(self, row: Mapping[str, Any]) -> tuple[tuple[str, str] | None, set[str]]:
        """Return the pair of `row`, and the columns that it was read from."""
        if self.lists and row.get("pair") is not None:
            pair = row["pair"]
            if not isinstance(pair, list) or len(pair) != 2:
                raise RowError('"pair" is not a list of two terms.')
            return _checked(pair), {"pair"}
        used = {"pair", "pair_a", "pair_b"} if self.lists else {"pair_a", "pair_b"}
        terms = [row.get("pair_a"), row.get("pair_b")]
        given = [term not in (None, "") for term in terms]
        if given[0] != given[1]:
            there, missing = ("pair_a", "pair_b") if given[0] else ("pair_b", "pair_a")
            raise RowError(f'The row gives "{there}" and no "{missing}".')
        return (_checked(terms) if given[0] else None), used


def roles(columns: Columns) -> dict[str, str]:
    """Return the column of each role; a default name that another role was given is not used twice."""
    given = {role: getattr(columns, role) for role in _RENAMED}
    taken = {name for name in given.values() if name is not None}
    names = {role: name or (_NOWHERE if role in taken else role) for role, name in given.items()}
    return {**names, "date": _NOWHERE if "date" in taken else "date"}


def check_columns(name: str, found: Collection[str], columns: Columns) -> None:
    """Check that a table has a text column and all columns that were named.

    Raises
    ------
    InputError
        With the columns that there are.
    """
    there = _listed(found)
    for role in _RENAMED:
        wanted = getattr(columns, role)
        if wanted is not None and wanted not in found:
            raise InputError(
                f'{name}: there is no column "{wanted}"; the columns are {there}. '
                f"Name one of them with --{role}-column."
            )
    if roles(columns)["text"] not in found:
        raise InputError(
            f'{name}: there is no column "text"; the columns are {there}. '
            "Name the one that holds the comments with --text-column."
        )


def _listed(columns: Collection[str]) -> str:
    names = ", ".join(f'"{column}"' for column in islice(columns, _LISTED))
    return names if len(columns) <= _LISTED else f"{names} and {len(columns) - _LISTED} more"


def _text(row: Mapping[str, Any], column: str) -> str:
    if column not in row:
        raise RowError(f'The row has no "{column}"; its columns are: {_listed(row) or "none"}.')
    text = row[column]
    if not isinstance(text, str):
        raise RowError(f'"{column}" is {_kind(text)}, not a string.')
    return text


def _id(value: Any) -> str | int | float | None:
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise RowError(f"The id is {_kind(value)}, not a string or a number.")


def _checked(terms: list[Any]) -> tuple[str, str]:
    first, second = terms
    if not (isinstance(first, str) and isinstance(second, str) and first.strip() and second.strip()):
        raise RowError("The pair is not two strings that say something.")
    if first.strip().casefold() == second.strip().casefold():
        raise RowError(f'The pair is "{first}" twice.')
    return first, second


def _name(value: Any) -> str | None:
    """Return `value` as a string if it can be a name, a thread or a date."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (str, int, float)):
        return str(value) or None
    written = getattr(value, "isoformat", None)  # Parquet gives dates as objects
    return str(written()) if written else None


def _parent(value: Any) -> str | int | None:
    """Return `value` as an id; 3.0 is 3, since a column with gaps is often one of floats."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or value == "":
        return None
    return value if isinstance(value, (str, int)) else None


def _kind(value: Any) -> str:
    return _KINDS.get(type(value).__name__, type(value).__name__)
