"""Labelling tools: what goes out and comes back is the same; what nobody answered is no label; agreement as counted by hand."""

import csv
import io
import json
import re
from random import Random
from xml.etree import ElementTree

import pytest
from conftest import left_over, read_jsonl, write_jsonl
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from smsn import corpus_file, labelling
from smsn.errors import CorpusError, InputError, OutputError, PairError
from smsn.labelling import Task
from smsn.labelling.writing import placed
from smsn.records import DIRECTED, VIEWS

PAIR = ("social media", "social networking")
PAIRS = [PAIR, ("C++", "C#"), ("drive", "C: drive"), ('rock "n" roll', "rock, pop; jazz"), ("Größe", "Maß\tstab"), ("network", "networks")]
OPTION = "tool-use: social media"


def answer(text="Some text.", view="synonym", direction=None, **more):
    return {"id": "1", "pair": list(PAIR), "text": text, "view": view, "direction": direction, **more}


def as_json(rows):
    return json.dumps(rows, indent=1, ensure_ascii=False).encode()


def as_lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def read_bytes(folder, data, **options):
    (folder / "labels").write_bytes(data)
    return labelling.read(folder / "labels", **options)


# What each tool makes of the tasks that it was given, by its documentation or its source.


def by_smsn(tasks, options):
    return as_lines({**row, **dict(zip(("view", "direction"), said, strict=True))} for row, (_option, *said) in zip(read_jsonl(tasks), options, strict=True))


def by_prodigy(tasks, options):
    hashes = {"_input_hash": -1, "_task_hash": 2, "_timestamp": 1700000000, "_annotator_id": "views-ann", "_session_id": "views-ann"}
    return as_lines({**row, **hashes, "config": {"choice_style": "single"}, "accept": [o[0]], "answer": "accept"} for row, o in zip(read_jsonl(tasks), options, strict=True))


def by_label_studio(tasks, options):
    def result(option):
        return {"value": {"choices": [option]}, "id": "x7", "from_name": "view", "to_name": "text", "type": "choices", "origin": "manual"}

    def exported(task, number, option):
        annotation = {"id": 90 + number, "completed_by": 1, "result": [result(option)], "was_cancelled": False, "ground_truth": False, "lead_time": 2.5}
        return {"id": number, "annotations": [annotation], "file_upload": "t.json", "drafts": [], "predictions": [5], "data": task["data"], "meta": {}, "inner_id": 1}

    return as_json([exported(task, n, o[0]) for n, (task, o) in enumerate(zip(json.loads(tasks), options, strict=True), 40)])


def by_label_studio_min(tasks, options):
    def exported(task, number, option):
        times = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "lead_time": 2.5}
        return {**task["data"], "id": number, "view": option, "annotator": 1, "annotation_id": 90 + number, **times}

    return as_json([exported(task, n, o[0]) for n, (task, o) in enumerate(zip(json.loads(tasks), options, strict=True), 40)])


def by_label_studio_csv(tasks, options):
    rows = [{**row, "options": json.dumps(row["options"])} for row in json.loads(by_label_studio_min(tasks, options))]
    file = io.StringIO()
    table = csv.DictWriter(file, sorted({name for row in rows for name in row}), quoting=csv.QUOTE_NONNUMERIC, delimiter="\t")
    table.writeheader()
    table.writerows(rows)
    return file.getvalue().encode()


def by_doccano(tasks, options):
    rows = read_jsonl(tasks)
    assert all(row["label"] == [] and None not in row.values() for row in rows)
    assert len({tuple(row) for row in rows}) == 1
    kept = [{name: value for name, value in row.items() if name not in ("id", "text", "label")} for row in rows]
    return as_lines({"id": row["id"], "text": row["text"], **meta, "label": [o[0]], "Comments": []} for row, meta, o in zip(rows, kept, options, strict=True))


def by_argilla_1(tasks, options):
    def exported(row, option):
        response = {"user_id": "0d1f", "values": {"view": {"value": option}}, "status": "submitted"}
        return {**row, "id": "9b", "external_id": row["id"], "responses": [response], "suggestions": [], "vectors": {}}

    return as_lines(exported(row, o[0]) for row, o in zip(read_jsonl(tasks), options, strict=True))


def by_argilla_2(tasks, options):
    def exported(row, option):
        responses = {"view": [{"value": option, "user_id": "0d1f"}], "note": [{"value": "hm", "user_id": "0d1f"}]}
        return {**row, "responses": responses, "vectors": {}, "status": "completed", "_server_id": "9b"}

    return as_json([exported(row, o[0]) for row, o in zip(read_jsonl(tasks), options, strict=True)])


def by_argilla_2_flat(tasks, options):
    def exported(row, option):
        three = {"view.responses": [option], "view.responses.users": ["0d1f"], "view.responses.status": ["submitted"]}
        suggestion = {"view.suggestion": "none", "view.suggestion.score": 0.5, "view.suggestion.agent": "smsn"}
        return {"id": row["id"], "status": "completed", "_server_id": "9b", **row["fields"], **row["metadata"], **three, **suggestion}

    return as_lines(exported(row, o[0]) for row, o in zip(read_jsonl(tasks), options, strict=True))


def by_spreadsheet(encoding, delimiter):
    def save(tasks, options):
        assert tasks.startswith("\ufeff")
        rows = list(csv.DictReader(io.StringIO(tasks.removeprefix("\ufeff"), newline="")))
        file = io.StringIO(newline="")
        table = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        table.writeheader()
        table.writerows({**row, "label": o[0]} for row, o in zip(rows, options, strict=True))
        return file.getvalue().encode(encoding)

    return save


TOOLS = {
    "smsn": ("smsn", by_smsn),
    "prodigy": ("prodigy", by_prodigy),
    "label-studio": ("label-studio", by_label_studio),
    "label-studio-min": ("label-studio", by_label_studio_min),
    "label-studio-tsv": ("label-studio", by_label_studio_csv),
    "doccano": ("doccano", by_doccano),
    "argilla-1": ("argilla", by_argilla_1),
    "argilla-2": ("argilla", by_argilla_2),
    "argilla-2-flat": ("argilla", by_argilla_2_flat),
    "csv": ("csv", by_spreadsheet("utf-8-sig", ",")),
    "csv-semicolons": ("csv", by_spreadsheet("utf-8", ";")),
    "csv-utf-16": ("csv", by_spreadsheet("utf-16", "\t")),
}

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60),
    st.lists(st.sampled_from(['"', "'", ",", ";", "\t", "\n", "\r\n", "\r", "\u2028", "\\", "\0", "{", "=", "é", "😀", "x"]), min_size=1).map("".join),
).filter(str.strip)


@st.composite
def labelled(draw):
    pair, view, text = draw(st.sampled_from(PAIRS)), draw(st.sampled_from(VIEWS)), draw(TEXTS)
    return pair, text, view, draw(st.sampled_from(pair)) if view in DIRECTED else None


@pytest.mark.parametrize("tool", TOOLS)
@given(said=st.lists(labelled(), min_size=1, max_size=4, unique_by=lambda one: one[1]), data=st.data())
@settings(max_examples=60, deadline=None)
def test_what_goes_out_comes_back(tool, tmp_path_factory, said, data):
    format, export = TOOLS[tool]
    folder = tmp_path_factory.mktemp("round", numbered=True)
    suggested = data.draw(st.booleans())
    tasks = [Task(f"c-{n}", pair, text, "none" if suggested and n else None, None, 0.5, {"author": f"w{n}", "view": n} if n else {}) for n, (pair, text, *_) in enumerate(said)]
    labelling.write(tasks, folder / "tasks", format, VIEWS)
    options = [(labelling.option_of(view, direction), view, direction) for *_, view, direction in said]
    found = read_bytes(folder, export((folder / "tasks").read_bytes().decode(), options), labels=VIEWS)
    assert [(c.pair, c.text, c.view, c.direction) for c in found.comments] == said
    assert [(c.id, c.author) for c in found.comments] == [(t.id, t.meta.get("author")) for t in tasks]
    assert (found.problems, found.ignored, found.conflicts, found.repeated) == ([], [], [], 0)


@pytest.mark.parametrize("format", labelling.FORMATS)
def test_a_suggestion_is_no_answer(tmp_path, format):
    tasks = [Task("1", PAIR, "Ünrated.", "tool-use", "social media", 0.9, {"view": "none", "label": "none"}), Task("2", PAIR, "Other.")]
    labelling.write(tasks, tmp_path / "tasks", format, VIEWS)
    found = labelling.read(tmp_path / "tasks")
    assert (found.comments, found.problems) == ([], [])
    assert found.ignored == ([(2, "1"), (3, "2")] if format == "csv" else [(1, "1"), (2, "2")])
    again = (tmp_path / "tasks").read_bytes()
    labelling.write(tasks, tmp_path / "tasks", format, VIEWS)
    assert (tmp_path / "tasks").read_bytes() == again
    assert left_over(tmp_path) == []


def test_each_tool_sees_the_suggestion_in_its_own_way(tmp_path):
    tasks = [Task("1", PAIR, "Ünrated.", "tool-use", "social media", float("nan"), {"thread": "t", "seen": float("inf")}), Task("2", PAIR, "Tied.", "subset")]
    wrote = {}
    for format in labelling.FORMATS:
        labelling.write(tasks, tmp_path / format, format, VIEWS)
        wrote[format] = (tmp_path / format).read_text("utf-8")
        assert not {"nan", "inf", "NaN", "Infinity"} & set(re.findall(r"\w+", wrote[format]))
        assert format in ("smsn", "csv") or wrote[format].isascii()
    [own, tied], [choice, _], [example, _], [record, none] = (read_jsonl(wrote[format]) for format in ("smsn", "prodigy", "doccano", "argilla"))
    assert own == {
        "id": "1", "pair": list(PAIR), "text": "Ünrated.", "view": None, "direction": None, "thread": "t", "seen": None,
        "suggested": {"view": "tool-use", "direction": "social media", "probability": None},
    }  # fmt: skip
    assert tied["suggested"]["view"] == "subset"
    assert choice["options"][1:3] == [{"id": f"subset: {term}", "text": f"subset (the larger one: {term})"} for term in PAIR]
    assert (choice["_view_id"], "accept" in choice, choice["meta"]["suggested"], choice["meta"]["pair"]) == ("choice", False, OPTION, list(PAIR))
    assert len(choice["options"]) == len(VIEWS) + 3
    assert (example["label"], example["suggested"], example["thread"]) == ([], OPTION, "t")
    assert record["suggestions"] == {"view": {"value": OPTION, "score": None, "agent": "smsn"}}
    assert none["suggestions"] == {}
    assert record["metadata"] == {"pair_a": PAIR[0], "pair_b": PAIR[1], "thread": "t"}
    task, unsuggested = json.loads(wrote["label-studio"])
    assert task["predictions"] == [
        {"model_version": "smsn", "score": None, "result": [{"from_name": "view", "to_name": "text", "type": "choices", "value": {"choices": [OPTION]}}]}
    ]
    assert {name: task["data"][name] for name in ("id", "text", "pair_a", "pair_b")} == {"id": "1", "text": "Ünrated.", "pair_a": PAIR[0], "pair_b": PAIR[1]}
    assert "predictions" not in unsuggested
    assert wrote["csv"].startswith("\ufeffid,pair_a,pair_b,text,label,suggested,probability,thread,seen\n")


def test_the_configuration_of_label_studio():
    fixed = ElementTree.fromstring(labelling.label_studio_config(labelling.options_of(('rock "n" roll', "a<b"), VIEWS)))
    assert [choice.get("value") for choice in fixed.iter("Choice")][:3] == ["synonym", 'subset: rock "n" roll', "subset: a<b"]
    assert fixed.find("Choices").get("value") is None
    by_task = ElementTree.fromstring(labelling.label_studio_config())
    assert (by_task.find("Choices").get("value"), by_task.find("Text").get("value")) == ("$options", "$text")


def test_options():
    assert [o.id for o in labelling.options_of(PAIR, ["USED-FOR", "subset"], ["USED-FOR"])] == [*(f"USED-FOR: {term}" for term in PAIR), "subset"]
    for pair in PAIRS:
        for option in labelling.options_of(pair, VIEWS):
            view, direction = labelling.read_option(f"  {option.id.upper()} ", pair)
            assert labelling.option_of(view.lower(), direction) == option.id
    assert labelling.read_option("subset: MASSE", ("Masse", "Maße")) == ("subset", "Masse")
    assert labelling.read_option("subset: Maße", ("Masse", "Maße")) == ("subset", "Maße")
    with pytest.raises(CorpusError, match=r'names "media", which is not a term of the pair \["social media"'):
        labelling.read_option("tool-use: media", PAIR)
    for label in ("rdf:type", "", " none"):
        with pytest.raises(InputError, match="cannot be an option"):
            labelling.options_of(PAIR, [label])


ROW = {"text": "t", "pair": list(PAIR)}
TASK = {"id": 4, "data": {**ROW, "id": "c4"}}
CHOICE = {"from_name": "view", "type": "choices", "value": {"choices": ["none"]}}
RECORD = {"id": "r", "fields": {"text": "t"}, "metadata": {"pair_a": PAIR[0], "pair_b": PAIR[1]}}
ANSWERED = {"value": "none", "user_id": "u"}


@pytest.mark.parametrize(
    ("row", "id"),
    [
        ({**ROW, "answer": "ignore", "accept": ["none"]}, None),
        ({**ROW, "answer": "reject", "accept": ["none"], "meta": {"id": 7}}, "7"),
        ({**ROW, "answer": "accept", "accept": []}, None),
        ({**ROW, "answer": "reject", "label": "none"}, None),
        ({**TASK, "annotations": []}, "c4"),
        ({**TASK, "annotations": [{"was_cancelled": True, "result": [CHOICE]}]}, "c4"),
        ({**TASK, "annotations": [{"result": []}], "drafts": [{"result": [CHOICE]}]}, "c4"),
        ({**TASK, "predictions": [{"result": [CHOICE]}]}, "c4"),
        ({"id": 4, "data": ROW, "annotations": [{"result": [{**CHOICE, "type": "textarea"}]}]}, "4"),
        ({**ROW, "id": 4, "annotation_id": None, "annotator": "{}"}, "4"),
        ({**ROW, "id": 4, "label": []}, "4"),
        ({**ROW, "label": " "}, None),
        ({**ROW, "view": None, "suggested": {"view": "none"}}, None),
        ({**ROW, "label": "", "view": "none", "direction": None}, None),  # the view is a model's where there is a label
        ({**RECORD, "responses": []}, "r"),
        ({**RECORD, "responses": [{"user_id": "u", "status": "discarded", "values": {"view": {"value": "none"}}}]}, "r"),
        ({**RECORD, "responses": [{"user_id": "u", "status": "draft", "values": {"view": {"value": "none"}}}]}, "r"),
        ({**RECORD, "responses": {"view": [ANSWERED]}, "status": "pending"}, "r"),
        ({**RECORD, "responses": {"view": [{**ANSWERED, "status": "discarded"}]}, "status": "completed"}, "r"),
        ({"id": "r", **ROW, "view.responses": ["none"], "view.responses.users": ["u"], "view.responses.status": ["discarded"]}, "r"),
        ({"id": "r", **ROW, "view.responses": None, "view.responses.users": None, "view.responses.status": None}, "r"),
    ],
)
def test_what_is_no_answer_is_listed_and_no_label(tmp_path, row, id):
    found = read_bytes(tmp_path, as_lines([answer("Another."), row]))
    assert [c.text for c in found.comments] == ["Another."]
    assert (found.ignored, found.problems) == ([(2, id)], [])


@pytest.mark.parametrize(
    ("row", "view", "also"),
    [
        ({**ROW, "answer": "accept", "accept": [OPTION, "none", "tool-use: social networking"]}, "tool-use", ("none",)),
        ({**ROW, "answer": "accept", "label": "tool-use: SOCIAL media"}, "tool-use", ()),
        ({**TASK, "annotations": [{"result": [{**CHOICE, "from_name": "mood"}, {**CHOICE, "value": {"choices": [OPTION]}}]}]}, "tool-use", ()),
        ({**TASK, "annotations": [{"result": [{**CHOICE, "from_name": "mood", "value": {"choices": [OPTION, "none"]}}]}]}, "tool-use", ("none",)),
        ({**ROW, "annotation_id": 3, "view": {"choices": [OPTION, "none"]}}, "tool-use", ("none",)),
        ({**ROW, "label": [OPTION, "none"]}, "tool-use", ("none",)),
        ({**ROW, "label": OPTION, "view": "none", "direction": None, "also": ["synonym"]}, "tool-use", ()),
        ({**ROW, "view": "tool-use", "direction": "social media", "also": ["none", "synonym"]}, "tool-use", ("none", "synonym")),
        ({**ROW, "label": "tool-use", "direction": "social media"}, "tool-use", ()),
        ({**ROW, "view": OPTION, "direction": "social media", "also": ["none"]}, "tool-use", ("none",)),
        ({**RECORD, "responses": {"mood": [{**ANSWERED, "value": [OPTION, "none"]}]}}, "tool-use", ("none",)),
        ({"pair_a": PAIR[0], "pair_b": PAIR[1], "text": "t", "label": OPTION}, "tool-use", ()),
    ],
)
def test_answers_in_every_form(tmp_path, row, view, also):
    [comment] = read_bytes(tmp_path, as_lines([row]), labels=VIEWS).comments
    assert (comment.view, comment.direction, comment.also, comment.pair, comment.text) == (view, "social media", also, PAIR, "t")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{", "is not JSON: Expecting property name"),
        ("[1]", "is a list, not an object"),
        ('{"view": ' + "[" * 100000, "is not JSON that can be read"),
        ('{"text": "caf\udce9", "view": "none"}', "not UTF-8"),
        ({"text": "t", "note": 1}, "has no label; its columns are: text, note"),
        ({"text": "t", "view": "none"}, "has no pair; give the pair"),
        ({"text": "t", "view": "none", "pair_a": "tea"}, "got 'tea' and None"),
        ({**ROW, "view": "tool-use: media"}, 'names "media", which is not a term'),
        ({**ROW, "view": OPTION, "direction": "social networking"}, 'direction is "social networking", and the label is "tool-use: social media"'),
        ({**ROW, "view": "causes"}, 'view is "causes"; views are: synonym'),
        ({**ROW, "view": "tool-use"}, "needs a direction"),
        ({**ROW, "view": 5}, "view is 5"),
        ({**ROW, "view": "none", "also": "x"}, "a list of labels"),
        ({**ROW, "view": "none", "direction": "milk"}, "not a term of the pair"),
        ({**ROW, "pair": "tea", "view": "none"}, "a list of two terms"),
        ({**ROW, "text": " ", "view": "none"}, "text is empty"),
        ({**ROW, "text": "\ud800", "view": "none"}, "half a character"),
        ({**ROW, "id": "\ud800", "view": "none"}, "half a character"),
        ({**ROW, "author": 5, "view": "none"}, "it is a string"),
        ({**TASK, "data": {"pair": list(PAIR)}, "annotations": [{"result": [CHOICE]}]}, "text is empty"),
    ],
)
def test_problems_name_their_line_and_the_rest_is_read(tmp_path, row, message):
    line = row if isinstance(row, str) else json.dumps(row)
    data = "\n".join([json.dumps(answer()), "", line, json.dumps(answer("Another.")), ""]).encode("utf-8", "surrogateescape")
    found = read_bytes(tmp_path, data, labels=VIEWS)
    assert [c.text for c in found.comments] == ["Some text.", "Another."]
    [problem] = found.problems
    assert problem.line == 3
    assert message in problem.message


def test_one_broken_annotation_of_a_task_leaves_the_others(tmp_path):
    broken = {**CHOICE, "value": {"choices": ["subset: milk"]}}
    found = read_bytes(tmp_path, as_json([7, {**TASK, "annotations": [{"result": [broken]}, {"result": [CHOICE]}]}]))
    assert [(p.line, p.message.split(",")[0]) for p in found.problems] == [(1, "is a int"), (2, '"subset: milk" names "milk"')]
    assert [c.view for c in found.comments] == ["none"]


@pytest.mark.parametrize(
    "table",
    [
        'pair,text,label\n"[""social media"", ""social networking""]",t,tool-use: social media\n',
        'pair,text,view,direction,also\n"[""social media"", ""social networking""]",t,tool-use,social media,"[""none""]"\n',
        "pair_a,pair_b,text,view,direction,also,author\nsocial media,social networking,t,tool-use: social media,,,\n",
        'text,pair_a,pair_b,view\nt,social media,social networking,"{""choices"": [""tool-use: social media"", ""none""]}"\n',
    ],
)
def test_columns_of_tables(tmp_path, table):
    [comment] = read_bytes(tmp_path, table.encode(), labels=VIEWS).comments
    assert (comment.view, comment.direction, comment.pair, comment.author) == ("tool-use", "social media", PAIR, None)
    assert comment.also == (("none",) if "none" in table else ())


def test_tables(tmp_path):
    header = "text,label,pair_a,pair_b,note"
    lines = [header, '"two\r\nlines",none,tea,drink,', ",,,,", "short,none,tea,drink", "long,none,tea,drink,x,y", "b\xe9d,none,tea,drink,", "last,subset: Drink,tea,drink,", '"open,none,tea,drink,']
    found = read_bytes(tmp_path, "\r\n".join(lines).encode("latin-1"))
    assert [(c.text, c.view, c.direction) for c in found.comments] == [("two\r\nlines", "none", None), ("short", "none", None), ("last", "subset", "drink")]
    assert [(p.line, p.message[:20]) for p in found.problems] == [(6, "has 6 fields, and th"), (7, "holds bytes that are"), (9, "is not CSV: unexpect")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"PK\x03\x04" + bytes(range(256)) * 4, "is not text"),
        (b"[]", "it has no rows"),
        (b"text,label\n", "it has no rows"),
        (b",,,\n", "it has no rows"),
        (b'[{"data": {}}', "begins like a JSON list and is none"),
        (b'{"text": "t", "note": 1}\n', "line 1 has no label; its columns are: text, note"),
        (b"name;age\nx;3\n", "line 2 has no label; its columns are: name, age"),
        (b'"text,label\n', "the header is not CSV"),
        (b'{\n "a": 1\n}\n', "line 1 is not JSON"),
    ],
)
def test_files_of_no_known_format(tmp_path, data, message):
    with pytest.raises(CorpusError, match=r"Known are the JSONL of smsn, Prodigy|Export") as caught:
        read_bytes(tmp_path, data)
    assert message in str(caught.value)


def test_missing_files_and_no_pair(tmp_path):
    with pytest.raises(CorpusError, match="cannot be read: No such file"):
        labelling.read(tmp_path / "missing.jsonl")
    with pytest.raises(PairError):
        labelling.read(tmp_path / "missing.jsonl", pair=("tea", "Tea"))


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("none"), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=8)
KEYS = "text pair pair_a pair_b view label direction also author id meta answer accept options _view_id data annotations fields responses metadata status annotation_id annotator view.responses view.responses.users".split()
VALUES = JSON | st.fixed_dictionaries({}, optional={name: JSON for name in ("text", "pair", "result", "view", "value", "choices", "values", "type", "completed_by")})


@given(rows=st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES | st.lists(VALUES, max_size=2), max_size=6), min_size=1, max_size=3), as_list=st.booleans())
@settings(max_examples=300, deadline=None)
def test_whatever_json_holds_each_row_is_accounted_for(tmp_path_factory, rows, as_list):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_text(json.dumps(rows) if as_list else "".join(json.dumps(row) + "\n" for row in rows))
    try:
        found = labelling.read(path, pair=PAIR)
    except CorpusError:
        return
    places = {p.line for p in found.problems} | {i.place for i in found.ignored}
    assert len(places) + len(found.comments) + found.repeated + sum(len(c.answers) for c in found.conflicts) >= len(rows)


def test_the_pair_of_a_row_goes_before_the_given_one(tmp_path):
    found = read_bytes(tmp_path, as_lines([{"text": "t", "label": "subset: TEA"}, {**ROW, "label": OPTION}]), pair=("tea", "drink"))
    assert [(c.pair, c.direction) for c in found.comments] == [(("tea", "drink"), "tea"), (PAIR, "social media")]
    assert found.comments[0].id == corpus_file.parse({"text": "t", "pair": ["tea", "drink"], "view": "x"}).id


def test_conflicts_and_repeats(tmp_path):
    def said(option, annotator, text="Same.", pair=PAIR):
        row = {"text": text, "meta": {"pair": list(pair), "id": annotator}, "answer": "accept", "accept": [option]}
        return {**row, "_annotator_id": annotator, "_session_id": "s"}

    rows = [
        said(OPTION, "ann"), said("tool-use: Social Media", "bob", pair=("Social networking", "Social Media")), said("tool-use: social networking", "cy"),
        said("none", "ann", "Alike."), said("none", "bob", "Alike.", PAIR[::-1]), said("none", "ann", "Twice."), said("distinct", "ann", "Twice."), said("none", None, "Once."),
    ]  # fmt: skip
    found = read_bytes(tmp_path, as_lines(rows))
    assert [c.text for c in found.comments] == ["Alike.", "Once."]
    assert found.repeated == 1
    assert [[(a.place, a.annotator, a.comment.view) for a in conflict.answers] for conflict in found.conflicts] == [
        [(1, "ann", "tool-use"), (2, "bob", "tool-use"), (3, "cy", "tool-use")],
        [(6, "ann", "none"), (7, "ann", "distinct")],
    ]
    assert {name: len(comments) for name, comments in found.annotators.items()} == {"ann": 4, "bob": 2, "cy": 1, "s": 1}
    assert labelling.compare(found.annotators["ann"], found.annotators["bob"]).view_and_direction == 1.0


def test_annotators_of_one_task_of_label_studio(tmp_path):
    def annotation(by, option):
        return {"completed_by": by, "result": [{**CHOICE, "value": {"choices": [option]}}]}

    task = {**TASK, "annotations": [annotation({"id": 1, "email": "a@b.c"}, "none"), annotation({"id": 2}, "synonym"), annotation(3, "none")]}
    found = read_bytes(tmp_path, as_json([task]))
    assert [(a.place, a.annotator, a.comment.view) for a in found.conflicts[0].answers] == [(1, "a@b.c", "none"), (1, "2", "synonym"), (1, "3", "none")]
    assert found.comments == []


def test_what_cannot_be_written(tmp_path):
    with pytest.raises(InputError, match="Use one of: smsn, prodigy, label-studio, doccano, argilla, csv"):
        labelling.write([], tmp_path / "t", "xml", VIEWS)
    with pytest.raises(OutputError, match="is a folder"):
        labelling.write([], tmp_path, "csv", VIEWS)
    with pytest.raises(OutputError, match="cannot be written"):
        labelling.write([], tmp_path / "no" / "t", "csv", VIEWS)
    (tmp_path / "t").write_text("before")
    with pytest.raises(PairError):
        labelling.write([Task("1", ("tea", "tea"), "t")], tmp_path / "t", "csv", VIEWS)
    with pytest.raises(TypeError), placed(tmp_path / "t") as file:
        file.writelines(["half of it", None])
    assert ((tmp_path / "t").read_text(), left_over(tmp_path)) == ("before", [])
    labelling.write([], tmp_path / "t", "csv", VIEWS)
    assert (tmp_path / "t").read_text("utf-8") == "\ufeffid,pair_a,pair_b,text,label\n"


def comments(*said, pair=PAIR, start=0):
    rows = ((view, None) if isinstance(view, str) else view for view in said)
    return [corpus_file.parse(answer(f"Text {n}.", view, direction, pair=list(pair), id=f"c{n}")) for n, (view, direction) in enumerate(rows, start)]


A = comments("none", "none", "none", "none", "synonym", "synonym", "synonym", ("subset", PAIR[0]), ("subset", PAIR[0]), ("subset", PAIR[0]), "none")
B = comments("none", "none", "none", "synonym", "synonym", "synonym", "none", ("subset", PAIR[0]), ("subset", PAIR[1]), "none")[::-1] + comments("none", start=20)


def test_agreement_as_counted_by_hand():
    """Of ten, none/synonym/subset are 4/3/3 by the first and 5/3/2 by the second, 7 alike: by chance (20 + 9 + 6) / 100 are."""
    found = labelling.compare(A, B)
    assert (found.n, found.view, found.view_and_direction) == (10, 0.7, 0.6)
    assert found.kappa == pytest.approx((0.7 - 0.35) / (1 - 0.35))
    # one label against the rest: none 7 of 10 alike, by chance .4 · .5 + .6 · .5; synonym 8, .3 · .3 + .7 · .7; subset 9, .3 · .2 + .7 · .8
    assert found.kappas == pytest.approx({"none": 0.2 / 0.5, "subset": (0.9 - 0.62) / 0.38, "synonym": (0.8 - 0.58) / 0.42})
    assert found.confusion == {"none": {"none": 3, "synonym": 1}, "subset": {"none": 1, "subset": 2}, "synonym": {"none": 1, "synonym": 2}}
    assert ([c.id for c in found.only_a], [c.id for c in found.only_b]) == (["c10"], ["c20"])
    assert [(one.id, one.view, other.view) for one, other in found.disputed] == [("c3", "none", "synonym"), ("c6", "synonym", "none"), ("c8", "subset", "subset"), ("c9", "subset", "none")]
    assert found.to_dict() | {"confusion": {}, "kappas": {}} == {
        "n": 10, "view": 0.7, "view_and_direction": 0.6, "kappa": 0.5385, "kappas": {}, "confusion": {}, "only_a": ["c10"], "only_b": ["c20"], "disputed": ["c3", "c6", "c8", "c9"]
    }  # fmt: skip


def test_agreement_does_not_depend_on_how_the_pair_is_written():
    turned = comments(("subset", "Social Media"), pair=("Social networking", "Social Media"))
    assert labelling.compare(comments(("subset", "social media")), turned).disputed == []
    one, other = (comments(("subset", term), pair=("network", "networks")) for term in ("network", "networks"))
    assert len(labelling.compare(one, other).disputed) == 1
    assert labelling.compare([*comments("none"), *comments("distinct")], comments("distinct")).view == 1.0


@pytest.mark.parametrize(("a", "b", "n"), [([], [], 0), (A, [], 0), (comments("none", "none"), comments("none", "none"), 2)])
def test_what_is_not_defined_is_null(a, b, n):
    found = labelling.compare(a, b)
    assert (found.n, found.kappa, set(found.kappas.values()) - {None}) == (n, None, set())
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False)) == found.to_dict()
    assert found.view == (1.0 if n else None)


def test_kappa_is_scikit_learn_s():
    random = Random(13)
    a, b = (comments(*random.choices(["none", "synonym", "distinct"], [5, 3, 2], k=200)) for _ in "ab")
    expected = cohen_kappa_score([c.view for c in a], [c.view for c in b])
    assert labelling.compare(a, b).kappa == pytest.approx(expected)


def test_adjudication(tmp_path):
    path = tmp_path / "decide.jsonl"
    labelling.write_adjudication(labelling.compare(A, B), path)
    rows = read_jsonl(path)
    assert rows[2] == {
        "id": "c8", "pair": list(PAIR), "text": "Text 8.", "view": None, "direction": None,
        "a": {"view": "subset", "direction": PAIR[0]}, "b": {"view": "subset", "direction": PAIR[1]},
    }  # fmt: skip
    assert [one.id for one in labelling.read(path).ignored] == ["c3", "c6", "c8", "c9"]
    write_jsonl(path, [{**row, **row["b"]} for row in rows])
    decided = labelling.read(path, labels=VIEWS).comments
    assert decided == corpus_file.read(path, VIEWS)
    assert [(c.view, c.direction) for c in decided] == [("synonym", None), ("none", None), ("subset", PAIR[1]), ("none", None)]
