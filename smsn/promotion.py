"""Which bundle is in use: a new one is promoted only if it is no worse than the one before, and can be taken back.

Takes a candidate, has it judged beside the bundle in use (:mod:`smsn.verdict`), and changes the folder of models (:mod:`smsn.history`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from smsn import bundle as bundles
from smsn import golden, resources
from smsn.bundle import Bundle
from smsn.corpus_file import LabelledComment
from smsn.errors import BundleError, InputError, SmsnError
from smsn.history import (
    PREFIXES,
    PROMOTED,
    ROLLED_BACK,
    changing,
    folder_of,
    history,
    in_use,
    place,
    record,
    switch,
    versions,
)
from smsn.verdict import Verdict, judge


class PromotionRefused(SmsnError, ValueError):
    """A candidate is worse than the bundle in use, or cannot be compared with it.

    Parameters
    ----------
    verdict : Verdict
        With at least one failure.
    """

    status = 3

    def __init__(self, verdict: Verdict) -> None:
        failures = "".join(f"\n- {failure}." for failure in verdict.failures)
        super().__init__(
            f"{verdict.candidate}: is not promoted, and {verdict.current} stays in use:{failures}\n"
            f"Train it on more comments; or use it without promotion, with --model {verdict.candidate}; or promote it all the same, with --allow-regression REASON."
        )
        self.verdict = verdict


def promote(
    candidate: Path | str,
    *,
    models: Path | str | None = None,
    data: Path | str | Sequence[LabelledComment] | None = None,
    allow_regression: str | None = None,
    rounds: int = 5,
    held_out: Path | None = None,
    floors: Mapping[str, Any] | None = None,
) -> Verdict:
    """Return the verdict on a bundle that is in use from now on.

    Parameters
    ----------
    candidate : path
        A folder written by :func:`smsn.train`; it is copied into the folder of models unless it lies there.
    models : path, optional
        The folder of models, see :func:`smsn.resources.models`.
    data, rounds, held_out, floors
        As in :func:`smsn.verdict.judge`.
    allow_regression : str, optional
        Why the bundle is promoted whatever the verdict is; stands in the history.

    Raises
    ------
    PromotionRefused
        If the verdict has a failure and no reason is given; nothing is changed then.
    BundleError
        If one of both bundles does not load, or the candidate is in use already.
    CorpusError
        If the held-out file or `data` breaks the schema.
    InputError
        If the reason is blank.
    OutputError
        If the folder cannot be written, lies in an installed package, or another promotion is on its way.
    """
    reason = (allow_regression or "").strip()
    if allow_regression is not None and not reason:
        raise InputError("--allow-regression needs a reason, which is kept in the history. Say in a few words why the bundle is promoted all the same.")
    path, folder = Path(candidate), folder_of(models)
    task = str(bundles.read_manifest(path)["task"])
    if task not in PREFIXES:
        raise BundleError(f"{path}: is a bundle for {task!r}, and smsn uses bundles for {' and '.join(PREFIXES)}. Pass a folder written by smsn train.")
    with changing(folder):
        before = bundles.current(task, folder)
        if path.resolve() == before.resolve():
            raise BundleError(f"{path}: is in use for {task} already. Nothing was changed. Pass another bundle.")
        new = load(path, task)
        try:
            old = load(before, task)
        except BundleError as error:
            raise BundleError(f"{error} It is the model in use, which {path} was to be compared with. Go back to an earlier one first: smsn rollback --task {task}") from error
        verdict = replace(judge(new, old, data=data, rounds=rounds, held_out=held_out, floors=floors), reason=reason, current=before.name)
        if verdict.failures and not reason:
            raise PromotionRefused(verdict)
        name = place(new, folder)
        record(folder, {**verdict.row(), "name": name, "action": PROMOTED})
        switch(folder, task, name)
    return replace(verdict, promoted=name)


def rollback(name: str | None = None, *, models: Path | str | None = None, task: str = "views") -> str:
    """Return the name of the bundle that is in use from now on: an earlier one.

    Parameters
    ----------
    name : str, optional
        A bundle in the folder of models, or the shipped one; without it the one that was in use before the current one was promoted. If
        ``current.json`` is damaged, the one in use is named again.
    models : path, optional
        The folder of models, see :func:`smsn.resources.models`.
    task : {"views", "definitions"}
        Whose bundle.

    Raises
    ------
    BundleError
        If there is no such bundle, or it does not load; the one in use stays then.
    InputError
        If there is no such task, or the bundle is in use already.
    OutputError
        If the folder cannot be written, or a promotion is on its way.
    """
    if task not in PREFIXES:
        raise InputError(f"there is no task {task!r}; tasks are: {', '.join(PREFIXES)}.")
    folder = folder_of(models)
    with changing(folder):
        told, sure = in_use(folder)
        there = versions(folder, task)
        current = told[task] if task in told else bundles.read_current(resources.folder("models")).get(task, "")
        target = name if name is not None else _before(folder, task, current) if sure else current
        names = ", ".join(there) or "none"
        if not target:
            raise BundleError(f"{folder / 'history.csv'}: does not say what was in use for {task} before {current or 'anything'}. Name a bundle: {names}.")
        if target not in there:
            raise BundleError(f"{folder}: holds no bundle {target!r} for {task}. There are: {names}.")
        if sure and target == current:
            raise InputError(f"{there[target]}: is in use for {task} already. Nothing was changed. There are: {names}.")
        load(there[target], task)
        record(folder, {"task": task, "name": target, "action": ROLLED_BACK, "before": current if sure else ""})
        switch(folder, task, target if there[target].parent == folder else None)
    return target


def _before(models: Path, task: str, current: str) -> str:
    """Return what was in use when the current bundle was promoted; rows of promotions that came to nothing, or were taken back, do not count."""
    rows = [row for row in history(models) if (row.get("task"), row.get("name"), row.get("action")) == (task, current, PROMOTED)]
    return rows[-1].get("before", "") if rows else ""


def load(path: Path, task: str) -> Bundle:
    """Return the bundle in the folder `path`, audited and checked.

    Raises
    ------
    BundleError
        If it is not a bundle for `task`, is damaged, or reads otherwise than when it was made.
    """
    if task == "definitions":
        from smsn.definitions.finder import load as load_definitions

        return load_definitions(path)
    return golden.load(path)


__all__ = ["PromotionRefused", "Verdict", "history", "judge", "promote", "rollback"]
