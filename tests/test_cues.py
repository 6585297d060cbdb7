"""Every cue matches its example and not its counter-example."""

import pytest

from smsn.cues import VIEW_CUES


@pytest.mark.parametrize("cue", VIEW_CUES, ids=lambda cue: cue.name)
def test_example_and_counter_example(cue):
    assert cue.regex.search(cue.example)
    assert not cue.regex.search(cue.counter)


def test_names_are_unique():
    assert len({cue.name for cue in VIEW_CUES}) == len(VIEW_CUES)
