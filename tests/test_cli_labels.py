"""The commands around labels and models: suggest, validate, agree, train, evaluate, promote, rollback, as a person uses them."""

import csv
import json

import pytest
from conftest import write_jsonl

from smsn import bundle, labelling
from smsn.corpus_file import LabelledComment
from smsn.training import train

PAIRS = [("tea", "brew"), ("van", "lorry"), ("hut", "shed"), ("mug", "cup"), ("jam", "jelly"), ("cob", "bap"), ("pen", "biro"), ("cot", "bed")]
SAYINGS = {
    "synonym": ["{a} and {b} are the same thing", "{a} is just another word for {b}", "no difference, {a} means {b}"],
    "subset": ["{a} is one kind of {b}", "every {a} is a {b} but not every {b} is a {a}", "{a} falls under {b}"],
    "none": ["what is the difference between {a} and {b}?", "thanks for the post", "we sell {a} and {b} on mondays"],
}


def comments():
    return [
        LabelledComment(f"{a}-{view}-{j}", (a, b), saying.format(a=a, b=b), view, b if view == "subset" else None)
        for a, b in PAIRS
        for view, sayings in SAYINGS.items()
        for j, saying in enumerate(sayings)
    ]


@pytest.fixture
def labels(tmp_path):
    path = tmp_path / "labels.jsonl"
    labelling.write_labels(comments(), path)
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return train(comments(), tmp_path_factory.mktemp("bundle") / "small").path


@pytest.fixture
def models(small, tmp_path):
    """A folder of models in which a small one is in use."""
    folder = tmp_path / "models"
    bundle.save(bundle.load(small), folder / "view-90")
    (folder / "current.json").write_text('{"views": "view-90"}')
    return folder


def test_rows_that_are_no_labels_are_left_out_and_told(cli, labels, tmp_path):
    with labels.open("a") as file:
        file.write('{"pair": ["tea", "tea"], "text": "tea", "view": "none"}\n{"pair": ["a b", "c d"], "text": "", "view": "none"}\n')
    done = cli("train", "--data", labels, "-o", tmp_path / "new")
    assert done.status == 1
    assert f"{labels}:73: a pair needs two different terms" in done.err
    assert f"{labels}:74: text is empty" in done.err
    assert "2 rows are left out, 72 are used" in done.err
    scored = cli("evaluate", tmp_path / "new", "--data", labels, "--json")
    assert scored.status == 1
    assert json.loads(scored.out)["n"] == 72
    assert json.loads(scored.out)["rejects"] == 2


def test_the_whole_way_with_a_labelling_tool(cli, small, tmp_path):
    """Suggest, label as Prodigy would, validate, train, evaluate."""
    pool = tmp_path / "pool.csv"
    rows = [("1", "a rook is one kind of crow"), ("2", "rook and crow are the same thing"), ("3", "we saw a rook and a crow"), ("4", "rook: thanks for the post"), ("5", "rook and crow are the same thing")]
    with pool.open("w", newline="") as file:
        csv.writer(file).writerows([("id", "text"), *rows])
    out = tmp_path / "tasks.jsonl"
    done = cli("suggest", pool, "--pair", "rook", "crow", "-n", "3", "--to", "prodigy", "-o", out, "--model", small)
    assert done.status == 0, done.err
    tasks = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(tasks) == 3
    assert len({task["text"] for task in tasks}) == 3
    assert {option["id"] for option in tasks[0]["options"]} == {"synonym", "none", "subset: rook", "subset: crow"}
    for task in tasks:
        task["accept"], task["answer"] = ["subset: crow" if "kind" in task["text"] else "none"], "accept"
    tasks[-1]["answer"] = "ignore"
    answered = tmp_path / "answered.jsonl"
    answered.write_text("".join(json.dumps(task) + "\n" for task in tasks))
    checked = cli("validate", answered, "--json", "-o", tmp_path / "sound.jsonl", "--no-errors")
    assert checked.status == 0, checked.err
    told = json.loads(checked.out)
    assert (told["comments"], told["ignored"], told["problems"]) == (2, 1, 0)
    assert len((tmp_path / "sound.jsonl").read_text().splitlines()) == 2
    base = tmp_path / "base.jsonl"
    labelling.write_labels(comments(), base)
    done = cli("train", "--data", base, "--add", answered, "-o", tmp_path / "mine")
    assert done.status == 0, done.err
    assert "1 comments have no answer" in done.err
    assert bundle.read_manifest(tmp_path / "mine")["corpus"]["comments"] == 74
    again = cli("suggest", pool, "--pair", "rook", "crow", "-n", "9", "--labelled", answered, "-o", tmp_path / "more.jsonl", "--model", small)
    assert again.status == 0, again.err
    labelled = {c.text for c in labelling.read(answered).comments}
    assert labelled.isdisjoint(json.loads(line)["text"] for line in (tmp_path / "more.jsonl").read_text().splitlines())


@pytest.mark.parametrize("to", [*labelling.FORMATS])
def test_every_format_of_tasks_is_written(cli, small, tmp_path, to):
    rows = "".join(json.dumps({"id": i, "text": f"a rook is one kind of crow, number {i} of many {word}"}) + "\n" for i, word in enumerate("red blue green old new".split()))
    done = cli("suggest", "-", "--pair", "rook", "crow", "-n", "2", "--to", to, "-o", tmp_path / "t", "--model", small, stdin=rows.encode())
    assert done.status == 0, done.err
    assert (tmp_path / "t").stat().st_size > 0
    assert (tmp_path / "t.xml").exists() == (to == "label-studio")


def test_suggest_says_what_is_done_and_which_labels_it_does_not_know(cli, small, tmp_path):
    row = {"id": "1", "pair": ["rook", "crow"], "text": "a rook is one kind of crow", "view": "likeness", "direction": None}
    labels = write_jsonl(tmp_path / "labels.jsonl", [row])
    text = write_jsonl(tmp_path / "pool.jsonl", [{"id": "1", "text": row["text"]}])
    done = cli("suggest", text, "--pair", "rook", "crow", "--labelled", labels, "-o", tmp_path / "t", "--model", small)
    assert done.status == 0, done.err
    assert "does not know these labels, and cannot tell which comments may have them: likeness" in done.err
    assert "no task; each of 1 comments is labelled already, or empty." in done.out
    assert (tmp_path / "t").read_text() == ""


def test_suggest_keeps_what_is_there_and_says_what_it_could_not_read(cli, small, tmp_path):
    good = {"id": "1", "text": "a rook is one kind of crow"}
    pool, out = tmp_path / "pool.jsonl", tmp_path / "t"
    pool.write_text(json.dumps(good) + "\n{\n")
    arguments = ("suggest", pool, "--pair", "rook", "crow", "-o", out, "--model", small)
    out.write_text("labelled by hand")
    refused = cli(*arguments)
    assert refused.status == 2
    assert "is there already. Choose another name, or replace it with --overwrite." in refused.err
    assert out.read_text() == "labelled by hand"
    done = cli(*arguments, "--overwrite")
    assert done.status == 1
    assert f"{pool}:2: " in done.err
    assert json.loads(out.read_text())["id"] == "1"
    wrong = tmp_path / "labels.jsonl"
    wrong.write_text("{\n" + json.dumps({"pair": ["rook", "crow"], "text": "rook, crow", "view": "none"}) + "\n")
    write_jsonl(pool, [good])
    assert cli(*arguments, "--overwrite", "--labelled", wrong).status == 1
    assert cli(*arguments, "--overwrite").status == 0


@pytest.mark.parametrize("to", [*labelling.FORMATS])
def test_no_task_is_written_too(cli, small, tmp_path, to):
    blank = write_jsonl(tmp_path / "pool.jsonl", [{"id": "1", "text": " "}])
    done = cli("suggest", blank, "--pair", "rook", "crow", "--to", to, "-o", tmp_path / "t", "--model", small)
    assert done.status == 0, done.err
    assert (tmp_path / "t").exists()


def test_suggest_says_what_is_missing(cli, small, tmp_path):
    row = b'{"text": "a rook is a crow"}\n'
    assert 'Name it: --pair "A" "B"' in cli("suggest", "-", "-o", tmp_path / "t", "--model", small, stdin=row).err
    unknown = cli("suggest", "-", "--pair", "rook", "crow", "--to", "excel", "-o", tmp_path / "t", "--model", small, stdin=row)
    assert unknown.status == 2
    assert "formats are: smsn, prodigy, label-studio" in unknown.err
    assert not (tmp_path / "t").exists()


def test_validate_tells_what_stands_on_both_sides(cli, labels, tmp_path):
    other = tmp_path / "other.jsonl"
    labelling.write_labels(comments()[:9], other)
    told = json.loads(cli("validate", labels, "--against", other, "--no-errors", "--json").out)
    assert told["noise"]["leaks"]["texts"] == 9
    done = cli("validate", labels, "--against", other, "--no-errors")
    assert done.status == 0
    assert "9" in done.out.split("\n", 1)[1]


@pytest.mark.parametrize("command", [("validate", "--no-errors"), ("agree",)])
def test_an_output_that_is_there_is_kept(cli, labels, tmp_path, command):
    (tmp_path / "out.jsonl").write_text("settled by hand")
    files = [labels] * (2 if command == ("agree",) else 1)
    done = cli(*command, *files, "-o", tmp_path / "out.jsonl")
    assert done.status == 2
    assert "is there already" in done.err
    assert (tmp_path / "out.jsonl").read_text() == "settled by hand"
    assert cli(*command, *files, "-o", tmp_path / "out.jsonl", "--overwrite").status == 0
    assert (tmp_path / "out.jsonl").read_text() != "settled by hand"


def test_agree(cli, labels, tmp_path):
    second = tmp_path / "second.jsonl"
    rows = comments()
    changed = [LabelledComment(c.id, c.pair, c.text, "none") if i < 6 else c for i, c in enumerate(rows[:60])]
    labelling.write_labels(changed, second)
    done = cli("agree", labels, second, "-o", tmp_path / "settle.jsonl", "--json")
    told = json.loads(done.out)
    differing = sum(c.view != "none" for c in rows[:6])
    assert told["n"] == 60
    assert told["view"] == pytest.approx(1 - differing / 60)
    assert len((tmp_path / "settle.jsonl").read_text().splitlines()) == differing
    plain = cli("agree", labels, second)
    assert plain.status == 0
    assert f"n:60 | only in {labels}: 12" in plain.out


def test_promote_refuses_and_says_why(cli, small, models):
    before = (models / "current.json").read_text()
    done = cli("promote", small, "--models", models)
    assert done.status == 3
    assert "is not promoted, and view-90 stays in use" in done.err
    assert "it does not give" in done.err
    assert (models / "current.json").read_text() == before
    assert cli("promote", small, "--models", models, "--allow-regression", " ").status == 2


def test_promote_with_a_reason_and_back(cli, small, models):
    done = cli("promote", small, "--models", models, "--allow-regression", "a test", "--json")
    assert done.status == 0, done.err
    name = json.loads(done.out)["promoted"]
    assert bundle.current("views", models) == models / name
    rows = list(csv.DictReader((models / "history.csv").read_text().splitlines()))
    assert [(row["name"], row["action"], row["reason"]) for row in rows] == [(name, "promoted", "a test")]
    back = cli("rollback", "--models", models)
    assert back.out == "in use for views: view-90\n"
    assert bundle.current("views", models) == models / "view-90"
    assert cli("rollback", "view-77", "--models", models).status == 3
    assert cli("rollback", "--models", models, "--task", "spelling").status == 2
