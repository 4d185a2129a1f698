"""What people are handed: complete, exact, the same each time, and within what may be said."""

import csv
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest

from app.core.money import Money
from app.core.pdf import UndrawableText
from app.core.pdf.signing import make_signing_key, sign
from app.documents import frozen, reports
from app.documents.facts import (
    AllocationReport,
    AwardReport,
    Decision,
    DecisionLetter,
    Exceptions,
    FactsDisagree,
    FunderReport,
    PanelMinutes,
    Receipt,
)
from app.documents.wording import Page, Words
from app.ledger import checkpoint, proof, verify
from tests.documents import samples
from tests.verapdf import complaints


@pytest.fixture(autouse=True)
def _warnings_are_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.WARNING, "weasyprint"):
        yield
    assert [r.getMessage() for r in caplog.records if r.name.startswith("weasyprint")] == []


@cache
def the_allocation(proposals: int = 29) -> bytes:
    return reports.allocation_report(samples.an_allocation(proposals))


@cache
def the_award() -> bytes:
    return reports.award_report(samples.an_award())


@cache
def the_receipt() -> bytes:
    return reports.receipt(samples.a_receipt())


@cache
def the_funder_report() -> bytes:
    return reports.funder_report(samples.a_funder_report())


@cache
def the_letter() -> bytes:
    return reports.decision_letter(samples.a_letter())


@cache
def the_minutes() -> bytes:
    return reports.panel_minutes(samples.some_minutes())


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    return " ".join(" ".join(pages(pdf)).split())


def attached(pdf: bytes) -> dict[str, bytes]:
    with pikepdf.open(BytesIO(pdf)) as file:
        return {name: spec.get_file().read_bytes() for name, spec in file.attachments.items()}


def test_every_document_keeps_both_profiles(tmp_path: Path) -> None:
    key = make_signing_key(
        "Fund",
        now=samples.RELEASED,
        valid_until=samples.RELEASED.replace(year=2099),
    )
    arabic = samples.an_allocation(language="ar")
    empty = _nothing_funded()
    files = {
        "allocation": the_allocation(),
        "allocation-signed": sign(the_allocation(), key, at=samples.RELEASED, reason="Release"),
        "allocation-long": the_allocation(200),
        "allocation-arabic": reports.allocation_report(arabic),
        "allocation-empty": reports.allocation_report(empty),
        "allocation-bundle": reports.allocation_report(samples.an_allocation(), bundle=b"{}\n"),
        "award": the_award(),
        "award-hindi": reports.award_report(samples.an_award(language="hi")),
        "funder": the_funder_report(),
        "funder-pays-nothing": reports.funder_report(samples.a_funder_report(paying=False)),
        "letter": the_letter(),
        "letter-arabic": reports.decision_letter(samples.a_letter(language="ar", awarded=False)),
        "minutes": the_minutes(),
        "minutes-arabic": reports.panel_minutes(samples.some_minutes(language="ar", items=40)),
        "receipt": the_receipt(),
        "receipt-long": reports.receipt(samples.a_receipt(answers=60)),
    }

    assert complaints(files, tmp_path) == []


def test_a_document_rendered_again_from_its_kept_facts_has_the_same_bytes() -> None:
    allocation = frozen.from_json(frozen.to_json(samples.an_allocation()))
    award = frozen.from_json(frozen.to_json(samples.an_award()))
    receipt = frozen.from_json(frozen.to_json(samples.a_receipt()))
    funder = frozen.from_json(frozen.to_json(samples.a_funder_report()))
    letter = frozen.from_json(frozen.to_json(samples.a_letter()))
    minutes = frozen.from_json(frozen.to_json(samples.some_minutes()))

    assert isinstance(allocation, AllocationReport)
    assert reports.allocation_report(allocation) == the_allocation()
    assert isinstance(award, AwardReport)
    assert reports.award_report(award) == the_award()
    assert isinstance(receipt, Receipt)
    assert reports.receipt(receipt) == the_receipt()
    assert isinstance(funder, FunderReport)
    assert reports.funder_report(funder) == the_funder_report()
    assert isinstance(letter, DecisionLetter)
    assert reports.decision_letter(letter) == the_letter()
    assert isinstance(minutes, PanelMinutes)
    assert reports.panel_minutes(minutes) == the_minutes()


def test_the_contents_give_the_page_on_which_each_chapter_begins() -> None:
    pdf = pypdf.PdfReader(BytesIO(the_allocation(200)))
    listed = pdf.pages[1].extract_text()
    chapters = [entry for entry in pdf.outline if not isinstance(entry, list)][1:]

    assert len(chapters) == 8
    for number, chapter in enumerate(chapters, 1):
        name = str(chapter.title).removeprefix(str(number)).strip()
        page = pdf.get_destination_page_number(chapter)
        assert page is not None
        assert re.search(rf"{number}\s*{re.escape(name)}\s*{page + 1}\b", listed), name
        assert name in pdf.pages[page].extract_text()


def test_a_long_ranking_repeats_its_head_and_loses_no_row() -> None:
    report = samples.an_allocation(200)
    found = pages(the_allocation(200))
    number = re.compile(r"GOCR-2026-\d{3}\b")
    ranking = [page for page in found if "Spread" in page and len(number.findall(page)) > 5]

    assert len(ranking) >= 5
    assert all("Rank" in page and "Decision" in page for page in ranking)
    rows = [n for page in ranking for n in dict.fromkeys(number.findall(page))]
    assert rows == [standing.number for standing in report.ranking]


@pytest.mark.parametrize(
    ("asked", "total", "fits"),
    [
        (9_999_999_00, "4.6667", True),
        (99_999_999_999_00, "4.6667", False),  # 99,999,999,999.00 is wider than its column
        (9_999_999_00, "4666.6667", False),
    ],
)
def test_columns_are_measured_where_a_figure_might_not_fit(
    asked: int, total: str, *, fits: bool
) -> None:
    report = samples.an_allocation()
    last = replace(
        report.ranking[-1], asked=Money(asked, "EUR"), total=Decimal(total), awarded=None
    )
    wide = replace(report, ranking=(*report.ranking[:-1], last))

    assert reports.fits_its_columns(wide, Page(report.issue, None)) is fits


def test_every_page_but_the_cover_says_what_it_belongs_to() -> None:
    found = pages(the_allocation())

    for place, page in enumerate(found[1:], 2):
        assert "GOCR-2026 · Early detection" in page
        assert f"{place} / {len(found)}" in page


def test_the_summary_is_one_page_with_the_exact_figures() -> None:
    report = samples.an_allocation()
    summary = [
        page for page in pages(the_allocation()) if "Funding line" in page and "Left" in page
    ]

    assert report.left.minor == 5_312_345
    words = " ".join(summary[0].split())
    for figure in (report.budget.show(), report.spent.show(), "EUR 53,123.45", "9 of 29"):
        assert figure.replace("\N{NO-BREAK SPACE}", " ") in words.replace("\N{NO-BREAK SPACE}", " ")
    for country in {award.country for award in report.awards}:
        assert {"PL": "Poland", "EG": "Egypt", "IN": "India"}.get(country, "") in words


def test_unfunded_proposals_appear_by_their_number_only() -> None:
    """The facts have no field for more; here it is shown for all that leaves the house."""
    report = samples.an_allocation()
    told = json.loads(attached(the_allocation())["allocation.json"])

    assert {key for standing in told["ranking"] for key in standing} == {
        *("number", "rank", "shared", "total", "lowest", "highest", "reviews"),
        *("asked", "decision", "awarded"),
    }
    funded = {award["number"] for award in told["awards"]}
    assert funded == {s.number for s in report.ranking if s.decision is Decision.AWARDED}
    assert "reviewer" not in json.dumps(told["ranking"])


def test_the_attached_data_are_the_facts() -> None:
    report = samples.an_allocation()
    files = attached(the_allocation())
    told = json.loads(files["allocation.json"])
    rows = list(csv.DictReader(StringIO(files["ranking.csv"].decode(), newline="")))
    awards = list(csv.DictReader(StringIO(files["awards.csv"].decode(), newline="")))

    assert told["format"] == "equipoise-allocation/1"
    assert told["budget"] == {"currency": "EUR", "minor": report.budget.minor}
    assert [s["total"] for s in told["ranking"]] == [
        None if s.total is None else str(s.total) for s in report.ranking
    ]
    assert [row["total"] for row in rows] == [
        "" if s.total is None else str(s.total) for s in report.ranking
    ]
    assert [row["asked"] for row in rows] == [str(s.asked.amount) for s in report.ranking]
    assert [row["title"] for row in awards] == [award.title for award in report.awards]


def test_a_given_bundle_is_attached_as_it_is() -> None:
    bundle = b'{"format": "equipoise-bundle/1"}\n'
    pdf = reports.allocation_report(samples.an_allocation(), bundle=bundle)

    assert attached(pdf)["bundle.json"] == bundle
    assert "python -m scoring replay bundle.json" in text(pdf)
    assert "replay" not in text(the_allocation())


def test_no_cell_of_the_tables_becomes_a_formula() -> None:
    starts = ["=1+1", "+1", "'=1", "@SUM(A1)"]
    report = samples.an_allocation()
    awards = [replace(a, title=s) for a, s in zip(report.awards, starts, strict=False)]
    pdf = reports.allocation_report(replace(report, awards=(*awards, *report.awards[4:])))
    rows = list(csv.DictReader(StringIO(attached(pdf)["awards.csv"].decode(), newline="")))

    assert [row["title"] for row in rows[:4]] == [f"'{start}" for start in starts]


def test_an_award_carries_who_pays_and_its_grades_as_tables() -> None:
    files, award = attached(the_award()), samples.an_award()
    paid, grades = (
        list(csv.DictReader(StringIO(files[name].decode(), newline="")))
        for name in ("sources.csv", "grades.csv")
    )
    assert [row["funder"] for row in paid] == [one.funder for one in award.sources]
    assert sum(Decimal(row["amount"]) for row in paid) == Decimal(str(award.amount.amount))
    assert [row["mean"] for row in grades] == [
        "" if one.mean is None else str(one.mean) for one in award.means
    ]


@pytest.mark.parametrize(
    "made", [the_allocation, the_award, the_funder_report, the_letter, the_minutes, the_receipt]
)
def test_a_document_carries_its_proof_for_the_offline_verifier(made: Any, tmp_path: Path) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(made())

    (found,) = verify.proofs_from_pdf(path)

    printed = proof.from_text("\n".join(pages(made())))
    key = checkpoint.VerifierKey.parse(_printed_key(text(made())))
    assert printed.record.encode() == found.record
    assert printed.holds(key)


def test_a_document_whose_data_were_swapped_is_found_out(tmp_path: Path) -> None:
    """The event holds the hash of the data; other data under the same proof do not match."""
    honest, other = samples.an_award(), samples.an_award(language="fr")
    path = tmp_path / "document.pdf"
    path.write_bytes(reports.award_report(replace(other, witness=honest.witness)))

    with pytest.raises(verify.Finding, match="not what the ledger recorded"):
        verify.proofs_from_pdf(path)


def test_facts_without_a_proof_are_not_printed() -> None:
    with pytest.raises(FactsDisagree, match="record its event first"):
        reports.receipt(replace(samples.a_receipt(), witness=None))


def test_a_receipt_is_one_page_and_holds_every_hash() -> None:
    receipt = samples.a_receipt()
    found = pages(the_receipt())

    assert len(found) == 1
    assert "Receipt: 7QX4-M2KD-9T1V" in found[0]
    assert "31 March 2026, 23:58:59 CEST" in found[0]
    assert "2026-03-31T21:58:59.123456Z" in found[0]
    hashes = [a.sha256 for a in receipt.answers] + [f.sha256 for f in receipt.files]
    assert all(sha256 in found[0] for sha256 in hashes)


def test_a_letter_carries_its_decision_as_one_row() -> None:
    letter = samples.a_letter()
    (row,) = csv.DictReader(StringIO(attached(the_letter())["decision.csv"].decode(), newline=""))
    assert letter.amount is not None
    assert row == {
        "proposal": letter.number,
        "title": letter.title,
        "decision": "awarded",
        "amount": str(letter.amount.amount),
        "currency": letter.call.currency,
        "released_at": letter.released_at.isoformat(),
    }


def test_minutes_say_who_was_in_the_room_for_what() -> None:
    minutes = samples.some_minutes()
    words = " ".join(text(the_minutes()).split())
    rows = list(
        csv.DictReader(
            StringIO(attached(the_minutes())["recommendations.csv"].decode(), newline="")
        )
    )

    for person in minutes.people[:3]:
        assert person.name in words
    assert "the only one on a field" in words
    assert [(row["proposal"], row["recommendation"], row["left"]) for row in rows] == [
        (item.number, item.recommendation, str(len(item.left))) for item in minutes.items
    ]
    assert rows[0]["amount"] == "410000.00"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "has no reason"),
        ({"left": ("Zuzana Háčková",)}, "in the room and not in it"),
    ],
)
def test_minutes_that_contradict_themselves_are_refused(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(FactsDisagree, match=sentence):
        replace(samples.some_minutes().items[0], **changes)


def test_an_award_says_why_and_from_whose_money() -> None:
    award = samples.an_award()
    words = text(the_award())

    for source in award.sources:
        assert source.funder in words
    for step in award.trace:
        assert step in words
    for named in ("Ingrid Sørensen", "Kwabena Mensah-Łuczak", "1.7333", "1 September 2026"):
        assert named in words


def test_markup_in_names_stays_text() -> None:
    hostile = (
        "<img src=x onerror=1> {{ 7*7 }} {% raw %} </style><link rel=stylesheet href=//x> %(a)s"
    )
    told = json.loads(frozen.to_json(samples.an_allocation()))
    changed = frozen.from_json(json.dumps(_with_words(told, hostile)).encode())
    assert isinstance(changed, AllocationReport)

    pdf = reports.allocation_report(changed)

    words = "".join(text(pdf).split())
    assert words.count("".join(hostile.split())) > 40
    assert not re.search(r"\b49\b", words)


def test_a_letter_that_cannot_be_drawn_stops_the_report_with_its_place() -> None:
    report = samples.an_allocation()
    first = replace(report.awards[0], title="Klinik \ue0ff Süd")

    with pytest.raises(UndrawableText, match=r"U\+E0FF .*Klinik"):
        reports.allocation_report(replace(report, awards=(first, *report.awards[1:])))


def test_words_come_from_the_translations_given() -> None:
    french = {"Allocation report": "Rapport d’attribution", "Awards": "Subventions"}
    words = replace(Words.of("fr"), gettext=lambda message: french.get(message, message))

    pdf = reports.allocation_report(samples.an_allocation(language="fr"), words=words)

    assert "Rapport d’attribution" in pages(pdf)[2]
    assert "18 juin 2026" in pages(pdf)[0]
    with pikepdf.open(BytesIO(pdf)) as file:
        assert str(file.docinfo.Title).startswith("Rapport d’attribution")
        assert str(file.Root.Lang) == "fr"


def _printed_key(words: str) -> str:
    found = re.search(r"grants\.example\.org/ledger\+[0-9a-f]{8}\+[A-Za-z0-9+/= ]+", words)
    assert found is not None
    return found[0].replace(" ", "")[: len("grants.example.org/ledger+12345678+") + 44]


def _with_words(value: Any, words: str, key: str = "") -> Any:
    """Put words behind every text of the facts that somebody typed."""
    if isinstance(value, dict):
        return {
            name: inner if name in {"witness", "issue"} else _with_words(inner, words, name)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_with_words(inner, words, key) for inner in value]
    typed = {
        *("title", "organisation", "funder", "name", "role", "reason", "earmark", "rule"),
        *("label", "description", "words", "tie_rules", "allocation_rules", "source", "version"),
        *("proposed_by", "approved_by"),
    }
    said = isinstance(value, str) and value and key in typed  # what nobody typed stays empty
    return f"{value} {words}" if said else value


def _nothing_funded() -> AllocationReport:
    report = samples.an_allocation()
    return replace(
        report,
        ranking=tuple(
            replace(s, decision=Decision.DECLINED, awarded=None, shared=False)
            for s in report.ranking
        ),
        awards=(),
        line_after=None,
        ties=(),
        departures=(),
        exceptions=Exceptions(),
    )


def test_a_funder_reads_of_its_own_money_and_conditions_alone() -> None:
    allocation, report = samples.an_allocation(), samples.a_funder_report()
    told = text(the_funder_report()) + attached(the_funder_report())["contribution.json"].decode()

    others = [c for c in allocation.contributions if c.funder != report.funder.name]
    assert others
    assert [c.funder for c in others if c.funder in told] == []
    assert [c.earmark for c in others if c.earmark and c.earmark in told] == []
    paid = allocation.paid_by(allocation.contributions[0].key)
    assert report.paid == paid
    assert report.left.minor == allocation.contributions[0].amount.minor - paid.minor


def test_a_payment_from_elsewhere_or_above_the_gift_is_no_report() -> None:
    report = samples.a_funder_report()
    first = report.payments[0]

    with pytest.raises(FactsDisagree, match="not this funder's"):
        replace(report, payments=(replace(first, contribution="other"),))
    small = replace(report.contributions[0], amount=Money(1, "EUR"))
    with pytest.raises(FactsDisagree, match="More is paid"):
        replace(report, contributions=(small,))
    with pytest.raises(FactsDisagree, match="no part"):
        replace(report, payments=(replace(first, amount=Money(0, "EUR")),))


def test_a_letter_says_what_is_decided_on_one_page() -> None:
    letter = samples.a_letter()
    found = pages(the_letter())

    assert len(found) == 1
    words = text(the_letter())
    for part in (letter.number, "We are glad to offer you an award.", "Awarded", "verify"):
        assert part in words
    with pytest.raises(FactsDisagree, match="go together"):
        replace(letter, amount=None)


@pytest.mark.parametrize(
    "made", [the_allocation, the_award, the_funder_report, the_letter, the_receipt]
)
def test_a_telephone_finds_the_page_that_checks(made: Any) -> None:
    with pikepdf.open(BytesIO(made())) as file:
        drawn = b"".join(page.obj.Contents.read_bytes() for page in file.pages)
    assert drawn.count(b" m\n") + drawn.count(b" l\n") > 200  # the modules of the square
    assert "/verify" in text(made())
