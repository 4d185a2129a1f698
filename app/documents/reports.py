"""Documents as PDF: pure, facts in and bytes out, the same bytes each time."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TypeVar

from markupsafe import Markup

from app.core.money import Money
from app.core.pdf import Attachment, Progress, render, silent
from app.documents import charts, data
from app.documents.facts import (
    AllocationReport,
    AwardReport,
    Certificate,
    DecisionLetter,
    FunderReport,
    Issue,
    PanelMinutes,
    Receipt,
)
from app.documents.square import square
from app.documents.wording import Page, Words

Row = TypeVar("Row")
RANKED_IN_PART, AWARDED_IN_PART = 600, 230  # rows of some 16 pages: what a process can hold
AMOUNT_FITS, TOTAL_FITS = 12, 8  # characters in the columns of the ranking


def allocation_report(
    report: AllocationReport,
    *,
    words: Words | None = None,
    bundle: bytes | None = None,
    progress: Progress = silent,
) -> bytes:
    """Return the allocation report of a call as PDF; one of hundreds of pages is drawn in parts.

    Attached: `allocation.json`, `ranking.csv`, `awards.csv`, `ledger-proof.json`, and the
    published bundle where it is given.
    """
    page = Page(report.issue, words)
    files = data.allocation_files(report, bundle)
    html = page.fill(
        "allocation",
        report=report,
        funders=[(funder.name, funder.country) for funder in report.funders],
        title=(title := f"{page.gettext('Allocation report')}: {report.call.title}"),
        attached_hashes=data.hashes_of(files),
        has_bundle=bundle is not None,
        ranking=in_parts(report.ranking, RANKED_IN_PART),
        awarded=in_parts(report.awards, AWARDED_IN_PART),
        narrow=fits_its_columns(report, page),
        qr=_square(report.issue, page),
        **_pictures(report, page),
    )
    return _printed(report.issue, html, title, report.call.number, files, progress=progress)


def in_parts(rows: Sequence[Row], most: int) -> list[Sequence[Row]]:
    """Return rows in even parts of at most so many; one part where they fit."""
    parts = max(1, -(-len(rows) // most))
    size = max(1, -(-len(rows) // parts))
    return [rows[start : start + size] for start in range(0, len(rows), size)] or [rows]


def award_report(report: AwardReport, *, words: Words | None = None) -> bytes:
    """Return the report of one award as PDF, with `award.json`, `sources.csv`, `grades.csv` and
    `ledger-proof.json`."""
    page = Page(report.issue, words)
    files = data.award_files(report)
    title = f"{page.gettext('Award report')} {report.number}: {report.title}"
    html = page.fill(
        "award",
        report=report,
        payers=[(name, "") for name in dict.fromkeys(s.funder for s in report.sources)],
        title=title,
        attached_hashes=data.hashes_of(files),
        qr=_square(report.issue, page),
        grades=charts.grades(report.means, report.scale),
        total_share=charts.share_of(report.total, report.scale),
    )
    return _printed(report.issue, html, title, report.number, files)


def funder_report(report: FunderReport, *, words: Words | None = None) -> bytes:
    """Return the report to one funder as PDF, with `contribution.json`, `payments.csv` and
    `ledger-proof.json`."""
    page = Page(report.issue, words)
    files = data.funder_files(report)
    title = f"{page.gettext('Report to a funder')}: {report.funder.name}, {report.call.number}"
    html = page.fill(
        "funder",
        report=report,
        title=title,
        attached_hashes=data.hashes_of(files),
        qr=_square(report.issue, page),
        paid_share=charts.part_of(report.paid, report.given),
        pots=[
            (
                pot,
                paid := report.paid_by(pot.key),
                Money(pot.amount.minor - paid.minor, paid.currency),
            )
            for pot in report.contributions
        ],
    )
    return _printed(report.issue, html, title, report.call.number, files)


def decision_letter(letter: DecisionLetter, *, words: Words | None = None) -> bytes:
    """Return the letter to those who applied as PDF, with `letter.json`, `decision.csv` and
    `ledger-proof.json`."""
    page = Page(letter.issue, words)
    files = data.letter_files(letter)
    title = f"{page.gettext('Decision letter')} {letter.number}"
    html = page.fill("letter", letter=letter, title=title, qr=_square(letter.issue, page))
    return _printed(letter.issue, html, title, letter.number, files)


def panel_minutes(minutes: PanelMinutes, *, words: Words | None = None) -> bytes:
    """Return the minutes of a panel as PDF, with `minutes.json`, `recommendations.csv` and
    `ledger-proof.json`."""
    page = Page(minutes.issue, words)
    files = data.minutes_files(minutes)
    title = f"{page.gettext('Panel minutes')}: {minutes.panel}"
    html = page.fill("minutes", minutes=minutes, title=title, qr=_square(minutes.issue, page))
    return _printed(minutes.issue, html, title, minutes.call.number, files)


def receipt(receipt: Receipt, *, words: Words | None = None) -> bytes:
    """Return the receipt of a submission as PDF, with `receipt.json` and `ledger-proof.json`."""
    page = Page(receipt.issue, words)
    files = (
        Attachment(
            "receipt.json", data.facts_json(receipt), "What this receipt says, for machines"
        ),
        data.proof_file(receipt),
    )
    title = f"{page.gettext('Receipt')} {receipt.receipt}"
    html = page.fill("receipt", receipt=receipt, title=title, qr=_square(receipt.issue, page))
    return _printed(receipt.issue, html, title, receipt.number, files)


def certificate(told: Certificate, *, words: Words | None = None) -> bytes:
    """Return the certificate of reviewing as PDF, with `certificate.json`."""
    page = Page(told.issue, words)
    files = (
        Attachment(
            "certificate.json", data.facts_json(told), "What this certificate says, for machines"
        ),
    )
    title = f"{page.gettext('Certificate of reviewing')} {told.year}"
    square = _square(told.issue, page)
    html = page.fill("certificate", certificate=told, title=title, qr=square)
    return _printed(told.issue, html, title, str(told.year), files)


def _square(issue: Issue, page: Page) -> Markup:
    title = page.gettext("Address of the page that checks documents: %(address)s")
    return square(issue.verify_url, title % {"address": issue.verify_url})


def _printed(
    issue: Issue,
    html: str,
    title: str,
    subject: str,
    files: Sequence[Attachment],
    *,
    progress: Progress = silent,
) -> bytes:
    return render(
        html,
        title=title,
        author=issue.issuer,
        subject=subject,
        language=issue.language,
        instant=issue.at,
        identifier=sha256(issue.reference.encode()).digest()[:16],
        attachments=files,
        progress=progress,
    )


def fits_its_columns(report: AllocationReport, page: Page) -> bool:
    """Say whether no figure of the ranking is wider than its column, so that none is measured."""
    amounts = [one for each in report.ranking for one in (each.asked, each.awarded) if one]
    totals = [str(one) for each in report.ranking for one in (each.total, each.spread) if one]
    widest = page.writing.figure(max(amounts, key=lambda one: one.minor)) if amounts else ""
    return len(widest) <= AMOUNT_FITS and max(map(len, totals), default=0) <= TOTAL_FITS


def _pictures(report: AllocationReport, page: Page) -> Mapping[str, object]:
    """Return the charts of the summary and the tables behind them."""
    currency = report.call.currency
    countries, given = charts.by_country(report), charts.by_contribution(report)
    names = {flow.key: page.writing.country(flow.key) for flow in countries}
    names[""] = page.gettext("Other countries")
    funders = {contribution.key: contribution.funder for contribution in report.contributions}
    funders[""] = page.gettext("Other funders")
    ranked = page.gettext("Totals of %(ranked)s ranked proposals; %(funded)s of them are funded.")
    return {
        "chart": charts.ranking_chart(report.ranked, report.method.scale, report.line_after),
        "ranking_title": ranked % {"ranked": len(report.ranked), "funded": len(report.awards)},
        "countries": [(flow, Money(flow.paid, currency)) for flow in countries],
        "country_bars": charts.bars(charts.most(countries), names, currency),
        "contributions": [
            (contribution, Money(flow.paid, currency), Money(flow.of - flow.paid, currency))
            for contribution, flow in zip(report.contributions, given, strict=True)
        ],
        "contribution_bars": charts.bars(charts.most(given), funders, currency),
    }
