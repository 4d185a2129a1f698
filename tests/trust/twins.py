"""Twin worlds: the same things and ids, and another hidden party. Whoever may not learn who that is
gets the same bytes, from every page, refused change, export and header.

Only two kinds of noise may be taken out, each by an exact form: the token of a form against
forged requests, and the nonce of a page's script.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pikepdf
from flask import current_app
from sqlalchemy import select, update

from app.accounts.actor import Actor
from app.accounts.models import Person, Role
from app.calls.models import Blinding, Call, CallState
from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.core.uploads import scrub_pdf
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
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
from app.reviewers.models import Seat, SeatHolder, SeatState, ShownIdentity
from app.reviews.models import Review
from tests.browser_client import Browser, forms_of
from tests.factories import (
    a_call,
    a_person,
    a_review,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    plant,
    planted,
)
from tests.pdfs import a_pdf
from tests.trust.canary import Search, Token, head_bytes, token_text

FORM_TOKEN = re.compile(r'name="csrf_token"(?: type="hidden")? value="[\w.-]+"')
NONCE = re.compile(r"nonce=\"[\w-]{22}\"|'nonce-[\w-]{22}'")
REFERRERS = {"same-origin", "no-referrer", "strict-origin"}

Answers = dict[str, tuple[int, str, bytes]]
Request = tuple[str, str, dict[str, str]]


@dataclass(frozen=True)
class World:
    """A proposal under review, whoever stands behind it, and what the blinded one can ask for."""

    call: Call
    proposal: Proposal
    applicant: Actor
    reviewer: Actor
    requests: tuple[Request, ...]
    tokens: tuple[Token, ...]
    original: bytes
    foreign: tuple[tuple[Actor, str], ...]  # somebody, and an address that is not theirs
    now: datetime = field(default_factory=clock.now)

    def secrets_in(self, found: Answers) -> set[str]:
        """Return the hidden values that can be read in answers or in letters to the reviewer."""
        search = Search(self.tokens)
        seen: set[Token] = set()
        for _status, head, body in found.values():
            seen |= search.find(head.encode()) | search.find_deep(body)
        with unit_of_work(mode=Mode.READ):
            for letter in db.session.scalars(
                select(Letter).where(Letter.account_id == self.reviewer.id)
            ):
                seen |= search.find(f"{letter.subject} {letter.body}".encode())
        return {token.kind for token in seen}

    def wrong_heads(self, found: Answers) -> str:
        """Say which page of somebody signed in could be kept or told on by a browser."""
        for where, (_status, head, _body) in found.items():
            if "no-store" not in head:
                return f"{where} may be kept"
            if not any(f"('Referrer-Policy', '{kind}')" in head for kind in REFERRERS):
                return f"{where} tells its address"
        return ""

    def opened_what_is_not_theirs(self, app: EquipoiseApp) -> str:
        for who, address in self.foreign:
            status = Browser(app).sign_in(who.id).get(address).status_code
            if status not in {403, 404}:
                return f"{address} answered {status}"
        return ""


def world_of(blinding: Blinding) -> World:
    """A call under review: one seat accepted, one asked for, one submitted by somebody else."""
    tokens = tuple(
        Token(token_text(9000 + place), "applicant", kind)
        for place, kind in enumerate(("name", "email", "organisation", "file", "sealed"))
    )
    name, email, organisation, file_name, sealed = (token.text for token in tokens)
    call = a_call(phase="reviewing", blinding=blinding)
    applicant = a_person(
        name=name, email=f"{email}@lab.example", organisation=organisation, country="NG"
    )
    reviewer, second = a_reviewer(), a_reviewer()
    proposal = a_submitted_proposal(call, applicant)
    asked = a_seat(call, a_submitted_proposal(call, applicant), reviewer)
    read = a_seat(call, proposal, reviewer, state=SeatState.ACCEPTED)
    others = a_review(proposal, call, second, to_applicant="Of another reviewer", merit="3")
    if blinding not in {Blinding.DOUBLE, Blinding.TRIPLE, Blinding.SIGNED}:
        plant(ShownIdentity(seat_id=read.id, lead_name=name, organisation=organisation))
    original = _original(sealed)
    file_id = _attach(proposal, original, f"{file_name}.pdf")
    elsewhere = a_submitted_proposal(call, a_person(organisation="Third"))
    other_file = _attach(elsewhere, a_pdf("Of another proposal"), "another.pdf")
    return World(
        call,
        proposal,
        applicant,
        reviewer,
        _requests(call, proposal, read, asked, file_id),
        tokens,
        original,
        (
            (reviewer, f"/reviews/{others.id}"),
            (reviewer, f"/reviews/{others.id}/submit"),
            (reviewer, f"/reviews/{read.id}/files/{other_file}.pdf"),
            (reviewer, f"/reviews/{_archived(reviewer).id}"),
            (_applying_officer(call), f"/desk/calls/{call.id}/proposals/"),
            (_officer_elsewhere(), f"/desk/calls/{call.id}/proposals/"),
        ),
    )


def _archived(reviewer: Actor) -> Seat:
    old = a_call(phase="archived")
    return a_review(a_submitted_proposal(old), old, reviewer, merit="3")


def _applying_officer(call: Call) -> Actor:
    both = a_person(Role.OFFICER)
    a_submitted_proposal(call, both)
    return both


def _officer_elsewhere() -> Actor:
    return a_person(Role.OFFICER, scope=a_call().id)


def _requests(
    call: Call, proposal: Proposal, read: Seat, asked: Seat, file_id: str
) -> tuple[Request, ...]:
    own, invited, absent = f"/reviews/{read.id}", f"/reviews/{asked.id}", f"/reviews/{new_id()}"
    pages = [
        "/",
        "/reviews/",
        "/reviews/?q=Hospital",
        "/reviews/?sort=applicant",
        own,
        *(f"{own}/{tail}" for tail in ("submit", "decline", "conflict", "after", "others")),
        f"{own}/files/{file_id}.pdf",
        f"{own}/files/{new_id()}.pdf",
        invited,
        *(f"{invited}/{tail}" for tail in ("submit", "decline", "conflict")),
        absent,
        f"/reviews/calls/{call.id}",
        f"/reviews/calls/{new_id()}",
        *(f"/reviews/calls/{call.id}/{tail}" for tail in ("offline", "certify")),
        f"/reviews/packs/{new_id()}.zip",
        "/mix",
        f"/proposals/{proposal.id}",
        f"/desk/calls/{call.id}/proposals/{proposal.id}",
        f"/desk/calls/{call.id}/reviews.csv",
        f"/calls/{call.code}",
        "/calls",
        "/profile",
    ]
    changes: list[Request] = [
        ("POST", f"{own}/decline", {"reason": " "}),
        ("POST", f"{own}/conflict", {"kind": "none such"}),
        ("POST", f"{own}/submit", {}),
        ("POST", f"{own}/after", {"answer": "sure"}),
        ("POST", f"{own}/autosave", {"version": "99", "g_merit": "1"}),
        ("POST", f"{invited}/submit", {"no_conflict": "y"}),
        ("POST", f"{invited}/autosave", {"version": "0"}),
        ("POST", f"{absent}/accept", {}),
        ("POST", f"/proposals/{proposal.id}/submit", {}),
        ("POST", f"/desk/calls/{call.id}/publish", {}),
        ("DELETE", own, {}),
        ("PUT", own, {}),
        ("OPTIONS", own, {}),
    ]
    heads: list[Request] = [("HEAD", page, {}) for page in pages]
    return (*(("GET", page, {}) for page in pages), *changes, *heads)


def _original(sealed: str) -> bytes:
    with pikepdf.open(BytesIO(a_pdf("Figures"))) as pdf:
        pdf.docinfo["/Author"] = sealed
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()


def _attach(proposal: Proposal, original: bytes, name: str) -> str:
    stored = current_app.extensions["files"].put(scrub_pdf(original).pdf, kind="blinded")
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
            original_name=name,
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


# --- another hidden party ------------------------------------------------------------------------


def become_somebody_else(world: World) -> None:
    """Change everything the system knows of who applies, and nothing of what is proposed."""
    others_apply(world.applicant, world.proposal)


def others_apply(applicant: Actor, proposal: Proposal) -> None:
    another = a_person(name="Second", organisation="Third")
    with planted():
        person = renamed(applicant, "Leila Grönlund-van der Meer", "NZ")
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
        ProposalMember(proposal_id=proposal.id, account_id=another.id, role=MemberRole.CO_APPLICANT)
    )


def renamed(who: Actor, name: str, country: str) -> Person:
    person = db.session.get_one(Person, who.id)
    person.name, person.email = name, f"{who.id}@elsewhere.example"
    person.email_key, person.organisation = person.email, "Hospital of the Holy Cross"
    person.country, person.zone, person.orcid = country, "Pacific/Auckland", "0000-0002-1825-0097"
    return person


def judged_by_somebody_else(call: Call, judges: list[Actor]) -> None:
    """Change all the system knows of who reviewed and when, and nothing of what they said."""
    stranger = a_reviewer("Second")
    with planted():
        for place, judge in enumerate(judges):
            renamed(judge, f"Leila Grönlund-van der Meer the {place}th", "NZ")
        held = db.session.scalars(select(SeatHolder).join(Seat, Seat.id == SeatHolder.seat_id))
        first = next(iter(held))
        db.session.execute(
            update(SeatHolder)
            .where(SeatHolder.seat_id == first.seat_id)
            .values(account_id=stranger.id)
        )
        for review in db.session.scalars(select(Review).where(Review.call_id == call.id)):
            review.saved_at -= timedelta(hours=7)
            review.to_panel, review.to_staff = "Other words", "And more of them"
            review.confidence = 1


# --- what is asked and compared ------------------------------------------------------------------


def answers(browser: Browser, world: World) -> Answers:
    return ask(browser, world.requests)


def ask(browser: Browser, requests: tuple[Request, ...]) -> Answers:
    """Send the requests, changes with the token that forms carry, and return what they answer."""
    pages = browser.get("/profile").text + browser.get("/sign-in").text  # signed in or not
    token = next(one.fields["csrf_token"] for one in forms_of(pages) if "csrf_token" in one.fields)
    found = {}
    for method, address, data in requests:
        sent = {**data, "csrf_token": token} if method == "POST" else None
        answer = browser.client.open(address, method=method, data=sent)
        found[f"{method} {address} {data or ''}".strip()] = _comparable(answer)
        answer.close()
    return found


def _comparable(answer: Any) -> tuple[int, str, bytes]:
    head = NONCE.sub("nonce", str(sorted(answer.headers.items())))
    body: bytes = answer.data
    if answer.mimetype == "text/html":
        body = NONCE.sub("nonce", FORM_TOKEN.sub("token", answer.text)).encode()
    assert head_bytes(answer.headers.items())
    return answer.status_code, head, body


def differences(before: Answers, after: Answers) -> list[str]:
    """Return the requests that were answered differently, the shortest first."""
    return sorted((one for one in before if before[one] != after[one]), key=len)


def put_in(call: Call, state: CallState) -> None:
    with planted():
        db.session.get_one(Call, call.id).state = state
