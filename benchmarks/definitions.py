"""How well definitions are found, told apart from what only looks like one, and how fast.

    python benchmarks/definitions.py                                # corpus/definitions_heldout.jsonl, peers, speed
    python benchmarks/definitions.py --page PATH/page.txt           # every definition of either term in a saved page
    python benchmarks/definitions.py --curve                        # bundles trained on a part of the sentences
    python benchmarks/definitions.py --deft FOLDER [--retrain]      # deft.dev.jsonl; with --retrain a bundle trained on deft.train.jsonl

Sentences: F1 of "this sentence holds a definition", any term. In those found: whether the term, the words that define it, both, and the class
word (its first four letters) are the marked ones. Peers read the same sentences: a regular expression (is/are/means and an article), textacy's
semistructured statements and scispaCy's Hearst patterns if they are installed (``pip install textacy``; ``pip install --no-deps scispacy``). Speed is
in words a second on one core, beside ``en_core_web_sm`` without its entity recognizer over the same text in the same run: the held-out passages, dense
with definitions, and comments of the corpus that hold no view and none of whose sentences was labelled, as ordinary prose. On a page "plain" are the sentences in which a term, but for hedges and remarks in
brackets, is followed by a form of "be" and an article, and which does not stand behind "of" or as the second of two.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from sklearn.metrics import precision_recall_fscore_support

from smsn import resources
from smsn.bundle import Bundle
from smsn.definitions import DefinitionFinder, slots
from smsn.definitions.finder import PROFILES, load
from smsn.definitions.parsing import parser
from smsn.definitions.training import LabelledSentence, read, train
from smsn.masked import mask
from smsn.readers import open_source
from smsn.terms import Pair, find_mentions
from smsn.titles import pair_in_use

PLAIN = re.compile(r"(?<!T and )(?<!of )T (?:(?:just|really|basically|simply|also|still) )?(?:is|are) (?:(?:just|really|basically|simply|also|not) )?(?:an?|the|one) \S+")
REGEX = re.compile(r"(?i)\b(?:is|are|means?)\s+(?:an?|the)\b")
ROUNDS = 5

Answer = Callable[[Sequence[str]], list[bool]]


def scores(gold: Sequence[bool], found: Sequence[bool]) -> str:
    """Return F1, precision and recall as text."""
    precision, recall, f1, _ = precision_recall_fscore_support(gold, found, average="binary", zero_division=0.0)
    return f"F1 {f1:.3f}, precision {precision:.3f}, recall {recall:.3f}, n {len(gold)}"


def peers() -> dict[str, Answer]:
    """Return what is installed, by name."""
    found: dict[str, Answer] = {"regular expression": lambda texts: [bool(REGEX.search(text)) for text in texts]}
    if find_spec("textacy"):
        from textacy import extract

        everything = re.compile(r"\w[\w-]*")
        found["textacy statements"] = lambda texts: [
            any(True for cue in ("be", "mean") for _ in extract.semistructured_statements(doc, entity=everything, cue=cue)) for doc in parser().pipe(texts)
        ]
    if find_spec("scispacy"):
        from scispacy.hyponym_detector import HyponymDetector

        detector = HyponymDetector(parser(), extended=True)
        found["scispaCy Hearst patterns"] = lambda texts: [bool(detector(doc)._.hearst_patterns) for doc in parser().pipe(texts)]
    return found


def parts(rows: Sequence[LabelledSentence], finder: DefinitionFinder) -> None:
    """Print how exact the parts of the definitions are, in the sentences in which one is found."""
    count: Counter[str] = Counter()
    for row, found in zip(rows, finder.pipe((row.text, None) for row in rows), strict=True):
        if not row.defines or not found:
            continue
        count["found"] += 1
        count["term"] += any(d.term_span == m.term for d in found for m in row.defines)
        count["definiens"] += any(d.definiens_span == m.definiens for d in found for m in row.defines)
        count["both"] += any((d.term_span, d.definiens_span) == (m.term, m.definiens) for d in found for m in row.defines)
        heads = {row.text[start:end].lower()[:4] for m in row.defines for start, end in m.genus}
        count["with a class word"] += bool(heads)
        count["genus"] += bool(heads) and any((d.genus or "").lower()[:4] in heads for d in found)
    n, classed = max(1, count["found"]), max(1, count["with a class word"])
    print(f"  exact in {count['found']} found: term {count['term'] / n:.3f}, definiens {count['definiens'] / n:.3f}, both {count['both'] / n:.3f}; genus {count['genus'] / classed:.3f} of {classed}")


def asked(rows: Sequence[LabelledSentence], finder: DefinitionFinder) -> str:
    """Return the scores where one term is asked for: the one that is defined, or one that only looks it."""
    spans = [(row, row.defines[0].term if row.definition else row.denied[0]) for row in rows if row.defines or row.denied]
    named = [(row, re.sub(r"(?i)^(?:the|an?)\s+", "", row.text[slice(*span)])) for row, span in spans]
    queries = [(row, term) for row, term in named if term and term.lower() not in slots.PRONOUNS]
    found = finder.pipe((row.text, term) for row, term in queries)
    return scores([row.definition for row, _ in queries], [bool(mine) for mine in found])


def held_out(model: Bundle) -> None:
    """Print scores, parts and peers on the held-out sentences: running text, and single sentences of comments."""
    everything = read(resources.folder("corpus") / "definitions_heldout.jsonl")
    of_comments = [row.group.startswith("c-") for row in everything]
    for name, rows in (("text", [r for r, c in zip(everything, of_comments, strict=True) if not c]), ("comments", [r for r, c in zip(everything, of_comments, strict=True) if c])):
        for profile in PROFILES:
            kept = [row for row in rows if not row.definition or profile == "broad" or row.profile == "strict"]
            gold = [row.definition for row in kept]
            finder = DefinitionFinder.of(model, profile)
            print(f"held out, {name}, {profile}: {scores(gold, [bool(found) for found in finder.pipe((row.text, None) for row in kept)])}")
            print(f"  with a term given: {asked(kept, finder)}")
            parts([row for row in kept if row.definition], finder)
            for peer, answer in peers().items():
                print(f"  {peer}: {scores(gold, answer([row.text for row in kept]))}")


def curve() -> None:
    """Print what bundles trained on a part of the passages and comments find in the held-out text."""
    lines = (resources.folder("corpus") / "definitions.jsonl").read_text(encoding="utf-8").splitlines()
    passages = sorted({json.loads(line).get("passage") or line for line in lines})
    rows = [row for row in read(resources.folder("corpus") / "definitions_heldout.jsonl") if not row.group.startswith("c-")]
    order = np.random.default_rng(13).permutation(len(passages))
    for share in (1 / 8, 1 / 4, 1 / 2, 1):
        kept = {passages[i] for i in order[: round(share * len(passages))]}
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines if (json.loads(line).get("passage") or line) in kept)
            file.flush()
            model = train(file.name)
        for profile in PROFILES:
            mine = [row for row in rows if not row.definition or profile == "broad" or row.profile == "strict"]
            finder = DefinitionFinder.of(model, profile)
            print(f"{model.manifest['corpus']['comments']:,} sentences, {profile}: {scores([row.definition for row in mine], [bool(f) for f in finder.pipe((row.text, None) for row in mine)])}")
            parts([row for row in mine if row.definition], finder)


def deft(model: Bundle, folder: Path, retrain: bool) -> None:
    """Print the scores on deft.dev.jsonl: of the shipped bundle and, if asked for, of one trained on deft.train.jsonl."""
    rows = [json.loads(line) for line in (folder / "deft.dev.jsonl").read_text(encoding="utf-8").splitlines()]
    gold = np.array([row["definition"] for row in rows])
    fresh = np.array([not row["also_in_train"] for row in rows])
    models = [("shipped", model)]
    if retrain:
        for name, with_term in (("retrained, no terms", False), ("retrained, terms given", True)):
            models.append((name, retrained(folder / "deft.train.jsonl", with_term)))
    for name, one in models:
        for profile in PROFILES if one is model else PROFILES[-1:]:
            found = np.array([bool(f) for f in DefinitionFinder.of(one, profile).pipe((row["text"], None) for row in rows)])
            print(f"deft.dev, {name}, {profile}: {scores(gold, found)}; not in train: {scores(gold[fresh], found[fresh])}")
    for name, answer in peers().items():
        found = np.array(answer([row["text"] for row in rows]))
        print(f"deft.dev, {name}: {scores(gold, found)}")


def retrained(path: Path, with_term: bool) -> Bundle:
    """Return a bundle trained on sentences and their labels, and the first marked term of those that define."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            spans = [span for mine in row["terms"].values() for span in mine]
            line = {"text": row["text"], "definition": row["definition"]}
            if with_term and row["definition"] and spans:
                line["term"] = row["text"][slice(*spans[0])]
            file.write(json.dumps(line) + "\n")
        file.flush()
        return train(file.name)


def speed(model: Bundle) -> None:
    """Print words a second on dense text and on ordinary prose, beside the parser alone."""
    passages: dict[str, list[str]] = {}
    for row in read(resources.folder("corpus") / "definitions_heldout.jsonl"):
        passages.setdefault(row.group, []).append(row.text)
    dense = [" ".join(mine) for mine in passages.values() if len(mine) > 2]
    learnt = {row.group for row in read(resources.folder("corpus") / "definitions.jsonl")}
    lines = map(json.loads, (resources.folder("corpus") / "written.jsonl").read_text(encoding="utf-8").splitlines())
    prose = [row["text"] for row in lines if row["view"] == "none" and f"c-{row['id']}" not in learnt][:400]
    for name, texts in (("dense", dense), ("prose", prose)):
        words = sum(len(text.split()) for text in texts)
        for profile in PROFILES:
            finder = DefinitionFinder.of(model, profile)
            ours, theirs = [], []
            for _ in range(ROUNDS + 1):
                ours.append(timed(finder.pipe((text, None) for text in texts)))
                theirs.append(timed(parser().pipe(texts)))
            ratio = statistics.median(b / a for a, b in zip(ours[1:], theirs[1:], strict=True))
            print(f"{name}, {profile}: {words / statistics.median(ours[1:]):,.0f} words/s, en_core_web_sm {words / statistics.median(theirs[1:]):,.0f}, ratio {ratio:.2f} ({words:,} words)")


def timed(stream: Iterable[Any]) -> float:
    """Return the seconds that going through a stream takes."""
    started = time.perf_counter()
    for _ in stream:
        pass
    return time.perf_counter() - started


def page(path: str) -> None:
    """Print the definitions of the article and of each comment, then the recall over plain ones."""
    source = open_source(path, lambda reject: None)
    comments = list(source.comments) + ([source.article] if source.article else [])
    found = pair_in_use(source.title, [c.text for c in comments])
    if found is None:
        raise SystemExit("no pair in the title")
    pair = Pair(*found)
    finder, plain, hit = DefinitionFinder(), 0, 0
    for comment in comments:
        definitions = finder(comment.text, pair)
        for d in definitions:
            words = " ".join(comment.text[slice(*d.definiens_span)].split())
            print(f"{comment.id!s:8} {d.kind:11} {d.rule:14} {d.term} := {words}  [{d.genus or '-'}] {d.probability:.2f}")
        masked = mask([(comment.text, find_mentions(comment.text, pair))])
        words = ["T" if t >= 0 else w for w, t in zip(masked.words, masked.terms.tolist(), strict=True)]
        for first, last, question in zip(masked.first.tolist(), masked.last.tolist(), masked.question.tolist(), strict=True):
            line = " ".join(words[first:last])
            for match in PLAIN.finditer(line) if not question else ():
                found_here = any(masked.starts[first] <= d.definiens_span[0] <= masked.ends[last - 1] for d in definitions)
                plain += 1
                hit += found_here
                if not found_here:
                    print(f"{comment.id!s:8} not found: … {line[max(0, match.start() - 40) : match.end() + 30]} …")
    print(f'plain "X is a …": {hit} of {plain} found')


def main() -> None:
    """Print what is asked for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--page", help="a saved page")
    arguments.add_argument("--deft", type=Path, help="the folder of deft.dev.jsonl and deft.train.jsonl")
    arguments.add_argument("--retrain", action="store_true", help="train on deft.train.jsonl too; takes some minutes")
    arguments.add_argument("--model", help="a bundle of definitions; the shipped one without it")
    arguments.add_argument("--curve", action="store_true", help="what a part of the sentences gives; takes some minutes")
    asked = arguments.parse_args()
    if asked.curve:
        curve()
        return
    if asked.page:
        page(asked.page)
        return
    model = load(asked.model)
    if asked.deft:
        deft(model, asked.deft, asked.retrain)
        return
    held_out(model)
    speed(model)


if __name__ == "__main__":
    main()
