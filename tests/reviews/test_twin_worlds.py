"""Two worlds that differ only in who applies: a reviewer of a blinded call gets the same bytes."""

import re
from dataclasses import dataclass

import pytest
from flask import current_app
from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.calls.models import Blinding, Call
from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.proposals.models import (
    BlindedFile,
    Draft,
    MemberRole,
    Proposal,
    ProposalMember,
    Upload,
    Version,
    VersionIdentity,
)
from app.reviewers.models import SeatState, ShownIdentity
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_person,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    plant,
    planted,
)
from tests.pdfs import a_pdf

# What may differ from one answer to the next, each by an exact form.
TOKEN = re.compile(r'name="csrf_token"(?: type="hidden")? value="[\w.-]+"')
NONCE = re.compile(r"nonce=\"[\w-]{22}\"|'nonce-[\w-]{22}'")

SECRETS = ("Ngozi", "Quist", "quist-laboratory", "Grönlund", "proposal by")


@dataclass(frozen=True)
class World:
    """A proposal under review, its applicant, and the pages one reviewer can ask for."""

    call: Call
    proposal: Proposal
    applicant: Actor
    reviewer: Actor
    addresses: tuple[str, ...]


def _world(blinding: Blinding) -> World:
    call = a_call(phase="reviewing", blinding=blinding)
    applicant = a_person(name="Ngozi Quist", email="n@quist-laboratory.example", country="NG")
    reviewer = a_reviewer()
    proposal = a_submitted_proposal(call, applicant)
    file = _file(proposal)
    read = a_seat(call, proposal, reviewer, state=SeatState.ACCEPTED)
    if blinding is not Blinding.DOUBLE:
        plant(
            ShownIdentity(
                seat_id=read.id,
                lead_name=applicant.name,
                organisation=applicant.organisation,
            )
        )
    asked = a_seat(call, a_submitted_proposal(call, applicant), reviewer)
    own = f"/reviews/{read.id}"
    return World(
        call,
        proposal,
        applicant,
        reviewer,
        (
            "/reviews/",
            own,
            f"{own}/submit",
            f"{own}/decline",
            f"{own}/conflict",
            f"{own}/files/{file}.pdf",
            f"/reviews/{asked.id}",
            f"/reviews/{asked.id}/submit",
            f"/reviews/{new_id()}",
            f"/proposals/{proposal.id}",
            f"/desk/calls/{call.id}/proposals/{proposal.id}",
            f"/calls/{call.code}",
        ),
    )


def _file(proposal: Proposal) -> str:
    stored = current_app.extensions["files"].put(a_pdf("Figures"), kind="blinded")
    copy = BlindedFile(
        proposal_id=proposal.id,
        question_key="description",
        file_key=stored.key,
        sha256=stored.sha256,
        size=stored.size,
        pages=1,
    )
    plant(
        copy,
        Upload(
            proposal_id=proposal.id,
            question_key="description",
            original_name="proposal by Quist.pdf",
            file_key="sealed",
            sha256="2" * 64,
            size=4711,
            uploaded_at=clock.now(),
        ),
    )
    with planted():
        version = db.session.get_one(Version, str(proposal.version_id))
        version.answers = {**version.answers, "description": copy.id}
    return copy.id


def _become_somebody_else(world: World) -> None:
    """Change everything the system knows of who applies, and nothing of what is proposed."""
    another = a_person(name="Second", organisation="Third")
    with planted():
        person = db.session.get_one(Person, world.applicant.id)
        person.name, person.email = "Leila Grönlund-van der Meer", "leila@elsewhere.example"
        person.email_key, person.organisation = person.email, "Hospital of the Holy Cross"
        person.country, person.zone, person.orcid = "NZ", "Pacific/Auckland", "0000-0002-1825-0097"
        for identity in db.session.scalars(select(VersionIdentity)):
            identity.lead_name, identity.organisation = person.name, person.organisation
            identity.country, identity.currency = "NZ", "USD"
            identity.requested_minor, identity.rate = 20_000_000, "0.5"
            identity.answers = {"team": "Nobody you know, and eleven others"}
        for draft in db.session.scalars(select(Draft)):
            draft.title, draft.organisation = "A later title", person.organisation
            draft.saved_at = clock.now()
        for upload in db.session.scalars(select(Upload)):
            upload.original_name, upload.size = "A much longer name of a file.pdf", 1
        for shown in db.session.scalars(select(ShownIdentity)):
            shown.lead_name, shown.organisation = person.name, person.organisation
    plant(
        ProposalMember(
            proposal_id=world.proposal.id, account_id=another.id, role=MemberRole.CO_APPLICANT
        )
    )


def _answers(browser: Browser, world: World) -> dict[str, tuple[int, str, bytes]]:
    found = {}
    for address in world.addresses:
        page = browser.get(address)
        head = NONCE.sub("nonce", str(sorted(page.headers.items())))
        body = page.data
        if page.mimetype == "text/html":
            body = NONCE.sub("nonce", TOKEN.sub("token", page.text)).encode()
        found[address] = (page.status_code, head, body)
    return found


@both_engines
def test_a_reviewer_of_a_double_anonymised_call_cannot_tell_who_applies(browser: Browser) -> None:
    world = _world(Blinding.DOUBLE)
    browser.sign_in(world.reviewer.id)
    browser.get(world.addresses[1])
    before = _answers(browser, world)
    assert [answer[0] for answer in before.values()] == [
        *(200,) * 7,
        403,
        404,
        404,
        404,
        200,
    ], "the pages are there"

    _become_somebody_else(world)

    after = _answers(browser, world)
    for address, answer in before.items():
        assert after[address] == answer, address
    text = repr(before) + repr(after)
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("blinding", [Blinding.SINGLE, Blinding.OPEN])
def test_the_comparison_does_see_a_call_that_shows_who_applies(
    browser: Browser, blinding: Blinding
) -> None:
    world = _world(blinding)
    browser.sign_in(world.reviewer.id)
    before = _answers(browser, world)

    _become_somebody_else(world)

    after = _answers(browser, world)
    own = world.addresses[1]
    assert b"Ngozi Quist" in before[own][2]
    assert after[own] != before[own]
    assert "Grönlund" in after[own][2].decode()
