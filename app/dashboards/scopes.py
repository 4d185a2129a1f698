"""What roles can be limited to, told to the page that grants them: calls and funders."""

from sqlalchemy import select

from app.accounts.models import Role
from app.accounts.scopes import Pairs, offer
from app.calls.models import Call
from app.core.db import db
from app.funds.models import Funder


def _calls() -> Pairs:
    rows = db.session.execute(select(Call.id, Call.code, Call.title).order_by(Call.code))
    return [(row.id, f"{row.code} – {row.title}") for row in rows]


def _funders() -> Pairs:
    rows = db.session.execute(select(Funder.id, Funder.name).order_by(Funder.name))
    return [(row.id, row.name) for row in rows]


for role, scopes in (
    (Role.OFFICER, _calls),
    (Role.APPROVER, _calls),
    (Role.AUDITOR, _calls),
    (Role.FUNDER, _funders),
):
    offer(role, scopes)
