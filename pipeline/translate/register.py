"""What a passage does, so that the model writes it in one mood and tense.

Chinese marks neither. Left alone, the model gives one sentence of a report as “We conducted”, the
next as “Strengthen” and the third as “Developing”. A section that tells of finished work is asked
for in the past tense, with “We” where the Chinese has no subject, as official reports have it; a
directive in the imperative; the plans of a report with “We will”.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal

from pipeline.document import Section, Segment

Register = Literal["report", "directive", "plan", "plain"]

# Grammar of finished work; not 了解, 为了, 除了.
_DONE = re.compile(
    r"(?<![为除])了(?![解然])|已经?|基本完成|全面完成|召开[了过\d]|[成设]立了|形成[了\d]|取得|荣获|同比|比上年"
)
# Grammar of what is still to be done; not 重要, 主要, 需要, 要求, 要素.
_TO_DO = re.compile(
    r"(?<![重主需纲摘必首概提])要(?![求素点闻案职])|应当|应(?!用|对|急|变|邀|有|收|付|届)|必须|不得|力争|鼓励|"
    r"(?:今|明)年(?:主要|重点|要|将)|将(?:于|继续|进一步)"
)
# A section of fewer sentences says too little; the document around it decides.
_FEW = 4
_HINTS: Mapping[Register, str] = {
    "report": "Write a full sentence in the past tense; where the Chinese has no subject, begin with “We”.",
    "directive": "Write a full sentence; where the Chinese has no subject, begin with an imperative verb.",
    "plan": "Write a full sentence; where the Chinese has no subject, begin with “We will”.",
}
# Chinese that begins so has no subject: an adverb or verb of office prose, or 将, 把, 对, 通过.
_SUBJECTLESS = re.compile(
    r"(?:要|再次|首次|适时|提前|重新|及时|统一|集中|精心|同步|先后|全部|继续|持续|不断|进一步|"
    r"切实|扎实|大力|全力|着力|积极|主动|深入|深化|全面|充分|严格|认真|有序|有效|有力|稳步|稳妥|率先|加大|"
    r"加强|加快|强化|优化|细化|压实|压缩|精简|完善|健全|建立|建成|制定|制订|修订|印发|出台|发布|召开|举办|"
    r"组织|统筹|协调|指导|督促|落实|贯彻|执行|推进|推动|推行|推广|促进|实施|实行|实现|开展|开设|完成|设立|"
    r"成立|组建|整合|合并|撤销|收回|划转|取消|下放|承接|清理|规范|明确|采取|坚持|牢记|聚焦|围绕|立足|按照|"
    r"根据|结合|针对|通过|将|把|对|为|以|从严|全程|多措并举|评估|审核|审议|编制|起草|拟订|提出|提升|提高|"
    r"培育|培养|引进|引导|打造|打好|打赢|抓好|抓实|抓住|狠抓|做好|做实|做细|确保|保障|保证|保持|维护|守住|"
    r"改善|改造|改进|新增|新建|新设|扩大|支持|服务|解决|化解|防范|治理|整治|查处|投入|争取|投资|减少|增加|"
    r"突出|注重|重视|关注|发挥|发展|营造|创新|创建|探索|试点|启动|配备|配套)"
)


_REVIEW_TITLE = re.compile(r"[圆顺]\w完成|回顾|总结|成效|成绩|进展|过去[一二三四五]年")
_WORK_REPORT = re.compile(r"工作报告|工作总结|工作回顾")
_PLAN_TITLE = re.compile(
    r"目标|任务|安排|打算|下一步|今后|计划|要求|原则|思想|方案|意见|重点工作|20\d\d年(?:主要)?工作$"
)


def registers(segments: Iterable[Segment], sections: Iterable[Section] = ()) -> dict[str | None, Register]:
    """What each section does, by its id; None stands for text outside of sections.

    The titles above it decide first, then its own grammar, then the document as a whole.
    """
    bodies: dict[str | None, list[str]] = defaultdict(list)
    for segment in segments:
        if segment.kind in ("sentence", "item"):
            bodies[segment.section].append(segment.text)
    outline = {section.id: section for section in sections}
    whole = _register([text for texts in bodies.values() for text in texts]) or "plain"
    found = {
        name: _by_title(name, outline) or (_register(texts) if len(texts) >= _FEW else None) or whole
        for name, texts in bodies.items()
    }
    # What a report of work says of the time to come is its author's plan, no order to others.
    if any(_WORK_REPORT.search(section.title.zh) for section in outline.values()):
        return {name: "plan" if register == "directive" else register for name, register in found.items()}
    return found


def _register(texts: list[str]) -> Register | None:
    """What most signs of finished work or of work to be done say; None where there are too few."""
    done = sum(_DONE.search(text) is not None for text in texts)
    to_do = sum(_TO_DO.search(text) is not None for text in texts)
    if to_do * 2 > done:
        return "directive" if to_do >= 2 and to_do >= 2 * done else "plain"
    return "report" if done >= 2 and done * 8 >= len(texts) else None


def _by_title(name: str | None, outline: Mapping[str, Section]) -> Register | None:
    """What the nearest telling title above a section says."""
    while name is not None and name in outline:
        section = outline[name]
        if _REVIEW_TITLE.search(section.title.zh):
            return "report"
        if _PLAN_TITLE.search(section.title.zh):
            return "directive"
        name = section.parent
    return None


def register_hints(body: str, register: Register) -> tuple[str, ...]:
    """The sentence that asks for mood and tense; nothing for a body that has its own subject."""
    if register not in _HINTS or not _SUBJECTLESS.match(body):
        return ()
    if register == "report" and _TO_DO.search(body):
        return ()
    return (_HINTS[register],)
