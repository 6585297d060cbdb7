"""Dumps of Reddit: rows with other names for the same columns.

Takes rows of JSON, gives rows with the columns ``text``, ``parent``, ``thread`` and ``date``, so that the one
reader of rows does the rest. Imports only errors of smsn, and the readers' own modules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smsn.errors import RowError
from smsn.readers.reading import Columns

_GONE = ("[deleted]", "[removed]")
_KINDS = ("t1_", "t3_")  # a comment, a submission


class Translator:
    """Knows by its first row whether a file is a dump of Reddit; rows of any other file stay as they are.

    Parameters
    ----------
    columns : Columns
        Columns that were named go before those of Reddit; with a text column, nothing is taken for a dump.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.is_dump: bool | None = False if columns.text is not None else None

    def __call__(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return `row` with the columns of any table.

        Raises
        ------
        RowError
            If the text of a comment or a submission is gone.
        """
        if self.is_dump is None:
            self.is_dump = _is_dump(row)
        if not self.is_dump or "text" in row:
            return row
        if "body" in row:
            return self._renamed(row, {"text": "body", "parent": "parent_id", "thread": "link_id"})
        if "title" in row:
            return self._submission(row)
        return row

    def _submission(self, row: Mapping[str, Any]) -> dict[str, Any]:
        title, body = row["title"], row.get("selftext") or ""
        _check(body)
        out = self._renamed(row, {"text": "title"})
        out.pop("selftext", None)
        if isinstance(title, str) and isinstance(body, str) and body.strip():
            out["text"] = f"{title}\n\n{body}"
        if self.columns.thread is None:
            out["thread"] = row.get("id")
        return out

    def _renamed(self, row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
        """Return a row with the columns of Reddit under the names of their roles, the text first."""
        _check(row[names["text"]])
        wanted = {role: name for role, name in {**names, "date": "created_utc"}.items() if self._is_free(role)}
        out = {role: _bare(row[name], role) for role, name in wanted.items() if name in row}
        taken = set(wanted.values())
        return {**out, **{name: value for name, value in row.items() if name not in taken and name not in out}}

    def _is_free(self, role: str) -> bool:
        return getattr(self.columns, role, None) is None


def _is_dump(row: Mapping[str, Any]) -> bool:
    return ("body" in row or "selftext" in row) and "author" in row and "subreddit" in row and "text" not in row


def _check(text: Any) -> None:
    if isinstance(text, str) and text.strip() in _GONE:
        raise RowError(f"The text is {text.strip()}: it is gone from the place where it stood.")


def _bare(value: Any, role: str) -> Any:
    """Return an id without the prefix that says what it is the id of."""
    if role in ("parent", "thread") and isinstance(value, str) and value.startswith(_KINDS):
        return value[3:]
    return value
