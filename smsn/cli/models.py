"""The commands that make models and change which one is in use: ``train``, ``evaluate``, ``promote``, ``rollback``, ``info``."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from smsn.cli.console import note, terminal
from smsn.cli.labels import told_labels
from smsn.cli.options import AsJson, Model, Models, PairOption
from smsn.cli.running import app
from smsn.errors import InputError
from smsn.version import __version__

if TYPE_CHECKING:
    from smsn.metrics import Metrics

Bundle = Annotated[str, typer.Argument(metavar="BUNDLE", help="Bundle folder.")]


@app.command()
def train(
    out: Annotated[str, typer.Option("-o", "--output", metavar="BUNDLE", help="Folder of the new bundle.")],
    data: Annotated[str | None, typer.Option(metavar="FILE", help="Labelled comments, of our own or as a labelling tool exports them (default: the shipped corpus).")] = None,
    add: Annotated[str | None, typer.Option(metavar="FILE", help="Labelled comments that are added to the data.")] = None,
    pair: PairOption = None,
    task: Annotated[str, typer.Option(help="What to train: views or definitions.")] = "views",
    seed: Annotated[int, typer.Option(help="Seed of everything that is drawn.")] = 13,
) -> None:
    """Train a bundle from labelled comments."""
    rejects = 0
    if task == "definitions":
        from smsn.definitions.training import train as train_definitions

        if add is not None:
            raise InputError("--add goes with --task views. Put all definition sentences into one file and pass it with --data.")
        bundle = train_definitions(data, out)
    elif task == "views":
        from smsn.training import train

        taught, added = (told_labels(file, pair) if file is not None else None for file in (data, add))
        rejects = sum(len(file.problems) for file in (taught, added) if file is not None)
        bundle = train(taught.comments if taught else None, out, add=added.comments if added else None, seed=seed)
    else:
        raise InputError(f"there is no task {task!r}; tasks are: views, definitions.")
    corpus = bundle.manifest["corpus"]
    typer.echo(f"{out}: trained on {corpus['comments']:,} labelled texts (corpus {corpus['fingerprint']}). Measure it with: smsn evaluate {out} --data FILE")
    if own := bundle.manifest.get("own"):
        typer.echo(f"a fifth of {add}, {own['n']} comments, by a model that did not see it: {own['signature']}")
    raise typer.Exit(1 if rejects else 0)


@app.command()
def evaluate(
    bundle: Bundle,
    data: Annotated[str, typer.Option(metavar="FILE", help="Labelled comments that the bundle was not trained on.")],
    pair: PairOption = None,
    as_json: AsJson = False,
) -> None:
    """Measure a bundle on labelled comments."""
    from smsn.bundle import read_manifest

    manifest = read_manifest(Path(bundle))
    if manifest.get("task") == "definitions":
        from smsn.definitions.training import evaluate as evaluate_definitions

        result = evaluate_definitions(bundle, data)
        _warn_if_seen(manifest, result["signature"])
        typer.echo(json.dumps(result) if as_json else result["signature"])
        return
    from smsn.evaluation import evaluate

    taught = told_labels(data, pair)
    metrics = evaluate(bundle, taught.comments)
    _warn_if_seen(manifest, metrics.signature())
    if as_json:
        typer.echo(json.dumps({**metrics.to_dict(), "rejects": len(taught.problems)}))
    else:
        _print_metrics(metrics)
    raise typer.Exit(1 if taught.problems else 0)


@app.command()
def promote(
    bundle: Bundle,
    models: Models = None,
    data: Annotated[str | None, typer.Option(metavar="FILE", help="Your own labelled file: the fifth of it that the bundle was not trained on is reported beside.")] = None,
    pair: PairOption = None,
    allow_regression: Annotated[str | None, typer.Option(metavar="REASON", help="Promote it although it is worse, and put the reason into the history.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put a bundle to use, if it is no worse than the one in use."""
    from smsn.promotion import PromotionRefused, promote

    own = told_labels(data, pair).comments if data is not None else None
    try:
        verdict = promote(bundle, models=Path(models) if models else None, data=own, allow_regression=allow_regression)
    except PromotionRefused as refused:
        figures = replace(refused.verdict, failures=[])  # the error names them
        _print_lines(refused.verdict.to_dict(), figures.lines(), as_json=as_json)
        raise
    _print_lines(verdict.to_dict(), verdict.lines(), as_json=as_json)


@app.command()
def rollback(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The bundle to go back to, such as view-4; the one before without it.")] = None,
    models: Models = None,
    task: Annotated[str, typer.Option(help="Whose bundle: views or definitions.")] = "views",
) -> None:
    """Go back to an earlier bundle."""
    from smsn.promotion import rollback

    typer.echo(f"in use for {task}: {rollback(name, models=Path(models) if models else None, task=task)}")


@app.command()
def info(model: Model = None, as_json: AsJson = False) -> None:
    """Show the version and the models in use."""
    from smsn import bundle

    path = Path(model) if model else bundle.current("views")
    manifest = bundle.read_manifest(path)
    definitions = bundle.current("definitions")
    told: dict[str, Any] = {
        "smsn": __version__,
        "model": {
            "name": manifest["name"],
            "path": str(path),
            "format": manifest["format"],
            "labels": manifest["labels"],
            "corpus": manifest["corpus"]["fingerprint"],
        },
        "definitions": {"name": bundle.read_manifest(definitions)["name"], "path": str(definitions)},
    }
    if as_json:
        typer.echo(json.dumps(told))
        return
    typer.echo(f"smsn {__version__}")
    labels, corpus = ", ".join(manifest["labels"]), manifest["corpus"]["fingerprint"]
    typer.echo(f"view model {manifest['name']} in {path}: {labels}; corpus {corpus}")
    typer.echo(f"definitions {told['definitions']['name']} in {definitions}")


def _warn_if_seen(manifest: dict[str, Any], signature: str) -> None:
    """Say so where the scored file is the very one that the bundle was trained on."""
    if f"| corpus:{manifest['corpus'].get('fingerprint')} " in signature:
        note("warning: the bundle was trained on this very file, so the score says little. Give comments that it has not seen.")


def _print_metrics(metrics: Metrics) -> None:
    table = Table("view", "F1", box=None)
    for label, value in metrics.labels.items():
        table.add_row(label, f"{value:.3f}")
    terminal().print(table)
    typer.echo(metrics.signature())


def _print_lines(told: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(told))
    for line in lines:
        typer.echo(line, err=as_json)
