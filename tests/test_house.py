"""The house rules: imports run one way, the face is small, importing is cheap, errors are two things."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import smsn
from smsn import errors

SOURCE = Path(smsn.__file__).parent
ORDER = """cli __init__ promotion verdict comparison history suggestion noise evaluation definitions.training pipeline define exports glossary cluster batch progress journal shards frames gate inputs wanted output report analyzer definitions.finder definitions.golden definitions.choice definitions.rules
definitions.naming definitions.grammar definitions.place definitions.phrases definitions.scorer definitions.spans definitions.slots definitions.sentences definitions.parsing definitions.embedding definitions.wordlists definitions.candidate training labelling readers threads evidence golden bundle archive metrics views rationales columns judging cells featurize features tokens masked vocabulary lexicon cues diversity
corpus_file titles terms forms records resources memory version errors""".split()
RANK = {name: rank for rank, name in enumerate(ORDER)}
CLASSIFIES = "golden archive threads metrics views rationales columns judging cells featurize features tokens vocabulary training evidence evaluation bundle masked titles lexicon cues terms forms corpus_file".split()
EXTRACTS = "definitions.rules definitions.naming definitions.grammar definitions.place definitions.phrases definitions.candidate definitions.finder".split()


def modules():
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        if name not in ("__main__",):
            yield name, ast.parse(path.read_text("utf-8"))


def home(name):
    """Return the place of a module in the order; a package's modules stand where the package stands."""
    name = name.removesuffix(".__init__") if name != "__init__" else name
    while name not in RANK and "." in name:
        name = name.rsplit(".", 1)[0]
    return "definitions.finder" if name == "definitions" else name


def imported(tree, *, top=False):
    """Yield the modules that a syntax tree imports; with `top`, only those that load with the module."""
    guarded = {id(n) for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test) for n in ast.walk(node)}
    inner = {id(n) for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) for n in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in guarded or (top and id(node) in inner):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "smsn":
                yield from (f"smsn.{alias.name}" for alias in node.names)
            else:
                yield node.module


@pytest.mark.parametrize(("name", "tree"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_imports_run_downwards(name, tree):
    for target in imported(tree):
        if target.startswith("smsn."):
            other = home(target.removeprefix("smsn."))
            if other == "__version__" or home(name) == other:
                continue
            assert RANK[home(name)] < RANK[other], f"{name} imports {target}, which stands above it"


@pytest.mark.parametrize(("name", "tree"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_the_two_halves_stay_apart(name, tree):
    found = {target.split(".")[0] for target in imported(tree, top=True)}
    if name in CLASSIFIES:
        assert "spacy" not in found
    if name in EXTRACTS:
        assert not found & {"sklearn", "spacy"}


def test_modules_are_short():
    long = {path.name: n for path in SOURCE.rglob("*.py") if (n := len(path.read_text("utf-8").splitlines())) > 450}
    assert long == {}


def test_the_face_is_small():
    assert len(smsn.__all__) <= 8
    for name in smsn.__all__:
        assert getattr(smsn, name).__doc__
        assert not (SOURCE / f"{name}.py").exists()
    with pytest.raises(AttributeError, match="its names are"):
        smsn.nonsense  # noqa: B018
    assert set(smsn.__all__) <= set(dir(smsn))


def test_importing_smsn_loads_nothing_heavy():
    code = "import smsn, sys; print(sorted({'spacy', 'sklearn', 'numpy', 'pyarrow', 'lxml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_classifying_without_definitions_loads_neither_spacy_nor_scikit_learn():
    code = (
        "import smsn, sys; a = smsn.load(); a('tea is a drink', pair=('tea', 'drink'), definitions=False);"
        "print(sorted({'spacy', 'sklearn', 'scipy.special', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_errors_are_also_what_a_caller_expects():
    for error in vars(errors).values():
        if isinstance(error, type) and error.__module__ == "smsn.errors" and error is not errors.SmsnError:
            assert issubclass(error, errors.SmsnError)
            assert issubclass(error, (ValueError, OSError))
