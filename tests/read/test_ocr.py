"""Scans: pages without text are recognised, their places kept, what is uncertain is flagged."""

import importlib.util
import io
import shutil
import subprocess

import pytest

from pipeline.config import ReadConfig
from pipeline.errors import InputError, LimitExceeded, UsageError
from pipeline.read import read
from pipeline.read.layout import Fragment, Page, lay_out

pytest.importorskip("PIL")
from PIL import Image, ImageDraw, ImageFont

needs_ocr = pytest.mark.skipif(
    importlib.util.find_spec("rapidocr") is None, reason="the extra ocr is not installed"
)


def chinese_font(size: int):
    """A font with Chinese characters, if the system has one."""
    if shutil.which("fc-match") is None:
        pytest.skip("no fontconfig here")
    found = subprocess.run(
        ["fc-match", "-f", "%{file}|%{lang}", ":lang=zh-cn"], capture_output=True, text=True
    )
    file, _, languages = found.stdout.partition("|")
    if "zh-cn" not in languages:
        pytest.skip("no Chinese font here")
    return ImageFont.truetype(file, size)


def picture(lines, font, size=(1240, 700)) -> Image.Image:
    made = Image.new("RGB", size, "white")
    for n, line in enumerate(lines):
        ImageDraw.Draw(made).text((80, 80 + 70 * n), line, fill="black", font=font)
    return made


def scanned_pdf(pages: list[Image.Image]) -> bytes:
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return buffer.getvalue()


@needs_ocr
@pytest.mark.slow
def test_a_scanned_pdf_is_recognised_page_by_page(tmp_path):
    font = chinese_font(40)
    (tmp_path / "a.pdf").write_bytes(
        scanned_pdf(
            [picture(["全省企业由659户减少到65户。"], font), picture(["第二页。"], font), picture([], font)]
        )
    )
    document = read(str(tmp_path / "a.pdf"), config=ReadConfig())
    assert document.text.text == "全省企业由659户减少到65户。\n第二页。"
    assert [dict(b.place) for b in document.blocks] == [{"page": "1"}, {"page": "2"}]
    assert {"read.recognised", "read.nothing_recognised"} <= {issue.check for issue in document.issues}


@needs_ocr
@pytest.mark.slow
def test_a_blurred_picture_has_uncertain_characters_at_their_places(tmp_path):
    from PIL import ImageFilter

    blurred = picture(["国有企业改革取得阶段性成果", "职工安置率达到98.6%"], chinese_font(40)).filter(
        ImageFilter.GaussianBlur(3)
    )
    blurred.save(tmp_path / "a.png")
    document = read(str(tmp_path / "a.png"), config=ReadConfig(min_ocr_confidence=0.999))
    uncertain = [i for i in document.issues if i.check == "read.uncertain_character"]
    assert uncertain
    assert all(document.original[i.start : i.end] in i.message for i in uncertain)


@needs_ocr
@pytest.mark.slow
def test_latin_text_needs_no_font_of_the_system(tmp_path):
    picture(["GDP 2018: 215.3"], ImageFont.load_default(48)).save(tmp_path / "a.tif")
    assert "215.3" in read(str(tmp_path / "a.tif"), config=ReadConfig()).text.text


def test_without_ocr_a_scan_is_refused_or_flagged(tmp_path, monkeypatch):
    import pipeline.read.formats as formats

    (tmp_path / "a.pdf").write_bytes(scanned_pdf([Image.new("RGB", (300, 300), "white")]))
    with pytest.raises(InputError, match="scanned"):
        read(str(tmp_path / "a.pdf"), config=ReadConfig(ocr="never"))
    found = importlib.util.find_spec
    monkeypatch.setattr(formats, "find_spec", lambda name: None if name == "rapidocr" else found(name))
    with pytest.raises(UsageError, match=r"duizhao\[ocr\]"):
        read(str(tmp_path / "a.pdf"), config=ReadConfig())


def test_a_picture_may_be_refused(tmp_path):
    Image.new("RGB", (30, 30)).save(tmp_path / "a.png")
    with pytest.raises((InputError, UsageError)):
        read(str(tmp_path / "a.png"), config=ReadConfig(ocr="never"))


@needs_ocr
@pytest.mark.slow
@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + b"x" * 40, b"\xff\xd8\xff\xe0" + b"\x00" * 60])
def test_damaged_pictures_are_one_sentence(tmp_path, data):
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        read(str(tmp_path / "a.png"), config=ReadConfig())


@needs_ocr
@pytest.mark.slow
def test_a_picture_of_too_many_pixels_is_refused(tmp_path):
    Image.new("1", (40_000, 20_000)).save(tmp_path / "a.png")
    with pytest.raises(LimitExceeded, match="pixels"):
        read(str(tmp_path / "a.png"), config=ReadConfig())


def test_doubts_follow_their_characters_through_the_layout():
    row = (
        Fragment("甲乙", 60, 100, 84, 112, 12, ((1, 0.5),)),
        Fragment("丙丁", 90, 100, 114, 112, 12, ((0, 0.4),)),
    )
    piece = lay_out([Page(1, 595, 842, row)])[0]
    assert [(piece.runs[0].text[at], confidence) for at, confidence in piece.runs[0].doubts] == [
        ("乙", 0.5),
        ("丙", 0.4),
    ]
