"""Every cue matches its example and not its counter-example."""

import pytest

from smsn.cues import VIEW_CUES, called_for, calls


@pytest.mark.parametrize("cue", VIEW_CUES, ids=lambda cue: cue.name)
def test_example_and_counter_example(cue):
    assert cue.match(f" {cue.example} ")
    assert not cue.match(f" {cue.counter} ")


def test_names_are_unique():
    assert len({cue.name for cue in VIEW_CUES}) == len(VIEW_CUES)


def test_a_cue_is_searched_for_where_it_could_match():
    from smsn import corpus_file, resources
    from smsn.masked import mask
    from smsn.terms import find_mentions

    comments = corpus_file.read(resources.folder("corpus") / "heldout.jsonl")[::4]
    for comment in comments:
        masked = mask([(comment.text, find_mentions(comment.text, comment.pair))])
        told = ["T" if term >= 0 else word for word, term in zip(masked.words, masked.terms, strict=True)]
        for first, last in zip(masked.first, masked.last, strict=True):
            words = told[first:last]
            called = 0
            for word in words:
                called |= calls(word)
            searched = called_for(called, words.count("T"))
            for place, cue in enumerate(VIEW_CUES):
                assert searched >> place & 1 or not cue.match(f" {' '.join(words)} "), (cue.name, words)
