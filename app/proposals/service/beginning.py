"""Beginning a proposal, empty or as a copy of an earlier one of one's own."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.accounts.actor import Actor
from app.calls import queries as calls
from app.calls.models import Audience, Call, Question, QuestionKind
from app.core import clock
from app.core.db import db, one_at_a_time
from app.core.gate import enforce
from app.core.verdict import hidden
from app.ledger.service import record
from app.proposals import policy, queries, stages
from app.proposals.events import ProposalStarted
from app.proposals.models import Draft, MemberRole, Partner, Proposal, ProposalMember
from app.proposals.service import at_deadline, carrying


def start(actor: Actor, call: Call, *, copy_of: str = "") -> Proposal:
    """Begin a proposal; a second click finds the draft that the first began.

    `copy_of` names an earlier proposal that the person leads: its texts and partners are taken
    over as far as the new call asks for them. Files and confirmations are not.
    """
    enforce(policy.may_apply(actor, call))
    one_at_a_time(f"a proposal of {actor.id} in {call.id}")
    begun = queries.draft_in_call(actor.id, call.id)
    if begun is not None:
        return begun
    proposal = Proposal(call_id=call.id)
    db.session.add(proposal)
    db.session.flush()
    db.session.add_all(
        [
            ProposalMember(
                proposal_id=proposal.id,
                account_id=actor.id,
                role=MemberRole.LEAD,
                name=actor.name,
            ),
            Draft(
                proposal_id=proposal.id,
                saved_at=clock.now(),
                **_first_values(actor, call, copy_of),
            ),
        ]
    )
    outline = queries.invited_outline(actor.id, call.id) if call.first_stage_id else None
    if source := copy_of or (outline.id if outline else ""):
        db.session.flush()
        db.session.add_all(_same_partners(call, proposal, source))
    if outline and not copy_of:
        carrying.files(call, outline, proposal)
    record(actor, ProposalStarted(call=call.code), about=proposal)
    at_deadline.watch(proposal, call)
    return proposal


def _first_values(actor: Actor, call: Call, copy_of: str) -> dict[str, Any]:
    """Return what a new draft begins with."""
    own: dict[str, Any] = {
        "organisation": actor.organisation,
        "country": actor.country,
        "currency": call.currency,
        "form_number": len(calls.amendments_of(call.id)),
        **stages.carried_over(actor, call),
    }
    if not copy_of:
        return own
    source = queries.get_proposal(copy_of)
    draft = queries.get_draft(copy_of)
    if source is None or draft is None:
        enforce(hidden("There is no such proposal."))
        raise AssertionError
    enforce(policy.may_lead(actor, source))
    before = {question.key: question for question in calls.questions_of(source.call_id)}
    asked = calls.questions_of(call.id)
    return {
        **own,
        "title": draft.title,
        "months": draft.months,
        "organisation": draft.organisation or own["organisation"],
        "country": draft.country or own["country"],
        "science": _same_answers(asked, before, draft.science, Audience.SCIENTIFIC),
        "identity": _same_answers(asked, before, draft.identity, Audience.IDENTITY),
        "staff_only": _same_answers(asked, before, draft.staff_only, Audience.STAFF),
    }


def _same_answers(
    asked: Sequence[Question],
    before: Mapping[str, Question],
    answers: Mapping[str, Any],
    audience: Audience,
) -> dict[str, Any]:
    """Return the answers to questions that both calls ask alike: same key, kind and readers."""
    return {
        question.key: answers[question.key]
        for question in asked
        if question.audience is audience
        and question.kind is not QuestionKind.FILE
        and (old := before.get(question.key)) is not None
        and (old.kind, old.audience) == (question.kind, audience)
        and question.key in answers
    }


def _same_partners(call: Call, proposal: Proposal, copy_of: str) -> list[Partner]:
    """Return the partners of an earlier proposal anew; nobody has confirmed this one."""
    known = (call.currency, *call.rates)
    return [
        Partner(
            proposal_id=proposal.id,
            position=each.position,
            place=each.place,
            name=each.name,
            ror=each.ror,
            country=each.country,
            contact_name=each.contact_name,
            contact_email=each.contact_email,
            roles=list(each.roles),
            person_months=each.person_months,
            currency=each.currency if each.currency in known else call.currency,
            budget_minor=each.budget_minor if each.currency in known else 0,
        )
        for each in queries.partners_of(copy_of)
    ]
