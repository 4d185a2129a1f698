"""A call about to close, with everybody who still writes; all of it invented."""

import hashlib
import math
import random
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
from sqlalchemy import update

from app import create_app
from app.accounts.models import Credential
from app.accounts.passwords import hashed
from app.calls.models import Audience, Call, CallState, Question, QuestionKind
from app.core import clock, migrate
from app.core.db import db
from app.core.web import EquipoiseApp
from bench.web.generated import Invention, SignedIn, Size, by_decree
from config import Config
from tests.pdfs import a_pdf

PASSWORD = "a storm in a teacup"
FILE = "plan"  # the key of the question for a file
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody with a complete draft; `number` is in their address."""

    who: SignedIn
    proposal: str
    number: int

    @property
    def email(self) -> str:
        return f"person{self.number}@example.org"


@dataclass(frozen=True, slots=True)
class World:
    """What the storm asks for by address. Whoever submits does nothing else beside it."""

    call_id: str
    submitting: list[Applicant]
    writing: list[Applicant]
    sending: list[Applicant]  # files
    pdf: bytes


def application(folder: Path, key: str, url: str) -> EquipoiseApp:
    return create_app(Config(data_dir=folder, secret_key=key, database_url=url))


def fill(app: EquipoiseApp, submitting: int, writing: int, sending: int) -> World:
    """Migrate and fill the empty database of `app`, whose context is open."""
    migrate.upgrade()
    made = Invention(app, Size())
    call = made.call("STM", CallState.PUBLISHED, closes=made.now + timedelta(days=1))
    made.rows.add(
        Question,
        call_id=call,
        key=FILE,
        label="Plan",
        kind=QuestionKind.FILE,
        audience=Audience.SCIENTIFIC,
        required=False,
        position=9,
        choices=[],
    )
    password = hashed(PASSWORD)
    everybody = []
    for number in range(submitting + writing + sending):
        who = made.person(number)
        made.rows.add(
            Credential, account_id=who.account_id, password_hash=password, changed_at=made.now
        )
        everybody.append(Applicant(who, made.draft(call, who), number))
    made.store()
    return World(
        call,
        everybody[:submitting],
        everybody[submitting : submitting + writing],
        everybody[submitting + writing :],
        _large_pdf(),
    )


def closes_in(call_id: str, seconds: float) -> float:
    """Move the deadline; return it as a time stamp."""
    closes = clock.now() + timedelta(seconds=seconds)
    with by_decree():
        db.session.execute(update(Call).where(Call.id == call_id).values(closes_at=closes))
    return closes.timestamp()


def _large_pdf() -> bytes:
    """Return a PDF of a megabyte: one page with a picture that cannot be made smaller."""
    with pikepdf.open(BytesIO(a_pdf("Aims and methods"))) as pdf:
        side = math.isqrt(MEGABYTE // 3)
        picture = pdf.make_stream(random.Random(1).randbytes(3 * side * side))
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width = picture.Height = side
        picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
        page = pdf.pages[0]
        page.Resources.XObject = pikepdf.Dictionary(P=picture)
        page.contents_add(b"q 100 0 0 100 20 20 cm /P Do Q")
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
