"""CSV and JSONL: one text column, a block a row."""

import json

import pytest

from pipeline.config import ReadConfig
from pipeline.errors import EmptyInput, InputError, LimitExceeded
from pipeline.read.extraction import assemble
from pipeline.read.table import extract


def read_table(text: str, encoding: str = "utf-8", **config):
    data = text.encode(encoding)
    return assemble(extract(data, "a.csv", ReadConfig(**config)), data, "a.csv")


@pytest.mark.parametrize(
    "text",
    [
        'id,text\n1,"第一行，有逗号"\n2,第二行\n',
        "id\ttext\n1\t第一行，有逗号\n2\t第二行",
        '{"id": 1, "text": "第一行，有逗号"}\n\n{"id": 2, "text": "第二行"}\n',
        '[{"text": "第一行，有逗号"}, {"text": "第二行"}]',
        "\ufeffID,正文\n1,第一行，有逗号\n2,第二行".replace("，", "，"),
    ],
    ids=["csv", "tsv", "jsonl", "json", "excel"],
)
def test_rows_become_blocks(text):
    assert read_table(text).original == "第一行，有逗号\n第二行"


def test_rows_know_their_place():
    document = read_table("text\n甲\n\n乙\n")
    assert [dict(b.place) for b in document.blocks] == [
        {"row": "2", "column": "text"},
        {"row": "4", "column": "text"},
    ]


def test_a_cell_of_several_lines_is_several_blocks_of_one_row():
    document = read_table('text\n"甲\n乙"\n')
    assert document.original == "甲\n乙"
    assert {dict(b.place)["row"] for b in document.blocks} == {"2"}


def test_another_column_may_be_named_and_the_rest_is_told():
    document = read_table("a,b\n甲,乙\n", column="b")
    assert document.original == "乙"
    assert "not read: a" in document.issues[0].message


def test_a_table_without_a_column_of_text_is_read_cell_by_cell():
    document = read_table('单位,户数,备注\n省直,65,\n市直,410,"合并，\n待批",另注\n')
    cells = [(document.original[b.start : b.end], dict(b.place)) for b in document.blocks]
    assert [text for text, _ in cells] == [
        "单位", "户数", "备注", "省直", "65", "市直", "410", "合并，", "待批", "另注",
    ]  # fmt: skip
    assert {block.kind for block in document.blocks} == {"cell"}
    assert cells[4][1] == {"table": "1", "row": "2", "column": "2"}
    assert cells[-1][1] == {"table": "1", "row": "3", "column": "4"}  # a cell too many is none lost
    assert "table of 4 columns" in document.issues[0].message


def test_a_column_that_is_asked_for_is_read_alone():
    assert read_table("单位,户数\n省直,65\n", column="单位").original == "省直"


def test_gb18030_tables():
    assert (
        read_table("编号,内容\n1,全省国有企业改革工作情况的报告\n", "gb18030").original
        == "全省国有企业改革工作情况的报告"
    )


@pytest.mark.parametrize(
    ("text", "config", "error", "said"),
    [
        ("a,b\n1,2\n", {}, InputError, "--column: a, b"),
        ("a,b\n1,2\n", {"column": "c"}, InputError, "there are a, b"),
        ('{"text": 1}', {}, InputError, "not text"),
        ('{"text": "甲"}\n{', {}, InputError, "line 2"),
        ('{"schema": "duizhao/document", "text": "甲"}', {}, InputError, "finished document"),
        ("[1, 2]", {}, InputError, "not a JSON object"),
        ('{"text": ' + "[" * 5000, {}, LimitExceeded, "max_depth"),
        ("text\n" + "甲" * 200, {"max_line_characters": 100}, LimitExceeded, "max_line_characters"),
        ("text\n", {}, InputError, "no rows"),
        ('text\n""\n" "', {}, (EmptyInput, InputError), "no"),
    ],
)
def test_what_is_wrong_is_said(text, config, error, said):
    with pytest.raises(error, match=said):
        read_table(text, **config)


def test_lone_surrogates_of_json_are_replaced_and_reported():
    document = read_table(json.dumps({"text": "坏\ud800字"}))
    assert document.original == "坏\ufffd字"
    assert "read.broken_characters" in {issue.check for issue in document.issues}
