"""A model file, read by our own list of what a model is.

Takes the bytes of a skops file, gives the model. skops writes the file but does not read it, for it trusts more than a model needs.
Here the list says what stands in each place, and the file gives the numbers: no name in it is imported, no method of an object
is called, and nothing is unpacked that is larger than it may be. Imports only ``errors``.
"""

from __future__ import annotations

import io
import json
import re
import reprlib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smsn.errors import BundleError

VECTORIZER, RATIONALE, CLASSIFIER = "smsn.columns.FeatureVectorizer", "smsn.rationales.RationaleModel", "smsn.views.ViewClassifier"
VIEWS, DEFINITIONS = "smsn.views.ViewModel", "smsn.definitions.scorer.DefinitionModel"

READ_AS: Mapping[str, str] = {
    VECTORIZER: "smsn.cells.Columns", RATIONALE: "smsn.judging.Rationales", CLASSIFIER: "smsn.judging.Scores", VIEWS: "smsn.judging.Views",
}  # fmt: skip
"""The classes that are built for those of a file: estimators that can be fitted come back as what reads with their numbers, without scikit-learn."""

MODELS: Mapping[str, Mapping[str, str]] = {
    VECTORIZER: {"min_df": "setting", "names_": "names columns", "idf_": "positive columns", "own_": "flags columns"},
    RATIONALE: {
        **dict.fromkeys(("C", "folds", "random_state"), "setting"),
        "classes_": "labels told", "coef_": "weights told columns", "intercept_": "weights told",
    },
    CLASSIFIER: {
        **dict.fromkeys(("C", "mix", "warmth", "folds", "random_state", "n_features_in_"), "setting"),
        "classes_": "labels classes", "coef_": "weights classes columns", "intercept_": "weights classes",
        "temperature_": "positive", "held_out_": "scores * classes",
    },
    VIEWS: {
        "vectorizer": VECTORIZER, "classifier": CLASSIFIER, "rationale": RATIONALE, "direction_C": "setting", "ordered": "flag", "own": "pairs",
        "vectorizer_": VECTORIZER, "classifier_": CLASSIFIER, "rationale_": f"optional {RATIONALE}",
        "classes_": "labels classes", "directions_": "dict classes weights columns",
    },
    DEFINITIONS: {
        **dict.fromkeys(("sentence_C", "slot_C", "span_C", "min_df", "folds", "random_state"), "setting"),
        "vectorizer_": VECTORIZER, "sentence_coef_": "weights 2 columns", "sentence_intercept_": "weights 2",
        "slot_coef_": "weights 262144", "slot_intercept_": "weights", "span_coef_": "weights 131072",
        "join_coef_": "weights 2 2", "join_intercept_": "weights 2",
        "thresholds_": "weights 2", "asked_thresholds_": "weights 2", "gates_": "bars 2",
    },
}  # fmt: skip
"""What a model file may hold: classes, and the kind of each of their attributes; those with a ``_`` are there once an object is fitted.

A kind of numbers (:data:`KINDS`) stands before the dimensions of their array, without which it is one number; a dimension with a name is the
same throughout a model. ``dict classes K`` is a dict of at most so many `K`, ``pairs`` a tuple of keys of pairs, ``optional K`` may be None.
To add an attribute to a class, add it here and raise its format in ``FORMATS`` of :mod:`smsn.bundle`.
"""

LARGE = 1e9
"""No weight is larger, and nothing that is divided by is smaller than its inverse: what is computed from them stays finite."""

KINDS: Mapping[str, Callable[[NDArray[Any]], bool]] = {
    "weights": lambda a: a.dtype.kind == "f" and bool((np.abs(a) <= LARGE).all()),
    "positive": lambda a: a.dtype.kind == "f" and bool(((a >= 1 / LARGE) & (a <= LARGE)).all()),
    "bars": lambda a: a.dtype.kind == "f" and bool((a <= LARGE).all()),  # minus infinity: lets everything pass
    "flags": lambda a: a.dtype.kind == "b" and bool((a.view(np.uint8) <= 1).all()),  # numpy counts others wrongly
    "scores": lambda a: a.dtype.kind == "f",  # NaN: what a fold did not see
    "names": lambda a: a.dtype.kind == "u" and bool((a[1:] > a[:-1]).all() and (a[64:] - a[:-64] > (1 << 62) // max(1, len(a))).all()),  # fast to look up
    "labels": lambda a: a.dtype.kind == "U" and bool(a.tolist() == sorted(set(a.tolist()))),
}
"""What the numbers of each kind are."""

PLAIN: Mapping[str, Callable[[Any], bool]] = {"setting": lambda v: v is None or isinstance(v, (int, float)), "flag": lambda v: isinstance(v, bool)}
"""What each kind of a single value is."""

NODES = frozenset(
    {("ObjectNode", name) for name in MODELS}
    | {("NdArrayNode", "numpy.ndarray"), ("DictNode", "builtins.dict"), ("ListNode", "builtins.list"), ("TupleNode", "builtins.tuple")}
    | {("JsonNode", "builtins.str"), ("TypeNode", "builtins.str")}
)
"""Everything that may stand anywhere in a file, also where nobody reads it: the loader of a node and its type."""

MEMBERS, SCHEMA, GROWTH, SPARE = 256, 2 << 20, 100, 16 << 20
"""Most members of an archive, most bytes of its schema; most bytes unpacked for each byte of the file, and so many beside."""

_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([<>|](?:f8|u8|b1|U[1-9]\d{0,3}))', 'fortran_order': (True|False), 'shape': \((\d{1,9}(?:, \d{1,9})?),?\), \} {0,99}\n", re.DOTALL
)
_AGAIN = "Nothing was loaded. Copy the bundle again, or ask its author for one made by smsn train."


def shown(value: Any) -> str:
    """Return what a file says as it may stand in a sentence: short, in one line, and nothing that a terminal obeys."""
    return ascii((value if isinstance(value, str) else reprlib.repr(value))[:120])[1:-1]


def dump(model: Any) -> bytes:
    """Return a model as the bytes of a compressed skops file; one that was read from a file is written as it was."""
    from skops import io as skops

    return bytes(skops.dumps(_as_written(model), compression=zipfile.ZIP_DEFLATED, compresslevel=9))


def _as_written(value: Any) -> Any:
    """Return a model with the classes of a file in the place of those that are built for them."""
    names = {built: name for name, built in READ_AS.items()}
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    if kind not in {*MODELS, *names}:
        return value
    state = value.__getstate__() if kind in MODELS else vars(value)
    return _made(names.get(kind, kind), {key: _as_written(inner) for key, inner in state.items() if not key.endswith("_cache")})


def _made(name: str, state: Mapping[str, Any]) -> Any:
    """Return an object of a class with these attributes; nothing of the class is called."""
    module, _, own = name.rpartition(".")
    made = object.__new__(getattr(import_module(module), own))
    vars(made).update(state)
    return made


def read(data: bytes, name: str) -> Any:
    """Return the model in the bytes of a skops file.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        The class of the model: :data:`VIEWS` or :data:`DEFINITIONS`.

    Raises
    ------
    BundleError
        If it is no such file, is damaged or too large, or is not in every attribute what :data:`MODELS` says.
    """
    try:
        members = _unpacked(data)
        schema = json.loads(members.pop("schema.json"))
        strange = sorted({f"{kind} ({loader})" for loader, kind in _nodes(schema) if (loader, kind) not in NODES})
        if strange:
            raise BundleError(f"holds types that are not trusted: {', '.join(shown(kind) for kind in strange[:3])}. {_AGAIN}")
        reader = _Reader(members)
        model = reader.object(schema, name)
        if reader.left:
            raise BundleError(f"holds the member {shown(min(reader.left))}, which no model has. {_AGAIN}")
        return model
    except BundleError:
        raise
    except Exception as error:  # zipfile and json raise whatever a broken archive provokes
        raise BundleError(f"cannot be read as a model ({shown(f'{type(error).__name__}: {error}')}). {_AGAIN}") from error


def _unpacked(data: bytes) -> dict[str, bytes]:
    """Return the members of an archive that is the whole file and inflates to no more than it says."""
    if data[:4] != b"PK\3\4" or data[-22:-18] != b"PK\5\6":
        raise BundleError(f"cannot be read as a model: it is no whole skops archive (a pickle or joblib file, say, which can run code). {_AGAIN}")
    if data.count(b"PK\1\2") > MEMBERS:  # counted before zipfile makes objects of them
        raise BundleError(f"has more than {MEMBERS} members, and is no model. {_AGAIN}")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        names = [m.filename for m in members]
        for m in members:
            known = re.fullmatch(r"schema\.json|[0-9]+\.npy", m.filename) and names.count(m.filename) == 1
            if not known or m.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others inflate without bounds
                raise BundleError(f"holds the member {shown(m.filename)} as no model does. {_AGAIN}")
        size = sum(m.file_size for m in members)
        if size > SPARE + GROWTH * len(data) or any(m.file_size > SCHEMA for m in members if m.filename == "schema.json"):
            raise BundleError(f"is too large to be a model ({size:,} bytes unpacked). {_AGAIN}")
        return {m.filename: _inflated(archive, m) for m in members}


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as file:
        return file.read(member.file_size)  # without a number it inflates a gigabyte before it looks at the size


def _nodes(schema: Any) -> Iterator[tuple[str, str]]:
    """Yield loader and type of every node of a schema, however deep; a node without a loader counts as strange."""
    left = [schema]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            if "__loader__" in node or "__class__" in node or "__module__" in node:
                yield str(node.get("__loader__")), f"{node.get('__module__')}.{node.get('__class__')}"
            left.extend(node.values())
        elif isinstance(node, list):
            left.extend(node)


class _Reader:
    """Builds a model from the nodes of a schema and the `members` beside it; `left` are the members that nothing asked for."""

    def __init__(self, members: dict[str, bytes]) -> None:
        self.left = members
        self._arrays: dict[str, NDArray[Any]] = {}
        self._sizes: dict[str, int] = {}

    def object(self, node: Any, name: str, place: str = "") -> Any:
        """Return an object of the class `name`; it is a fitted one at the root and in an attribute with a ``_``."""
        fitted = place.endswith("_") or not place
        kinds = {key: kind for key, kind in MODELS[name].items() if fitted or not key.endswith("_")}
        state = _items(_content(node, "ObjectNode", name, place), place)
        if odd := sorted(state.keys() ^ kinds.keys()):
            raise BundleError(f"holds a {name} with other attributes than that class has: {shown(', '.join(odd))}. {_AGAIN}")
        values = {key: self._value(state[key], kind, f"{place}.{key}".lstrip(".")) for key, kind in kinds.items()}
        return _made(READ_AS.get(name, name), values)

    def _value(self, node: Any, kind: str, place: str) -> Any:
        what, *rest = kind.split()
        if what in MODELS:
            return self.object(node, what, place)
        if what == "optional":
            return None if node["__loader__"] == "JsonNode" and _plain(node, place) is None else self.object(node, rest[0], place)
        if what == "dict" or (what == "setting" and node["__loader__"] == "DictNode"):
            items, inner = _items(node, place), " ".join(rest[1:]) or what
            if rest and len(items) > self._sizes[rest[0]]:
                raise BundleError(f"holds more in {place} than it has {rest[0]}. {_AGAIN}")
            return {key: self._value(value, inner, place) for key, value in items.items()}
        if what == "pairs":
            value: Any = tuple(_plain(one, place) for one in _content(node, "TupleNode", "builtins.tuple", place))
            fits = all(type(one) is int and 0 <= one < 1 << 64 for one in value)
        elif rest:
            value = self._array(node, place)
            fits = KINDS[what](value) and value.ndim == len(rest) and all(map(self._sized, rest, value.shape))
        else:
            value = _plain(node, place)
            fits = PLAIN[what](value) if what in PLAIN else isinstance(value, float) and KINDS[what](np.asarray(value))
        if not fits:
            raise BundleError(f"holds something else in {place} than a model does ({kind}). {_AGAIN}")
        return value

    def _sized(self, dimension: str, size: int) -> bool:
        """Return whether a dimension has its size, or has one for the first time."""
        return dimension == "*" or 0 < size == (int(dimension) if dimension.isdigit() else self._sizes.setdefault(dimension, size))

    def _array(self, node: Any, place: str) -> NDArray[Any]:
        name = _content(node, "NdArrayNode", "numpy.ndarray", place, "file")
        if name not in self._arrays:
            data = self.left.pop(name)
            head = _HEADER.match(data)
            if head is None or int.from_bytes(data[8:10], "little") != head.end() - 10:
                raise BundleError(f"holds an array in {place} that is none of numbers or labels. {_AGAIN}")
            dtype, shape = np.dtype(head[1].decode()), [int(size) for size in head[3].split(b",")]
            values = np.frombuffer(data, dtype, offset=head.end()).reshape(shape, order="F" if head[2] == b"True" else "C")
            self._arrays[name] = values.astype(dtype.newbyteorder("="), order="K")
        return self._arrays[name]


def _content(node: Any, loader: str, kind: str, place: str, key: str = "content") -> Any:
    """Return what a node holds, if it is of this loader and type."""
    module, _, own = kind.rpartition(".")
    found = tuple(node.get(f"__{part}__") for part in ("loader", "module", "class"))
    if found != (loader, module, own):
        raise BundleError(f"holds {shown(f'{found[1]}.{found[2]} ({found[0]})')} in the place of {kind} ({place or 'the model'}). {_AGAIN}")
    return node[key]


def _items(node: Any, place: str) -> dict[str, Any]:
    """Return the nodes that a node of a dict holds; its keys are texts."""
    items: dict[str, Any] = _content(node, "DictNode", "builtins.dict", place)
    for _key, kind in zip(items.keys(), _content(node["key_types"], "ListNode", "builtins.list", place), strict=True):
        _content(kind, "TypeNode", "builtins.str", place, "__module__")
    return items


def _plain(node: Any, place: str) -> Any:
    return json.loads(_content(node, "JsonNode", "builtins.str", place))
