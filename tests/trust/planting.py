"""A small world in which whatever tells who somebody is holds a canary."""

from dataclasses import dataclass, field
from io import BytesIO

import pikepdf
from flask import current_app

from app.accounts.actor import Actor
from app.accounts.models import Person, Role
from app.calls.models import Blinding, Call
from app.core import clock
from app.core.db import db
from app.core.lens import Lens
from app.core.uploads import scrub_pdf
from app.core.work import unit_of_work
from app.proposals.models import BlindedFile, Proposal, Upload, Version, VersionIdentity
from app.reviewers import service as reviewers
from app.reviewers.models import PoolMember, Seat
from app.reviews import queries as seats
from app.reviews import service as reviews
from app.reviews.offline import service as offline
from app.reviews.rules import Written
from tests.factories import (
    Released,
    a_call,
    a_person,
    a_review,
    a_submitted_proposal,
    approve_allocation,
    plant,
    planted,
    release_results,
)
from tests.pdfs import a_pdf
from tests.trust.canary import Allowed, Token, token_text

OF_PERSONS = frozenset({"name", "email", "organisation", "orcid"})
PUBLISHED = frozenset({"name", "organisation"})  # of whoever leads what is funded
SIGNED = frozenset({"name"})  # of who proposed and who approved: the report says so
REASON = "Because the plan says so, and well."


@dataclass
class Planted:
    """The tokens, the people, the things, and who may read what of whom."""

    tokens: list[Token] = field(default_factory=list)
    people: dict[str, Actor] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    seats: dict[tuple[str, str], Seat] = field(default_factory=dict)  # reviewer, call
    files: list[str] = field(default_factory=list)
    packs: list[str] = field(default_factory=list)
    panels: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)  # of the agenda
    members: list[str] = field(default_factory=list)  # of the panel
    # who else may read what: principal, owner, kinds (None: every kind)
    beside: dict[str, dict[str, frozenset[str] | None]] = field(default_factory=dict)

    def token(self, owner: str, kind: str) -> str:
        made = Token(token_text(len(self.tokens)), owner, kind)
        self.tokens.append(made)
        return made.text

    def person(self, key: str, *roles: Role, scope: str = "") -> Actor:
        """Make somebody whose every value is a token."""
        made = a_person(
            *roles,
            name=self.token(key, "name"),
            email=f"{self.token(key, 'email')}@{self.token(key, 'email')}.example",
            organisation=self.token(key, "organisation"),
            scope=scope,
        )
        with planted():
            db.session.get_one(Person, made.id).orcid = self.token(key, "orcid")
        self.people[key] = made
        return made

    def may_read(self) -> dict[str, Allowed]:
        """Say who may read whose tokens, principal by principal; told by hand, not by the code."""
        everything: dict[str, frozenset[str] | None] = {"*": None}
        released = {"lead-released": PUBLISHED, "officer": SIGNED, "approver": SIGNED}
        found = {key: Allowed(key, released) for key in (*self.people, "")}
        for key in ("officer", "approver"):
            found[key] = Allowed(key, {key: None for key in self.people if key != "lead-triple"})
        found["auditor"] = Allowed("auditor", everything)
        found["administrator"] = Allowed("administrator", {"*": OF_PERSONS})
        for mode in {"single", "open"} & set(self.calls):
            for key in ("reviewer", "second"):
                found[key].people[f"lead-{mode}"] = PUBLISHED
        found["reviewer"].people["lead-until-scored"] = PUBLISHED  # whose own review is in
        for key, people in self.beside.items():
            found[key].people |= people
        return found


def plant_world() -> Planted:
    """A call in review under each mode and one released, with the same two reviewers."""
    world = Planted()
    officer, approver = (
        world.person("officer", Role.OFFICER),
        world.person("approver", Role.APPROVER),
    )
    world.person("auditor", Role.AUDITOR)
    world.person("administrator", Role.ADMINISTRATOR)
    first, second = world.person("reviewer", Role.REVIEWER), world.person("second", Role.REVIEWER)
    world.person("stranger", Role.REVIEWER)
    for mode in Blinding:
        _reviewed(world, mode, officer, (first, second))
    _released(world, officer, approver, first)
    for mode in (Blinding.DOUBLE, Blinding.OPEN):
        _take_along(world, second, world.calls[mode.value])
    applicant = world.person("elsewhere")
    a_submitted_proposal(a_call(), applicant)
    return world


def _reviewed(world: Planted, mode: Blinding, officer: Actor, judges: tuple[Actor, Actor]) -> None:
    call = a_call(phase="reviewing", blinding=mode)
    world.calls[mode.value] = call
    lead = world.person(f"lead-{mode.value}")
    proposal = a_submitted_proposal(call, lead)
    _team(world, mode, proposal)
    plant_file(world, f"lead-{mode.value}", proposal)
    world.proposals[mode.value] = proposal
    for key, judge in zip(("reviewer", "second"), judges, strict=True):
        plant(
            PoolMember(
                call_id=call.id, account_id=judge.id, expertise=world.token(key, "expertise")
            )
        )
        with unit_of_work(Lens.STAFF):
            stored = db.session.get_one(Call, call.id)
            seat = reviewers.assign(officer, stored, proposal, judge.id)
        world.seats[key, mode.value] = seat
        _judge(judge, seat, submit=key == "reviewer")


def _team(world: Planted, mode: Blinding, proposal: Proposal) -> None:
    with planted():
        identity = db.session.get_one(VersionIdentity, str(proposal.version_id))
        identity.answers = {"team": world.token(f"lead-{mode.value}", "team")}


def plant_file(world: Planted, owner: str, proposal: Proposal) -> None:
    """Attach a PDF whose properties, metadata and attachment name its maker, redrawn as ever."""
    with pikepdf.open(BytesIO(a_pdf("Figures"))) as pdf:
        pdf.docinfo["/Author"] = world.token(owner, "sealed")
        pdf.docinfo["/Title"] = world.token(owner, "sealed")
        with pdf.open_metadata() as metadata:
            metadata["dc:creator"] = [world.token(owner, "sealed")]
        named = f"{world.token(owner, 'sealed')}.txt"
        pdf.attachments[named] = world.token(owner, "sealed").encode()
        out = BytesIO()
        pdf.save(out)
    store = current_app.extensions["files"]
    sealed = store.put(out.getvalue(), kind="sealed")
    copy = store.put(scrub_pdf(out.getvalue()).pdf, kind="blinded")
    blinded = BlindedFile(
        proposal_id=proposal.id,
        question_key="description",
        file_key=copy.key,
        sha256=copy.sha256,
        size=copy.size,
        pages=1,
    )
    plant(
        blinded,
        Upload(
            proposal_id=proposal.id,
            question_key="description",
            original_name=f"{world.token(owner, 'file name')}.pdf",
            file_key=sealed.key,
            sha256=sealed.sha256,
            size=sealed.size,
            uploaded_at=clock.now(),
        ),
    )
    with planted():
        version = db.session.get_one(Version, str(proposal.version_id))
        version.answers = {**version.answers, "description": blinded.id}
    world.files.append(blinded.id)


def _judge(judge: Actor, seat: Seat, *, submit: bool) -> None:
    written = Written(
        grades={"merit": "5", "plan": "4"},
        reasons={"merit": REASON, "plan": REASON},
        confidence=3,
        to_applicant="A sound plan.",
        to_panel="Fund it.",
    )
    with unit_of_work(Lens.REVIEWER):
        for opened in _held(judge, seat):
            reviews.accept(judge, opened)
        for opened in _held(judge, seat):
            reviews.note_reading(judge, opened)
            reviews.save(judge, opened, reviews.Change(revision=0, written=written))
        for opened in _held(judge, seat):
            if submit:
                measure = seats.measure_of(opened.call)
                reviews.submit(judge, opened, measure, looked=True, no_conflict=True)


def _take_along(world: Planted, judge: Actor, call: Call) -> None:
    with unit_of_work(Lens.REVIEWER):
        own = seats.own_in_call(judge.id, call.id)
        world.packs.append(offline.ask(judge, own[0].call, own).id)


def _held(judge: Actor, seat: Seat) -> list[seats.Opened]:
    opened = seats.opened(judge.id, seat.id)
    assert opened is not None
    return [opened]


def _released(world: Planted, officer: Actor, approver: Actor, judge: Actor) -> None:
    call = a_call(phase="ranking", blinding=Blinding.DOUBLE, rules_sha256="c" * 64)
    world.calls["released"] = call
    lead = world.person("lead-released")
    proposal = a_submitted_proposal(call, lead, requested_minor=3_000_000)
    world.proposals["released"] = proposal
    a_review(proposal, call, judge, merit="6", plan="6")
    told = Released(call, officer, approver, (judge,), {"A": lead}, {"A": proposal})
    approve_allocation(told)
    release_results(told)
