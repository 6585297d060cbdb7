"""How far a run is, for a person at a terminal."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: records so far, those of an earlier run among them, the share of the input that was read (None if unknown)."""

    records: int
    resumed: int
    share: float | None


class Shown:
    """A bar with rate and remaining time on a console; nothing without one."""

    def __init__(self, console: Console | None) -> None:
        self._bar: Bar | None = None
        if console is not None:
            from rich import progress as bars

            text = bars.TextColumn("{task.fields[records]:,} records, {task.fields[rate]:,.0f}/s")
            self._bar = bars.Progress(bars.BarColumn(), bars.TaskProgressColumn(), text, bars.TimeRemainingColumn(), console=console, transient=True)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task("", total=None, records=0, rate=0.0)
            self._started = time.monotonic()
        return self

    def __call__(self, done: Progress) -> None:
        """Show how far a run is."""
        if self._bar is not None:
            rate = (done.records - done.resumed) / max(time.monotonic() - self._started, 1e-3)
            total = None if done.share is None else 1.0
            self._bar.update(self._task, completed=done.share or 0.0, total=total, records=done.records, rate=rate)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
