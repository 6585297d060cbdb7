"""A model file, audited before anything in it is built.

Takes the bytes of a skops file, gives the model. Nothing but what :data:`NODES` lists is ever built, whatever skops itself
would trust, and nothing is unpacked that is larger than it may be. Imports only ``errors`` and the persistence library.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Iterator
from typing import Any

from numpy.lib import format as npy

from smsn.errors import BundleError

OBJECTS = (
    "smsn.columns.FeatureVectorizer",
    "smsn.rationales.RationaleModel",
    "smsn.views.ViewClassifier",
    "smsn.views.ViewModel",
    "smsn.definitions.scorer.DefinitionModel",
)
"""The classes of which a model file may hold objects."""

NODES = frozenset(
    {("ObjectNode", name) for name in OBJECTS}
    | {("NdArrayNode", "numpy.ndarray"), ("DictNode", "builtins.dict"), ("ListNode", "builtins.list"), ("TupleNode", "builtins.tuple")}
    | {("JsonNode", "builtins.str")}
    | {("TypeNode", f"builtins.{name}") for name in ("str", "int", "float", "bool")}
)
"""Everything that a model file may hold: the loader of a node and the type that it builds."""

ARRAYS = frozenset({"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"})
"""Kinds and widths of the numbers in an array; texts (U) may have any width."""

MEMBERS, SCHEMA, UNPACKED = 256, 16 << 20, 2 << 30
"""Most members of an archive, most bytes of its schema, most bytes of all of it unpacked."""


def dump(model: Any) -> bytes:
    """Return a model as the bytes of a compressed skops file."""
    from skops import io as skops

    return bytes(skops.dumps(model, compression=zipfile.ZIP_DEFLATED, compresslevel=9))


def read(data: bytes) -> Any:
    """Return the model in the bytes of a skops file.

    Raises
    ------
    BundleError
        If it is no such file, is damaged or too large, or holds anything that is not in :data:`NODES`; nothing has been built then.
    """
    if data[:2] == b"\x80\x04" or data[:1] in (b"\x80", b"c", b"("):
        raise BundleError("is a pickle or joblib file, which can run code. Nothing was loaded. Ask its author for a bundle made by smsn train.")
    from skops import io as skops

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _audit(archive)
        return skops.loads(data, trusted=list(OBJECTS))
    except BundleError:
        raise
    except Exception as error:  # zipfile, json and skops raise whatever a broken archive provokes
        raise BundleError(f"cannot be read as a model ({type(error).__name__}: {error}). Copy the bundle again, or retrain it with: smsn train") from error


def _audit(archive: zipfile.ZipFile) -> None:
    """Raise unless the archive holds a schema and arrays of the sizes that they state, and the schema nothing strange."""
    members = archive.infolist()
    arrays = [m for m in members if m.filename != "schema.json"]
    for member in arrays:
        if not member.filename.removesuffix(".npy").isalnum() or not member.filename.endswith(".npy"):
            raise BundleError(f"holds the member {member.filename!r}, which no model has. Nothing was loaded.")
    size = sum(m.file_size for m in members)
    if len(members) > MEMBERS or size > UNPACKED or any(m.file_size > SCHEMA for m in members if m not in arrays):
        raise BundleError(f"is too large to be a model ({len(members)} members, {size:,} bytes unpacked). Nothing was loaded.")
    strange = sorted({f"{module} ({loader})" for loader, module in _nodes(json.loads(archive.read("schema.json"))) if (loader, module) not in NODES})
    if strange:
        raise BundleError(f"holds types that are not trusted: {', '.join(strange[:5])}. Nothing was loaded. Ask its author for a bundle made by smsn train.")
    for member in arrays:
        _audit_array(archive, member)


def _audit_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Raise unless an array holds as many numbers as its header says, before room is made for them."""
    with archive.open(member) as file:
        version = npy.read_magic(file)
        shape, _order, dtype = (npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0)(file)
        if dtype.kind != "U" and dtype.str[1:] not in ARRAYS:
            raise BundleError(f"holds an array of {dtype}, which no model has. Nothing was loaded.")
        if file.tell() + math.prod(shape) * dtype.itemsize != member.file_size:
            raise BundleError(f"holds an array that is not as large as it says ({member.filename}). Nothing was loaded.")


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
