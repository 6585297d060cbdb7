"""How a process that goes through a pile uses its memory: cycles are looked for seldom, and what is given back is kept for the next batch. Imports nothing of smsn."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 100_000
"""New objects after which Python looks for cycles; by itself it does after some hundreds, and goes through all that a batch holds again and again."""

_lock = threading.Lock()
_before: list[tuple[int, int, int]] = []  # as it was when each of those that run now began

_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1  # names in malloc.h
_LARGE, _KEPT = 32 << 20, 256 << 20


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let Python look for cycles seldom: the many small lists of a batch hold none, and looking through them takes a tenth of the time or more.

    It holds for the process until the last of the threads that ask for it is done; where collecting is switched off it stays so.
    """
    with _lock:
        _before.append(gc.get_threshold())
        young, *older = _before[0]
        if 0 < young < YOUNG:
            gc.set_threshold(YOUNG, *older)
    try:
        yield
    finally:
        with _lock:
            before = _before.pop()
            if not _before:
                gc.set_threshold(*before)


def keep_freed() -> bool:
    """Let the C library keep what the arrays of a batch give back: the system takes longer to hand out clean pages than numpy to fill them.

    Returns
    -------
    bool
        Whether it does; only that of GNU can be told to.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGE)) and bool(mallopt(_TRIM_THRESHOLD, _KEPT))
