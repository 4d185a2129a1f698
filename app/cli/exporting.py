"""Writing a call as files in the form that `flask call import` reads."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.calls import policy, queries
from app.calls.events import CallExported
from app.calls.models import Call, QuestionKind
from app.cli.importing.folder import PROPOSALS, REVIEWERS, REVIEWS
from app.cli.importing.rows import BESIDE, PROPOSAL_COLUMNS, REVIEWER_COLUMNS
from app.core.db import db
from app.core.gate import enforce
from app.core.money import Money
from app.funds import queries as funds
from app.ledger.service import record
from app.proposals.models import MemberRole, Proposal, ProposalMember, Version, VersionIdentity
from app.reviewers import queries as reviewers
from app.reviewers.models import SeatHolder
from app.reviewers.rules import JUDGED
from app.reviews.models import Review, ReviewState, ReviewVersion

OPTIONAL = ("organisation_demo", "keywords", "proposal_type")
Record = Mapping[str, object]


def export_call(actor: Actor, call: Call, folder: Path) -> dict[str, int]:
    """Write the four files; return how many rows each has. The ledger notes that it was done."""
    enforce(policy.may_run_call(actor, call))
    folder.mkdir(parents=True, exist_ok=True)
    proposals = _proposals(call)
    pool = reviewers.pool_of(call.id)
    keys = {
        row.account_id: f"R{place:02d}"
        for place, row in enumerate(sorted(pool, key=lambda row: row.email), 1)
    }
    criteria = [criterion.key for criterion in queries.criteria_of(call.id)]
    reviews = _reviews(call, keys, criteria)
    people = [
        {
            "reviewer_id": keys[row.account_id],
            "name": row.name,
            "email": row.email,
            "affiliation": row.organisation,
            "country": row.country,
            "expertise": row.expertise,
            "reviews": sum(review["reviewer_id"] == keys[row.account_id] for review in reviews),
        }
        for row in pool
    ]
    reasons = [f"reason_{key}" for key in criteria]
    said = ("to_applicant", "to_panel")
    _write(folder / PROPOSALS, (*PROPOSAL_COLUMNS, *OPTIONAL), proposals)
    _write(folder / REVIEWERS, (*REVIEWER_COLUMNS, "expertise", "reviews"), people)
    _write(
        folder / REVIEWS,
        ("proposal_no", "reviewer_id", *BESIDE, *criteria, *reasons, *said),
        reviews,
    )
    counts = {"proposals": len(proposals), "reviewers": len(people)}
    text = json.dumps(_call(call) | counts, ensure_ascii=False, indent=1)
    (folder / "call.json").write_text(text + "\n", encoding="utf-8")
    record(actor, CallExported(code=call.code), about=call)
    return {**counts, "reviews": len(reviews)}


def _write(path: Path, columns: Sequence[str], rows: Iterable[Record]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


# --- the call ------------------------------------------------------------------------------------


def _call(call: Call) -> dict[str, Any]:
    contributions = funds.contributions_of(call.fund_id)
    due = call.reviews_due_at
    found: dict[str, Any] = {
        "call_id": call.code,
        "title": call.title,
        "summary": call.summary,
        "fictional": call.fictional,
        "zone": call.zone,
        "opens": call.opens_wall,
        "deadline": call.closes_wall,
        "currency": call.currency,
        "budget": _amount(sum(c.amount_minor for c in contributions), call.currency),
        "contributions": [
            {
                "funder": given.funder,
                "kind": given.kind.value,
                "amount": _amount(given.amount_minor, call.currency),
            }
            for given in contributions
        ],
        "rates": {code: _number(rate) for code, rate in sorted(call.rates.items())},
        "rates_source": call.rates_source,
        "score_scale": {
            "best": _number(call.scale_best),
            "worst": _number(call.scale_worst),
            "step": _number(call.scale_step),
        },
        "anchors": call.anchors,
        "criteria": [
            {"key": c.key, "label": c.label, "guidance": c.guidance, "weight": _number(c.weight)}
            for c in queries.criteria_of(call.id)
        ],
        "tie_rules": call.tie_rules,
        "blinding": call.blinding.value,
        "reviewers_per_proposal": call.reviewers_each,
        "when_unaffordable": call.when_unaffordable,
        "reserve_places": call.reserve_places,
        "approvals_needed": call.approvals_needed,
    }
    if due is not None:
        wall = due.astimezone(ZoneInfo(call.zone)).replace(tzinfo=None)
        found["reviews_due"] = wall.isoformat()
    if call.threshold:
        found["threshold"] = _number(call.threshold)
    if call.award_ceiling_minor is not None:
        found["award_ceiling"] = _amount(call.award_ceiling_minor, call.currency)
    return found


def _amount(minor: int, currency: str) -> int | float | str:
    return _number(str(Money(minor, currency).amount))


def _number(text: str) -> int | float | str:
    """Return a JSON number that reads back as the same decimal text, else the text."""
    for kind in (int, float):
        try:
            if str(kind(text)) == text:
                return kind(text)
        except ValueError:
            continue
    return text


# --- rows ----------------------------------------------------------------------------------------


def _proposals(call: Call) -> list[Record]:
    """Return what is or was in review, by number, with the lead applicant's address."""
    rows = db.session.execute(
        select(Proposal.number, Version, VersionIdentity, Person.email)
        .join(Version, Version.id == Proposal.version_id)
        .join(VersionIdentity, VersionIdentity.version_id == Version.id)
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .join(Person, Person.account_id == ProposalMember.account_id)
        .where(
            Proposal.call_id == call.id,
            Proposal.state.in_(JUDGED),
            ProposalMember.role == MemberRole.LEAD,
        )
        .order_by(Proposal.number)
    )
    texts = [
        (question.key, question.label)
        for question in queries.questions_of(call.id)
        if question.kind is not QuestionKind.FILE
    ]
    return [_proposal(row, texts) for row in rows]


def _proposal(row: Any, texts: Sequence[tuple[str, str]]) -> Record:  # noqa: ANN401 - columns
    number, version, identity, email = row
    real = identity.answers.get("organisation", identity.organisation)
    return {
        "proposal_no": number,
        "title": version.title,
        "abstract": _abstract(version.answers, texts),
        "organisation": real,
        "organisation_demo": "" if real == identity.organisation else identity.organisation,
        "country": identity.country,
        "amount": str(Money(identity.requested_minor, identity.currency).amount),
        "currency": identity.currency,
        "duration_months": version.months,
        "applicant_name": identity.lead_name,
        "applicant_email": email,
        "keywords": version.answers.get("keywords", ""),
        "proposal_type": version.answers.get("proposal_type", ""),
    }


def _abstract(answers: Mapping[str, str], texts: Sequence[tuple[str, str]]) -> str:
    """Return the abstract, or where the form asks for none all answers under their questions."""
    if answers.get("abstract"):
        return answers["abstract"]
    answered = [f"{label}\n{answers[key]}" for key, label in texts if answers.get(key)]
    return "\n\n".join(answered) or "–"


def _reviews(call: Call, keys: Mapping[str, str], criteria: Sequence[str]) -> list[Record]:
    rows = db.session.execute(
        select(Proposal.number, SeatHolder.account_id, Review, ReviewVersion.content)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .join(SeatHolder, SeatHolder.seat_id == Review.seat_id)
        .join(
            ReviewVersion,
            (ReviewVersion.seat_id == Review.seat_id) & (ReviewVersion.number == Review.version),
        )
        .where(
            Review.call_id == call.id,
            Review.state == ReviewState.SUBMITTED,
            Proposal.state.in_(JUDGED),
        )
    )
    found = [_review(row, keys, criteria) for row in rows]
    return sorted(found, key=lambda row: (row["proposal_no"], row["reviewer_id"]))


def _review(
    row: Any,  # noqa: ANN401 - columns
    keys: Mapping[str, str],
    criteria: Sequence[str],
) -> dict[str, str]:
    number, holder, review, content = row
    rated = str(4 - review.confidence) if review.confidence else ""
    return {
        "proposal_no": number,
        "reviewer_id": keys[holder],
        "self_rated_expertise": rated,
        **content.get("beside", {}),
        **{criterion: review.grades.get(criterion) or "" for criterion in criteria},
        **{f"reason_{criterion}": review.reasons.get(criterion, "") for criterion in criteria},
        "to_applicant": review.to_applicant,
        "to_panel": review.to_panel,
    }
