"""What applicants do in the stories: write, attach, submit; and how officers screen."""

from functools import cache

from flask import current_app
from sqlalchemy import select

from app.calls import queries as calls
from app.calls.models import Call, QuestionKind
from app.cli.demo.pdfs import a_description
from app.cli.demo.stage import Stage
from app.cli.demo.world import Idea
from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.core.lens import Lens
from app.core.uploads import Scrubbed, scrub_pdf
from app.proposals import queries, service
from app.proposals.models import Proposal, ProposalState
from app.proposals.service import Arrived, Change

INELIGIBLE = "The project began before the call opened; section 2 of the call asks for new work."


def apply(stage: Stage, call_id: str, idea: Idea) -> str:
    """Write a proposal and submit it, or leave it a draft where the idea says so; return its id."""
    arrived = _upload(stage, idea)
    with stage.act(idea.lead, Lens.APPLICANT) as actor:
        call = calls.get_call(call_id)
        assert call is not None
        proposal = service.start(actor, call)
        service.save(actor, proposal, call, change_of(stage, call, idea))
        for question in calls.questions_of(call.id):
            if question.kind is QuestionKind.FILE and arrived is not None:
                store = current_app.extensions["files"]
                service.attach(actor, proposal, call, question, arrived=arrived, store=store)
        if not idea.draft:
            service.submit(actor, proposal, call, key=new_id(), received_at=clock.now())
        return proposal.id


def _upload(stage: Stage, idea: Idea) -> Arrived | None:
    paper = stage.cast[idea.lead].paper
    if paper is None:
        return None
    data = a_description(idea.title, [idea.aims, idea.approach], paper)
    return Arrived(paper.name, data, _redrawn(data))


@cache
def _redrawn(data: bytes) -> Scrubbed:
    return scrub_pdf(data)


def change_of(stage: Stage, call: Call, idea: Idea) -> Change:
    """Return a complete draft of the idea, with an answer to every question that asks for words."""
    figure = stage.cast[idea.lead]
    answers = {
        "lead_position": figure.position,
        "team": figure.team,
        "lay_summary": idea.lay,
        "aims": idea.aims,
        "approach": idea.approach,
        "data_sharing": stage.chance.choice(stage.world.sentences["data_sharing"]["all"]),
        "ethics": stage.chance.choice(stage.world.sentences["ethics"]["all"]),
    }
    asked = {question.key for question in calls.questions_of(call.id)}
    return Change(
        revision=0,
        title=idea.title,
        organisation=figure.organisation,
        country=figure.country,
        currency=idea.currency,
        requested=idea.amount,
        months=str(idea.months),
        answers={key: answer for key, answer in answers.items() if key in asked},
    )


def screen(stage: Stage, call_id: str, *, partly: bool) -> None:
    """Decide eligibility: the longest calls lose one; a call just closed is half done."""
    with stage.act("officer", Lens.STAFF) as officer:
        call = calls.get_call(call_id)
        assert call is not None
        rows = [
            row for row in queries.submitted_in(call_id) if row.state is ProposalState.SUBMITTED
        ]
        for place, row in enumerate(rows[: len(rows) // 2 + 1] if partly else rows, 1):
            proposal = db.session.scalars(select(Proposal).where(Proposal.id == row.id)).one()
            eligible = place != 5  # noqa: PLR2004 - any one of a long list
            reason = "" if eligible else INELIGIBLE
            service.screen(officer, call, proposal, eligible=eligible, reason=reason)
