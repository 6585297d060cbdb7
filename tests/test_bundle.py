"""A model folder: saved whole, loaded only if it is what it says."""

import json
import shutil
import zipfile

import numpy as np
import pytest

from smsn import bundle, cells, judging
from smsn.errors import BundleError, OutputError
from smsn.training import train
from smsn.views import ViewModel


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return train(small_corpus(tmp_path_factory.mktemp("data")), tmp_path_factory.mktemp("models") / "mine")


def small_corpus(folder):
    from smsn.corpus_file import LabelledComment

    moves = {
        "synonym": "{} and {} are the same thing, call it what you like",
        "subset": "every {} is one kind of {} in my book",
        "none": "thanks for the post, my {} and my {} say hello",
    }
    rows = []
    for i, (a, b) in enumerate([("tea", "brew"), ("van", "lorry"), ("hut", "shed"), ("mug", "cup"), ("jam", "jelly"), ("cob", "bap")]):
        for view, move in moves.items():
            rows.append(LabelledComment(f"{i}{view}", (a, b), move.format(a, b), view, b if view == "subset" else None, (), "me"))
    return rows


def test_round_trip(saved):
    loaded = bundle.load(saved.path)
    assert loaded.manifest == saved.manifest
    assert loaded.name == "mine"
    assert loaded.labels == ["synonym", "subset", "none"]
    assert loaded.manifest["format"] == bundle.FORMATS["views"]
    assert (saved.path / "README.md").read_text().startswith("# A smsn view model")
    assert sorted(p.name for p in saved.path.parent.iterdir()) == ["mine"]


def test_saving_again_replaces_the_whole_folder(saved, tmp_path):
    target = tmp_path / "again"
    bundle.save(saved, target)
    (target / "stray").write_text("x")
    bundle.save(saved, target)
    assert not (target / "stray").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["again"]


@pytest.mark.parametrize("task", ["views", "definitions"])
def test_what_was_loaded_can_be_saved(task, tmp_path):
    shipped = bundle.load(bundle.current(task), task)
    again = bundle.save(bundle.Bundle(shipped.model, shipped.manifest), tmp_path / "again")
    assert _same(shipped.model, bundle.load(again.path, task).model)


def _same(one, two):
    """Say whether two models hold the same numbers."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, two, equal_nan=one.dtype.kind == "f")
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(_same(one[key], two[key]) for key in one)
    if hasattr(one, "__dict__"):
        return type(one) is type(two) and _same(vars(one), vars(two))
    return one == two


def test_what_reads_is_built_and_not_what_is_fitted(saved):
    model = bundle.load(saved.path).model
    assert [type(one) for one in (model, model.vectorizer_, model.classifier_)] == [judging.Views, cells.Columns, judging.Scores]
    assert isinstance(saved.model, ViewModel)


def test_a_folder_of_something_else_is_not_overwritten(saved, tmp_path):
    (tmp_path / "thesis.txt").write_text("ten years of work")
    with pytest.raises(OutputError, match="not a bundle"):
        bundle.save(saved, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "ten years of work"


@pytest.fixture
def copy(saved, tmp_path):
    return bundle.save(saved, tmp_path / "copy").path


def test_missing_folder(tmp_path):
    with pytest.raises(BundleError, match="not a model folder"):
        bundle.load(tmp_path / "nowhere")


def test_changed_byte(copy):
    file = copy / "model.skops"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    with pytest.raises(BundleError, match="damaged"):
        bundle.load(copy)


def test_missing_model(copy):
    (copy / "model.skops").unlink()
    with pytest.raises(BundleError, match="is missing"):
        bundle.load(copy)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": "new"}', '{"name": "x"}', '{"format": 1, "name": "x"}'])
def test_damaged_manifest(copy, text):
    (copy / "manifest.json").write_text(text)
    with pytest.raises(BundleError, match="damaged"):
        bundle.load(copy)


@pytest.mark.parametrize(("change", "match"), [(1, "Update smsn"), (-1, "Retrain")])
def test_other_formats(copy, change, match):
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["format"] += change
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match=match):
        bundle.load(copy)


@pytest.mark.parametrize(("change", "match"), [(1, "Update smsn"), (-1, "Retrain it: smsn train --task definitions --data")])
def test_each_task_has_its_format(tmp_path, change, match):
    box = shutil.copytree(bundle.current("definitions"), tmp_path / "box")
    manifest = json.loads((box / "manifest.json").read_text())
    assert manifest["format"] == bundle.FORMATS["definitions"] != bundle.FORMATS["views"]
    (box / "manifest.json").write_text(json.dumps({**manifest, "format": manifest["format"] + change}))
    with pytest.raises(BundleError, match=match):
        bundle.load(box, "definitions")


def test_another_task(copy):
    with pytest.raises(BundleError, match="'definitions' is needed"):
        bundle.load(copy, task="definitions")


class Evil:
    """A type that no bundle may hold."""


def test_a_strange_type_is_refused_before_anything_is_built(saved, tmp_path):
    model = bundle.Bundle(Evil(), {"task": "views", "labels": [], "corpus": {}})
    path = bundle.save(model, tmp_path / "evil").path
    with pytest.raises(BundleError, match=r"not trusted.*Evil"):
        bundle.load(path)


def test_a_model_file_that_is_no_archive(copy):
    import hashlib

    (copy / "model.skops").write_bytes(b"not a zip")
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["files"]["model.skops"] = hashlib.sha256(b"not a zip").hexdigest()
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match="cannot be read as a model"):
        bundle.load(copy)


@pytest.mark.parametrize("task", ["views", "definitions"])
def test_shipped_bundles_load_and_hold_no_pickle(task):
    path = bundle.current(task)
    bundle.load(path, task=task)
    with zipfile.ZipFile(path / "model.skops") as archive:
        assert not [name for name in archive.namelist() if not name.endswith((".json", ".npy", ".npz"))]
