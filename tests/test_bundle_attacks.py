"""Models that came by mail: whatever is in the folder, no code runs, nothing hangs, and one sentence says what is wrong.

Every attack goes through the three Python calls that load a model and through the command line. An attack that no reading of the files
can tell from a model, for it is one with other weights, is left to the golden predictions; the names of those tests say so.
"""

import functools
import gzip
import hashlib
import io
import json
import lzma
import os
import pickle
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tracemalloc
import warnings
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import replace

import joblib
import numpy as np
import pytest
from conftest import PAGES
from sklearn.linear_model import LogisticRegression
from skops import io as skops
from test_bundle import small_corpus

import smsn
from smsn import bundle, golden
from smsn.definitions import finder
from smsn.errors import BundleError
from smsn.training import train

pytestmark = pytest.mark.skipif(os.name == "nt", reason="alarms, links and pipes are POSIX")

CALLS = {"bundle.load": bundle.load, "golden.load": golden.load, "smsn.load": smsn.load}
SECONDS, MEGABYTES = 20, 48
COMMAND = ("classify", PAGES / "thread.txt", "--pair", "social media", "social networking", "--model")


PAYLOAD = {}
"""The file that a payload makes, see :func:`guard`."""


class HangsError(BaseException):
    """No ``except Exception`` catches this."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two small models of the same labels, as files."""
    told = small_corpus(tmp_path_factory.mktemp("data"))
    pairs = [(c, tuple(f"{term}{i}" for term in c.pair)) for c in told for i in "abcdef"]
    comments = [replace(c, id=f"{c.id}{p[0]}", pair=p, text=f"Well. {spoken(c, p)}", direction=c.direction and p[1], shown_by=spoken(c, p)) for c, p in pairs]
    folder = tmp_path_factory.mktemp("models")
    return train(comments, folder / "mine"), train(comments[12:], folder / "other")


def spoken(comment, pair):
    """Return the text of a comment about another pair."""
    return comment.text.replace(comment.pair[0], pair[0]).replace(comment.pair[1], pair[1])


@pytest.fixture
def box(made, tmp_path):
    """A bundle as it came by mail, alone in a folder."""
    return bundle.save(made[0], tmp_path / "mail" / "box", "a card").path


@pytest.fixture
def marker(tmp_path):
    """The file that no payload may make."""
    return tmp_path / "ran"


@pytest.fixture(autouse=True)
def guard(tmp_path, marker, monkeypatch):
    """Stop what hangs; see that no payload ran and that nothing was written in the working folder."""

    def ring(*_):
        raise HangsError(f"took more than {SECONDS} s")

    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setitem(PAYLOAD, "makes", marker)
    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
    assert not marker.exists(), "a payload ran"
    assert list(here.iterdir()) == []


@pytest.fixture
def refused(cli):
    """Return a function that has a bundle refused everywhere, in one sentence that says `told`."""

    def check(path, *told, calls=CALLS):
        before = written(path.parent)
        sentences = []
        for call in calls.values():
            with pytest.raises(BundleError) as caught:
                call(path)
            sentences.append(str(caught.value))
        done = cli(*COMMAND, path)
        assert (done.status, done.out) == (3, "")
        (line,) = done.err.splitlines()
        assert line.startswith("smsn: ")
        for sentence in (*sentences, line.removeprefix("smsn: ")):
            assert sentence.startswith(str(path))
            assert sentence.isprintable()
            assert len(sentence) < len(str(path)) + 500
            for words in told:
                assert words in sentence
        assert written(path.parent) == before

    return check


@pytest.fixture
def left_to_golden(refused):
    """Return a function that has a bundle refused for its golden predictions alone."""

    def check(path, told="predicts something else"):
        bundle.load(path)
        refused(path, told, calls={name: call for name, call in CALLS.items() if name != "bundle.load"})

    return check


def written(folder):
    """Return every file below a folder with its size and time."""
    return {str(p): (p.lstat().st_mode, p.lstat().st_size, p.lstat().st_mtime_ns) for p in sorted(folder.rglob("*"))}


def rewrite(path, data=None, **manifest):
    """Write a model file, and a manifest whose checksums fit."""
    if data is not None:
        (path / "model.skops").write_bytes(data)
    told = json.loads((path / "manifest.json").read_text())
    told["files"] = {name: hashlib.sha256((path / name).read_bytes()).hexdigest() for name in told["files"]}
    (path / "manifest.json").write_text(json.dumps({**told, **manifest}))


def unpacked(path):
    """Return the schema of a model file and its arrays, as bytes."""
    with zipfile.ZipFile(path / "model.skops") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files.pop("schema.json")), files


def packed(schema, files, compression=zipfile.ZIP_STORED):
    """Return the bytes of a model file; `files` is a mapping, or pairs, where a name may come twice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, data)
        if schema is not None:
            archive.writestr("schema.json", schema if isinstance(schema, (str, bytes)) else json.dumps(schema))
    return buffer.getvalue()


def edit(path, change):
    """Have `change` work on the schema and on the arrays of a bundle."""
    schema, files = unpacked(path)
    changed = change(schema, files)
    rewrite(path, packed(schema if changed is None else changed, files))


def state(node):
    """Return the attributes that an object's node holds."""
    return node["content"]["content"]


def field(schema, place):
    """Return the node of an attribute such as ``classifier_.coef_``."""
    for name in place.split("."):
        schema = state(schema)[name] if name in state(schema) else schema["content"]["content"][name]
    return schema


def array(values, **more):
    """Return an array as the bytes of an ``.npy`` file."""
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(values), **more)
    return buffer.getvalue()


def npy(header, data=b"", version=b"\x01\x00", length=None):
    """Return an ``.npy`` file with any header."""
    header = header.encode() if isinstance(header, str) else header
    length = len(header) if length is None else length
    return b"\x93NUMPY" + version + struct.pack("<H" if version == b"\x01\x00" else "<I", length) + header + data


def same(one, other):
    """Return whether two models read alike."""
    return golden.predictions(one) == golden.predictions(other)


class Payload:
    """Makes the marker when it is unpickled."""

    def __reduce__(self):
        return open, (str(PAYLOAD["makes"]), "w")


class Evil:
    """Makes the marker when its state is set."""

    def __getstate__(self):
        return {"x": 1}

    def __setstate__(self, state):
        PAYLOAD["makes"].touch()


# --- pickles ---------------------------------------------------------------------------------------------------------


def test_the_payloads_of_these_tests_would_run(marker):
    pickle.loads(pickle.dumps(Payload())).close()
    assert marker.exists()
    marker.unlink()
    data = skops.dumps(Evil())
    skops.loads(data, trusted=skops.get_untrusted_types(data=data))
    assert marker.exists()
    marker.unlink()


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("wrapped", ["alone", "in a list", "before the archive", "after the archive"])
def test_a_renamed_pickle(box, refused, protocol, wrapped):
    model = (box / "model.skops").read_bytes()
    data = pickle.dumps([Payload()] if wrapped == "in a list" else Payload(), protocol)
    rewrite(box, {"before the archive": data + model, "after the archive": model + data}.get(wrapped, data))
    refused(box, "cannot be read as a model")


@pytest.mark.parametrize("compress", [0, ("zlib", 3), ("gzip", 3), ("lzma", 3), ("xz", 3), ("bz2", 3)], ids=str)
def test_a_renamed_joblib_file(box, refused, compress):
    buffer = io.BytesIO()
    joblib.dump(Payload(), buffer, compress=compress)
    rewrite(box, buffer.getvalue())
    refused(box, "pickle or joblib", "Nothing was loaded")


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, zlib.compress])
def test_a_compressed_pickle(box, refused, pack):
    rewrite(box, pack(pickle.dumps(Payload())))
    refused(box, "pickle or joblib", "Nothing was loaded")


@pytest.mark.parametrize("name", ["model.pkl", "1.npy", "schema.json", "../model.pkl", "/model.pkl", "data.pkl", "1.bin"])
def test_a_pickle_inside_the_archive(box, refused, name):
    schema, files = unpacked(box)
    pickled = pickle.dumps(Payload())
    rewrite(box, packed(None if name == "schema.json" else schema, {**files, name: pickled}))
    refused(box, "model.skops")


@pytest.mark.parametrize("kind", ["pickle", "npz", "object", "structured", "dtype"])
def test_a_pickle_in_the_place_of_an_array(box, refused, kind):
    def change(schema, files):
        buffer = io.BytesIO()
        np.savez(buffer, Payload())
        data = {
            "pickle": pickle.dumps(Payload()),
            "npz": buffer.getvalue(),
            "object": array([Payload()], allow_pickle=True),
            "structured": array(np.zeros(3, [("a", "f8"), ("b", "u8")])),
            "dtype": npy("{'descr': 'O', 'fortran_order': False, 'shape': (1,), }\n", pickle.dumps([Payload()])),
        }
        for name in files:
            files[name] = data[kind]

    edit(box, change)
    refused(box, "model.skops")


# --- types -----------------------------------------------------------------------------------------------------------


def node(loader, name, **more):
    """Return a node of a schema."""
    module, _, kind = name.rpartition(".")
    return {"__class__": kind, "__module__": module, "__loader__": loader, **more}


def plain(value):
    """Return the node of a plain value."""
    return node("JsonNode", "builtins.str", content=json.dumps(value), is_json=True)


def listed(*nodes, loader="ListNode", name="builtins.list"):
    """Return the node of a list."""
    return node(loader, name, content=list(nodes))


def mapped(**nodes):
    """Return the node of a dict."""
    return node("DictNode", "builtins.dict", content=nodes, key_types=listed(*[node("TypeNode", "builtins.str")] * len(nodes)))


def tupled(*nodes):
    """Return the node of a tuple."""
    return listed(*nodes, loader="TupleNode", name="builtins.tuple")


MODEL = "smsn.views.ViewModel"
ONE, SYSTEM = node("TypeNode", "builtins.str"), node("FunctionNode", "os.system")


def strange(marker):
    """Return nodes that no model holds."""
    shell, opened = plain(f"touch {marker}"), tupled(plain(str(marker)), plain("w"))
    partial = {"func": SYSTEM, "args": tupled(shell), "kwds": mapped(), "namespace": plain(None)}
    own = node("ObjectNode", "test_bundle_attacks.Evil", content=mapped(x=plain(1)))
    objects = node("NdArrayNode", "numpy.ndarray", type="json", content=[plain(1)], shape=tupled(plain(1)))
    return {
        "function": SYSTEM,
        "function of posix": node("FunctionNode", "posix.system"),
        "eval as function": node("FunctionNode", "builtins.eval"),
        "eval as type": node("TypeNode", "builtins.eval"),
        "eval as object": node("ObjectNode", "builtins.eval"),
        "call": node("ConstructorFromReduceNode", "builtins.open", content=opened),
        "reduce": node("ReduceNode", "builtins.open", content=opened),
        "reduce of eval": node("ConstructorFromReduceNode", "builtins.eval", content=tupled(plain(f"open({str(marker)!r}, 'w')"))),
        "call of a trusted class": node("ConstructorFromReduceNode", MODEL, content=opened),
        "partial": node("PartialNode", "functools.partial", content=partial),
        "partial named as trusted": node("PartialNode", MODEL, content=partial),
        "methodcaller": node("OperatorFuncNode", "operator.methodcaller", attrs=tupled(plain("system"), shell)),
        "attrgetter": node("OperatorFuncNode", "operator.attrgetter", attrs=tupled(plain("__class__.__init__.__globals__"))),
        "call of operator": node("OperatorFuncNode", "operator.call", attrs=tupled(SYSTEM, shell)),
        "method": node("MethodNode", MODEL, content={"func": "fit", "obj": node("ObjectNode", MODEL)}),
        "method of own": node("MethodNode", "test_bundle_attacks.Evil", content={"func": "__setstate__", "obj": own}),
        "own class": own,
        "object": node("ObjectNode", "builtins.object"),
        "process": node("ObjectNode", "subprocess.Popen", content=mapped(args=shell)),
        "reader": node("ObjectNode", "smsn.bundle.Bundle"),
        "unknown loader": node("EvilNode", MODEL),
        "no loader": {"__class__": "ViewModel", "__module__": "smsn.views"},
        "loader is a list": {**node("ObjectNode", MODEL), "__loader__": ["ObjectNode"]},
        "class is a dict": {**node("ObjectNode", MODEL), "__class__": {"ViewModel": 1}},
        "class is null": {"__class__": None, "__module__": None, "__loader__": None},
        "type of trusted": node("TypeNode", MODEL),
        "function of trusted": node("FunctionNode", MODEL),
        "list of trusted": node("ListNode", MODEL, content=[]),
        "dict of trusted": node("DictNode", MODEL, content={}, key_types=listed()),
        "array of trusted": node("NdArrayNode", MODEL, type="numpy", file="1.npy"),
        "object that is a str": node("ObjectNode", "builtins.str"),
        "method as class": node("ObjectNode", "smsn.views.x", __class__="ViewModel.__init__"),
        "dots in the class": {**node("ObjectNode", MODEL), "__module__": "smsn", "__class__": "views.ViewModel"},
        "dots in the module": {**node("ObjectNode", MODEL), "__module__": "smsn.views.ViewModel", "__class__": "read"},
        "no module": {**node("ObjectNode", MODEL), "__module__": "", "__class__": MODEL},
        "other module": node("ObjectNode", "smsn.golden.ViewModel"),
        "cyrillic": node("ObjectNode", "ѕmsn.views.ViewModel"),
        "fullwidth": node("ObjectNode", "smsn.views.ＶiewModel"),
        "soft hyphen": node("ObjectNode", "smsn.views.View\u00adModel"),
        "nul": node("ObjectNode", "smsn.views.ViewModel\0"),
        "escapes": node("ObjectNode", "\x1b[2J\r\nsmsn: all is well.x"),
        "long": node("ObjectNode", "x." + "y" * 100_000),
        "surrogate": node("ObjectNode", "smsn.views.\ud800"),
        "cached": node("CachedNode", MODEL, __id__=1),
        "estimator of sklearn": node("ObjectNode", "sklearn.linear_model._logistic.LogisticRegression", content=mapped(C=plain(1))),
        "tree of sklearn": node("TreeNode", "sklearn.tree._tree.Tree", args=tupled(), state=mapped()),
        "ufunc": node("FunctionNode", "numpy.add"),
        "set": listed(loader="SetNode", name="builtins.set"),
        "bytes": node("BytesNode", "builtins.bytes", file="1.npy"),
        "bytearray": node("BytearrayNode", "builtins.bytearray", file="1.npy"),
        "slice": node("SliceNode", "builtins.slice", content={"start": 1, "stop": 2, "step": None}),
        "ordered": node("DictNode", "collections.OrderedDict", content={}, key_types=listed()),
        "defaultdict": node("DefaultDictNode", "collections.defaultdict", content={"main": mapped(), "default_factory": SYSTEM}),
        "numpy scalar": node("NdArrayNode", "numpy.float64", type="numpy", file="1.npy"),
        "masked": node("MaskedArrayNode", "numpy.ma.MaskedArray", content={"data": objects, "mask": objects}),
        "dtype": node("DTypeNode", "numpy.dtype", content=objects),
        "random": node("RandomStateNode", "numpy.random.RandomState", content=mapped()),
        "generator": node("RandomGeneratorNode", "numpy.random.Generator", content={"bit_generator": mapped(bit_generator=plain("seed")), "seed_seq": mapped()}),
        "sparse": node("SparseMatrixNode", "scipy.sparse._csr.csr_matrix", type="scipy", file="1.npy"),
        "zone": node("ConstructorFromReduceNode", "zoneinfo.ZoneInfo", content=tupled(plain("../../../etc/passwd"))),
        "type of types": node("TypeNode", "builtins.type"),
        "array of objects": objects,
        "array of functions": {**objects, "content": [SYSTEM]},
        "array of models": {**objects, "content": [node("ObjectNode", MODEL)]},
        "shape that is no shape": {**objects, "shape": SYSTEM},
        "array of no type": {**objects, "type": "evil"},
        "array of the schema": node("NdArrayNode", "numpy.ndarray", type="numpy", file="schema.json"),
        "array that is absent": node("NdArrayNode", "numpy.ndarray", type="numpy", file="99.npy"),
        "array outside": node("NdArrayNode", "numpy.ndarray", type="numpy", file="../../model.npy"),
        "array of a list": node("NdArrayNode", "numpy.ndarray", type="numpy", file=["1.npy"]),
        "json that is none": {**plain(1), "content": "__import__('os').system('true')"},
        "json that is deep": {**plain(1), "content": "[" * 100_000},
        "json that is no text": {**plain(1), "content": [1]},
        "list that is a number": node("ListNode", "builtins.list", content=7),
        "dict without key types": node("DictNode", "builtins.dict", content={}),
        "dict with a call for a key": node("DictNode", "builtins.dict", content={"touch": plain(1)}, key_types=listed(SYSTEM)),
        "model in a model": node("ObjectNode", MODEL, content=mapped(vectorizer_=node("ObjectNode", MODEL))),
    }


def at_the_root(schema, evil):
    return evil


def in_an_attribute(schema, evil):
    state(schema)["classifier_"] = evil


def in_an_attribute_more(schema, evil):
    state(schema)["read"] = evil
    schema["content"]["key_types"]["content"].append(ONE)


def in_an_attribute_of_state(schema, evil):
    schema["content"] = evil


def in_a_dict(schema, evil):
    state(schema)["directions_"]["content"]["subset"] = evil


def in_a_list(schema, evil):
    state(schema)["classes_"] = listed(evil)


def in_the_types_of_keys(schema, evil):
    schema["content"]["key_types"]["content"][0] = evil


PLACES = (at_the_root, in_an_attribute, in_an_attribute_more, in_an_attribute_of_state, in_a_dict, in_a_list, in_the_types_of_keys)


@pytest.mark.parametrize("kind", strange("x"))
def test_a_strange_node(box, marker, refused, kind):
    model = (box / "model.skops").read_bytes()
    for place in PLACES:
        rewrite(box, model)
        edit(box, lambda schema, _files, place=place: place(schema, strange(marker)[kind]))
        refused(box, "model.skops")


def in_a_key_that_nobody_reads(schema, evil):
    schema["content"]["hidden"] = evil


def in_the_id(schema, evil):
    schema["__id__"] = evil


def in_the_memo(schema, evil):
    schema["memo"] = {"1": evil}


def beside_an_array(schema, evil):
    state(schema)["classes_"]["content"] = [evil]


@pytest.mark.parametrize("place", [in_a_key_that_nobody_reads, in_the_id, in_the_memo, beside_an_array])
@pytest.mark.parametrize("kind", ["function", "call", "partial", "own class", "estimator of sklearn"])
def test_a_strange_node_hidden_where_nothing_is_built(box, marker, refused, place, kind):
    edit(box, lambda schema, _files: place(schema, strange(marker)[kind]))
    refused(box, "not trusted")


def test_a_node_that_is_only_a_reference(box, made, refused):
    def change(schema, _files):
        state(schema)["classifier"]["__id__"] = 7
        state(schema)["classifier_"] = {"__id__": 7}

    edit(box, change)
    refused(box, "model.skops")


def test_a_node_that_holds_itself(box, refused):
    def change(schema, _files):
        state(schema)["classifier_"] = node("ListNode", "builtins.list", content=[{"__id__": 7}], __id__=7)

    edit(box, change)
    refused(box, "model.skops")


@pytest.mark.parametrize("extra", [False, True])
def test_a_billion_laughs(box, refused, extra):
    """Forty lists that each hold the one before twice, by its id."""

    def change(schema, _files):
        laugh = plain("ha") | {"__id__": 1000}
        for i in range(1001, 1041):
            laugh = listed(laugh, {"__id__": i - 1}) | {"__id__": i}
        state(schema)["laughs" if extra else "direction_C"] = laugh
        if extra:
            schema["content"]["key_types"]["content"].append(ONE)

    edit(box, change)
    refused(box, "model.skops")


@pytest.mark.parametrize("first", ["good", "evil"])
def test_two_schemas_in_one_archive(box, refused, first):
    schema, files = unpacked(box)
    good, evil = (("schema.json", json.dumps(s)) for s in (schema, SYSTEM))
    rewrite(box, packed(None, [*files.items(), *((good, evil) if first == "good" else (evil, good))]))
    refused(box, "model.skops")


def test_two_arrays_of_one_name(box, refused):
    schema, files = unpacked(box)
    name = next(iter(files))
    rewrite(box, packed(schema, [(name, array([Payload()], allow_pickle=True)), *files.items()]))
    refused(box, "model.skops")


@pytest.mark.parametrize("name", ["Schema.json", "SCHEMA.JSON", "schema.json/", "./schema.json", "../schema.json", "x/1.npy", "1.npy\0.txt", "１.npy", "schema.json.npy"])
def test_a_member_that_no_model_has(box, refused, name):
    schema, files = unpacked(box)
    rewrite(box, packed(schema, [*files.items(), (name, json.dumps(SYSTEM))]))
    refused(box, "model.skops")


@pytest.mark.parametrize(
    "twice",
    ['"__class__": "system", "__class__": "ViewModel"', '"__class__": "ViewModel", "__class__": "system"', '"__loader__": "FunctionNode", "__class__": "ViewModel"'],
)
def test_a_key_that_comes_twice(box, made, refused, twice):
    schema, files = unpacked(box)
    rewrite(box, packed(json.dumps(schema).replace('"__class__": "ViewModel"', twice, 1), files))
    if "system" in twice.rpartition(":")[2]:
        refused(box, "not trusted")
    else:
        assert same(bundle.load(box).model, made[0].model)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_schema_in_another_encoding_holds_no_more_than_in_this(box, refused, encoding):
    _schema, files = unpacked(box)
    rewrite(box, packed(json.dumps(SYSTEM).encode(encoding), files))
    refused(box, "model.skops")


@pytest.mark.parametrize("number", [0, 1, 3, -1, True, None, "2", 2.0, float("nan"), 10**400])
def test_another_protocol_gives_the_same_model_or_none(box, made, number):
    def change(schema, _files):
        schema["protocol"] = number

    edit(box, change)
    assert loads_or_not(box, made[0].model)


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("kind", ["function", "call", "own class", "array of functions", "generator"])
def test_an_older_protocol_trusts_no_more(box, marker, refused, number, kind):
    edit(box, lambda schema, _files: in_an_attribute(schema, strange(marker)[kind]) or {**schema, "protocol": number})
    refused(box, "model.skops")


def loads_or_not(path, model):
    """Return whether a bundle gives the very model, or a sentence."""
    try:
        return same(golden.load(path).model, model)
    except BundleError:
        return True


@pytest.mark.parametrize("thing", [LogisticRegression(), {"a": 1}, np.zeros(3), [1, 2], os.system, functools.partial(os.system, "true")], ids=repr)
def test_what_skops_itself_would_write(box, refused, thing):
    rewrite(box, skops.dumps(thing))
    refused(box, "model.skops")


# --- trusted classes with a strange state ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["read", "fit", "__class__", "__dict__", "__setstate__", "__reduce__", "__reduce_ex__", "__getattr__", "__init__", "__del__", "_weights", "_weights_cache", "get_params", ""],
)
@pytest.mark.parametrize("value", [plain("x"), node("TypeNode", "builtins.int"), node("ObjectNode", MODEL), mapped(), listed()], ids=lambda n: n["__loader__"])
def test_an_attribute_that_no_model_has(box, refused, name, value):
    def change(schema, _files):
        state(schema)[name] = value
        schema["content"]["key_types"]["content"].append(ONE)

    edit(box, change)
    refused(box, "model.skops")


@pytest.mark.parametrize("name", ["_buckets_cache", "transform", "cells", "__class__"])
def test_an_attribute_that_no_part_of_a_model_has(box, refused, name):
    def change(schema, _files):
        vectorizer = field(schema, "vectorizer_")
        state(vectorizer)[name] = state(vectorizer)["names_"]
        vectorizer["content"]["key_types"]["content"].append(ONE)

    edit(box, change)
    refused(box, "model.skops")


FITTED = (
    "vectorizer_ vectorizer_.names_ vectorizer_.idf_ vectorizer_.own_ ordered own rationale_ rationale_.classes_ rationale_.coef_ rationale_.intercept_ classifier_ classifier_.classes_ classifier_.coef_ classifier_.intercept_ classifier_.temperature_ "
    "classes_ directions_ vectorizer classifier"
).split()


@pytest.mark.parametrize("place", FITTED)
def test_an_attribute_that_is_absent(box, refused, place):
    def change(schema, _files):
        parent, _, name = place.rpartition(".")
        owner = field(schema, parent) if parent else schema
        del state(owner)[name]
        owner["content"]["key_types"]["content"].pop()

    edit(box, change)
    refused(box, "model.skops")


def numbers(values, files, name="77.npy", **more):
    """Return the node of an array that is put among the files."""
    files[name] = values if isinstance(values, bytes) else array(values, **more)
    return node("NdArrayNode", "numpy.ndarray", type="numpy", file=name)


WRONG = {
    "null": lambda _: plain(None),
    "text": lambda _: plain("evil"),
    "list": lambda _: plain([1.0]),
    "bool": lambda _: plain(True),
    "NaN": lambda _: {**plain(1), "content": "NaN"},
    "infinite": lambda _: {**plain(1), "content": "1e999"},
    "huge": lambda _: plain(10**400),
    "nought": lambda _: plain(0.0),
    "negative": lambda _: plain(-1.0),
    "type": lambda _: node("TypeNode", "builtins.float"),
    "class": lambda _: node("ObjectNode", "smsn.columns.FeatureVectorizer", content=mapped(min_df=plain(5))),
    "model": lambda _: node("ObjectNode", MODEL),
    "empty": lambda files: numbers(np.zeros(0), files),
    "short": lambda files: numbers(np.zeros(1), files),
    "flat": lambda files: numbers(np.zeros(()), files),
    "deep": lambda files: numbers(np.zeros((1,) * 30), files),
    "nan": lambda files: numbers(np.full((2, 2), np.nan), files),
    "whole": lambda files: numbers(np.zeros((3, 3), np.int64), files),
    "half": lambda files: numbers(np.zeros((3, 3), np.float16), files),
    "complex": lambda files: numbers(np.zeros(3, complex), files),
    "dates": lambda files: numbers(np.zeros(3, "M8[s]"), files),
    "bytes": lambda files: numbers(np.zeros(3, "S5"), files),
    "void": lambda files: numbers(np.zeros(3, "V5"), files),
}


@pytest.mark.parametrize("place", FITTED[:-2])
def test_an_attribute_that_is_something_else(box, refused, place):
    model = (box / "model.skops").read_bytes()
    for kind, wrong in WRONG.items():
        if (place, kind) in (("rationale_", "null"), ("ordered", "bool")):
            continue  # which it may be

        def change(schema, files, wrong=wrong):
            parent, _, name = place.rpartition(".")
            state(field(schema, parent) if parent else schema)[name] = wrong(files)

        rewrite(box, model)
        edit(box, change)
        refused(box, "model.skops")


@pytest.mark.parametrize("place", [place for place in FITTED if place.endswith(("coef_", "intercept_", "idf_"))])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e308])
def test_weights_that_are_no_numbers(box, refused, place, value):
    def change(schema, files):
        name = field(schema, place)["file"]
        values = np.load(io.BytesIO(files[name]))
        values.flat[0] = value
        files[name] = array(values)

    edit(box, change)
    refused(box, "model.skops")


@pytest.mark.parametrize("labels", [np.array([0x110000, 65, 66], np.uint32).view("U1"), np.array(["\ud800", "b", "c"]), np.array(["z", "b", "a"]), np.array(["a", "a", "a"]), np.array(["a\nb", "b", "c"])])
def test_labels_that_are_no_texts_or_not_those_of_the_manifest(box, refused, labels):
    def change(schema, files):
        for place in ("classes_", "classifier_.classes_"):
            files[field(schema, place)["file"]] = array(labels)

    edit(box, change)
    refused(box)


@pytest.mark.parametrize("byte", [2, 255])
def test_flags_that_are_neither_true_nor_false(box, refused, byte):
    """numpy counts such bytes wrongly, and then writes where it should not."""

    def change(schema, files):
        name = field(schema, "vectorizer_.own_")["file"]
        values = np.load(io.BytesIO(files[name]))
        files[name] = array(np.full(len(values), byte, np.uint8).view(bool))

    edit(box, change)
    refused(box, "vectorizer_.own_")


def test_names_that_take_long_to_look_up(box, refused):
    """All of them in one bucket of the table, which is searched from its start."""

    def change(schema, files):
        names = np.load(io.BytesIO(files[field(schema, "vectorizer_.names_")["file"]]))
        files[field(schema, "vectorizer_.names_")["file"]] = array(names[0] + np.arange(len(names), dtype=np.uint64))

    edit(box, change)
    refused(box, "vectorizer_.names_")


def test_more_directions_than_labels(box, refused):
    def change(schema, _files):
        directions = state(schema)["directions_"]
        one = directions["content"]["subset"]
        directions["content"] |= {str(i): one for i in range(1000)}
        directions["key_types"]["content"] *= 1001

    edit(box, change)
    refused(box, "directions_")


def test_dimensions_that_do_not_fit_each_other(box, refused):
    def change(schema, files):
        name = field(schema, "classifier_.coef_")["file"]
        files[name] = array(np.load(io.BytesIO(files[name]))[:, :-1])

    edit(box, change)
    refused(box, "classifier_.coef_")


# --- manifests -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["../x", "../../mail/box/model.skops", "/etc/passwd", "..\\x", "C:\\x", "sub/file", "", ".", "..", "a\0b", "a\n", "model.skops/", "\ud800", "\x1b[2J", "manifest.json", "CON", "x" * 5000],
)
def test_a_manifest_that_names_another_file(box, tmp_path, refused, name):
    (tmp_path / "mail" / "x").write_text("a secret")
    files = json.loads((box / "manifest.json").read_text())["files"]
    rewrite(box, files={**files, name: hashlib.sha256(b"a secret").hexdigest()})
    refused(box, "manifest.json", "Nothing was loaded")


@pytest.mark.parametrize(
    "files",
    [None, [], {}, 5, "model.skops", ["model.skops"], [["model.skops", "x"]], [[1, 2]], [[[1], 2]], {"README.md": "x"}, {"model.skops": None}, {"model.skops": 5}, {"model.skops": ["x"]}, {"model.skops": ""}],
    ids=repr,
)
def test_files_that_are_none(box, refused, files):
    rewrite(box, files=files)
    refused(box)


MANIFESTS = {
    "deep list": "[" * 100_000,
    "deep dict": '{"a":' * 100_000,
    "deep but whole": "[" * 5000 + "]" * 5000,
    "infinite format": '{"format": Infinity}',
    "format that is no number": '{"format": NaN}',
    "format without end": '{"format": 1e999}',
    "format of many digits": '{"format": ' + "9" * 5000 + "}",
    "format that is a list": '{"format": [5]}',
    "format that is true": '{"format": true}',
    "text": '"manifest"',
    "number": "5",
    "null": "null",
    "not UTF-8": b"\xff\xfe\x00",
    "UTF-16": '{"format": 5}'.encode("utf-16"),
    "empty": "",
    "huge": '{"format": 5, "x": "' + "y" * (5 << 20) + '"}',
    "large and bare": "[" + "[]," * (1 << 20) + "[]]",
}


@pytest.mark.parametrize("kind", MANIFESTS)
def test_a_manifest_that_is_none(box, refused, kind):
    text = MANIFESTS[kind]
    (box / "manifest.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    refused(box, "manifest.json" if "format" not in kind else "")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "5"), ("format", 5.5), ("format", [5]), ("format", None), ("format", 10**4000), ("format", -(10**4000)),
        ("task", None), ("task", ["views"]), ("task", {"a": 1}), ("task", "x" * 100_000), ("task", "\x1b[2J"),
        ("name", None), ("name", 5), ("name", ["x"]), ("name", "\x1b]0;owned\x07"), ("name", "a\nsmsn: all is well"), ("name", "\ud800"),
        ("labels", None), ("labels", 5), ("labels", "synonym"), ("labels", []), ("labels", ["synonym"]), ("labels", [["x"]]), ("labels", [1, 2, 3]),
        ("labels", ["synonym", "subset", "none", "evil"]), ("labels", ["synonym", "synonym", "subset"]), ("labels", {"synonym": 1, "subset": 2, "none": 3}),
        ("labels", ["synonym", "subset", "no\x1b[2Jne"]),
        ("corpus", None), ("corpus", 5), ("corpus", []), ("corpus", "x"), ("corpus", {"fingerprint": "\x1b[2J"}), ("corpus", {"fingerprint": [1]}),
        ("confident", "x"), ("confident", None), ("confident", [1]), ("confident", float("nan")), ("confident", float("inf")), ("confident", -1), ("confident", 10**400),
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_an_entry_of_the_manifest_that_is_something_else(box, refused, key, value):
    rewrite(box, **{key: value})
    refused(box)


@pytest.mark.parametrize("key", ["format", "name", "task", "labels", "corpus", "files"])
def test_an_entry_that_is_absent(box, refused, key):
    manifest = json.loads((box / "manifest.json").read_text())
    del manifest[key]
    (box / "manifest.json").write_text(json.dumps(manifest))
    refused(box, key)


@pytest.mark.parametrize("fill", [float("nan"), "\x1b[2J", {"a": [{}]}], ids=repr)
def test_what_nothing_reads_may_say_anything(box, made, fill):
    rewrite(box, seed=fill, settings=fill, out_of_fold=fill)
    assert same(golden.load(box).model, made[0].model)


def test_other_commands_do_not_trip_over_a_manifest_either(box, cli):
    rewrite(box, corpus={})
    done = cli("info", "--model", box)
    assert (done.status, done.err) == (0, "")
    rewrite(box, name="\x1b[2J")
    for command in (("info", "--model", box), ("evaluate", box, "--data", PAGES / "none.jsonl"), ("define", PAGES / "thread.txt", "--model", box)):
        done = cli(*command)
        assert done.status == 3
        assert done.err.removesuffix("\n").isprintable()


# --- golden predictions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [[], None, {}, 5, "golden", [None] * 4, [[]] * 4, [{}] * 4, {"0": 1, "1": 2, "2": 3, "3": 4}, "abcd", float("nan")], ids=repr)
def test_golden_predictions_that_are_none_at_golden_time(box, left_to_golden, value):
    rewrite(box, golden=value)
    left_to_golden(box, "golden predictions" if not value else "predicts something else")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, "0.5", [0.5], {}, True])
def test_golden_probabilities_that_are_something_else_at_golden_time(box, left_to_golden, value):
    told = json.loads((box / "manifest.json").read_text())["golden"]
    told[0]["views"]["none"] = value
    rewrite(box, golden=told)
    left_to_golden(box)


def test_no_golden_predictions_at_golden_time(box, left_to_golden):
    manifest = json.loads((box / "manifest.json").read_text())
    del manifest["golden"]
    (box / "manifest.json").write_text(json.dumps(manifest))
    left_to_golden(box, "holds no golden predictions")


def test_nothing_is_not_like_nothing(made):
    with pytest.raises(BundleError, match="holds no golden"):
        bundle.verify(bundle.Bundle(made[0].model, {**made[0].manifest, "golden": []}), [])


@pytest.mark.parametrize("made_with", ["\x1b[2J\nsmsn: all is well", "x" * 100_000, ["["] * 5000, json.loads("[" * 800 + "]" * 800)], ids=lambda value: repr(value)[:10])
def test_what_it_was_made_with_does_not_fill_the_terminal_at_golden_time(box, left_to_golden, made_with):
    rewrite(box, golden=[{}], made_with=made_with)
    left_to_golden(box)


def test_the_weights_of_another_model_at_golden_time(box, made, left_to_golden):
    rewrite(box, (made[1].path / "model.skops").read_bytes())
    left_to_golden(box)


def test_the_model_of_another_task(box, refused):
    rewrite(box, (bundle.current("definitions") / "model.skops").read_bytes())
    refused(box, "model.skops", "smsn.definitions.scorer.DefinitionModel")


@pytest.mark.parametrize("place", ["classifier_.coef_", "classifier_.intercept_", "vectorizer_.idf_", "vectorizer_.names_"])
def test_one_flipped_weight_of_what_golden_texts_say_at_golden_time(box, made, left_to_golden, place):
    features = golden.read_features((text, golden.PAIR) for text in golden.TEXTS)[1]
    used = int(np.bincount(made[0].model.vectorizer_.cells(features).columns).argmax())

    def change(schema, files):
        name = field(schema, place)["file"]
        values = np.load(io.BytesIO(files[name]))
        values[(0,) * (values.ndim - 1) + (used if values.shape[-1] > 3 else 0,)] += 1
        files[name] = array(values)

    edit(box, change)
    left_to_golden(box)


@pytest.mark.parametrize("temperature", [1e-9, 0.5, 1e9])
def test_another_temperature_at_golden_time(box, left_to_golden, temperature):
    def change(schema, _files):
        state(field(schema, "classifier_"))["temperature_"] = plain(temperature)

    edit(box, change)
    left_to_golden(box)


@pytest.fixture
def definitions(tmp_path):
    """A copy of the shipped definitions as it came by mail."""
    return shutil.copytree(bundle.current("definitions"), tmp_path / "mail" / "definitions")


@pytest.mark.parametrize(
    "place", "vectorizer_.names_ vectorizer_.idf_ vectorizer_.own_ sentence_coef_ sentence_intercept_ slot_coef_ slot_intercept_ span_coef_ join_coef_ join_intercept_ thresholds_ asked_thresholds_ gates_".split()
)
def test_definitions_with_an_attribute_that_is_something_else(definitions, place):
    model = (definitions / "model.skops").read_bytes()
    for kind in ("null", "text", "empty", "short", "nan", "whole", "class"):
        def change(schema, files, kind=kind):
            parent, _, name = place.rpartition(".")
            state(field(schema, parent) if parent else schema)[name] = WRONG[kind](files)

        rewrite(definitions, model)
        edit(definitions, change)
        with pytest.raises(BundleError, match=r"model\.skops"):
            finder.load(definitions)


def test_definitions_with_other_weights_at_golden_time(definitions):
    def change(schema, _files):
        state(schema)["slot_intercept_"] = plain(9.0)

    edit(definitions, change)
    with pytest.raises(BundleError, match="predicts something else"):
        finder.load(definitions)
    with pytest.raises(BundleError, match="predicts something else"):
        finder.DefinitionFinder(definitions)("A lintel is a beam.")


def test_definitions_without_golden_ones_at_golden_time(definitions):
    rewrite(definitions, golden=[])
    with pytest.raises(BundleError, match="holds no golden predictions"):
        finder.load(definitions)


@pytest.mark.parametrize("kind", ["function", "call", "own class"])
def test_definitions_that_hold_a_strange_node(definitions, marker, kind):
    edit(definitions, lambda schema, _files: {**schema, "content": strange(marker)[kind]})
    with pytest.raises(BundleError, match="not trusted"):
        finder.load(definitions)


# --- links, pipes, folders -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["model.skops", "README.md", "manifest.json"])
@pytest.mark.parametrize("target", ["outside", "/dev/zero", "/dev/stdin", "/etc/passwd", "nowhere", "itself", "folder"])
def test_a_link_in_the_place_of_a_file(box, tmp_path, refused, name, target):
    (tmp_path / "mail" / "outside").write_bytes((box / name).read_bytes())
    (box / name).unlink()
    (box / name).symlink_to({"outside": tmp_path / "mail" / "outside", "itself": box / name, "folder": tmp_path, "nowhere": tmp_path / "nowhere"}.get(target, target))
    refused(box)


@pytest.mark.parametrize("name", ["model.skops", "README.md", "manifest.json"])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_pipe_or_a_folder_in_the_place_of_a_file(box, refused, name, make):
    (box / name).unlink()
    make(box / name)
    refused(box, name)


def test_a_pipe_or_a_device_in_the_place_of_the_folder(tmp_path, box, cli):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero", box / "model.skops", box / "README.md"):
        with pytest.raises(BundleError):
            smsn.load(path)
        assert cli(*COMMAND, path).status == 3


def test_a_file_that_becomes_a_pipe_while_it_is_looked_at(box, refused, monkeypatch):
    """Whatever is asked before the file is opened may be past when it is opened."""
    (box / "model.skops").unlink()
    os.mkfifo(box / "model.skops")
    monkeypatch.setattr("pathlib.Path.is_file", lambda path: path.name in ("model.skops", "manifest.json"))
    refused(box, "model.skops")


@pytest.mark.parametrize("name", ["model.skops", "README.md", "manifest.json"])
def test_a_file_larger_than_any(box, refused, name):
    with (box / name).open("r+b") as file:
        file.truncate(1 << 40)  # sparse
    refused(box, name, "Nothing was loaded")


def test_saving_over_a_bundle_full_of_links_leaves_what_they_point_to(made, box, tmp_path):
    (tmp_path / "mail" / "outside").mkdir()
    (tmp_path / "mail" / "outside" / "thesis").write_text("ten years of work")
    (box / "README.md").unlink()
    (box / "README.md").symlink_to(tmp_path / "mail" / "outside" / "thesis")
    (box / "sub").symlink_to(tmp_path / "mail" / "outside")
    bundle.save(made[0], box)
    assert (tmp_path / "mail" / "outside" / "thesis").read_text() == "ten years of work"
    assert sorted(path.name for path in box.iterdir()) == ["README.md", "manifest.json", "model.skops"]


# --- sizes -----------------------------------------------------------------------------------------------------------


@contextmanager
def little_memory():
    """See that little memory is taken."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MEGABYTES << 20
    finally:
        tracemalloc.stop()


@functools.cache
def bomb(start, megabytes):
    """Return a raw deflate stream of `start` and many megabytes of blanks, which takes no memory to make."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = squeeze.compress(start) + squeeze.flush(zlib.Z_FULL_FLUSH)
    once = squeeze.compress(b" " * (1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    return head + once * megabytes + squeeze.flush()


def zipped(name, stream, size, crc, method=zipfile.ZIP_DEFLATED, flags=0):
    """Return an archive of one member whose headers say anything."""
    fields = struct.pack("<HHHHHIIIHH", 20, flags, method, 0, 33, crc, len(stream), size, len(name), 0)
    local = b"PK\3\4" + fields + name.encode() + stream
    central = b"PK\1\2" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name.encode()
    return local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


@pytest.mark.parametrize("size", [100, 1 << 20, 1 << 30, (1 << 32) - 2], ids=["tiny", "small", "honest", "huge"])
def test_a_schema_that_inflates(box, refused, size):
    start = b"{}" + b" " * 98
    rewrite(box, zipped("schema.json", bomb(start, 1 << 10), size, zlib.crc32(start)))
    with little_memory():
        refused(box, "model.skops")


@pytest.mark.parametrize("size", [228, 1 << 30, (1 << 32) - 2], ids=["small", "honest", "huge"])
def test_an_array_that_inflates(box, refused, size):
    start = array(np.ones(100))[:228]
    schema = packed(node("NdArrayNode", "numpy.ndarray", type="numpy", file="1.npy"), {})
    one = zipped("1.npy", bomb(start, 1 << 10), size, zlib.crc32(start))
    rewrite(box, joined(one, schema))
    with little_memory():
        refused(box, "model.skops")


def joined(one, other):
    """Return two archives as one."""
    at, size = (struct.unpack("<I", one[-6:-2])[0], struct.unpack("<I", one[-10:-6])[0])
    central = one[at : at + size]
    at_other, size_other = (struct.unpack("<I", other[-6:-2])[0], struct.unpack("<I", other[-10:-6])[0])
    directory = bytearray(other[at_other : at_other + size_other])
    directory[42:46] = struct.pack("<I", at)
    body = one[:at] + other[:at_other]
    return body + central + directory + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 2, 2, len(central) + len(directory), len(body), 0)


@functools.cache
def blanks(method):
    return packed(None, {"schema.json": b"{}" + b" " * (64 << 20)}, method)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("said", [100, 1 << 20])
def test_a_bomb_of_another_compression(box, refused, method, said):
    data = bytearray(blanks(method))
    for signature, size, crc in ((b"PK\3\4", 22, 14), (b"PK\1\2", 24, 16)):
        at = data.index(signature)
        data[at + size : at + size + 4] = struct.pack("<I", said)
        data[at + crc : at + crc + 4] = struct.pack("<I", zlib.crc32(b"{}" + b" " * (said - 2)))
    rewrite(box, bytes(data))
    with little_memory():
        refused(box, "model.skops")


def test_members_that_lie_over_each_other(box, refused):
    """Two hundred directory entries for one stream that inflates to ten megabytes."""
    one = zipped("1.npy", bomb(b"", 10), 10 << 20, zlib.crc32(b" " * (10 << 20)))
    at = struct.unpack("<I", one[-6:-2])[0]
    central = one[at : at + 51]
    assert central.endswith(b"1.npy")
    many = b"".join(central[:28] + struct.pack("<H", len(f"{i:03}.npy")) + central[30:46] + f"{i:03}.npy".encode() for i in range(200))
    rewrite(box, one[:at] + many + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 200, 200, len(many), at, 0))
    with little_memory():
        refused(box, "model.skops")


def test_thousands_of_members(box, refused):
    schema, files = unpacked(box)
    rewrite(box, packed(schema, files | {f"{i}.npy": b"" for i in range(5000)}))
    refused(box, "members")


def test_a_directory_of_a_million_entries(box, refused):
    one = zipped("1.npy", b"", 0, 0, zipfile.ZIP_STORED)
    at = struct.unpack("<I", one[-6:-2])[0]
    many = one[at : at + 51] * 150_000
    rewrite(box, one[:at] + many + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(many), at, 0))
    with little_memory():
        refused(box, "model.skops")


F8 = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"
HEADERS = {
    "a million million": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }\n"),
    "a million million of nothing": npy("{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000000,), }\n"),
    "a million million by none": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 0), }\n"),
    "digits": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9" * 5000 + ",), }\n"),
    "negative": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-3,), }\n", bytes(24)),
    "texts of a gigabyte": npy("{'descr': '<U1000000000', 'fortran_order': False, 'shape': (3,), }\n"),
    "code": npy("__import__('os').mkdir('ran')\n"),
    "code in the shape": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (__import__('os').mkdir('ran'),), }\n", bytes(24)),
    "brackets": npy("(" * 9000 + "\n"),
    "minus": npy("-" * 9000 + "1\n"),
    "long": npy(F8 + " " * 60_000 + "\n", bytes(24)),
    "long header that is short": npy(F8 + "\n", bytes(24), length=65_000),
    "long header of version 2": npy(F8 + "\n", bytes(24), b"\x02\x00", (1 << 32) - 1),
    "version 2": npy(F8 + "\n", bytes(24), b"\x02\x00"),
    "version 3": npy(F8 + "\n", bytes(24), b"\x03\x00"),
    "version 9": npy(F8 + "\n", bytes(24), b"\x09\x09"),
    "longs of Python 2": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3L,), }\n", bytes(24)),
    "no dict": npy("3\n", bytes(24)),
    "other keys": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'evil': 1}\n", bytes(24)),
    "nested": npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (3,), }\n", bytes(24)),
    "with metadata": npy("{'descr': ('<f8', {'a': 1}), 'fortran_order': False, 'shape': (3,), }\n", bytes(24)),
    "less than it says": npy(F8 + "\n", bytes(23)),
    "more than it says": npy(F8 + "\n", bytes(25)),
    "header alone": npy(F8),
    "nothing": b"",
    "magic alone": b"\x93NUMPY",
}


@pytest.mark.parametrize("kind", HEADERS)
@pytest.mark.parametrize("place", ["classes_", "classifier_.intercept_"])
def test_an_array_with_a_strange_header(box, refused, kind, place):
    def change(schema, files):
        name = field(schema, place)["file"]
        files[name] = HEADERS[kind]
        if kind == "a million million of nothing":
            files[field(schema, "classifier_.classes_")["file"]] = HEADERS[kind]

    edit(box, change)
    with little_memory():
        refused(box, "model.skops")


@pytest.mark.parametrize("text", ['{"content":' * 100_000 + "1" + "}" * 100_000, "[" * 100_000 + "]" * 100_000, "[" * 400 + "]" * 400, "null", "[]", "5", '"x"', "{}", "", "{", "1e999", "9" * 5000])
def test_a_schema_that_is_deep_or_none(box, refused, text):
    rewrite(box, packed(text, unpacked(box)[1]))
    refused(box, "model.skops")


@pytest.mark.parametrize("loader", ["ListNode", "DictNode", "ObjectNode"])
@pytest.mark.parametrize("depth", [50, 200, 400])
def test_nodes_that_are_deep(box, refused, loader, depth):
    def change(schema, _files):
        deep = plain(1)
        for _ in range(depth):
            deep = {"ListNode": listed, "DictNode": lambda inner: mapped(a=inner), "ObjectNode": lambda inner: node("ObjectNode", MODEL, content=inner)}[loader](deep)
        state(schema)["classes_"] = deep

    edit(box, change)
    refused(box, "model.skops")


# --- archives --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [0, 0.01, 0.3, 0.7, 0.99, -1, -21, -22])
def test_a_truncated_archive(box, refused, part):
    data = (box / "model.skops").read_bytes()
    rewrite(box, data[: part if part < 0 else int(len(data) * part)])
    refused(box, "cannot be read as a model")


def test_an_encrypted_archive(box, refused):
    data = bytearray((box / "model.skops").read_bytes())
    for signature, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(signature, place + 1)
    rewrite(box, bytes(data))
    refused(box, "model.skops")


@pytest.mark.parametrize("where", ["before", "after", "comment", "long comment"])
def test_an_archive_with_something_around_it(box, refused, where):
    data = (box / "model.skops").read_bytes()
    comment = b"x" * (0xFFFF if where == "long comment" else 9)
    around = {"before": b"#!/bin/sh\n" + data, "after": data + b"\n"}.get(where, data[:-2] + struct.pack("<H", len(comment)) + comment)
    rewrite(box, around)
    refused(box, "cannot be read as a model")


def test_an_archive_of_another_compression_level_is_the_same_model(box, made):
    schema, files = unpacked(box)
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        rewrite(box, packed(schema, files, compression))
        assert same(golden.load(box).model, made[0].model)


# --- pickles on purpose ----------------------------------------------------------------------------------------------


def test_a_pickled_bundle_is_loaded_only_by_who_asks_for_it(made, tmp_path, cli):
    path = tmp_path / "model.joblib"
    joblib.dump(made[0], path)
    for call in CALLS.values():
        with pytest.raises(BundleError, match="allow_pickle=True in Python"):
            call(path)
    assert cli(*COMMAND, path).status == 3
    loaded = bundle.load(path, allow_pickle=True)
    assert loaded.manifest == made[0].manifest
    assert same(loaded.model, made[0].model)
    assert golden.load(path, allow_pickle=True).name == made[0].name
    assert smsn.load(path, allow_pickle=True).bundle.name == made[0].name


def test_who_allows_pickles_still_has_the_golden_predictions(made, tmp_path):
    joblib.dump(bundle.Bundle(made[1].model, made[0].manifest), tmp_path / "model.joblib")
    with pytest.raises(BundleError, match="predicts something else"):
        smsn.load(tmp_path / "model.joblib", allow_pickle=True)


@pytest.mark.parametrize("thing", [{"model": 1}, [1], None, "x"], ids=repr)
def test_a_pickle_of_something_else(tmp_path, thing):
    joblib.dump(thing, tmp_path / "model.joblib")
    with pytest.raises(BundleError, match=r"not a smsn\.bundle\.Bundle"):
        bundle.load(tmp_path / "model.joblib", allow_pickle=True)


def test_a_folder_is_no_pickle_whoever_allows_it(box):
    rewrite(box, pickle.dumps(Payload()))
    for call in CALLS.values():
        with pytest.raises(BundleError, match="Nothing was loaded"):
            call(box, allow_pickle=True)


def test_no_command_allows_pickles(cli):
    left, seen = [()], 0
    while left:
        command = left.pop()
        told = cli(*command, "--help").out
        seen += 1
        assert "usage" in told.lower()
        assert "pickle" not in told.lower()
        left += [(*command, name) for name in re.findall(r"(?m)^  ([a-z][\w-]*)", told.partition("Commands:")[2])]
    assert seen > 6
    assert cli(*COMMAND, "x", "--allow-pickle").status == 2


# --- which bundle is current -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *(json.dumps({"views": name}) for name in ("../evil", "/etc", "..", ".", "", "a/b", "a\\b", "..\\evil", "C:evil", "a\0b", "view-4\n", "~root", "\x1b[2J", None, 5, ["x"], {"a": 1}, "../" + "x" * 9999)),
        '{"definitions": "../evil", "views": "view-4"}', "[" * 100_000, '{"a":' * 100_000, "{", "", "5", "null", '"x"', "[1]", '[["views"]]', "[[[1], 2]]", '{"views": 1e999}',
    ],
    ids=lambda text: text[:30],
)  # fmt: skip
def test_a_current_that_names_no_folder_beside_it(tmp_path, text):
    (tmp_path / "evil").mkdir()
    models = tmp_path / "models"
    models.mkdir()
    (models / "current.json").write_text(text)
    with pytest.raises(BundleError) as caught:
        bundle.current("views", models)
    assert str(caught.value).startswith(str(models / "current.json"))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < len(str(models)) + 400


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_current_that_is_no_file(tmp_path, make):
    make(tmp_path / "current.json")
    assert bundle.current("views", tmp_path) == bundle.current("views")


# --- the whole command -----------------------------------------------------------------------------------------------


def a_pickle(box, marker):
    rewrite(box, pickle.dumps(Payload()))


def a_call(box, marker):
    edit(box, lambda schema, _files: in_an_attribute(schema, strange(marker)["call"]))


def a_pipe(box, marker):
    (box / "model.skops").unlink()
    os.mkfifo(box / "model.skops")


def a_bomb(box, marker):
    rewrite(box, zipped("schema.json", bomb(b"{}" + b" " * 98, 1 << 10), 100, zlib.crc32(b"{}" + b" " * 98)))


def laughs(box, marker):
    test_a_billion_laughs(box, lambda *_: None, extra=True)


def other_weights(box, marker):
    def change(schema, _files):
        state(field(schema, "classifier_"))["temperature_"] = plain(9.0)

    edit(box, change)


def test_the_command_in_a_process_of_its_own(made, tmp_path, marker):
    signal.alarm(300)
    running = []
    for attack in (a_pickle, a_call, a_pipe, a_bomb, laughs, other_weights):
        box = bundle.save(made[0], tmp_path / "mail" / attack.__name__).path
        attack(box, marker)
        arguments = [sys.executable, "-m", "smsn", *map(str, COMMAND), str(box)]
        running.append((box, subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)))
    before = written(tmp_path)
    for box, process in running:
        out, err = process.communicate(timeout=200)
        assert (process.returncode, out) == (3, "")
        (line,) = err.splitlines()
        assert line.startswith(f"smsn: {box}")
    assert written(tmp_path) == before


# --- at random -------------------------------------------------------------------------------------------------------


def holds(path, model):
    """Check that a bundle is refused in a sentence, or reads the golden texts as the model does."""
    try:
        loaded = golden.load(path)
    except BundleError as error:
        sentence = str(error)
    else:
        bundle.verify(loaded, golden.predictions(model))
        return True
    assert sentence.startswith(str(path))
    assert sentence.isprintable()
    return False


def spoilt(data, dice):
    """Return bytes of which a few are others, or gone, or new."""
    data = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8))):
        at = dice.randrange(len(data))
        data[at : at + dice.choice((0, 1, 1, 1, 1, 4))] = dice.randbytes(dice.choice((0, 1, 1, 1, 1, 4)))
    return bytes(data)


def test_random_bytes_of_the_file(box, made):
    model, dice = (box / "model.skops").read_bytes(), random.Random(1)
    signal.alarm(120)
    for _ in range(300):
        rewrite(box, spoilt(model, dice) if dice.random() < 0.5 else model[:-400] + spoilt(model[-400:], dice))
        holds(box, made[0].model)


def test_random_bytes_of_what_is_in_the_archive_at_golden_time(box, made):
    (schema, files), dice = unpacked(box), random.Random(2)
    signal.alarm(120)
    for _ in range(300):
        name = dice.choice([*files])
        head = files[name][:128]
        changed = spoilt(head, dice) + files[name][128:] if dice.random() < 0.5 else spoilt(files[name], dice)
        rewrite(box, packed(schema, {**files, name: changed}))
        holds(box, made[0].model)


def test_random_nodes_of_the_schema_at_golden_time(box, made):
    (schema, files), dice = unpacked(box), random.Random(3)
    strangers = [*strange("ran").values(), *(wrong(dict(files)) for wrong in WRONG.values()), None, 0, "x", [], {}, True, 1e308, "\0", -1]
    text = json.dumps(schema)
    signal.alarm(120)
    refusals = 0
    for _ in range(400):
        changed = json.loads(text)
        places = [(owner, key) for owner in containers(changed) for key in (owner if isinstance(owner, dict) else range(len(owner)))]
        for owner, key in dice.sample(places, dice.choice((1, 1, 2, 5))):
            if isinstance(owner, dict) and key in owner and dice.random() < 0.3:
                del owner[key]
            elif isinstance(owner, list) or key in owner:
                other, place = dice.choice(places)
                owner[key] = json.loads(json.dumps(dice.choice([*strangers, other[place] if isinstance(other, list) or place in other else None])))
        rewrite(box, packed(changed, files))
        refusals += not holds(box, made[0].model)
    assert refusals > 200


def containers(value):
    """Yield the dicts and lists in a value."""
    left = [value]
    while left:
        if isinstance(one := left.pop(), (dict, list)):
            yield one
            left.extend(one.values() if isinstance(one, dict) else one)
