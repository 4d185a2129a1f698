"""The data that travel inside a document: the same facts for machines, exact, in a fixed order."""

import csv
import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from io import StringIO

from app.core.money import Money
from app.core.pdf import Attachment
from app.documents import frozen
from app.documents.facts import AllocationReport, AwardReport, Receipt
from app.ledger.proof import ATTACHMENT_NAME, Proof

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def facts_json(facts: AllocationReport | AwardReport | Receipt) -> bytes:
    """Write all that a document says as JSON, amounts in minor units, figures as strings.

    The ledger proof has a file of its own (`ledger-proof.json`) and is left out here.
    """
    told = frozen.told(facts)
    del told["witness"]
    told["format"] = f"equipoise-{told.pop('kind')}/1"
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def allocation_files(report: AllocationReport, bundle: bytes | None) -> tuple[Attachment, ...]:
    given = (
        [Attachment("bundle.json", bundle, "All that is needed to decide again")] if bundle else []
    )
    return (
        Attachment("allocation.json", facts_json(report), "What this report says, for machines"),
        *given,
        Attachment("ranking.csv", _ranking_csv(report), "Every proposal by number"),
        Attachment("awards.csv", _awards_csv(report), "The funded proposals"),
        proof_file(report.witness.proof),
    )


def proof_file(proof: Proof) -> Attachment:
    return Attachment(
        ATTACHMENT_NAME, proof.closed().as_json_bytes(), "Proof that the ledger holds the decision"
    )


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


def _amount(money: Money | None) -> object:
    return None if money is None else money.amount


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    written = StringIO()
    table = csv.writer(written)
    table.writerow(head)
    table.writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue().encode()


def _cell(value: object) -> str:
    """Write a value as text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
