"""The data that travel inside a document: the same facts for machines, exact, in a fixed order."""

import csv
import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from io import StringIO

from app.core.money import Money
from app.core.pdf import Attachment
from app.core.table_file import guarded
from app.documents import frozen
from app.documents.facts import (
    AllocationReport,
    AwardReport,
    DecisionLetter,
    FactsDisagree,
    FunderReport,
    PanelMinutes,
)
from app.documents.frozen import Facts
from app.ledger.proof import ATTACHMENT_NAME


def facts_json(facts: Facts) -> bytes:
    """Write all that a document says as JSON, amounts in minor units, figures as strings.

    The ledger proof has a file of its own (`ledger-proof.json`) and is left out here, so that
    the event it proves can hold the hash of these bytes.
    """
    told = frozen.told(facts)
    del told["witness"]
    told["format"] = f"equipoise-{told.pop('kind')}/1"
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def ledger_ref(facts: Facts) -> str:
    """Return what the event behind a document puts among its refs; the verifier looks for it.

    It vouches for the attached `allocation.json`, `award.json`, `contribution.json`,
    `letter.json`, `minutes.json` or `receipt.json`.
    """
    return f"sha256:{sha256(facts_json(facts)).hexdigest()}"


def allocation_files(report: AllocationReport, bundle: bytes | None) -> tuple[Attachment, ...]:
    given = (
        [Attachment("bundle.json", bundle, "All that is needed to decide again")] if bundle else []
    )
    return (
        Attachment("allocation.json", facts_json(report), "What this report says, for machines"),
        *given,
        Attachment("ranking.csv", _ranking_csv(report), "Every proposal by number"),
        Attachment("awards.csv", _awards_csv(report), "The funded proposals"),
        proof_file(report),
    )


def funder_files(report: FunderReport) -> tuple[Attachment, ...]:
    return (
        Attachment("contribution.json", facts_json(report), "What this report says, for machines"),
        Attachment("payments.csv", _payments_csv(report), "Each award and the part that is paid"),
        proof_file(report),
    )


def award_files(report: AwardReport) -> tuple[Attachment, ...]:
    return (
        Attachment("award.json", facts_json(report), "What this report says, for machines"),
        Attachment("sources.csv", _sources_csv(report), "Who pays how much of the award"),
        Attachment("grades.csv", _grades_csv(report), "The mean grade on each criterion"),
        proof_file(report),
    )


def letter_files(letter: DecisionLetter) -> tuple[Attachment, ...]:
    return (
        Attachment("letter.json", facts_json(letter), "What this letter says, for machines"),
        Attachment("decision.csv", _decision_csv(letter), "The decision in one row"),
        proof_file(letter),
    )


def minutes_files(minutes: PanelMinutes) -> tuple[Attachment, ...]:
    return (
        Attachment("minutes.json", facts_json(minutes), "What these minutes say, for machines"),
        Attachment("recommendations.csv", _recommended_csv(minutes), "Each proposal discussed"),
        proof_file(minutes),
    )


def proof_file(facts: Facts) -> Attachment:
    """Return the proof as a file; facts without one are not to be printed."""
    if facts.witness is None:
        raise FactsDisagree("The document has no ledger proof yet: record its event first.")
    proof = facts.witness.proof.closed()
    return Attachment(ATTACHMENT_NAME, proof.as_json_bytes(), "Proof that the ledger holds this")


def hashes_of(attachments: Iterable[Attachment]) -> list[tuple[str, str]]:
    return [(file.name, sha256(file.content).hexdigest()) for file in attachments]


def _ranking_csv(report: AllocationReport) -> bytes:
    head = "rank,shared,proposal,total,lowest,highest,reviews,asked,decision,awarded,currency"
    return _csv(
        head.split(","),
        (
            (
                standing.rank,
                "yes" if standing.shared else "no",
                standing.number,
                standing.total,
                standing.lowest,
                standing.highest,
                standing.reviews,
                standing.asked.amount,
                standing.decision,
                _amount(standing.awarded),
                report.call.currency,
            )
            for standing in report.ranking
        ),
    )


def _awards_csv(report: AllocationReport) -> bytes:
    head = "proposal,title,organisation,country,amount,currency"
    return _csv(
        head.split(","),
        (
            (a.number, a.title, a.organisation, a.country, a.amount.amount, a.amount.currency)
            for a in report.awards
        ),
    )


def _sources_csv(report: AwardReport) -> bytes:
    return _csv(
        ("award", "funder", "amount", "currency"),
        ((report.number, s.funder, s.amount.amount, s.amount.currency) for s in report.sources),
    )


def _grades_csv(report: AwardReport) -> bytes:
    return _csv(
        ("award", "criterion", "weight", "mean"),
        ((report.number, one.label, one.weight, one.mean) for one in report.means),
    )


def _payments_csv(report: FunderReport) -> bytes:
    head = "proposal,title,organisation,country,contribution,paid,award,currency"
    return _csv(
        head.split(","),
        (
            (
                *(p.number, p.title, p.organisation, p.country, p.contribution),
                *(p.amount.amount, p.award.amount, p.amount.currency),
            )
            for p in report.payments
        ),
    )


def _decision_csv(letter: DecisionLetter) -> bytes:
    return _csv(
        ("proposal", "title", "decision", "amount", "currency", "released_at"),
        [
            (
                *(letter.number, letter.title, letter.decision, _amount(letter.amount)),
                *(letter.call.currency, letter.released_at.isoformat()),
            )
        ],
    )


def _recommended_csv(minutes: PanelMinutes) -> bytes:
    head = "proposal,recommendation,amount,currency,reason,present,left,away"
    return _csv(
        head.split(","),
        (
            (
                *(one.number, one.recommendation, _amount(one.amount), minutes.call.currency),
                *(one.reason, len(one.present), len(one.left), len(one.away)),
            )
            for one in minutes.items
        ),
    )


def _amount(money: Money | None) -> object:
    return None if money is None else money.amount


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    written = StringIO()
    table = csv.writer(written)
    table.writerow(head)
    table.writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue().encode()


def _cell(value: object) -> str:
    """Write a value as text that no spreadsheet takes for a formula, and that reads back."""
    return guarded("" if value is None else str(value))
