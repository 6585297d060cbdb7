"""What is said of a candidate beside the bundle in use: figures, their limits, what is wrong.

Takes two bundles and the held-out comments that neither was trained on, gives a :class:`Verdict`; changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from smsn import corpus_file, labelling, resources
from smsn.bundle import Bundle
from smsn.comparison import LABEL, Figure, compare, compare_definitions, own_predictions, plain, speed
from smsn.corpus_file import LabelledComment
from smsn.errors import BundleError, CorpusError, InputError
from smsn.training import HOME, predict

_SHOWN = ("macro_f1", "lenient", "direction", "calibration_error")
_NAN = float("nan")
_Apart = dict[str, tuple[int, dict[str, Figure]]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a candidate stands beside the bundle in use.

    Parameters
    ----------
    task, candidate, current : str
        What both are for, the candidate's folder, the name of the bundle in use.
    n, left_out : int
        Held-out comments that both were scored on; those left out because one was trained on their pair.
    corpus : str
        Fingerprint of those scored on.
    figures : dict
        What decides, by name.
    apart : dict
        What is told beside and does not decide: number of comments and figures without the home pair, of the home pair, of the user's file.
    comments_per_second : float
        How fast the candidate reads.
    failures, notes : list of str
        Why it is refused, as sentences; what else there is to know.
    reason : str
        Why it may be promoted all the same.
    promoted : str, optional
        The name under which it is in use now.
    """

    task: str
    candidate: str
    current: str
    n: int = 0
    left_out: int = 0
    corpus: str = ""
    figures: dict[str, Figure] = field(default_factory=dict)
    apart: _Apart = field(default_factory=dict)
    comments_per_second: float = _NAN
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reason: str = ""
    promoted: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as a JSON-ready dict; NaN becomes None."""
        told = {name: getattr(self, name) for name in ("task", "candidate", "current", "promoted", "n", "left_out", "corpus", "failures", "notes", "reason")}
        return {
            **told,
            "figures": {name: figure.to_dict() for name, figure in self.figures.items()},
            "apart": {part: {"n": n, "figures": {name: figure.to_dict() for name, figure in mine.items()}} for part, (n, mine) in self.apart.items()},
            "comments_per_second": plain(self.comments_per_second),
        }

    def lines(self) -> list[str]:
        """Return the verdict as lines for people: each figure of both, the difference with its 95 % interval, its limit and whether that holds."""
        what = "comments" if self.task == "views" else "sentences"
        lines = [f"{self.current} -> {self.candidate}, on {self.n:,} held-out {what}" + (f" (corpus {self.corpus})" if self.corpus else "")]
        lines += [figure.line() for figure in self.figures.values()]
        for part, (n, figures) in self.apart.items():
            lines += [f"{part}, {n:,} comments: {figures[name].line()}" for name in _SHOWN]
        lines += self.notes
        told = [failure for figure in self.figures.values() for failure in figure.failures]
        lines += [failure for failure in self.failures if failure not in told]
        if self.promoted is not None:
            lines.append(f"promoted as {self.promoted}" + (f" all the same: {self.reason}" if self.failures else ""))
        return lines

    def row(self) -> dict[str, Any]:
        """Return the verdict as a row of the history, see :data:`smsn.history.COLUMNS`."""
        labels = {name.removeprefix(LABEL): figure.candidate for name, figure in self.figures.items() if name.startswith(LABEL)}
        worst = min(labels, key=lambda label: labels[label], default="")
        main = self.figures.get("macro_f1") or _mean([figure for name, figure in self.figures.items() if name.startswith(LABEL)])
        low, high, diff_low, diff_high = *main.interval, *main.between
        single: dict[str, Any] = {name: self.figures[name].candidate for name in ("calibration_error", "speed_ratio", "megabytes") if name in self.figures}
        return {
            "task": self.task, "corpus": self.corpus, "macro_f1": main.candidate, "low": low, "high": high,
            "difference": main.difference, "diff_low": diff_low, "diff_high": diff_high, "worst_label": worst, "worst_f1": labels.get(worst),
            "n": self.n, "comments_per_second": self.comments_per_second, **single, "reason": self.reason, "before": self.current,
        }  # fmt: skip


def judge(
    candidate: Bundle,
    current: Bundle,
    *,
    data: Path | str | Sequence[LabelledComment] | None = None,
    rounds: int = 5,
    held_out: Path | None = None,
    floors: Mapping[str, Any] | None = None,
) -> Verdict:
    """Return how a bundle stands beside another one; changes nothing.

    A loss counts if it is larger than the tolerance, whether by chance or not, or, of macro-F1, if it is not by chance: its whole interval is below
    nought. So neither a large loss passes because the file is small, nor many small ones in a row because each is tolerable.

    Parameters
    ----------
    candidate, current : Bundle
        Both for the same task.
    data : path or sequence of LabelledComment, optional
        The user's own labels, in our format or a labelling tool's. Scores on the part of it that the candidate was not trained on are told beside; they do not decide.
    rounds : int
        How often both read the held-out comments for their speed.
    held_out : path, optional
        Another held-out file than the shipped one, whose fingerprint is not looked at.
    floors : mapping, optional
        Other limits than those of the shipped ``floors.json``.

    Raises
    ------
    CorpusError
        If a file breaks the schema, or the shipped one is not that which the floors were set on.
    """
    if rounds < 1:
        raise InputError(f"rounds is {rounds}; the speed needs one round at least.")
    limits = _shipped_floors() if floors is None else floors
    verdict = (_judge_definitions if candidate.manifest["task"] == "definitions" else _judge_views)(candidate, current, limits, held_out, rounds)
    size = Figure("megabytes", current.megabytes, candidate.megabytes)
    if candidate.manifest["task"] == "views":
        size = replace(size, most=limits.get("at_most", {}).get("megabytes"))
    figures = {**verdict.figures, "megabytes": size}
    apart, notes = dict(verdict.apart), list(verdict.notes)
    if data is not None:
        own, more = _own(candidate, current, data) if verdict.task == "views" else ({}, ["your own file is of comments, and tells nothing of definitions"])
        apart, notes = {**apart, **own}, [*notes, *more]
    failures = [*verdict.failures, *(failure for figure in figures.values() for failure in figure.failures)]
    return replace(verdict, figures=figures, apart=apart, notes=notes, failures=failures)


def _judge_views(candidate: Bundle, current: Bundle, floors: Mapping[str, Any], held_out: Path | None, rounds: int) -> Verdict:
    every = _held_out(held_out, floors)
    seen = {group for bundle in (candidate, current) for group in bundle.manifest["corpus"].get("held_out_seen") or []} - {HOME}
    gold = [c for c in every if c.group not in seen]
    verdict = Verdict("views", str(candidate.path or candidate.name), current.name, len(gold), len(every) - len(gold), corpus_file.fingerprint(gold))
    if verdict.left_out:
        pairs = len({c.group for c in every if c.group in seen})
        verdict.notes.append(f"{verdict.left_out} comments of {pairs} held-out pairs are left out, for one of the two models was trained on these pairs")
    a_second, ratio = speed(current.model, candidate.model, gold or every, rounds)
    figures = {"speed_ratio": Figure("speed_ratio", 1.0, ratio, least=floors.get("at_least", {}).get("speed_ratio"))}
    failures = _incomparable(candidate, current, gold)
    if failures:
        return replace(verdict, figures=figures, comments_per_second=a_second, failures=failures)
    before, after = predict(current.model, gold), predict(candidate.model, gold)

    def part(chosen: Callable[[LabelledComment], bool], *, by_pair: bool) -> tuple[int, dict[str, Figure]]:
        mine = [i for i, c in enumerate(gold) if chosen(c)]
        told = [[one[i] for i in mine] for one in (before, after)]
        return len(mine), compare([gold[i] for i in mine], *told, by_pair=by_pair) if mine else {}

    figures = {**_limited(compare(gold, before, after), floors, set(candidate.labels)), **figures}
    parts = {"without the home pair": part(lambda c: c.group != HOME, by_pair=True), "the home pair": part(lambda c: c.group == HOME, by_pair=False)}
    apart = {name: told for name, told in parts.items() if 0 < told[0] < len(gold)}
    return replace(verdict, figures=figures, apart=apart, comments_per_second=a_second)


def _incomparable(candidate: Bundle, current: Bundle, gold: Sequence[LabelledComment]) -> list[str]:
    """Return why the held-out comments cannot judge the candidate beside the current bundle, if so."""
    new, old = set(candidate.labels), set(current.labels)
    if new != old:
        sides = [f"{who} has {', '.join(sorted(mine))}" for who, mine in (("only it", new - old), (f"only {current.name}", old - new)) if mine]
        return [f"its labels are not those of {current.name} ({'; '.join(sides)}), and the held-out file cannot judge that"]
    if not gold:
        return ["no held-out comment is left of whose pair neither model has seen any, so there is nothing to judge it by"]
    unknown = {c.view for c in gold} - new
    return [f"it does not give {', '.join(sorted(unknown))}, which the held-out file has, so the file cannot judge it"] if unknown else []


def _limited(figures: Mapping[str, Figure], floors: Mapping[str, Any], labels: set[str]) -> dict[str, Figure]:
    """Return figures with their limits; floors hold for bundles with exactly the labels that have one."""
    each, may, limits = floors.get("labels", {}), floors.get("tolerance", {}), {}
    held = labels == set(each)
    for name, figure in {**figures, **{LABEL + label: Figure(LABEL + label, _NAN, _NAN) for label in each if held and LABEL + label not in figures}}.items():
        label = name.removeprefix(LABEL) if name.startswith(LABEL) else None
        least = (floors.get(name) if label is None else each[label]) if held else None
        most = floors.get("at_most", {}).get(name) if held else None
        loss = may.get(name if label is None else "label")
        limits[name] = replace(figure, least=least, most=most, tolerance=loss, surely=name == "macro_f1")
    return limits


def _judge_definitions(candidate: Bundle, current: Bundle, floors: Mapping[str, Any], held_out: Path | None, rounds: int) -> Verdict:
    n, corpus, figures = compare_definitions(current, candidate, held_out or resources.folder("corpus") / "definitions_heldout.jsonl")
    figures = {name: replace(figure, tolerance=floors.get("tolerance", {}).get("definitions_f1")) for name, figure in figures.items()}
    return Verdict("definitions", str(candidate.path or candidate.name), current.name, n, corpus=corpus, figures=figures)


def _own(candidate: Bundle, current: Bundle, data: Path | str | Sequence[LabelledComment]) -> tuple[_Apart, list[str]]:
    """Return what the part of the user's file tells that the candidate was not trained on, and what to know of it."""
    comments = labelling.comments(data)
    if not candidate.manifest.get("own"):
        return {}, ["your own file tells nothing: the bundle holds no predictions for a part that it was not trained on. smsn train --add FILE makes them"]
    found = own_predictions(candidate, comments)
    if not found:
        return {}, [f"your own file tells nothing: none of its {len(comments):,} comments is in the part that the bundle was not trained on. Give the file that it was trained with"]
    gold = [comment for comment, _ in found]
    notes = []
    if current.manifest.get("own"):
        notes.append(f"{current.name} was itself trained with comments that were added, and may have seen these of your own file: it may look better there than it is")
    return {"your own file": (len(gold), compare(gold, predict(current.model, gold), [told for _, told in found], by_pair=False))}, notes


def _held_out(path: Path | None, floors: Mapping[str, Any]) -> list[LabelledComment]:
    if path is not None:
        return corpus_file.read(path)
    file = resources.folder("corpus") / str(floors.get("data", "heldout.jsonl"))
    comments = corpus_file.read(file)
    found, wanted = corpus_file.fingerprint(comments), floors.get("fingerprint")
    if wanted not in (None, found):
        raise CorpusError(f"{file}: has the fingerprint {found}, and the floors were set on {wanted}. Restore the file, or measure the floors in models/floors.json anew.")
    return comments


def _shipped_floors() -> dict[str, Any]:
    file = resources.folder("models") / "floors.json"
    try:
        return dict(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BundleError(f"{file}: cannot be read ({error}), and nothing is promoted without it. Install smsn again.") from error


def _mean(figures: Sequence[Figure]) -> Figure:
    """Return the mean of the figures of definitions; of none, nothing is known."""
    count = len(figures)
    return Figure("macro_f1", sum(f.current for f in figures) / count, sum(f.candidate for f in figures) / count) if count else Figure("macro_f1", _NAN, _NAN)
