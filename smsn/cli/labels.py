"""The commands around labels: ``suggest`` which comments to label, ``validate`` what was labelled, ``agree`` how two readers do."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsn.cli.console import note, print_varieties, terminal
from smsn.cli.options import AsJson, AuthorColumn, Format, IdColumn, Inputs, Model, Overwrite, PairOption, TextColumn
from smsn.cli.running import app
from smsn.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smsn.labelling import Labelled

SHOWN = 20
"""Lines of each kind that are shown; ``--json`` has all."""

MOST = 5_000
"""Comments in a file whose labels are looked at without being asked: it takes a model or more."""


@app.command()
def suggest(
    inputs: Inputs,
    out: Annotated[str, typer.Option("-o", "--output", metavar="OUT", help="File of tasks for the labelling tool.")],
    n: Annotated[int, typer.Option("-n", min=1, help="How many.")] = 50,
    to: Annotated[str, typer.Option(help="What the file is for: smsn, prodigy, label-studio, doccano, argilla or csv.")] = "smsn",
    pair: PairOption = None,
    labelled: Annotated[list[str] | None, typer.Option(metavar="FILE", help="Labels that are there already; may be repeated.")] = None,
    model: Model = None,
    format: Format = None,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    author_column: AuthorColumn = None,
    seed: Annotated[int, typer.Option(help="Seed of everything that is drawn.")] = 13,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Choose the comments that teach the model most once they are labelled."""
    from smsn import golden, labelling, wanted
    from smsn.output import refuse_taken
    from smsn.readers import Columns
    from smsn.suggestion import suggest
    from smsn.terms import Pair

    if to not in labelling.FORMATS:
        raise InputError(f"there is no format {to!r} of tasks; formats are: {', '.join(labelling.FORMATS)}.")
    refuse_taken(out, overwrite)  # what was labelled in it by hand must not be lost
    bundle = golden.load(model)
    unread: list[str] = []
    columns = Columns(id_column, text_column, author_column)
    comments = list(wanted.read(inputs, Pair(*pair) if pair else None, format=format, columns=columns, stdin=sys.stdin.buffer, notify=unread.append))
    for row in unread:
        note(row)
    answers = [told_labels(file, pair) for file in labelled or ()]
    there = [comment for answered in answers for comment in answered.comments]
    unknown = sorted({comment.view for comment in there} - set(bundle.labels))
    if unknown:
        note(f"the model does not know these labels, and cannot tell which comments may have them: {', '.join(unknown)}")
    tasks = suggest(comments, n, model=bundle, labelled=there, seed=seed)
    directed = bundle.manifest["directed"]
    labelling.write(tasks, out, to, bundle.labels, directed)
    if to == "label-studio":
        config = f"{out}.xml"
        with labelling.placed(config) as file:
            file.write(labelling.label_studio_config())
        note(f"the labelling interface of the project is in {config}")
    if as_json:
        typer.echo(json.dumps({"read": len(comments), "tasks": len(tasks), "labelled": len(there), "output": out, "format": to}))
    elif tasks:
        typer.echo(f"{out}: {len(tasks)} of {len(comments):,} comments, for {to}. Label them, then: smsn validate {out}")
    else:
        typer.echo(f"{out}: no task; each of {len(comments):,} comments is labelled already, or empty.")
    raise typer.Exit(1 if unread or any(answered.problems for answered in answers) else 0)


@app.command()
def validate(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Labelled comments, of our own or as a labelling tool exports them.")],
    pair: PairOption = None,
    any_labels: Annotated[bool, typer.Option("--any-labels", help="Allow labels other than smsn's seven views.")] = False,
    against: Annotated[str | None, typer.Option(metavar="FILE", help="Labels on the other side of a split: tell what stands in both.")] = None,
    errors: Annotated[
        bool | None,
        typer.Option("--errors/--no-errors", help="Look for likely label errors (default: in files up to 5,000 comments, if cleanlab is installed).", show_default=False),
    ] = None,
    diversity: Annotated[bool, typer.Option("--diversity", help="Show how varied each writer is: repetitions, openings, lengths, labels, pairs.")] = False,
    out: Annotated[str | None, typer.Option("-o", "--output", metavar="OUT", help="Write the sound labels as smsn's JSONL.")] = None,
    overwrite: Overwrite = False,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Check a labelled file: line by line, and then what its labels say together."""
    from smsn import corpus_file, labelling, noise
    from smsn.output import refuse_taken
    from smsn.records import VIEWS

    if out is not None:
        refuse_taken(out, overwrite)
    found = labelling.checked(file, pair=pair, labels=None if any_labels else VIEWS)
    comments = found.comments
    for problem in found.problems:
        note(f"{file}:{problem.line}: {problem.message}")
    summary: dict[str, Any] = {**corpus_file.describe(comments), "problems": len(found.problems), **_beside(file, found)}
    if diversity and comments:
        from smsn.diversity import varieties

        writers = varieties(comments)
        summary["writers"] = [variety.to_dict() for variety in writers]
        if not as_json:
            print_varieties(writers)
    report = noise.report(
        comments,
        labelling.comments(against) if against is not None else None,
        model=model,
        errors=errors if errors is not None else noise.can_look() and len(comments) <= MOST,
    )
    summary["noise"] = report.to_dict()
    if out is not None:
        labelling.write_labels(comments, out)
    if as_json:
        typer.echo(json.dumps(summary))
    else:
        views = ", ".join(f"{label} {n}" for label, n in summary["views"].items()) or "no labels yet"
        typer.echo(f"{file}: {len(comments):,} comments, {summary['pairs']:,} pairs, {summary['authors']} writers; {views}; fingerprint {summary['fingerprint']}")
        for line in report.lines(SHOWN):
            typer.echo(line)
    if found.problems:
        broken = "1 line breaks" if len(found.problems) == 1 else f"{len(found.problems)} lines break"
        note(f"{file}: {broken} the schema. Mend that, then run: smsn validate {file}")
        raise typer.Exit(2)


@app.command()
def agree(
    first: Annotated[str, typer.Argument(metavar="A", help="What one reader labelled.")],
    second: Annotated[str, typer.Argument(metavar="B", help="What the other labelled.")],
    out: Annotated[str | None, typer.Option("-o", "--output", metavar="OUT", help="Where the comments go on which they differ, to be settled.")] = None,
    overwrite: Overwrite = False,
    pair: PairOption = None,
    as_json: AsJson = False,
) -> None:
    """Compare what two readers labelled: agreement, Cohen's kappa, and the comments to settle."""
    from rich.table import Table

    from smsn import labelling
    from smsn.output import refuse_taken

    if out is not None:
        refuse_taken(out, overwrite)
    one, other = (told_labels(file, pair).comments for file in (first, second))
    told = labelling.compare(one, other)
    if out is not None:
        labelling.write_adjudication(told, out)
    if as_json:
        typer.echo(json.dumps(told.to_dict()))
        return
    table = Table("label", "kappa", box=None)
    for label, kappa in told.kappas.items():
        table.add_row(label, "-" if kappa is None else f"{kappa:.3f}")
    terminal().print(table)
    share, overall = ("-" if x is None else f"{x:.3f}" for x in (told.view, told.kappa))
    where = f" -> {out}" if out else ""
    typer.echo(f"agreement {share}, kappa {overall} | n:{told.n} | only in {first}: {len(told.only_a)}, only in {second}: {len(told.only_b)} | to settle: {len(told.disputed)}{where}")


def told_labels(file: str, pair: Sequence[str] | None = None) -> Labelled:
    """Return what a file of labels holds; what of it cannot be used is told to people."""
    from smsn import labelling

    found = labelling.read(file, pair=pair)
    for problem in found.problems[:SHOWN]:
        note(f"{file}:{problem.line}: {problem.message}")
    if len(found.problems) > SHOWN:
        note(f"{file}: {len(found.problems) - SHOWN} more rows cannot be read. All of them: smsn validate {file}")
    _beside(file, found)
    if found.problems:
        note(f"{file}: {len(found.problems)} rows are left out, {len(found.comments):,} are used.")
    return found


def _beside(file: str, found: Labelled) -> dict[str, int]:
    """Tell people how many answers are no label, and return the counts."""
    if found.ignored:
        note(f"{file}: {len(found.ignored)} comments have no answer and are left out.")
    for conflict in found.conflicts[:SHOWN]:
        told = "; ".join(f"{answer.comment.view} ({answer.annotator or 'somebody'}, {answer.place})" for answer in conflict.answers)
        note(f"{file}:{conflict.answers[0].place}: is answered differently and left out: {told}")
    return {"ignored": len(found.ignored), "conflicts": len(found.conflicts), "repeated": found.repeated}
