"""A database as after a busy call: proposals, reviewers, reviews and the ledger rows of them all.

Everything is invented here and the same for every run of one size; only ids and tokens are random.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import cycle, islice
from typing import Any

from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert

from app.accounts.actor import Actor
from app.accounts.models import Account, Person, Role, RoleGrant, SignIn
from app.accounts.session import TOKEN
from app.calls.blinding import PRESETS, Blinding, columns
from app.calls.models import Audience, Call, CallState, Criterion, Question, QuestionKind
from app.core import clock
from app.core.db import Model, db
from app.core.ids import new_id
from app.core.web import EquipoiseApp
from app.core.work import unit_of_work
from app.funds.models import Contribution, Fund, Funder, FunderKind
from app.ledger.service import record
from app.proposals.events import ProposalStarted, VersionSubmitted
from app.proposals.models import (
    Draft,
    MemberRole,
    Proposal,
    ProposalMember,
    ProposalState,
    Receipt,
    Version,
    VersionIdentity,
)
from app.reviewers.models import PoolMember, Seat, SeatHolder, SeatState
from app.reviews.events import ReviewSubmitted, SeatAccepted
from app.reviews.models import Review, ReviewState, ReviewVersion

WORDS = [
    "tumour",
    "response",
    "trial",
    "cohort",
    "cells",
    "outcome",
    "early",
    "marker",
    "patients",
    "therapy",
    "screening",
    "survival",
    "tissue",
    "protein",
    "immune",
    "genome",
    "imaging",
    "dose",
    "relapse",
    "risk",
    "model",
    "data",
    "clinic",
    "care",
]
WEIGHTS = {"importance": "0.35", "approach": "0.40", "feasibility": "0.25"}
HASH = hashlib.sha256(b"generated").hexdigest()


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is. Seats of the writers are drafts in a small call of their own."""

    proposals: int = 1_000
    reviewers: int = 300
    each: int = 3
    writers: int = 16
    drafts: int = 400


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with the cookie of a signed-in browser and a token for its forms."""

    account_id: str
    cookie: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Generated:
    """What a benchmark asks for by address."""

    call_id: str
    officer: SignedIn
    reviewers: list[SignedIn]  # each holds the same number of submitted reviews
    handed_in: list[tuple[SignedIn, str]]  # the first of each, by the id of its seat
    writers: list[tuple[SignedIn, str]]  # with the id of a seat whose review is a draft
    applicants: list[tuple[SignedIn, str]]  # with the id of a complete draft in an open call


@dataclass
class _Rows:
    """Rows by table, stored in the order of the tables' foreign keys."""

    tables: dict[type[Model], list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: type[Model], **values: Any) -> str:  # noqa: ANN401 - columns of any type
        if "id" in table.__table__.columns and "id" not in values:
            values["id"] = new_id()
        self.tables.setdefault(table, []).append(values)
        return str(values.get("id", ""))

    def store(self) -> None:
        order = {table.name: place for place, table in enumerate(Model.metadata.sorted_tables)}
        for table in sorted(self.tables, key=lambda each: order[each.__tablename__]):
            db.session.execute(insert(table), self.tables[table])


@contextmanager
def by_decree() -> Iterator[None]:
    with unit_of_work() as work:
        yield
        work.enforced += 1
        work.recorded += 1


class Invention:
    """The rows of one generated database, and who is in it."""

    def __init__(self, app: EquipoiseApp, size: Size) -> None:
        self.app, self.size = app, size
        self.rows, self.now = _Rows(), clock.now()
        self.random = random.Random(20_26)
        self.said: list[tuple[str, Any, str]] = []  # account id, event, about
        self.handed_in: dict[str, str] = {}  # account id -> the first seat with a submitted review

    # --- people ----------------------------------------------------------------------------------

    def person(self, number: int, *roles: Role, sign_in: bool = True) -> SignedIn:
        account_id = self.rows.add(Account, state="active", created_at=self.now)
        email = f"person{number}@example.org"
        self.rows.add(
            Person,
            account_id=account_id,
            name=f"Given{number} Family{number}",
            email=email,
            email_key=email,
            confirmed_at=self.now,
            organisation=f"Institute {number % 97}",
            country="NO",
        )
        for role in roles:
            self.rows.add(RoleGrant, account_id=account_id, role=role, scope="")
        return self._signed_in(account_id) if sign_in else SignedIn(account_id, "", "")

    def _signed_in(self, account_id: str) -> SignedIn:
        token, secret = new_id(), hashlib.sha1(account_id.encode()).hexdigest()
        self.rows.add(
            SignIn,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            account_id=account_id,
            created_at=self.now,
            expires_at=self.now + timedelta(days=14),
        )
        return SignedIn(account_id, *cookie_and_csrf(self.app, token, secret))

    # --- a call and its proposals ----------------------------------------------------------------

    def call(self, code: str, state: CallState, *, closes: datetime) -> str:
        fund = self.rows.add(Fund, name=f"Fund of {code}", currency="EUR")
        funder = self.rows.add(Funder, name=f"Funder of {code}", kind=FunderKind.CHARITY)
        self.rows.add(Contribution, fund_id=fund, funder_id=funder, amount_minor=5_000_000_000)
        call = self.rows.add(
            Call,
            code=code,
            title=f"Generated call {code}",
            summary=self.words(30),
            state=state,
            zone="Europe/Oslo",
            opens_wall="2026-01-01T00:00:00",
            closes_wall="2026-02-01T00:00:00",
            opens_at=self.now - timedelta(days=60),
            closes_at=closes,
            scale_best="6",
            scale_worst="1",
            scale_step="1",
            anchors={"1": "Poor", "6": "Outstanding"},
            tie_rules=["spread", "hash"],
            fund_id=fund,
            currency="EUR",
            rates={},
            **columns(PRESETS[Blinding.DOUBLE]),  # else the columns' own, which seal the call
        )
        for position, (key, audience) in enumerate(
            (
                ("team", Audience.IDENTITY),
                ("summary", Audience.SCIENTIFIC),
                ("aims", Audience.SCIENTIFIC),
                ("approach", Audience.SCIENTIFIC),
            )
        ):
            self.rows.add(
                Question,
                call_id=call,
                key=key,
                label=key.capitalize(),
                kind=QuestionKind.LONG_TEXT,
                audience=audience,
                position=position,
                choices=[],
            )
        for position, (key, weight) in enumerate(WEIGHTS.items()):
            label = key.capitalize()
            self.rows.add(
                Criterion, call_id=call, key=key, label=label, weight=weight, position=position
            )
        return call

    def words(self, count: int) -> str:
        return " ".join(self.random.choices(WORDS, k=count)).capitalize() + "."

    def draft(self, call: str, lead: SignedIn, **values: str | None) -> str:
        """A complete draft of one lead applicant."""
        state = ProposalState.SUBMITTED if values.get("number") else ProposalState.DRAFT
        proposal = self.rows.add(
            Proposal,
            **{"call_id": call, "number": None, "version_id": None, "state": state, **values},
        )
        self.rows.add(
            ProposalMember,
            proposal_id=proposal,
            account_id=lead.account_id,
            role=MemberRole.LEAD,
        )
        self.rows.add(
            Draft,
            proposal_id=proposal,
            title=self.words(10),
            science=self._science(),
            identity={"team": self.words(60)},
            organisation="Institute 1",
            country="NO",
            currency="EUR",
            requested="250000",
            months="24",
            saved_at=self.now,
        )
        self.said.append(
            (lead.account_id, ProposalStarted(call="generated"), f"proposal:{proposal}")
        )
        return proposal

    def _science(self) -> dict[str, str]:
        return {"summary": self.words(120), "aims": self.words(250), "approach": self.words(350)}

    def submitted(self, call: str, lead: SignedIn, number: str) -> str:
        version = new_id()
        proposal = self.draft(
            call, lead, number=number, version_id=version, state=ProposalState.ELIGIBLE
        )
        requested = self.random.randrange(50_000, 900_000) * 100
        self.rows.add(
            Version,
            id=version,
            proposal_id=proposal,
            number=1,
            title=self.words(10),
            answers=self._science(),
            requested_minor=requested,
            months=24,
            sha256=HASH,
        )
        self.rows.add(
            VersionIdentity,
            version_id=version,
            lead_name="Given Family",
            organisation="Institute 1",
            country="NO",
            answers={"team": self.words(60)},
            currency="EUR",
            requested_minor=requested,
            rate="1",
            sha256=HASH,
        )
        receipt = self.rows.add(
            Receipt,
            version_id=version,
            proposal_id=proposal,
            submission_key=new_id(),
            submitted_at=self.now,
            parts={"version": HASH},
            proof="",
        )
        told = VersionSubmitted(number, 1, receipt, HASH, HASH)
        self.said.append((lead.account_id, told, f"proposal:{proposal}"))
        return proposal

    # --- reviews ---------------------------------------------------------------------------------

    def seat(
        self, call: str, proposal: str, holder: SignedIn, letter: str, state: ReviewState
    ) -> str:
        done = state is ReviewState.SUBMITTED
        seat = self.rows.add(
            Seat,
            call_id=call,
            proposal_id=proposal,
            letter=letter,
            state=SeatState.SUBMITTED if done else SeatState.ACCEPTED,
            due_at=self.now + timedelta(days=30),
        )
        self.rows.add(SeatHolder, seat_id=seat, proposal_id=proposal, account_id=holder.account_id)
        grades = {key: str(self.random.randint(1, 6)) for key in WEIGHTS}
        reasons = {key: self.words(40) for key in WEIGHTS}
        total = sum(
            (Fraction(WEIGHTS[key]) * int(grade) for key, grade in grades.items()), Fraction()
        )
        content = {
            "grades": grades,
            "reasons": reasons,
            "confidence": 2,
            "to_applicant": self.words(60),
            "to_panel": self.words(20),
            "total": f"{total.numerator}/{total.denominator}" if done else None,
        }
        self.rows.add(
            Review,
            seat_id=seat,
            call_id=call,
            proposal_id=proposal,
            state=state,
            version=int(done),
            revision=1,
            changes={},
            saved_at=self.now,
            **content,
        )
        self.said.append((holder.account_id, SeatAccepted(), f"seat:{seat}"))
        if done:
            self.rows.add(
                ReviewVersion,
                seat_id=seat,
                number=1,
                content=content,
                submitted_at=self.now,
                sha256=HASH,
            )
            self.said.append((holder.account_id, ReviewSubmitted(1, HASH), f"review:{seat}"))
            self.handed_in.setdefault(holder.account_id, seat)
        return seat

    def reviewed_call(
        self, code: str, leads: Sequence[SignedIn], reviewers: Sequence[SignedIn]
    ) -> str:
        """A call in review whose every proposal has all its reviews."""
        call = self.call(code, CallState.REVIEWING, closes=self.now - timedelta(days=30))
        for reviewer in reviewers:
            self.rows.add(PoolMember, call_id=call, account_id=reviewer.account_id)
        turn = cycle(reviewers)
        for place, lead in enumerate(leads, 1):
            proposal = self.submitted(call, lead, f"{code}-{place:04d}")
            for letter, reviewer in zip("ABCDEFGH", islice(turn, self.size.each), strict=False):
                self.seat(call, proposal, reviewer, letter, ReviewState.SUBMITTED)
        return call

    def writing_call(self, writers: Sequence[SignedIn]) -> list[tuple[SignedIn, str]]:
        call = self.call("WRT", CallState.REVIEWING, closes=self.now - timedelta(days=30))
        seats = []
        for place, writer in enumerate(writers, 1):
            lead = self.person(70_000 + place, sign_in=False)
            proposal = self.submitted(call, lead, f"WRT-{place:04d}")
            seats.append((writer, self.seat(call, proposal, writer, "A", ReviewState.DRAFT)))
        return seats

    def store(self) -> None:
        with by_decree():
            self.rows.store()
            for account_id, event, about in self.said:
                record(Actor(id=account_id, name=""), event, about=about)


def cookie_and_csrf(app: EquipoiseApp, token: str, secret: str) -> tuple[str, str]:
    """Return what a browser signed in with `token` sends: the cookie, and its forms' token."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    kept = serializer.dumps({"_permanent": True, TOKEN: token, "csrf_token": secret})
    csrf = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(secret)
    return f"{app.config['SESSION_COOKIE_NAME']}={kept}", str(csrf)


def generate(app: EquipoiseApp, size: Size | None = None) -> Generated:
    """Fill the migrated, empty database of `app`, whose context is open."""
    size = size or Size()
    made = Invention(app, size)
    officer = made.person(1, Role.OFFICER)
    reviewers = [made.person(10_000 + n, Role.REVIEWER) for n in range(size.reviewers)]
    writers = [made.person(20_000 + n, Role.REVIEWER) for n in range(size.writers)]
    leads = [made.person(30_000 + n, sign_in=False) for n in range(size.proposals)]
    call_id = made.reviewed_call("GEN", leads, reviewers)
    seats = made.writing_call(writers)
    open_call = made.call("OPN", CallState.PUBLISHED, closes=made.now + timedelta(days=30))
    applicants = [made.person(50_000 + n) for n in range(size.drafts)]
    drafts = [(lead, made.draft(open_call, lead)) for lead in applicants]
    made.store()
    handed_in = [(who, made.handed_in[who.account_id]) for who in reviewers]
    return Generated(call_id, officer, reviewers, handed_in, seats, drafts)
