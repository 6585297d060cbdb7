"""How often Python looks for cycles among its objects. Imports nothing of smsn."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 100_000
"""New objects after which Python looks for cycles; by itself it does after some hundreds, and goes through all that a batch holds again and again."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let Python look for cycles seldom: the many small lists of a batch hold none, and looking through them takes a tenth of the time or more.

    It holds for the process, and where collecting is switched off it stays so.
    """
    before = gc.get_threshold()
    if 0 < before[0] < YOUNG:
        gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
