"""All that is found in the labels of a file, for people and as JSON.

Takes labelled comments, gives a :class:`Report`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smsn import golden
from smsn.bundle import Bundle
from smsn.corpus_file import LabelledComment
from smsn.labelling.options import option_of
from smsn.noise.doubles import Leaks, contradictions, leaks
from smsn.noise.suspects import Suspect, can_look, label_errors, need_cleanlab

SHOWN = 60
"""Letters of a comment that a line shows."""


def report(
    comments: Sequence[LabelledComment],
    others: Sequence[LabelledComment] | None = None,
    *,
    model: Bundle | Path | str | None = None,
    errors: bool | None = None,
    seed: int = 13,
) -> Report:
    """Return all that is found in the labels of a file as a whole.

    Parameters
    ----------
    comments : sequence of LabelledComment
        The file.
    others : sequence of LabelledComment, optional
        The other side of a split, for leaks.
    model : Bundle or path, optional
        The bundle that :func:`label_errors` asks; the one in use without it.
    errors : bool, optional
        Whether to look for label errors; without it, if cleanlab is installed.
    seed : int
        Seed of the folds.

    Raises
    ------
    InputError
        If label errors are asked for and cleanlab is not installed.
    BundleError
        If the bundle cannot be loaded.
    """
    suspects = None
    if can_look() if errors is None else errors:
        need_cleanlab()
        suspects = label_errors(comments, model if isinstance(model, Bundle) else golden.load(model), seed=seed)
    return Report(comments, suspects, contradictions(comments), None if others is None else leaks(comments, others))


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in the labels of `comments`; None is what was not looked for."""

    comments: Sequence[LabelledComment]
    suspects: list[Suspect] | None
    contradictions: list[tuple[int, int]]
    leaks: Leaks | None = None

    @property
    def issues(self) -> list[Suspect]:
        """The suspects that are taken for errors."""
        return [suspect for suspect in self.suspects or () if suspect.issue]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a JSON-ready dict: of the suspects those that are taken for errors."""
        return {
            "comments": len(self.comments),
            "label_errors": None if self.suspects is None else [suspect.to_dict() for suspect in self.issues],
            "contradictions": [list(pair) for pair in self.contradictions],
            "leaks": None if self.leaks is None else self.leaks.to_dict(),
        }

    def lines(self, most: int = 10, numbers: Sequence[int] | None = None) -> list[str]:
        """Return the report for people.

        Parameters
        ----------
        most : int
            So many are shown of each kind.
        numbers : sequence of int, optional
            The line of each comment in its file; without it comments are called by their ids.
        """
        names = [c.id for c in self.comments] if numbers is None else [f"line {number}" for number in numbers]
        told: list[str] = []
        if self.suspects is None:
            told.append("label errors: not looked for" + ("" if can_look() else '; pip install "smsn[labels]"'))
        else:
            told += _listed(f"label errors: {len(self.issues)} likely ones among {len(self.comments):,} comments", [_doubt(s, names) for s in self.issues], most)
        both = [", ".join(f"{names[i]} ({_label(self.comments[i])})" for i in pair) for pair in self.contradictions]
        told += _listed(f"contradictions: {len(both):,} cases of near-duplicates about one pair with different labels", both, most)
        for kind, found in self.leaks.kinds().items() if self.leaks is not None else ():
            here, there = ({i for places in side for i in places} for side in ([s.here for s in found], [s.there for s in found]))
            shared = [f"{_short(s.what)} ({names[s.here[0]]}{f' and {len(s.here) - 1} more' if len(s.here) > 1 else ''})" for s in found]
            told += _listed(f"on both sides: {len(found):,} {kind.replace('_', '-')}; {len(here):,} comments here, {len(there):,} there", shared, most)
        return told


def _listed(head: str, rows: Sequence[str], most: int) -> list[str]:
    rest = [f"  … and {len(rows) - most:,} more"] if len(rows) > most else []
    return [head, *(f"  {row}" for row in rows[:most]), *rest]


def _doubt(suspect: Suspect, names: Sequence[str]) -> str:
    rather = option_of(suspect.suggested, suspect.direction)
    return f"{names[suspect.place]}: {_label(suspect.comment)}, or rather {rather}? ({suspect.quality:.2f}) {_short(suspect.comment.text)}"


def _label(comment: LabelledComment) -> str:
    return option_of(comment.view, comment.direction)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
