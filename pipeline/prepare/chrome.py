"""Page furniture: breadcrumbs, font-size switches, share and print buttons, footers.

Only whole lines are ever removed. A line that says by itself what it is (当前位置：首页 > …) goes
alone; a bare word (下载, 打印) could be a heading and goes only beside other furniture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.prepare.edits import Proposal
from pipeline.prepare.opencc_tables import converter

MAX_CHARACTERS = 150  # a longer line is prose, whatever it begins with
_WORDS = frozenset(
    """
    下载 打印 打印本页 打印页面 列印 全屏 全屏浏览 收藏 收藏本页 加入收藏 设为首页 加大 还原 减小 放大
    缩小 大 中 小 默认 分享 分享到 分享文章 关闭 关闭窗口 关闭本页 返回 返回顶部 返回首页 返回列表
    字号 字体 繁体 简体 简 繁 微信 微博 朋友圈 qq空间 新浪微博 无障碍 无障碍浏览 关怀版 长者版 首页
    登录 注册 语音播报 朗读 纠错 我要纠错 复制链接 邮箱 手机版 上一页 下一页 末页 尾页 网站地图
    联系我们 扫码阅读 a a+ a- t t+ t- 在线阅读 全文下载 进入专题 字号大 字号中 字号小
    """.split()
)
_BETWEEN_WORDS = re.compile(r"[\s|｜/,，、·:：\[\]【】()（）]+")
_ARROW = re.compile(r"\s*(?:>>?|»|›|＞|→|&gt;)\s*")
_POSITION = re.compile(
    r"(?:[您你]?现?在?的?(?:当前|所在|目前|现在)?的?位置(?:是|为)?|当前页面|当前栏目)\s*[:：]?"
)
_PROSE = re.compile(r"[，。；！？]")
# Each pattern reads a line once: no repetition inside a repetition, so no line can stall it.
_STRONG: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a font-size switch", re.compile(
        r"[\[【(（]?(?:字号|字体|字体大小|文字大小|视力保护色?)\s*[:：][\s\[\]【】()（）|｜/·加大还原减小放缩默认特超中小AaT+-]*")),
    ("a share prompt", re.compile(
        r"(?:用?微信)?扫(?:一扫|描|码)[^，。；！？]{0,20}(?:二维码|关注|打开|分享|手机|微信|阅读|查看)[^，。；！？]{0,20}"
        r"|扫一扫|分享(?:到|至)\s*[:：][^，。；！？]{0,60}")),
    ("a view counter", re.compile(
        r"(?:(?:浏览|点击|阅读)(?:次数|量|数|率)|访问(?:次数|量))\s*[:：]\s*[\d,，]*\s*(?:人?次)?"
        r"|(?:浏览|阅读|点击)\s*[:：]\s*\d[\d,，]*\s*(?:人?次)?")),
    ("an editor's credit", re.compile(
        r"[\[【(（]?(?:责任编辑|责编|网络编辑|值班编辑|网站编辑)\s*[:：][^，。；！？]{0,20}"
        r"|(?:编辑|审核|校对)\s*[:：]\s*[\u4e00-\u9fff]{2,4}(?:[ 、][\u4e00-\u9fff]{2,4}){0,3}")),
    ("a link to another page", re.compile(
        r"(?:上一篇|下一篇|上一条|下一条)\s*[:：].{0,100}|(?:相关(?:报道|链接|新闻|阅读|文章)|延伸阅读|推荐阅读)\s*[:：]?")),
    ("a site's footer", re.compile(
        r"(?:版权所有|网站标识码|Copyright\b|©)[^。；！？]{0,120}"
        r"|[^，。；！？]{0,60}(?:ICP备|公网安备)[^，。；！？]{0,60}", re.I)),
)  # fmt: skip
_LINE = re.compile(r"[^\n]+")
_SUSPECT = re.compile(r"(?:打印|下载|关闭窗口|扫一扫|分享到|浏览次数|责任编辑|点击量|字号)")


def furniture(text: str) -> Iterator[Proposal]:
    """Whole lines that are no part of the report, with the newline that ends them."""
    lines = list(_short_lines(text))
    named = [what for _, _, _, what in lines]
    for i, (start, end, line, what) in enumerate(lines):
        strong = what and what != "a bare word"
        beside = what and ((i > 0 and named[i - 1]) or (i + 1 < len(named) and named[i + 1]))
        if strong or beside:
            stop = end + 1 if end < len(text) else end
            shown = what if strong else "a page button beside others"
            yield Proposal(start, stop, "", f"the whole line “{line[:30]}” is {shown}")


def suspected_furniture(text: str) -> Iterator[tuple[int, int, str]]:
    """Lines that look like furniture but stand alone or hold more; they stay, for a person to judge."""
    for start, end, line, what in _short_lines(text):
        if what or (len(line) <= 40 and _SUSPECT.search(line) and not re.search(r"[，。；！？]", line)):
            yield start, end, line


def _short_lines(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Lines with what they are, "" for ordinary ones; blank lines are passed over."""
    plain = converter("t2s").convert(text)
    for match in _LINE.finditer(plain):
        line = match[0].strip()
        if line:
            yield match.start(), match.end(), line, _kind(line) if len(line) <= MAX_CHARACTERS else ""


def _kind(line: str) -> str:
    """What a line is by itself, "" if nothing says that it is furniture."""
    if _is_breadcrumb(line):
        return "a breadcrumb"
    for what, pattern in _STRONG:
        if pattern.fullmatch(line):
            return what
    words = [word for word in _BETWEEN_WORDS.split(line.lower()) if word]
    if not words:
        return "a bare word" if re.search(r"[【】|｜]", line) else ""
    if not all(word in _WORDS for word in words):
        return ""
    return "a row of page buttons" if len(words) > 1 else "a bare word"


def _is_breadcrumb(line: str) -> bool:
    """当前位置：首页 > 政务公开, or a path from the home page without a sentence in it."""
    position = _POSITION.match(line)
    path = line[position.end() :] if position else line
    if _PROSE.search(path):
        return False
    steps = _ARROW.split(path.strip())
    if position and position[0].endswith((":", "：")):
        return len(steps) > 1 or "首页" in path
    return len(steps) > 1 and (bool(position) or steps[0] in ("首页", "网站首页", "主页"))
