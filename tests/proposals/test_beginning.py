"""Beginning from an earlier proposal, and how far each part of the form is."""

import re
from typing import Any

from sqlalchemy import select

from app.calls.models import Audience, Question, QuestionKind
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.proposals.models import Confirmation, Draft, Partner, Place, Proposal
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import a_call, a_draft, a_person, plant


def _all(model: type[Any]) -> list[Any]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(model)))


@both_engines
def test_texts_and_partners_are_taken_over_as_far_as_the_new_call_asks(browser: Browser) -> None:
    lead, old, new = a_person(), a_call(), a_call(rates={})
    earlier = a_draft(old, lead, science={"aims": "Old aims.", "description": "x" * 26})
    plant(
        Partner(
            proposal_id=earlier.id,
            position=0,
            place=Place.PARTNER,
            name="Old Partner",
            country="KE",
            currency="USD",
            budget_minor=500,
            confirmation=Confirmation.CONFIRMED,
        ),
        Question(
            call_id=new.id,
            key="extra",
            label="Extra",
            kind=QuestionKind.TEXT,
            audience=Audience.SCIENTIFIC,
            position=9,
        ),
    )
    browser.sign_in(lead.id)

    browser.fill_in(f"/calls/{new.code}/apply", copy_of=earlier.id)

    [copy] = [draft for draft in _all(Draft) if draft.proposal_id != earlier.id]
    assert copy.title == "A thing worth finding out"
    assert copy.science == {"aims": "Old aims."}, "no file, and nothing that was not asked"
    assert copy.requested == "", "the money is another"
    [partner] = [each for each in _all(Partner) if each.proposal_id == copy.proposal_id]
    assert (partner.name, partner.confirmation) == ("Old Partner", Confirmation.NONE)
    assert (partner.currency, partner.budget_minor) == ("EUR", 0), "the call has no rate for it"


def test_nobody_copies_the_proposal_of_another(browser: Browser) -> None:
    theirs, call, lead = a_draft(a_call(), a_person()), a_call(), a_person()
    a_draft(a_call(), lead)
    browser.sign_in(lead.id)

    page = browser.fill_in(f"/calls/{call.code}/apply", copy_of=theirs.id)

    assert "cannot be chosen here." in page.text
    assert len([p for p in _all(Proposal) if p.call_id == call.id]) == 0


def test_each_section_says_whether_it_is_not_started_in_progress_or_done(
    browser: Browser,
) -> None:
    lead, call = a_person(), a_call()
    with unit_of_work() as work:
        for question in db.session.scalars(select(Question).where(Question.call_id == call.id)):
            question.section = "The people" if question.key == "team" else "The science"
        work.enforced, work.recorded = 1, 1
    proposal = a_draft(call, lead, identity={"team": ""}, months="")
    browser.sign_in(lead.id)

    page = browser.get(f"/proposals/{proposal.id}").text

    told = re.findall(r'task-list__name"[^>]*>([^<]+)</a>\s*<span id="[^"]+">.*?>([^<]+)<', page)
    states = dict(told)
    assert states["The project in short"] == "In progress"
    assert states["The people"] == "Not started"
    assert states["The science"] == "Done"
