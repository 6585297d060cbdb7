"""Variety: repetitions are counted, and the shipped corpus has few."""

import json

from smsn import corpus_file, resources
from smsn.corpus_file import LabelledComment
from smsn.diversity import near_duplicates, varieties


def comment(text, author="me", view="none", pair=("tea", "coffee")):
    return LabelledComment(text[:5], pair, text, view, None, (), author)


def test_near_duplicates_share_more_than_half_of_their_shingles():
    one = "the kettle is on and the tea will be ready before long"
    assert near_duplicates([one, one + " now", "something else that nobody has ever said of tea or of coffee"]) == {0, 1}
    assert near_duplicates(["short one", "short one", "other"]) == {0, 1}
    assert near_duplicates([]) == set()


def test_variety_of_each_writer():
    stamped = [comment(f"In my view the {word} is a kind of drink", "stamp", "subset") for word in "tea cocoa milk water beer".split()]
    varied = [comment(text, "free") for text in ("Where is it?", "Nobody said so, or did they", "tea please", "I had both once on a train")]
    free, stamp = varieties([*stamped, *varied])
    assert (free.author, free.comments, free.repeats) == ("free", 4, False)
    assert stamp.opening == "in my view the"
    assert stamp.opening_share == 1.0
    assert stamp.repeats
    assert stamp.views == {"subset": 5}
    assert stamp.words == (10, 10, 10)
    assert json.loads(json.dumps(stamp.to_dict()))["repeats"] is True


def test_the_corpus_repeats_little():
    found = varieties(corpus_file.read(resources.folder("corpus") / "written.jsonl"))
    assert [v.author for v in found if v.near_duplicates > 0.01 and v.comments >= 100] == []
    assert [v.author for v in found if v.opening_share > 0.02 and v.comments >= 100] == []


def test_the_command(cli, tmp_path):
    file = tmp_path / "mine.jsonl"
    rows = [{"pair": ["tea", "coffee"], "text": f"I think that tea is no coffee, number {i}", "view": "distinct", "author": "me"} for i in range(6)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    shown = cli("validate", file, "--diversity")
    assert shown.status == 0
    assert "i think that tea" in shown.out
    assert "me: 100.0% near-duplicates" in shown.err
    told = json.loads(cli("validate", file, "--diversity", "--json").out)
    assert told["writers"][0]["comments"] == 6
