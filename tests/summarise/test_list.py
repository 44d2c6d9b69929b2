from pipeline.summarise.list import tell_list
from tests.documents import split


def test_a_list_has_as_many_lines_as_there_is_news() -> None:
    document = split(
        "全国铁路预计发送旅客八百万人次。\n我国林业产业总产值达到八万亿元。\n全国铁路预计发送旅客八百万人次。\n"
    )
    lines = tell_list(document, count=3)
    assert [line.segments for line in lines] == [("s1",), ("s2",)]


def test_nothing_gives_no_lines() -> None:
    assert tell_list(split(""), count=3) == []
