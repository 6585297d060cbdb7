"""Every cue matches its example and not its counter-example."""

import pytest

from smsn.cues import POSSIBLE, VIEW_CUES, cues_of_word


@pytest.mark.parametrize("cue", VIEW_CUES, ids=lambda cue: cue.name)
def test_example_and_counter_example(cue):
    assert cue.regex.search(cue.example)
    assert not cue.regex.search(cue.counter)


def test_names_are_unique():
    assert len({cue.name for cue in VIEW_CUES}) == len(VIEW_CUES)


def test_a_cue_is_searched_for_where_it_could_match():
    from smsn import corpus_file, resources
    from smsn.masked import mask
    from smsn.terms import find_mentions

    comments = corpus_file.read(resources.folder("corpus") / "heldout.jsonl")[::4]
    for comment in comments:
        masked = mask(comment.text, find_mentions(comment.text, comment.pair))
        for first, last, _question in masked.sentences:
            words = ["T" if term >= 0 else word for word, term in zip(masked.words[first:last], masked.terms[first:last], strict=True)]
            called_for, mentions = 0, words.count("T")
            for word in words:
                called_for |= cues_of_word(word)
            called_for &= POSSIBLE[min(mentions, 2)]
            for place, cue in enumerate(VIEW_CUES):
                assert called_for >> place & 1 or not cue.regex.search(" ".join(words)), (cue.name, words)
