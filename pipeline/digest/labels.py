"""What a figure is a figure of: the words of its clause, stripped to a name that reports share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.document import Document, Quantity, Segment
from pipeline.prepare.quantities import zh as quantities_zh
from pipeline.summarise.aims import aiming
from pipeline.summarise.figures import is_key

Aspect = Literal["result", "target"]

_BORDER = "，。；：、！？,;（）()“”"
_TAIL = re.compile(
    "(?:同比|环比|比上年|较上年|上年|年均|平均|累计|总共|合计|共|大约|约|近|超过?|突破|达到?|增长到?|增加到?|下降到?|减少|降低|提高到?|"
    "提升到?|上升到?|整合|合并|优化|压缩|精简|实现|完成|新增|净增|为|至|到|由|从|控制在|稳定在|保持在|保持|增速|增幅|分别|的|是|在|了|以内|涨幅|同比增长)+$"
)
_HEAD = re.compile(
    r"^(?:其中|预计|力争|确保|主要|全[省市区县国州年]|地区|我[省市区]|本[省市区]|各级|\d{2,4}年(?:来)?|今年|去年|当年|上年|年末|年底|到|"
    "重新|恢复|计划|拟|再|又|共|还|已|累计|精简|减少|压减|压缩|收回|核减|新增|新建|新设|建成|建设|完成|实现|整合|组建|成立|设立|取消|撤销|调整|下放|争取|"
    "投入|引进|培育|改造|治理|发放|安置|划转|推动|推进|带动|使|将|把|对|由|从|比|和|与|及|实有|拥有|现有|达到?|降至|保持)+"
)
_VERB = re.compile(
    "的|中(?![小心央国等层部医药学型共])|调剂|调整|精简|减少|压减|收回|核减|撤销|取消|下放|新增|建成|建设|完成|实现|组建|推广|获批|盘活|补充|清理|解决|召开|举办|拟订|界定|印发"
)
_NOUN = re.compile("[\u4e00-\u9fffA-Za-z]{2,18}$")
_CHANGES = re.compile(
    r"[^，。；]{0,16}?(?:整合|合并|压缩|压减|精简|减少|下降|降低|增加|增长|提高|提升|上升|优化|扩大)[^，。；\d]{0,3}[为到至]\d"
)
_AFTER = re.compile(
    "^(?:的)?([\u4e00-\u9fff]{2,8}?)(?=[，。；、：（）]|的|被|划|由|已|全部|均|进行|得到|参|受|整合|$)"
)
_NO_NAME = re.compile(
    "^[的了是在和与及]|(?:[的了是在和与及成为于订定设]|召开|举办|分别|[省市县]直|[省市县乡]级)$"
)
_VAGUE = frozenset(
    "以上 以下 左右 增长 下降 提高 总量 数量 比例 占比 比重 合计 其中 规模 总数 单位 项目 问题 方面 优化 机构 同比 全省 全市 企业 部门".split()
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One figure with its name, where it stands, and whether it was reached or is aimed at."""

    label: str
    aspect: Aspect
    quantity: Quantity
    segment: Segment


def find_mentions(document: Document) -> Iterator[Mention]:
    """Every key figure of a document that has a name."""
    segments = {segment.id: segment for segment in document.segments}
    aims = aiming(document)
    for quantity in document.quantities:
        segment = segments.get(quantity.segment)
        if segment is None or quantity.measure is None or not is_key(quantity):
            continue
        label = label_of(segment, quantity)
        if label:
            yield Mention(label, "target" if segment.id in aims else "result", quantity, segment)


def label_of(segment: Segment, quantity: Quantity) -> str:
    """The name before a figure, else after it; empty if its clause has none."""
    measure = quantity.measure
    if measure is None:
        return ""
    text = segment.text
    if _CHANGES.match(text, measure.end):  # of a change the result is the figure
        return ""
    start = max(text.rfind(c, 0, measure.start) for c in _BORDER) + 1
    earlier = [m.end for m in quantities_zh.measures(text[: measure.start]) if m.end > start]
    before = _HEAD.sub("", _TAIL.sub("", text[max([start, *earlier]) : measure.start]))
    found = _NOUN.search(before)
    name = _HEAD.sub("", found[0]) if found else ""
    last = _VERB.split(name)[-1]
    name = last if len(last) > 3 else name
    if _is_name(name):
        return name
    after = _AFTER.match(text[measure.end :])
    if after and _is_name(after[1]) and not before:
        return after[1]
    return ""


def _is_name(text: str) -> bool:
    """Whether words can name a figure: a noun at the end, and more than one word."""
    return len(text) > 2 and text not in _VAGUE and not _NO_NAME.search(text)


def same_label(one: str, other: str) -> bool:
    """Whether two names mean one thing: 城镇就业 and 城镇新增就业, 生产总值 and 地区生产总值."""
    short, long = sorted((one, other), key=len)
    if short[-2:] != long[-2:] or ("人均" in one) != ("人均" in other):
        return False
    if short == long or (len(short) > 3 and long.endswith(short)):
        return True
    letters = iter(long)
    return len(short) > 3 and len(short) * 5 >= len(long) * 3 and all(c in letters for c in short)
