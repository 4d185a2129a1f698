"""A page becomes an archival, accessible file, the same each time, or a clear refusal."""

import hashlib
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdf
import pytest

from app.core.pdf import AssetRefused, Attachment, UndrawableText, render, undrawable
from tests.verapdf import complaints

NOON = datetime(2026, 6, 18, 12, 0, tzinfo=UTC)
NAMES = "Łukasz Świątek · Nguyễn Thị Huệ · λόγος · Журавлёва · ليلى منصور · दिल्ली · 25 ≥ 24 → ●"
DATA = (
    Attachment("data.json", '{"name": "Świątek"}'.encode(), "What it says"),
    Attachment("table.csv", b"a,b\r\n1,2\r\n", "The table"),
)


def a_page(body: str = f"<p>{NAMES}</p>") -> str:
    family = '"Document Sans", "Document Arabic", "Document Devanagari", "Document Mono"'
    return (
        '<!doctype html><html lang="en"><head><title>A page</title>'
        f"<style>@page {{ size: A4 }} body {{ font-family: {family} }}</style></head>"
        f"<body><h1>A page</h1>{body}</body></html>"
    )


def a_pdf(page: str | None = None) -> bytes:
    return render(
        page or a_page(),
        title="A page: Łódź",
        author="Fund of Funds",
        subject="GOCR-2026",
        language="en",
        instant=NOON,
        identifier=b"0123456789abcdef",
        attachments=DATA,
    )


@pytest.fixture(autouse=True)
def _warnings_are_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """WeasyPrint goes on after a mistake in a page, and only logs it."""
    with caplog.at_level(logging.WARNING, "weasyprint"):
        yield
    assert [r.getMessage() for r in caplog.records if r.name.startswith("weasyprint")] == []


def test_a_file_keeps_both_profiles(tmp_path: Path) -> None:
    assert complaints({"page": a_pdf()}, tmp_path) == []


def test_the_validator_finds_a_missing_alternative_text(tmp_path: Path) -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9"/></svg>'
    )

    found = complaints({"page": a_pdf(a_page(drawing))}, tmp_path)

    assert found[0] == "FAIL ua1 page.pdf"
    assert "7.3-1" in found[1]


def test_the_same_page_gives_the_same_bytes() -> None:
    assert a_pdf() == a_pdf()


def test_another_process_with_another_hash_seed_gives_the_same_bytes() -> None:
    script = (
        "import hashlib, sys; from tests.core.test_pdf import a_pdf;"
        "print(hashlib.sha256(a_pdf()).hexdigest())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed, zone in (("1", "Asia/Kathmandu"), ("2", "America/St_Johns"))
    }

    assert answers == {hashlib.sha256(a_pdf()).hexdigest()}


def test_all_scripts_are_drawn_and_can_be_copied_out() -> None:
    text = pypdf.PdfReader(BytesIO(a_pdf())).pages[0].extract_text()

    for word in ("Łukasz Świątek", "Nguyễn Thị Huệ", "λόγος", "Журавлёва", "≥", "→", "●"):
        assert word in text


def test_only_shipped_fonts_are_used_for_the_scripts_we_ship() -> None:
    with pikepdf.open(BytesIO(a_pdf())) as pdf:
        names = {str(font.BaseFont) for font in pdf.pages[0].Resources.Font.values()}

    assert len(names) >= 4
    assert all("+Document-" in name for name in names)


def test_data_are_attached_once_each_and_read_back() -> None:
    with pikepdf.open(BytesIO(a_pdf())) as pdf:
        found = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
        listed = [(str(spec.UF), str(spec.AFRelationship)) for spec in pdf.Root.AF]
        kinds = [str(spec.EF.F.Subtype) for spec in pdf.Root.AF]

    assert found == {file.name: file.content for file in DATA}
    assert listed == [("data.json", "/Data"), ("table.csv", "/Data")]
    assert kinds == ["/application/json", "/text/csv"]


def test_the_file_says_what_it_is() -> None:
    with pikepdf.open(BytesIO(a_pdf())) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert str(pdf.docinfo.Title) == "A page: Łódź"
        assert str(pdf.docinfo.Author) == "Fund of Funds"
        assert str(pdf.docinfo.CreationDate) == str(pdf.docinfo.ModDate) == "D:20260618120000Z"
        assert bytes(pdf.trailer.ID[0]) == b"0123456789abcdef"
        metadata = pdf.Root.Metadata.read_bytes()
    assert metadata.count(b"<rdf:RDF") == 1
    assert b'pdfaid:part="3"' in metadata
    assert b'pdfuaid:part="1"' in metadata


@pytest.mark.parametrize("letter", ["\ue000", "\x07", "\U0010fffe", "\u0378"])
def test_a_letter_without_a_font_is_named_with_its_place(letter: str) -> None:
    with pytest.raises(UndrawableText, match=rf"U\+{ord(letter):04X} .*Instytut.*Correct the text"):
        a_pdf(a_page(f"<p>Instytut{letter} Onkologii</p>"))


def test_a_letter_written_as_an_entity_is_found_as_well() -> None:
    with pytest.raises(UndrawableText, match=r"U\+E123"):
        a_pdf(a_page("<p>Instytut &#xe123;</p>"))


def test_names_can_be_asked_about_before_they_are_accepted() -> None:
    assert undrawable("Łukasz Świątek, ệ λ Ж, ليلى, दिल्ली\n\t\u200d\ufe0f") == ()
    assert undrawable("Li\ue000 X\ue001\ue000") == ("\ue000", "\ue001")


def test_an_asset_that_is_not_packaged_is_refused_with_its_name() -> None:
    with pytest.raises(AssetRefused, match=r"asset:logo\.png"):
        a_pdf(a_page('<img src="asset:logo.png" alt="Logo">'))


@pytest.mark.parametrize("name", ["../a.json", "A.json", "a b.json", "", "ä.json", ".hidden"])
def test_an_attached_file_needs_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="needs a plain name"):
        Attachment(name, b"", "")


def test_an_instant_without_its_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset from UTC"):
        render(
            a_page(),
            title="A",
            author="B",
            subject="C",
            language="en",
            instant=NOON.replace(tzinfo=None),
            identifier=b"0123456789abcdef",
        )
