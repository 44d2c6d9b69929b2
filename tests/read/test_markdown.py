"""Markdown: the file stays the original; signs go, words and code stay where they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import ReadConfig
from pipeline.errors import EmptyInput
from pipeline.prepare.edits import undo
from pipeline.read.extraction import assemble
from pipeline.read.markdown import extract

REPORT = """---
title: 年度报告
---
# 年度**报告** #

第一段，见[附件](http://a.cn/1.doc)和`cn2an`，*重点*，__强调__，3*4*5，2**3，snake_case_名。

总体情况
--------

- 条目一
- [x] 条目二
1. 编号项
> 引文

```python
print("代码")
```

| 地区 | 户数 |
|------|-----:|
| 沈阳 | 123 |

***
<!-- 注释 -->结尾![图](a.png)
"""


def read_markdown(text: str):
    data = text.encode()
    return assemble(extract(data, "a.md", ReadConfig()), data, "a.md")


def test_signs_are_taken_out_and_everything_else_stays():
    assert [line for line in read_markdown(REPORT).text.text.split("\n") if line] == [
        "年度报告",
        "第一段，见附件和`cn2an`，重点，强调，3*4*5，2**3，snake_case_名。",
        "总体情况",
        "条目一",
        "条目二",
        "1. 编号项",
        "引文",
        "地区",
        "户数",
        "沈阳",
        "123",
        "结尾",
    ]


def test_the_original_is_the_file_and_the_edits_lead_back_to_it():
    document = read_markdown(REPORT)
    assert document.original == REPORT
    assert undo(document.text, document.edits) == REPORT


def test_kinds_and_levels():
    document = read_markdown(REPORT)
    kinds = [(b.kind, b.level) for b in document.blocks]
    assert kinds == [
        ("heading", 1), ("paragraph", None), ("heading", 2), ("item", None), ("item", None), ("item", None),
        ("paragraph", None), ("cell", None), ("cell", None), ("paragraph", None),
    ]  # fmt: skip
    assert document.source.title == "年度报告"


@pytest.mark.parametrize("rule", ["code", "front_matter"])
def test_code_and_front_matter_are_left_out_with_a_notice(rule):
    assert f"read.left_out.{rule}" in {issue.check for issue in read_markdown(REPORT).issues}


@pytest.mark.parametrize("text", ["# ", "```\n代码", "***\n---", "[a]: http://b"])
def test_signs_alone_are_no_text(text):
    with pytest.raises(EmptyInput):
        read_markdown(text)


@given(st.text(alphabet="#*_`|-=>[]()!\\ \n\t中文a1~:<.", max_size=200))
def test_whatever_the_signs_nothing_is_lost(text):
    try:
        document = read_markdown(text)
    except EmptyInput:
        return
    assert document.original == text
    assert undo(document.text, document.edits) == text
