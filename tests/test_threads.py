"""Context: who agrees with whom, and what that takes over."""

import pytest

from smsn import Comment
from smsn.threads import REACH, Thread, agreement

PAIR = ("zorblim", "quaxter")
VIEW = Comment("1", "The zorblim is the tool and the quaxter is what you do with it.", author="Ruth Ames", thread="t")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I agree with Ruth.", "Ruth"), ("I totally agree with what Ruth wrote", "Ruth"), ("What Ruth said.", "Ruth"), ("I see it the way Ruth does", "Ruth"),
        ("As Ruth put it, fine", "Ruth"), ("I'm with Ruth here", "Ruth"), ("+1 to Ruth", "Ruth"), ("I second Ruth's view", "Ruth"), ("Ruth is absolutely right", "Ruth"),
        ("Ruth nailed it", "Ruth"), ("@ruth exactly", "@ruth"), ("Exactly.", None), ("+1", None), ("Couldn't agree more!", None), ("I agree, thanks", None),
    ],
)  # fmt: skip
def test_agreement(text, name):
    found = agreement(text)
    assert found is not None
    assert found.name == name
    assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    "text",
    ["I don't agree with Ruth", "I do not agree with Ruth", "I disagree with Ruth", "Who is Ruth?", "Yes, but the two are different", "Exactly what do you mean?", "Ruth was corrected by the driver", "",
     "Agreed prices are binding, and so is every other term that was put down in the offer"],
)  # fmt: skip
def test_no_agreement(text):
    assert agreement(text) is None


def read(analyzer, *comments, **options):
    return [*analyzer.pipe(comments, PAIR, definitions=False, **options)]


def test_agreeing_by_name_takes_over_view_and_direction(analyzer):
    first, second = read(analyzer, VIEW, Comment("2", "I agree with Ruth.", author="Ben", thread="t"))
    assert (first.view, first.direction) == (second.view, second.direction) == ("tool-use", "zorblim")
    alone = read(analyzer, Comment("2", "I agree with Ruth.", author="Ben", thread="t"))[0]
    assert alone.view != "tool-use"
    best = second.evidence[0]
    assert second.text[best.start : best.end] == "agree with Ruth"


def test_a_reply_that_only_agrees_sees_its_parent(analyzer):
    assert read(analyzer, VIEW, Comment("2", "Exactly.", parent="1", thread="t"))[1].view == "tool-use"
    assert read(analyzer, VIEW, Comment("2", "Exactly.", thread="t"))[1].view == "none"


def test_agreement_is_passed_on(analyzer):
    records = read(analyzer, VIEW, Comment("2", "What Ruth said.", author="Ben", thread="t"), Comment("3", "+1 to Ben", author="Cy", thread="t"))
    assert {r.view for r in records} == {"tool-use"}


def test_no_context_without_a_thread_or_across_threads(analyzer):
    said = "I agree with Ruth."
    bare = Comment("1", VIEW.text, author="Ruth Ames")
    alone = read(analyzer, Comment("2", said))[0]
    for earlier, later in ((bare, Comment("2", said)), (VIEW, Comment("2", said, thread="u")), (VIEW, Comment("2", said))):
        assert read(analyzer, earlier, later)[1].views == alone.views


def test_direction_follows_the_order_of_the_pair(analyzer):
    second = Comment("2", "I agree with Ruth.", author="Ben", thread="t", pair=PAIR[::-1])
    assert read(analyzer, VIEW, second)[1].direction == "zorblim"
    other = Comment("2", "I agree with Ruth.", author="Ben", thread="t", pair=("tea", "coffee"))
    assert read(analyzer, VIEW, other)[1].view != "tool-use"


def test_batch_equals_single(analyzer):
    comments = [VIEW, Comment("2", "I agree with Ruth.", author="Ben", thread="t"), Comment("3", "Ben is right", author="Cy", thread="t")]
    thread = Thread()
    single = [record for comment in comments for record in analyzer.pipe([comment], PAIR, definitions=False, thread=thread)]
    assert single == read(analyzer, *comments)


def test_a_thread_is_remembered_as_far_as_it_reaches(analyzer):
    between = [Comment(str(i), "thanks", author=f"n{i}", thread="t") for i in range(2, REACH + 2)]
    last = Comment("x", "I agree with Ruth.", author="Ben", thread="t")
    assert read(analyzer, VIEW, *between[:-1], last)[-1].view == "tool-use"
    assert read(analyzer, VIEW, *between, last)[-1].view != "tool-use"


def test_does_not_is_no_agreement():
    assert agreement("I was there as Ruth doesn't like to go alone") is None
    assert agreement("I see it as Ruth does.") is not None
