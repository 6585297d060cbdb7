"""The group of commands, and how every command ends: with a status, and never with a traceback."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from smsn.cli.console import note
from smsn.errors import SmsnError
from smsn.version import __version__


class _Commands(TyperGroup):
    """The group of commands; it answers before typer does, whose answers differ between its versions."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(_interrupted()) from None
        except BrokenPipeError:
            raise typer.Exit(_nobody_reads()) from None


# of click, or of the copy of click that newer versions of typer carry
_ClickError: Any = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")

app = typer.Typer(
    cls=_Commands,
    help="Read what people think two terms have to do with each other.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"smsn {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Read what people think two terms have to do with each other."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status of one command line; every error is a sentence, never a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a quotation may hold what the locale cannot say
    try:
        status = app(args=None if arguments is None else list(arguments), prog_name="smsn", standalone_mode=False)
        sys.stdout.flush()
        return int(status or 0)
    except SmsnError as error:
        note(f"smsn: {error}")
        return error.status
    except _ClickError as error:
        error.show()
        return 2
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        return _nobody_reads()
    except OSError as error:
        place = error.filename or "a file"
        note(f"smsn: {place}: {error.strerror or error}. Nothing was changed at the output; mend it and run again.")
        return 2
    except Exception as error:  # the last resort: a person must not meet a traceback
        if os.environ.get("SMSN_DEBUG"):
            raise
        told = f"{type(error).__name__}: {error}"
        note(f"smsn: this is a mistake in smsn: {told}. Run again with SMSN_DEBUG=1 and send us what it prints.")
        return 2


def _interrupted() -> int:
    note("smsn: interrupted; the output is as it was before. A run of classify goes on where it stopped: give the same command.")
    return 130


def _nobody_reads() -> int:
    """Return the status of a command whose reader, such as ``head``, has seen enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
