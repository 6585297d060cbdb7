"""The commands: ``smsn classify · define · suggest · validate · agree · train · evaluate · promote · rollback · info``. Nothing is computed here.

Records and ``--json`` summaries go to standard output, everything for people beside them to standard error.
Exit status: 0 done, 1 done with rejects, 2 wrong use or nothing readable, 3 refused, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from smsn.cli import labels, models, reading  # noqa: F401 - each adds its commands
from smsn.cli.running import app, run
from smsn.memory import keep_freed

__all__ = ["app", "main", "run"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status; every error is a sentence, never a traceback."""
    keep_freed()
    sys.exit(run(arguments))
