"""How much a statement says of what its document says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.base import Encoder
from pipeline.document import Document
from pipeline.summarise.statements import Statement
from pipeline.summarise.vectors import Vectors, vectorise

_Floats = NDArray[np.float64]

# An encoder takes some 2–40 ms a sentence: beyond this many, character pairs are used instead.
MAX_ENCODED = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What counts; swept by hand on reports, then on news items and bulletins (docs/decisions/021)."""

    centrality: float = 1.0
    section: float = 0.6
    figures: float = 0.8
    result: float = 0.5
    decision: float = 0.5
    directive: float = 0.35
    purpose: float = 0.4
    whole: float = 0.35
    opening: float = 0.5
    closing: float = 0.3
    item: float = 0.3
    news_lead: float = 2.0
    ritual: float = 1.2
    vacuous: float = 0.6
    effort: float = 0.5
    meeting: float = 0.4
    short: float = 0.4
    dependent: float = 0.4
    ahead: float = 0.8
    thin: float = 0.8
    long: float = 0.3


# What one quantity of a kind counts for; dates and durations tell less, ordinals nothing.
_COUNTED: dict[str, float] = dict.fromkeys(
    (
        "count",
        "money",
        "percent",
        "points",
        "ratio",
        "multiple",
        "area",
        "length",
        "mass",
        "volume",
        "energy",
    ),
    1.0,
) | {"duration": 0.5, "date": 0.34}
_FIGURES_A_LINE = 6.0  # figures of a whole text for which a statement needs one more to be full of them
_DIGITS = re.compile(r"\d[\d.,]*(?![\d.,]*[年月日时点号])")
RESULT = re.compile(
    "完成|实现|提前|达到|达成|增长|提高|提升至|精简|减少|压减|下降|突破|超过|累计|建成|收回|撤销|整合为|取消|新增|净增|投产|通车|"
    "签署|生效"
)
_DECISION = re.compile("^.{0,12}(?:同意|批准|决定|任命|撤销|取消|废止)")
WHOLE = re.compile("全[省市县区国年州]|生产总值|总(?:额|量|数|值|规模)|合计|共计|总体")
_PURPOSE = re.compile("制定本|现(?:就|将|提出|制定|印发|转发)|为了.{2,40}，|是指")
DIRECTIVE = re.compile(
    r"应当|必须|不得|禁止|严禁|负责|牵头|要求|目标是|力争|计划|截止|之前|年底前|到20\d\d年|予以|责令|处以"
)
# Words of ceremony: true of every report, so they say nothing of this one.
_RITUAL = re.compile(
    "各位代表|各位委员|衷心感谢|崇高敬意|紧密团结|高举|不忘初心|砥砺|殷殷嘱托|感恩奋进|为指导|思想武装|"
    "重要意义|认真贯彻执行|不懈奋斗|而努力奋斗|极不寻常|奋勇前进|撸起袖子|风雨无阻|顶住压力、迎难而上|谱写.{0,12}篇章|重要讲话精神"
)
# True of every place and year: importance without a reason, effort without a result, slogans of rigour.
_VACUOUS = re.compile(
    "一把尺子|一盘棋|一张蓝图|不打折扣|不讲价钱|不搞变通|不走过场|动真碰硬|应改尽改|"
    "纲举目张|带动全局|提出了?更高要求|意义重大|至关重要|关键(?:时期|环节|阶段|之年|五年|一年|所在)|(?:重要|根本)(?:方式|保证|保障|途径|举措)[。；]?$"
)
_EFFORT = re.compile(
    "持续|不断|着力|全力|坚持|坚定不移|统筹|深化|强化|优化|提升|提高|加快|加强|推进|推动|促进|深入|更好|更多|切实|扎实|精准|全面|"
    "发展|增加|改进|完善|健全|打造|构建|培育|壮大|扩大|支持|保障|突破"
)
_MANY_EFFORTS = 3
_SHORT = 16  # characters: without a figure they say little
_MEETING = re.compile("召开.{0,40}(?:会议|大会|全会)|(?:会议|大会).{0,8}(?:召开|部署|动员)")
_MET = re.compile("(?:召开|举行|组织召开)[^。；]{0,50}(?:会议|大会|全会|[谈部推动培调议讲训度署进]会)")
_OPENING = re.compile("(?:会议|大会|全会)[^。]{0,20}(?:开幕|召开|举行)[，。]")
_OUTCOME = re.compile("形成|通过了|决定|出台|印发|确定了?|签订")
_CEREMONY = re.compile(
    "作(?:政府)?工作报告|请予审议|报告工作|提请大会审|来看.{0,20}(?:报道|专访)|收悉|^各位|^同志们|^我们坚信"
)
_DEPENDENT = re.compile(
    "^(?:其中|此外|同时|另外|因此|所以|但|然而|而|并|对此|为此|据此|他|她|它|这(?!五年|一年)|该|其|上述|前款|前项|以上)"
)
# A sentence that sends the reader on to a list which no line quotes.
_AHEAD = re.compile(
    "下列|如下|[从抓做在][^，。]{0,6}[两三四五六七八九十几]+(?:个方面|件事|项工作|方面)|以下(?:[一二三四五六七八九十几]|方面|情况|条件|要求|问题|内容|事项)"
)
_QUESTION = re.compile("[？?]$")
# The close of a letter, a notice or a web page.
_SIGN_OFF = re.compile(
    "^(?:特此|此致|敬礼|专此|抄送|谢谢|相关(?:报道|链接|阅读|新闻)|责任编辑|以上(?:报告|意见|请示|方案)?.{0,12}(?:妥否|当否|请予?审))"
)
_THANKS = re.compile(
    "衷心(?:的)?感谢|崇高(?:的)?敬意|诚挚(?:的)?(?:感谢|谢意|问候)|表示.{0,6}感谢|致以.{0,10}(?:敬意|问候)"
)
_BYLINE = re.compile("本报记者|摄$|^来源|^时间|^（|记者.{2,8}摄")
MIN_WORDS = 8


@dataclass(frozen=True, slots=True)
class Ranking:
    """Scores of all statements, and how alike any two of them are."""

    statements: Sequence[Statement]
    scores: _Floats
    thin: NDArray[np.bool_]
    vectors: Vectors
    encoded: NDArray[np.float32] | None

    def likeness(self, i: int) -> _Floats:
        """The similarity of each statement to number `i`."""
        alike = self.vectors.dot(self.vectors.row(i))
        if self.encoded is None:
            return alike
        # multilingual-e5 finds unrelated Chinese sentences 0.88 alike: stretch what is above
        meant = np.clip((self.encoded @ self.encoded[i] - 0.88) / 0.12, 0.0, 1.0)
        return np.maximum(alike, np.asarray(meant, dtype=np.float64) * 0.8)


def rank(
    document: Document,
    statements: Sequence[Statement],
    *,
    encoder: Encoder | None = None,
    weights: Weights | None = None,
) -> Ranking:
    """Score the statements of a document; equal documents get equal scores."""
    chosen = weights or Weights()
    texts = [statement.text for statement in statements]
    vectors = vectorise(texts)
    encoded = encoder.encode(texts) if encoder and 0 < len(texts) <= MAX_ENCODED else None
    scores = (
        chosen.centrality * _centrality(vectors, encoded)
        + chosen.section * _section_centrality(statements, vectors)
        + chosen.figures * _figures(document, statements)
        + _cues(statements, chosen)
        + _positions(document, statements, chosen)
    )
    return Ranking(statements, np.asarray(scores, dtype=np.float64), _thin(statements), vectors, encoded)


def _centrality(vectors: Vectors, encoded: NDArray[np.float32] | None) -> _Floats:
    central = _scaled(vectors.dot(vectors.centroid()))
    if encoded is None:
        return central
    middle = encoded.mean(axis=0)
    return 0.5 * central + 0.5 * _scaled(np.asarray(encoded @ middle, dtype=np.float64))


def _section_centrality(statements: Sequence[Statement], vectors: Vectors) -> _Floats:
    rows: dict[str | None, list[int]] = {}
    for i, statement in enumerate(statements):
        rows.setdefault(statement.section, []).append(i)
    central = np.zeros(len(statements))
    for members in rows.values():
        scaled = _scaled(vectors.dot(vectors.centroid(members))[members])
        central[members] = scaled
    return central


def _scaled(values: _Floats) -> _Floats:
    """Between 0 and 1, the best of a group at 1."""
    top = float(values.max()) if values.size else 0.0
    return np.clip(values / top, 0.0, 1.0) if top > 0 else np.zeros_like(values)


def _figures(document: Document, statements: Sequence[Statement]) -> _Floats:
    """Up to 1 for four figures; in a text with few of them each says more."""
    counts: dict[str, float] = {}
    for quantity in document.quantities:
        if quantity.measure is not None:
            worth = _COUNTED.get(quantity.measure.kind, 0.0)
            counts[quantity.segment] = counts.get(quantity.segment, 0.0) + worth
    found = [
        sum(counts.get(s.id, 0.0) for s in statement.segments)
        if document.quantities
        else len(_DIGITS.findall(statement.text))
        for statement in statements
    ]
    full = min(max(float(sum(found)) / _FIGURES_A_LINE, 1.0), 4.0)
    return np.minimum(np.array(found, dtype=np.float64) / full, 1.0)


def _cues(statements: Sequence[Statement], weights: Weights) -> _Floats:
    return np.array([_cue(s.text, weights, listed=bool(s.joints)) for s in statements], dtype=np.float64)


def states_purpose(text: str) -> bool:
    """Whether a statement says what the document is for."""
    return _PURPOSE.search(text) is not None


def _cue(text: str, weights: Weights, *, listed: bool) -> float:
    """What the words of a statement speak for; with `listed`, the list that they announce is told with them."""
    score = weights.result * min(len(set(RESULT.findall(text))), 2) / 2
    score += weights.decision * bool(_DECISION.search(text))
    score += weights.directive * bool(DIRECTIVE.search(text))
    told = re.search(r"[\d《]", text) is not None
    score += weights.whole * bool(WHOLE.search(text)) * (2 if _DIGITS.search(text) else 1)
    score -= weights.short * (not told and sum(c.isalnum() for c in text) < _SHORT)
    score -= weights.meeting * bool(_MEETING.search(text))
    score += weights.purpose * states_purpose(text)
    score -= weights.ritual * bool(_RITUAL.search(text))
    score -= weights.vacuous * bool(_VACUOUS.search(text))
    score -= weights.effort * (len(_EFFORT.findall(text)) >= _MANY_EFFORTS and not told)
    score -= weights.dependent * bool(_DEPENDENT.match(text))
    score -= weights.ahead * (not listed and _AHEAD.search(text) is not None)
    score -= weights.thin * (is_thin(text) + bool(_QUESTION.search(text)))
    usual = 160 if listed else 80
    return score - weights.long * max(0.0, (len(text) - usual) / 60)


def is_meeting(text: str) -> bool:
    """Whether a statement tells only that people met, and nothing that came of it."""
    told = text.replace("提前召开", "召开")
    return _MET.search(told) is not None and not (RESULT.search(told) or _OUTCOME.search(told))


def sends_on(text: str) -> bool:
    """Whether a statement only announces a list that no line quotes."""
    return _AHEAD.search(text) is not None and not _DIGITS.search(text) and len(text) < 2 * _SHORT


def opens_meeting(text: str) -> bool:
    """Whether a statement reports only where and when a meeting began, at which a report was given."""
    return _OPENING.search(text) is not None


def is_dependent(text: str) -> bool:
    """Whether a statement is understood only with the one before it."""
    return _DEPENDENT.match(text) is not None


def is_ceremony(text: str) -> bool:
    """Whether a statement says what every report says."""
    return _RITUAL.search(text) is not None


def is_thin(text: str) -> bool:
    """Whether a statement is a label, a salutation, thanks, a byline or a mere announcement."""
    few = sum(c.isalnum() for c in text) < MIN_WORDS
    label = text.endswith(("：", ":", "！")) or _BYLINE.search(text) or _CEREMONY.search(text)
    return few or bool(label or _SIGN_OFF.match(text) or _THANKS.search(text))


_ADDRESS = re.compile("^(?:各位|同志们|朋友们|代表们|女士们|先生们|乡亲们|父老乡亲)")
_APPEAL = re.compile(
    "让我们|谢谢(?:大家|各位)|(?:不懈|团结|努力|接续)奋斗[！。]?$|唯有.{2,20}方能|再创.{0,6}辉煌|谱写.{0,30}篇章[！。]?$"
)
_RHETORIC = re.compile(
    "[？?！!]$|^我们(?:要以|将以|坚信|相信|有信心)|热土|馈赠|让我们|唯有|时不我待|百舸争流"
)
_MAX_CLOSING = 12  # statements
_MAX_AFTER = 4  # statements from the appeal on: thanks, the name of the speaker, a line of a web page


def closing_address(texts: Sequence[str]) -> int:
    """Where the appeal begins that a speech ends with; the number of texts if it ends without one.

    It begins with the last address to the audience before the appeal; blocks before it that are
    mostly rhetoric belong to it.
    """
    n = len(texts)
    tail = max(0, n - _MAX_CLOSING)
    last = next((i for i in reversed(range(max(0, n - _MAX_AFTER), n)) if _APPEAL.search(texts[i])), None)
    if last is None:
        return n
    starts = [i for i in range(tail, last + 1) if _ADDRESS.match(texts[i])]
    start = starts[-1] if starts else last
    for earlier in reversed(starts[:-1]):
        block = texts[earlier + 1 : start]
        if block and sum(bool(_RHETORIC.search(text)) for text in block) * 2 < len(block):
            break
        start = earlier
    return start


def _closing(statements: Sequence[Statement]) -> int:
    """Where the closing appeal begins; it stands in the last section."""
    first = len(statements)
    while first and statements[first - 1].section == statements[-1].section:
        first -= 1
    return first + closing_address([statement.text for statement in statements[first:]])


def _thin(statements: Sequence[Statement]) -> NDArray[np.bool_]:
    """Among sentences, a line without an end is a label too; where all lines lack one, none is."""
    texts = [statement.text for statement in statements]
    ended = [text.rstrip("”’」』）)")[-1:] in "。！？；!?;." for text in texts]
    closing = _closing(statements)
    thin = np.array(
        [i >= closing or is_thin(s.text) or s.introduces for i, s in enumerate(statements)], dtype=bool
    )
    return thin | ~np.array(ended, dtype=bool) if any(ended) else thin


def _positions(document: Document, statements: Sequence[Statement], weights: Weights) -> _Floats:
    scores = np.array(
        [
            weights.opening * 0.4 * s.opens
            + weights.closing * (s.closes and RESULT.search(s.text) is not None)
            + weights.item * (s.is_item or _under_item(s))
            for s in statements
        ],
        dtype=np.float64,
    )
    if not _is_outlined(document) and len(statements):
        scores += weights.news_lead * np.exp(-np.arange(len(statements)) / 2.0)
    return scores + weights.opening * _section_starts(statements)


def _under_item(statement: Statement) -> bool:
    return statement.lead is not None and statement.lead.kind == "item"


def _is_outlined(document: Document) -> bool:
    """News tells the most important thing first; a report with headings need not."""
    return sum(1 for section in document.sections if section.parent is not None or section.marker) > 1


def _section_starts(statements: Sequence[Statement]) -> _Floats:
    starts = np.zeros(len(statements))
    seen: set[str | None] = set()
    for i, statement in enumerate(statements):
        if statement.section not in seen and not is_thin(statement.text):
            seen.add(statement.section)
            starts[i] = 1.0
    return starts
