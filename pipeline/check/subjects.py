"""What a figure is of: the indicators of reports, each with words of which its English has one.

Values alone prove figures, not their subjects: GDP told as budget revenue keeps every figure. For what
reports measure most, the words are few and known, so that a subject without any of them is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check.base import Check, Finding, Pair

# Each stands for what it is called in any of the usual wordings; a longer name is looked for before a shorter.
_INDICATORS = {
    "(?:单位|万元)[^，。；、]{0,6}生产总值[^，。；、]{0,6}(?:能耗|耗|排放)": "energy|consum|emission|carbon|water",
    "生产总值|GDP": r"gdp|grp|gnp|product\b|output|econom",
    "一般公共预算收入|财政(?:总)?收入": r"revenue|fiscal|financ|budget",
    "一般公共预算支出|财政(?:总)?支出": r"expendit|spen[dt]|outlay|budget",
    "税收收入": r"tax",
    "工业增加值": r"industr",
    "工业总?产值": r"industr",
    "服务业增加值|第三产业增加值": r"service|tertiary",
    "(?:农业|第一产业)增加值": r"agricult|farm|primary",
    "固定资产投资": r"invest",
    "(?:基础设施|民间|制造业|房地产开发|工业)投资": r"invest",
    "社会消费品零售(?:总额)?": r"retail|sales",
    "进出口(?:总[额值])?": r"import|export|trade",
    "(?:实际)?(?:利用|使用)外资": r"foreign|invest|fdi|capital",
    "可支配收入": r"income",
    "居民消费价格|CPI": r"price|cpi|inflation",
    "城镇新增就业|新增就业": r"job|employ|work",
    "失业率": r"unemploy|jobless",
    "城镇化率": r"urban",
    "粮食(?:总)?产量": r"grain|food|harvest|crop",
    "研发(?:经费)?投入|研究与试验发展经费": r"r&d|research|rd\b",
    "发明专利(?:拥有量)?": r"patent",
    "森林覆盖率": r"forest|wood",
    "优良天数": r"days|air",
    "(?:PM2\\.5|细颗粒物)": r"pm ?2\.5|particul|concentration",
    "预期寿命": r"life|lifespan|longevity",
    "(?:存款|贷款)余额": r"deposit|loan|lend|credit",
    "高速公路(?:通车)?里程": r"expressway|highway|motorway|freeway",
    "电商|网络零售额": r"e-?commerce|online|retail|internet",
    "旅游(?:总)?收入": r"touris|travel|visit",
    "接待游客": r"touris|visit|travel|guest",
}  # fmt: skip
_NAMED = re.compile("|".join(f"(?P<i{n}>{name})" for n, name in enumerate(_INDICATORS)))
_TOLD = tuple(re.compile(rf"\b(?:{words})", re.I) for words in _INDICATORS.values())
_TO_FIGURE = re.compile(r"(?:[^，。；：！？,;:!?\d]|\d{4}年){0,20}")


def _subjectless(pair: Pair) -> Iterator[Finding]:
    """An indicator whose own figure arrived and that is named nowhere."""
    figures = {
        p.source.start: (p.source, p.target)
        for p in pair.pairings
        if p.source is not None
        and p.target is not None
        and p.source.kind not in ("date", "ordinal", "document")
    }
    for found in _NAMED.finditer(pair.source) if figures else ():
        if _TOLD[int((found.lastgroup or "")[1:])].search(pair.target):
            continue
        after = _TO_FIGURE.match(pair.source, found.end())
        near = range(found.end(), after.end() + 1 if after else found.end())
        for source, target in (figures[at] for at in near if at in figures):
            message = f"{target.text} is of {found[0]} ({source.text}), which the translation names nowhere"
            yield Finding(message, (target.start, target.end))
            break


CHECKS = (
    Check(
        code="figure-subject",
        severity="warning",
        description="A figure arrived, what it is of did not (GDP told as budget revenue).",
        example=(
            "全省生产总值增长5.2%，一般公共预算收入增长6.1%。",
            "Budget revenue grew by 5.2 percent, with an increase of 6.1 percent.",
        ),
        find=_subjectless,
    ),
)
