"""The parser's network, quicker on a processor: each word of a batch embedded once, products of matrices by numpy.

Takes a loaded pipeline and changes how it computes, not what: a word's first vector rests on the word alone, and texts repeat their
words. numpy's library multiplies faster than the one that spaCy brings on many processors; sums are rounded in another order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from thinc.api import Model

_NETWORKS = ("tok2vec", "tagger", "parser")
_EMBEDDING = ("extract_features", "list2ragged", "with_array", "with_array", "ragged2list")
"""The layers of spaCy's MultiHashEmbed: features of words, and networks over rows that know nothing of each other."""


def quicken(nlp: Language) -> Language:
    """Return `nlp` with a network that computes the same more quickly; as it is where it was not made for a plain processor."""
    from thinc.api import NumpyOps

    networks: list[Model[Any, Any]] = [model for name in _NETWORKS if nlp.has_pipe(name) and (model := getattr(nlp.get_pipe(name), "model", None)) is not None]
    nodes = [node for network in networks for node in network.walk()]
    if any(type(node.ops) is not NumpyOps for node in nodes):
        return nlp
    ops = NumpyOps(use_blis=False)
    for node in nodes:
        node.ops = ops
        for i, layer in enumerate(node.layers):
            if tuple(part.name.split("(")[0] for part in layer.layers) == _EMBEDDING:
                node.layers[i] = _each_once(layer)
    return nlp


def _each_once(embedding: Model[Any, Any]) -> Model[Any, Any]:
    """Return a model that embeds every word of a batch once."""
    from thinc.api import Model

    features, _ragged, hashed, mixed, _listed = embedding.layers
    odd: Any = np.random.default_rng(0).integers(0, 2**63, size=64, dtype=np.uint64) * np.uint64(2) + np.uint64(1)

    def forward(model: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[list[Any], Any]:
        rows: list[Any] = features.predict(docs)
        words = np.concatenate(rows)
        _keys, first, which = np.unique(words @ odd[: words.shape[1]], return_index=True, return_inverse=True)
        vectors = mixed.predict(hashed.predict(words[first]))[which]
        return np.split(vectors, np.cumsum([len(mine) for mine in rows[:-1]])), _untrained

    return Model("each_once", forward, layers=[embedding])


def _untrained(gradients: Any) -> Any:
    raise RuntimeError("this parser reads and is not trained: train the one that spaCy loads")
