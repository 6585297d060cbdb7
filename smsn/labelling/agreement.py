"""Two readers of the same comments: how far they agree, and where somebody must decide.

Takes two lists of labelled comments, gives :class:`Agreement`. Imports corpus_file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smsn.corpus_file import LabelledComment
from smsn.labelling.claims import claim_of, key_of
from smsn.labelling.writing import placed

Both = tuple[LabelledComment, LabelledComment]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two readers agree. Shares are in [0, 1], kappas in [-1, 1]; None where they are not defined.

    Parameters
    ----------
    n : int
        Comments that both labelled.
    view, view_and_direction : float or None
        Share of them with the same view; with the same view and the same direction.
    kappa : float or None
        Cohen's kappa over all labels; not defined if both gave all comments one and the same label.
    kappas : dict of str to float or None
        Cohen's kappa of each label against all others.
    confusion : dict of str to dict of str to int
        ``confusion[x][y]`` comments have label x by the first reader and y by the second; only counts above 0.
    only_a, only_b : list of LabelledComment
        What only one of them labelled.
    disputed : list of tuple of LabelledComment
        Both answers, where view or direction differ, in the order of the first reader.

    References
    ----------
    Cohen (1960), A coefficient of agreement for nominal scales.
    """

    n: int
    view: float | None
    view_and_direction: float | None
    kappa: float | None
    kappas: dict[str, float | None]
    confusion: dict[str, dict[str, int]]
    only_a: list[LabelledComment]
    only_b: list[LabelledComment]
    disputed: list[Both]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as a JSON-ready dict: numbers rounded to four digits, comments by their ids."""

        def plain(value: float | None) -> float | None:
            return None if value is None else round(value, 4)

        return {
            "n": self.n,
            "view": plain(self.view),
            "view_and_direction": plain(self.view_and_direction),
            "kappa": plain(self.kappa),
            "kappas": {label: plain(value) for label, value in self.kappas.items()},
            "confusion": {label: dict(counts) for label, counts in self.confusion.items()},
            "only_a": [comment.id for comment in self.only_a],
            "only_b": [comment.id for comment in self.only_b],
            "disputed": [one.id for one, _ in self.disputed],
        }


def compare(a: Sequence[LabelledComment], b: Sequence[LabelledComment]) -> Agreement:
    """Return how far two readers agree on the comments that both labelled: same pair, in either order, and same text.

    Parameters
    ----------
    a, b : sequence of LabelledComment
        The answers of each. What comes twice in one counts as it was answered last.

    Examples
    --------
    Three answers of four are alike, and two would be by chance, (2 · 1 + 2 · 3) / 4: kappa is (3 - 2) / (4 - 2).

    >>> def answers(*views):
    ...     return [LabelledComment(str(n), ("tea", "drink"), f"Text {n}.", view) for n, view in enumerate(views)]
    >>> found = compare(answers("none", "none", "distinct", "distinct"), answers("none", "distinct", "distinct", "distinct"))
    >>> found.view, found.kappa, [one.id for one, _ in found.disputed]
    (0.75, 0.5, ['1'])
    """
    first, second = ({key_of(comment): comment for comment in comments} for comments in (a, b))
    both = [(comment, second[key]) for key, comment in first.items() if key in second]
    views = [(one.view, other.view) for one, other in both]
    disputed = [(one, other) for one, other in both if claim_of(one) != claim_of(other)]
    labels = sorted({label for pair in views for label in pair})
    counts = Counter(views)
    return Agreement(
        n=len(both),
        view=sum(x == y for x, y in views) / len(both) if both else None,
        view_and_direction=1 - len(disputed) / len(both) if both else None,
        kappa=cohen_kappa(views),
        kappas={label: cohen_kappa([(x == label, y == label) for x, y in views]) for label in labels},
        confusion={x: {y: counts[x, y] for y in labels if counts[x, y]} for x in labels if any(counts[x, y] for y in labels)},
        only_a=[comment for key, comment in first.items() if key not in second],
        only_b=[comment for key, comment in second.items() if key not in first],
        disputed=disputed,
    )


def cohen_kappa(answers: Sequence[tuple[str, str]] | Sequence[tuple[bool, bool]]) -> float | None:
    """Return Cohen's kappa of pairs of answers, None if it is not defined.

    >>> cohen_kappa([("x", "x"), ("x", "y"), ("y", "y"), ("y", "y")]), cohen_kappa([("x", "x")])
    (0.5, None)
    """
    n = len(answers)
    first, second = Counter(x for x, _ in answers), Counter(y for _, y in answers)
    alike = sum(x == y for x, y in answers)
    by_chance = sum(count * second[label] for label, count in first.items())  # times n
    return None if by_chance == n * n else (n * alike - by_chance) / (n * n - by_chance)


def write_adjudication(agreement: Agreement, path: Path | str) -> None:
    """Write what the readers differ about as JSONL: both answers beside an empty ``view`` and ``direction``.

    Once these are filled in, :func:`smsn.labelling.read` and :func:`smsn.corpus_file.read` read the file.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with placed(path) as file:
        for one, other in agreement.disputed:
            said = {name: {"view": by.view, "direction": by.direction} for name, by in (("a", one), ("b", other))}
            row = {"id": one.id, "pair": list(one.pair), "text": one.text, **said, "view": None, "direction": None}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
