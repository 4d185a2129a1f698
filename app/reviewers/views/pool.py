"""The pool as its pages need it."""

from collections.abc import Collection, Sequence

from flask import url_for

from app.calls.models import Call
from app.core.countries import country_name
from app.reviewers.queries import PoolRow
from app.reviewers.views.words import Pair, Values, kind_words, load_words


def pool_rows(call: Call, pool: Sequence[PoolRow], conflicts: Collection[Pair]) -> list[Values]:
    counted: dict[str, int] = {}
    for _proposal, account_id in conflicts:
        counted[account_id] = counted.get(account_id, 0) + 1
    return [
        {
            "name": row.name,
            "email": row.email,
            "organisation": row.organisation,
            "country": country_name(row.country) if row.country else "",
            "kind": kind_words(row.kind),
            "expertise": row.expertise,
            "load": load_words(row),
            "full": row.load >= row.most,
            "submitted": row.submitted,
            "conflicts": counted.get(row.account_id, 0),
            "url": url_for("reviewers.change_reviewer", call_id=call.id, account_id=row.account_id),
        }
        for row in pool
    ]
