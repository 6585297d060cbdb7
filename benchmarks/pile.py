"""A pile of comments of any size about "social media" and "social networking", among others about anything else.

    python benchmarks/pile.py OUT.parquet --rows 10000000 [--off-topic 0.95] [--seed 13] [--words 27] [--threads] [--format parquet|jsonl]

For measuring time and memory, not views: no comment of the pile was ever said by anyone. A comment about the pair is spliced from sentences of the
comments of corpus/written.jsonl about it, and one of them names a term in full; one about anything else from sentences of offtopic.txt. Sentences are
drawn until the comment has about ``--words`` words, two at least; a comment of two, and some of the others about anything else, ends with a number and
a name. So texts hardly repeat, and a cache of whole texts gains nothing; sentences do repeat. The same arguments give the same rows, and the rows of a shorter pile begin those of a longer one.
Nothing of it is stored in the repository.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from smsn import resources

HOME = {"social media", "social networking"}
NAMED = re.compile(r"(?i)\bsocial[ -]?(?:media|networking)\b")  # written out, so that the pile does not change with the library
BATCH = 50_000  # rows a batch, and a row group
AUTHORS = 400_000
WORDS = 27
SEED = 13
FORMATS = ("parquet", "jsonl")
REMARKED = (0.0, 0.4)  # of the comments of either kind with three sentences or more: so many end with a number and a name
REPLIES = 0.85  # of the later comments of a thread: so many answer an earlier one
THREAD = (5, 40)  # comments
COLUMNS = [("id", pa.string()), ("text", pa.string()), ("author", pa.string()), ("score", pa.int64())]
THREAD_COLUMNS = [("thread", pa.string()), ("parent", pa.string())]

_END = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"”')])\s+|\n+")
_SHORTEST = 3  # words of a sentence
_SAMPLE = 20_000  # comments from which the target is found
_UNITS = "one two three four five six seven eight nine".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NAMES = (
    "Aled Anouk Bashir Beryl Bogdan Chidi Coralie Dilys Eamon Farida Gethin Greta Hamish Ilse Imran Jolanta Kwame Leocadia Lorcan Maeve Mirela Moira "
    "Nadir Nerys Olwen Osman Padraig Petronella Quentin Rhona Rufus Saoirse Sunil Tamsin Tariq Ulrike Vera Wilf Xanthe Yusuf Zelda"
).split()


@dataclass(frozen=True)
class Pool:
    """Sentences to draw from.

    `texts` are those about the pair (the first `lead` of them name a term), those about anything else, and remarks; `bounds` are the places where
    the three begin and the last ends. `lengths` are in words. `targets` are the words to aim at, for either kind.
    """

    texts: pa.Array
    lengths: np.ndarray
    bounds: tuple[int, int, int, int]
    lead: int
    targets: tuple[float, float]


def sentences(comments: Iterable[str], longest: float) -> list[str]:
    """Return the sentences of `comments`, each once, that have three words at least and `longest` at most."""
    found: dict[str, None] = {}
    for comment in comments:
        for sentence in _END.split(comment):
            words = sentence.split()
            if _SHORTEST <= len(words) <= longest:
                text = " ".join(words)
                found[text + "." if text[-1].isalnum() else text] = None
    return list(found)


@cache
def pool(words: int) -> Pool:
    """Return the sentences for comments of about `words` words; none is longer than three quarters of that, less two.

    Raises
    ------
    ValueError
        If `words` is less than 20: two sentences need as many.
    """
    if words < 20:
        raise ValueError(f"comments of {words} words are asked for; two sentences need 20 at least. Run: python benchmarks/pile.py OUT.parquet --words 27")
    lines = (resources.folder("corpus") / "written.jsonl").read_text(encoding="utf-8").splitlines()
    home = [row["text"] for row in map(json.loads, lines) if set(row["pair"]) == HOME]
    about = sorted(sentences(home, 0.75 * words - 2), key=lambda text: not NAMED.search(text))
    others = Path(__file__).with_name("offtopic.txt").read_text(encoding="utf-8").splitlines()
    other = sentences((line for line in others if not line.startswith("#")), 0.75 * words - 2)
    numbers = [f"{ten}-{unit}" for ten in _TENS for unit in _UNITS]
    remarks = [text for name in _NAMES for number in numbers for text in (f"{number.capitalize()}, {name}.", f"{name}, {number}.")]
    texts = [*about, *other, *remarks]
    bounds = (0, len(about), len(about) + len(other), len(texts))
    lead = sum(1 for text in about if NAMED.search(text))
    lengths = np.array([len(text.split()) for text in texts], dtype=np.int32)
    rough = Pool(pa.array(texts), lengths, bounds, lead, (words, words))
    return replace(rough, targets=(_target(rough, words, False), _target(rough, words, True)))


def _target(sentences: Pool, words: int, off_topic: bool) -> float:
    """Return the number of words to aim at for comments that have `words` in the mean: a sentence ends where it ends."""
    low, high = 0.0, 2.0 * words
    while high - low > 0.25:
        middle = (low + high) / 2
        drawn, kept = draw(sentences, _SAMPLE, middle, off_topic, np.random.default_rng(0))
        if sentences.lengths[drawn][kept].sum() / _SAMPLE < words:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def draw(sentences: Pool, count: int, target: float, off_topic: bool, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return `count` comments as places in ``sentences.texts``, and which of the places count: arrays of one row a comment.

    A comment ends at the sentence end nearest to `target` words, behind two sentences at least, or at a remark behind it. About the pair, one sentence,
    at a random place, names a term.
    """
    first, last = sentences.bounds[off_topic], sentences.bounds[off_topic + 1]
    columns = 3 + int(2.5 * target / sentences.lengths[first:last].mean())
    drawn = rng.integers(first, last, (count, columns), dtype=np.int32)
    if not off_topic:
        drawn[:, 0] = rng.integers(0, sentences.lead, count, dtype=np.int32)
    reach = sentences.lengths[drawn].cumsum(axis=1)
    sizes = np.abs(reach[:, 1:-1] - target).argmin(axis=1) + 2
    every, place = np.arange(count), (rng.random(count) * sizes).astype(np.intp)
    drawn[every, 0], drawn[every, place] = drawn[every, place], drawn[every, 0]
    remarked = np.flatnonzero((sizes == 2) | (rng.random(count) < REMARKED[off_topic]))
    drawn[remarked, sizes[remarked]] = rng.integers(*sentences.bounds[2:], len(remarked), dtype=np.int32)
    sizes[remarked] += 1
    return drawn, np.arange(columns) < sizes[:, None]


def _texts(sentences: Pool, off: np.ndarray, rng: np.random.Generator) -> pa.Array:
    """Return a comment for each entry of `off`, about anything else where it is true."""
    parts, sizes = [], np.empty(len(off), dtype=np.int32)
    for off_topic in (False, True):
        drawn, kept = draw(sentences, int((off == off_topic).sum()), sentences.targets[off_topic], off_topic, rng)
        sizes[off == off_topic] = kept.sum(axis=1)
        parts.append((drawn, kept))
    ends = sizes.cumsum()
    places = np.empty(ends[-1], dtype=np.int32)
    of = np.repeat(off, sizes)
    for off_topic, (drawn, kept) in enumerate(parts):
        places[of == off_topic] = drawn[kept]
    offsets = pa.array(np.concatenate(([0], ends)).astype(np.int32))
    return pc.binary_join(pa.ListArray.from_arrays(offsets, sentences.texts.take(pa.array(places))), " ")


def _ids(letter: str, numbers: np.ndarray) -> pa.Array:
    """Return `numbers` as strings of `letter` and ten digits."""
    return pc.binary_join_element_wise(letter, pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 10, "0"), "")


def _thread_columns(start: int, rng: np.random.Generator) -> tuple[pa.Array, pa.Array]:
    """Return the threads of a batch, named after their first row, and the parents. No thread crosses the end of a batch."""
    ends = rng.integers(THREAD[0], THREAD[1] + 1, BATCH // THREAD[0]).cumsum()
    ends = np.append(ends[ends <= BATCH - THREAD[0]], BATCH)
    if ends[-1] - ends[-2] > THREAD[1]:
        ends = np.insert(ends, -1, (ends[-1] + ends[-2]) // 2)
    firsts = np.concatenate(([0], ends[:-1]))
    firsts = np.repeat(firsts, ends - firsts)
    behind = np.arange(BATCH) - firsts
    parents = firsts + (rng.random(BATCH) * behind).astype(np.int64)
    alone = (behind == 0) | (rng.random(BATCH) >= REPLIES)
    return _ids("t", start + firsts), pc.if_else(pa.array(alone), None, _ids("c", start + parents))


def rows(n: int, off_topic: float = 0.0, seed: int = SEED, words: int = WORDS, *, threads: bool = False) -> Iterator[pa.RecordBatch]:
    """Yield `n` comments in batches of 50,000.

    Parameters
    ----------
    n : int
        Rows in all.
    off_topic : float
        Share in [0, 1] of comments about anything else, at random places.
    seed : int
        The same seed gives the same rows, whatever `n`.
    words : int
        Mean length of a comment, in words.
    threads : bool
        Whether to add the columns thread and parent.

    Yields
    ------
    pyarrow.RecordBatch
        Columns id, text, author (strings), score (int64); with `threads` also thread and parent (strings): threads are 5 to 40 consecutive rows (the last
        one may be cut off by `n`), a parent is the id of an earlier row of the thread, or null.
    """
    if not 0 <= off_topic <= 1:
        raise ValueError(f"the share of comments about anything else is {off_topic}; a number from 0 to 1 is needed, such as --off-topic 0.95")
    drawn_from = pool(words)
    for start in range(0, n, BATCH):
        rng = np.random.default_rng((seed, start // BATCH))
        texts = _texts(drawn_from, rng.random(BATCH) < off_topic, rng)
        columns = {
            "id": _ids("c", np.arange(start, start + BATCH)),
            "text": texts,
            "author": _ids("u", (AUTHORS * rng.random(BATCH) ** 3).astype(np.int64)),  # few write much
            "score": pa.array(rng.geometric(0.12, BATCH).astype(np.int64) - 4),
        }
        if threads:
            columns["thread"], columns["parent"] = _thread_columns(start, rng)
        yield pa.RecordBatch.from_pydict(columns).slice(0, n - start)


def write(
    path: str | Path, n: int, off_topic: float = 0.0, seed: int = SEED, words: int = WORDS, *, threads: bool = False, form: str | None = None
) -> None:
    """Write the pile of :func:`rows` to `path`: Parquet (zstd, 50,000 rows a row group) or one JSON object a line.

    Without `form` the ending of the name says which: ``.jsonl``, or anything else for Parquet.
    """
    batches = rows(n, off_topic, seed, words, threads=threads)
    if (form or Path(path).suffix[1:]) == "jsonl":
        with open(path, "w", encoding="utf-8") as file:
            for batch in batches:
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in batch.to_pylist())
        return
    schema = pa.schema(COLUMNS + THREAD_COLUMNS if threads else COLUMNS)
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=["author", "thread"]) as writer:
        for batch in batches:
            writer.write_batch(batch, row_group_size=BATCH)


def main() -> None:
    """Write a pile and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--off-topic", type=float, default=0.0, help="share of comments about anything else")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--words", type=int, default=WORDS, help="mean length of a comment")
    parser.add_argument("--threads", action="store_true", help="add the columns thread and parent")
    parser.add_argument("--format", choices=FORMATS, help="by default what the ending of OUT says")
    arguments = parser.parse_args()
    started = time.perf_counter()
    write(arguments.out, arguments.rows, arguments.off_topic, arguments.seed, arguments.words, threads=arguments.threads, form=arguments.format)
    seconds = time.perf_counter() - started
    size = arguments.out.stat().st_size / 1e6
    print(f"{arguments.rows:,} comments, {100 * arguments.off_topic:g} % about anything else, seed {arguments.seed}: {arguments.out}, {size:,.1f} MB, in {seconds:.1f} s")


if __name__ == "__main__":
    main()
