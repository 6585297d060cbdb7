"""From labelled sentences to a bundle of definitions, and how right it is.

Takes JSONL lines ``{"text", "definition": bool, "term": …}``, of which the last is optional; the shipped ones say by character
which words are defined by which, and for which profile.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn import __version__ as sklearn_version
from sklearn.metrics import precision_recall_fscore_support
from spacy.about import __version__ as spacy_version

import smsn.definitions.slots as slots
import smsn.definitions.spans as spans
from smsn import bundle as bundles
from smsn import resources
from smsn.bundle import Bundle
from smsn.definitions import golden
from smsn.definitions.candidate import PROFILES
from smsn.definitions.finder import DefinitionFinder, load, mentions_in, pair_of
from smsn.definitions.parsing import parsed
from smsn.definitions.scorer import DefinitionModel, Examples
from smsn.definitions.sentences import Sentence, Words, cut, tokens_of, worded
from smsn.definitions.slots import Parse
from smsn.definitions.spans import Described
from smsn.errors import CorpusError
from smsn.features import extract
from smsn.terms import Pair
from smsn.version import __version__

if TYPE_CHECKING:
    pass

Chars = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Defined:
    """By which words a term is defined, in characters; `genus` are the heads of the class, none where there is no class."""

    term: Chars
    definiens: Chars
    genus: tuple[Chars, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A text, whether it defines a term, and which.

    `term` is the one that counts, `pair` its pair, `definiens` the words that define it (or might); `profile` says for which
    profiles a definition counts ("broad": for that alone); `defines` are all definitions of the text, where they are marked,
    `denied` words that may look defined and are not; `group` is the passage, `author` who wrote it.
    """

    text: str
    definition: bool
    term: str | None = None
    pair: tuple[str, str] | None = None
    definiens: Chars | None = None
    profile: str = "strict"
    defines: tuple[Defined, ...] = ()
    denied: tuple[Chars, ...] = ()
    group: str = ""
    author: str = ""


_WRITERS = 10  # at least so many, or writers are not held out whole


def read(path: Path | str) -> list[LabelledSentence]:
    """Return the labelled sentences of a JSONL file.

    Raises
    ------
    CorpusError
        If the file is missing or a line breaks the schema; the message says which.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # not splitlines: U+2028 may stand in a text
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(
            f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}. Give a JSONL file in UTF-8 with text and definition."
        ) from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line)))
        except ValueError as error:
            raise CorpusError(
                f"{path}:{number}: breaks the schema: {error}. Each line needs text and definition (true or false); "
                "term, pair and definiens are optional. Fix the line and run again."
            ) from error
    if not rows:
        raise CorpusError(f"{path}: holds no sentences. Each line needs text and definition.")
    return rows


def _row(row: Any) -> LabelledSentence:
    """Return one parsed line as a labelled sentence.

    Raises
    ------
    ValueError
        If a field is missing or has the wrong type; the message says which.
    """
    if not isinstance(row, dict):
        raise ValueError(f"the line is not an object but {type(row).__name__}")
    text, definition, term, pair, definiens = (row.get(k) for k in ("text", "definition", "term", "pair", "definiens"))
    if not isinstance(text, str) or not isinstance(definition, bool):
        raise ValueError(f"text is {text!r} and definition is {definition!r}")
    if term is not None and not (isinstance(term, str) and term.strip()):
        raise ValueError(f"term is {term!r}, not a word")
    terms = None
    if pair is not None:
        if not isinstance(pair, list):
            raise ValueError(f"pair is {pair!r}, not a list of two terms")
        terms = Pair.of(pair).terms
        if term is not None and term.casefold() not in (t.casefold() for t in terms):
            raise ValueError(f"term is {term!r}, which is not in the pair {terms[0]!r} / {terms[1]!r}")
    profile = row.get("profile") or PROFILES[0]
    if profile not in PROFILES:
        raise ValueError(f"profile is {profile!r}; profiles are: {', '.join(PROFILES)}")
    defines = row.get("defines") or []
    if not isinstance(defines, list) or not all(isinstance(d, dict) for d in defines):
        raise ValueError("defines is not a list of objects with term, definiens and genus")
    marked = tuple(Defined(_needed(d.get("term"), text), _needed(d.get("definiens"), text), tuple(_needed(g, text) for g in d.get("genus") or ())) for d in defines)
    denied = tuple(_needed(span, text) for span in row.get("not") or ())
    return LabelledSentence(text, definition, term, terms, _span(definiens, text), profile, marked, denied, str(row.get("passage") or ""), str(row.get("author") or ""))


def _needed(span: Any, text: str) -> Chars:
    found = _span(span, text)
    if found is None:
        raise ValueError("a span in defines or not is missing; each is the first and last + 1 of the text's characters")
    return found


def _span(span: Any, text: str) -> Chars | None:
    if span is None:
        return None
    whole = isinstance(span, list) and len(span) == 2 and all(type(x) is int for x in span)
    if not whole or not 0 <= span[0] < span[1] <= len(text):
        raise ValueError(f"definiens is {span!r}, not the first and last + 1 of the text's {len(text)} characters")
    return (span[0], span[1])


def train(data: Path | str | None = None, out: Path | str | None = None) -> Bundle:
    """Return a bundle trained on labelled sentences; saved in the folder `out` if one is given.

    Parameters
    ----------
    data : path, optional
        A labelled JSONL file; the shipped sentences without it.
    out : path, optional
        Folder of the new bundle.

    Raises
    ------
    CorpusError
        If the file breaks the schema, its candidates are all right or all wrong, or they stand in one text only.
    """
    rows = read(data if data is not None else resources.folder("corpus") / "definitions.jsonl")
    labels = {row.definition for row in rows}
    if len(labels) < 2:
        raise CorpusError(f"training needs sentences with and without a definition, got {len(rows)} sentences, all {'with' if True in labels else 'without'}. Label more.")
    X = examples(rows)
    if len(set(X.groups)) < 2:
        raise CorpusError("training needs sentences of two texts or more, and all stand in one. Label more.")
    if not all(known.any() and len(set(defines[known])) == 2 for defines, known in zip(X.defines, X.known, strict=True)):
        raise CorpusError("training needs sentences with and without a definition, and the words of some. Label more.")
    unmarked = not len(X.exact)
    taught: DefinitionModel | None = None
    if unmarked:  # where the words are not marked, the shipped model says which term is meant and which words define
        taught = load().model
        X = replace(X, defined=_guessed(X, taught))
    model = DefinitionModel().fit(X)
    if taught is not None:
        model.span_coef_ = taught.span_coef_
    manifest = {
        "task": "definitions",
        "labels": ["definition", "other"],
        "profiles": {profile: round(model.threshold(profile), 3) for profile in PROFILES},
        "corpus": {
            "comments": len(rows),
            "definitions": sum(row.definition for row in rows),
            "marked": sum(len(row.defines) for row in rows),
            "fingerprint": _fingerprint(rows),
        },
        "out_of_fold": {profile: _scores(X.defines[k][X.known[k]], model.held_out_[k][X.known[k]] >= model.thresholds_[k]) for k, profile in enumerate(PROFILES)},
        "columns": len(model.vectorizer_.names_),
        "made_with": {
            "smsn": __version__,
            "spacy": spacy_version,
            "scikit-learn": sklearn_version,
            "python": platform.python_version(),
        },
    }
    manifest["golden"] = golden.predictions(DefinitionFinder.of(Bundle(model, {"name": "new"})).pipe)
    bundle = Bundle(model, manifest)
    return bundle if out is None else bundles.save(bundle, out, card(manifest))


def _guessed(X: Examples, taught: DefinitionModel) -> NDArray[np.float64]:
    """Return what is known of the slots; in a sentence that defines nobody knows which term, the likeliest counts as the one.

    The first step of multiple-instance learning (Andrews, Tsochantaridis and Hofmann 2002), started from the shipped model.
    """
    defined = X.defined.copy()
    scores = taught.slot_scores(X.slots)
    known = np.zeros(len(X.groups), bool)
    known[X.owners[X.defined == 1]] = True
    order = np.lexsort((-scores, X.owners))
    best = order[np.diff(X.owners[order], prepend=-1) > 0]
    open_ = best[X.defines[-1][X.owners[best]] & X.known[-1][X.owners[best]] & ~known[X.owners[best]]]
    defined[open_] = 1.0
    return defined


def examples(rows: Sequence[LabelledSentence]) -> Examples:
    """Return what a model is fitted to: the sentence that counts of each text, parsed, with its candidates and what is known of them.

    Of a text whose words are not marked the longest sentence counts. Where a term is defined but not marked, the slots of that
    sentence are left out.
    """
    cuts, masked = cut([(row.text, ()) for row in rows])
    chosen = [(row, sentence) for row, mine in zip(rows, cuts, strict=True) if (sentence := _chosen(row, mine)) is not None]
    words = [_worded(row, sentence) for row, sentence in chosen]
    docs = parsed(words)
    stood: list[list[str]] = []
    owners: list[int] = []
    defined: list[float] = []
    asked: list[bool] = []
    told: list[Described] = []
    exact: list[bool] = []
    terms: list[int] = []
    term = 0
    for number, ((row, _), mine, doc) in enumerate(zip(chosen, words, docs, strict=True)):
        parse = Parse.of(doc)
        for place, label, about in _slots_of(row, mine, parse):
            stood.append(slots.describe(parse, place))
            owners.append(number)
            defined.append(label)
            asked.append(about)
        for found in row.defines:
            described, right = _spans_of(found, mine, parse)
            told.append(described)
            exact += right
            terms += [term] * len(right)
            term += 1
    defines = np.array([[row.definition and (profile == "broad" or row.profile == "strict") for row, _ in chosen] for profile in PROFILES])
    defining = {row.text for row in rows if row.definition}
    counts = [row.definition or row.text not in defining for row, _ in chosen]  # another line may say that it defines another term
    known = np.array([[count and (profile == "broad" or not row.definition or row.profile == "strict") for count, (row, _) in zip(counts, chosen, strict=True)] for profile in PROFILES])
    return Examples(
        extract(masked.take([sentence.place for _, sentence in chosen])), defines, known, np.array([row.pair is None for row, _ in chosen]), _groups(chosen),
        stood, np.array(owners, dtype=np.int64), np.array(defined, dtype=np.float64), np.array(asked, dtype=bool), spans.joined(told), np.array(exact, dtype=bool), np.array(terms, dtype=np.int64),
    )  # fmt: skip


def _groups(chosen: Sequence[tuple[LabelledSentence, Sentence]]) -> list[str]:
    """Return what is held out together: all of a writer, if there are enough of them, else a passage; and in any case copies."""
    texts = [_plain(row.text[sentence.start : sentence.end]) for row, sentence in chosen]
    passages = [row.group or text for (row, _), text in zip(chosen, texts, strict=True)]
    by_author = _together(texts, passages, [row.author or passage for (row, _), passage in zip(chosen, passages, strict=True)])
    return by_author if len(set(by_author)) >= _WRITERS else _together(texts, passages)


def _together(*names: Sequence[str]) -> list[str]:
    """Return a group for each row; rows that share a name of one kind are in one."""
    size = len(names[0])
    rows = np.tile(np.arange(size), len(names))
    _, columns = np.unique([f"{kind} {name}" for kind, mine in enumerate(names) for name in mine], return_inverse=True)
    shared = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(size, int(columns.max(initial=-1)) + 1))
    return [str(group) for group in connected_components(shared @ shared.T, directed=False)[1]]


def _plain(text: str) -> str:
    """Return a sentence without case and punctuation: copies of it are held out together."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _chosen(row: LabelledSentence, sentences: Sequence[Sentence]) -> Sentence | None:
    """Return the sentence of a text that its label is about."""
    mark = row.defines[0].term[0] if row.defines else row.definiens[0] if row.definiens else None
    if mark is not None:
        return next((s for s in sentences if s.start <= mark < s.end), None)
    return max(sentences, key=lambda s: s.end - s.start, default=None)


def _worded(row: LabelledSentence, sentence: Sentence) -> Words:
    """Return the words of a sentence, a pair's terms by stand-ins, as they are when a pair is asked for."""
    mentions = []
    if row.pair is not None:
        mentions = [m for m in mentions_in(row.text, pair_of(row.pair)) if sentence.start <= m[0] and m[1] <= sentence.end]
    return worded(row.text, sentence.start, sentence.end, mentions)


def _slots_of(row: LabelledSentence, words: Words, parse: Parse) -> Iterator[tuple[tuple[int, int], float, bool]]:
    """Yield the places of terms in a sentence, each with 1 (defined), 0 (not) or NaN (nobody has said), and whether the label is about it."""
    if row.pair is not None:
        mentions = [i for i, term in words.mentions if row.term is None or term.casefold() == row.term.casefold()]
        near = tokens_of(words, *row.definiens) if row.definiens else None
        closest = min(mentions, key=lambda i: abs(i - near[0]) if near else i, default=None)
        yield from (((i, i + 1), float(row.definition) if i == closest else np.nan, False) for i in mentions)
        return
    right = [tokens_of(words, *found.term) for found in row.defines]
    if not right and row.term is not None:
        right = [tokens_of(words, start, end) for start, end, _term in mentions_in(row.text, pair_of(row.term))]
    if not row.definition and row.term is not None:  # another term may be defined there
        yield from ((place, 0.0, True) for place in right if place is not None)
        return
    marked = {*(p for p in right if p is not None), *(p for span in row.denied if (p := tokens_of(words, *span)) is not None)}
    heads = {parse.head(p) for p in right if p is not None}
    places = slots.candidates(parse)
    same = {parse.head(p) for p in places}
    exact = {parse.head(p) for p in right if p in places}
    for place in (*places, *sorted(p for p in marked if p not in places and (row.denied or parse.head(p) not in same))):
        about = place in marked
        if not row.definition:
            yield place, 0.0, about
        elif parse.head(place) in heads:
            yield place, float(place in right or parse.head(place) not in exact), about
        elif not heads or row.term is not None or any(p is not None and p[0] < place[1] and place[0] < p[1] for p in right):
            yield place, np.nan, about
        else:
            yield place, 0.0, about


def _spans_of(found: Defined, words: Words, parse: Parse) -> tuple[Described, list[bool]]:
    """Return the candidates for the words that define a term, and for each whether it is the one marked."""
    place = tokens_of(words, *found.term)
    mine = [span for span in spans.candidates(parse) if not (span[0] < place[1] and place[0] < span[1])] if place is not None else []
    if place is None or not mine:
        return spans.describe(parse, (0, 1), ()), []
    exact = [(words.places[first][0], words.places[last - 1][1]) == found.definiens for first, last in mine]
    return spans.describe(parse, place, mine), exact


def evaluate(bundle: Bundle | Path | str, data: Path | str, profile: str = "broad") -> dict[str, Any]:
    """Return how well a bundle tells sentences that define their term from others.

    Parameters
    ----------
    bundle : Bundle or path
        The model.
    data : path
        A labelled JSONL file that the bundle was not trained on.
    profile : {"strict", "broad"}
        What counts as a definition.

    Returns
    -------
    dict
        precision, recall and f1 of "this sentence holds a definition" (in [0, 1]), n, and a signature.
    """
    if not isinstance(bundle, Bundle):
        bundle = load(bundle)
    rows = read(data)
    finder = DefinitionFinder.of(bundle, profile)
    found = finder.pipe((row.text, Pair.of(row.pair) if row.pair else row.term) for row in rows)
    bar = bundle.model.threshold(profile)
    predicted = np.array([any((row.pair is None or d.probability >= bar) and (row.term is None or d.term.casefold() == row.term.casefold()) for d in mine) for row, mine in zip(rows, found, strict=True)], dtype=bool)
    gold = np.array([row.definition and (profile == "broad" or row.profile == "strict") for row in rows], dtype=bool)
    told: dict[str, Any] = {"n": len(rows), "profile": profile, **_scores(gold, predicted)}
    told["signature"] = (
        f"f1 {told['f1']:.3f} | precision {told['precision']:.3f} | recall {told['recall']:.3f} | n:{len(rows)} | profile:{profile} | "
        f"model:{bundle.name} | corpus:{_fingerprint(rows)} | smsn:{__version__}"
    )
    return told


def _scores(gold: Any, predicted: Any) -> dict[str, float]:
    precision, recall, f1, _ = precision_recall_fscore_support(gold, predicted, average="binary", zero_division=0.0)
    return {"precision": round(float(precision), 4), "recall": round(float(recall), 4), "f1": round(float(f1), 4)}


def _fingerprint(rows: Sequence[LabelledSentence]) -> str:
    lines = sorted(json.dumps([r.text, r.definition, r.term, r.definiens, r.profile, [[d.term, d.definiens, d.genus] for d in r.defines]], ensure_ascii=False) for r in rows)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def card(manifest: dict[str, Any]) -> str:
    """Return the model card: what the manifest says, as a page for people."""
    corpus, scores = manifest["corpus"], manifest["out_of_fold"]
    each = "; ".join(f"{profile}: precision {s['precision']:.3f}, recall {s['recall']:.3f}, F1 {s['f1']:.3f}, from a probability of {manifest['profiles'][profile]:.2f}" for profile, s in scores.items())
    rows = {
        "trained on": f"{corpus['comments']:,} sentences, {corpus['definitions']:,} with a definition, {corpus['marked']:,} marked word by word, corpus `{corpus['fingerprint']}`",
        "sentences told apart, out of fold by passage": each,
        "model": f"linear support vectors over {manifest['columns']:,} features of the sentence, the slot of the term and the words that define it",
        "made with": ", ".join(f"{name} {version}" for name, version in manifest["made_with"].items()),
    }
    table = "\n".join(f"| {name} | {value} |" for name, value in rows.items())
    return f"""# A smsn definitions model

Says whether a sentence defines a term, which, and by which words.
Generated by `smsn train --task definitions`.

| | |
|---|---|
{table}

The thresholds are those at which the F1 above is highest, so it is slightly favourable.
"""
