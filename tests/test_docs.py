"""What the docs say is so: docstring examples, the README's Python, its commands, its files."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import smsn

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
MODULES = ["smsn", *(m.name for m in pkgutil.walk_packages(smsn.__path__, "smsn.") if not m.name.endswith("__main__"))]
MODULES = [name for name in MODULES if not name.startswith(("smsn.models", "smsn.corpus."))]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0


def test_python_in_the_readme_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    names = {"comments": ["A wiki is a website.", smsn.Comment(id=7, text="thanks")]}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    assert (names["record"].id, names["record"].view) == (7, "none")
    assert [d.genus for d in names["doc"]._.smsn_definitions] == ["cover"]


@pytest.mark.parametrize(("command", "out"), [(("classify",), "views.jsonl"), (("define", "--article"), "glossary.ttl")])
def test_the_readme_shows_what_the_commands_print(cli, tmp_path, monkeypatch, command, out):
    monkeypatch.chdir(ROOT)
    name, *options = command
    done = cli(name, "examples/mulch-vs-compost.txt", *options, "-o", tmp_path / out)
    assert done.status == 0, done.err
    told = done.out.replace(f"{tmp_path}/", "")
    shown = next(block for block in README.split("```")[1::2] if f"-> {out}" in block)
    assert [line.split() for line in told.splitlines()] == [line.split() for line in shown.splitlines()[1:] if "the header announces" not in line]


def test_the_readme_has_two_set_up_commands_and_ci_runs_the_second():
    commands = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
    assert len(commands) == 2
    assert "smsn classify examples/mulch-vs-compost.txt" in commands[0]
    assert commands[1].endswith(".venv/bin/pytest")
    assert "python3 -m venv .*pytest$" in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "corpus/README.md", "CHANGELOG.md"])
def test_links_and_placeholders(page):
    text = (ROOT / page).read_text("utf-8")
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert ((ROOT / page).parent / target).exists(), target
    assert not re.findall(r"@[A-Z]{2,}@", text)


@pytest.mark.parametrize("path", sorted((ROOT / "smsn").rglob("*.py")), ids=lambda path: path.stem)
def test_contributing_names_every_module(path):
    name = path.stem if path.parent.name == "smsn" else path.parent.name
    if name not in ("__init__", "__main__"):
        assert f"`{name}" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
