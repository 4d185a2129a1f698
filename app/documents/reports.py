"""Documents as PDF: pure, facts in and bytes out, the same bytes each time."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from app.core.money import Money
from app.core.pdf import Attachment, render
from app.documents import charts, data
from app.documents.facts import AllocationReport, AwardReport, Issue, Receipt
from app.documents.wording import Page, Words


def allocation_report(
    report: AllocationReport, *, words: Words | None = None, bundle: bytes | None = None
) -> bytes:
    """Return the allocation report of a call as PDF.

    Attached: `allocation.json`, `ranking.csv`, `awards.csv`, `ledger-proof.json`, and the
    published bundle where it is given.
    """
    page = Page(report.issue, words)
    files = data.allocation_files(report, bundle)
    html = page.fill(
        "allocation",
        report=report,
        title=(title := f"{page.gettext('Allocation report')}: {report.call.title}"),
        attached_hashes=data.hashes_of(files),
        has_bundle=bundle is not None,
        **_pictures(report, page),
    )
    return _printed(report.issue, html, title, report.call.number, files)


def award_report(report: AwardReport, *, words: Words | None = None) -> bytes:
    """Return the report of one award as PDF, with `award.json` and `ledger-proof.json`."""
    page = Page(report.issue, words)
    files = (
        Attachment("award.json", data.facts_json(report), "What this report says, for machines"),
        data.proof_file(report.witness.proof),
    )
    title = f"{page.gettext('Award report')} {report.number}: {report.title}"
    html = page.fill(
        "award",
        report=report,
        title=title,
        attached_hashes=data.hashes_of(files),
        grades=(grades := charts.grades(report.means, report.scale)),
        grades_title=_told(
            [grade.label for grade in grades],
            ["–" if g.mean is None else page.writing.decimal(g.mean) for g in grades],
        ),
    )
    return _printed(report.issue, html, title, report.number, files)


def receipt(receipt: Receipt, *, words: Words | None = None) -> bytes:
    """Return the receipt of a submission as PDF, with `receipt.json` and `ledger-proof.json`."""
    page = Page(receipt.issue, words)
    files = (
        Attachment(
            "receipt.json", data.facts_json(receipt), "What this receipt says, for machines"
        ),
        data.proof_file(receipt.witness.proof),
    )
    title = f"{page.gettext('Receipt')} {receipt.receipt}"
    html = page.fill("receipt", receipt=receipt, title=title)
    return _printed(receipt.issue, html, title, receipt.number, files)


def _printed(
    issue: Issue, html: str, title: str, subject: str, files: Sequence[Attachment]
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
    )


def _pictures(report: AllocationReport, page: Page) -> Mapping[str, object]:
    """Return the charts of the summary with their words, and the tables behind them."""
    currency = report.call.currency
    money = page.writing.money
    countries = charts.by_country(report)
    shown = charts.most(countries)
    flows = charts.by_contribution(report)
    names = {contribution.key: contribution.funder for contribution in report.contributions}
    amounts = [money(Money(flow.paid, currency)) for flow in shown]
    labels = [page.writing.country(flow.key) or page.gettext("Other countries") for flow in shown]
    funders = [names[flow.key] for flow in flows]
    shares = [
        page.gettext("%(paid)s of %(given)s")
        % {
            "paid": page.writing.figure(Money(flow.paid, currency)),
            "given": money(Money(flow.of, currency)),
        }
        for flow in flows
    ]
    return {
        "chart": charts.ranking_chart(report.ranked, report.method.scale, report.line_after),
        "ranking_title": page.gettext(
            "Totals of %(ranked)s ranked proposals; the first %(funded)s are funded."
        )
        % {"ranked": len(report.ranked), "funded": len(report.awards)},
        "countries": [(flow, Money(flow.paid, currency)) for flow in countries],
        "country_bars": charts.bars(shown, width=330, pitch=27),
        "country_labels": labels,
        "country_amounts": amounts,
        "country_title": _told(labels, amounts),
        "contributions": [
            (c, Money(f.paid, currency), Money(f.of - f.paid, currency))
            for c, f in zip(report.contributions, flows, strict=True)
        ],
        "contribution_bars": charts.bars(flows, width=330, pitch=27),
        "contribution_labels": funders,
        "contribution_amounts": shares,
        "contribution_title": _told(funders, shares),
    }


def _told(labels: Sequence[str], amounts: Sequence[str]) -> str:
    return "; ".join(f"{label}: {amount}" for label, amount in zip(labels, amounts, strict=True))
