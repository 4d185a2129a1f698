"""Whether there is nothing here yet: what fills an installation wants an empty one."""

from sqlalchemy import func, select

from app.accounts.models import Account
from app.calls.models import Call
from app.core.db import db
from app.core.work import Mode, unit_of_work


def is_empty() -> bool:
    """Whether there are neither people nor calls."""
    with unit_of_work(mode=Mode.READ):
        return not any(
            db.session.scalar(select(func.count()).select_from(table)) for table in (Account, Call)
        )
