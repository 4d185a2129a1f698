"""Contributions as pages need them."""

from typing import Any

from app.core.db import Json
from app.core.words import _
from app.funds import queries
from app.funds.models import Contribution, ContributionState, PotKind

Values = dict[str, Any]


def state_words(state: ContributionState) -> tuple[str, str, str]:
    """Return words, tone and stage of a state's chip."""
    return {
        ContributionState.PLEDGED: (_("pledged"), "wait", "open"),
        ContributionState.SIGNED: (_("signed"), "active", "part"),
        ContributionState.RECEIVED: (_("received"), "good", "done"),
        ContributionState.WITHDRAWN: (_("withdrawn"), "bad", "stop"),
    }[state]


def pot_words(pot: PotKind) -> str:
    return {
        PotKind.VIRTUAL: _("virtual: each funder pays its share of the awards"),
        PotKind.REAL: _("real: the money lies in one account"),
        PotKind.MIXED: _("mixed: some lies in one account, some with the funders"),
    }[pot]


def earmark_words(earmark: Json) -> str:
    return "; ".join(
        f"{name} = {wanted if isinstance(wanted, str) else ', '.join(wanted)}"
        for name, wanted in sorted(earmark.items())
    )


def fund_rows(fund_id: str | None) -> list[Values]:
    """Return every contribution of a fund with what is promised and paid of it."""
    paid = queries.paid_by_contribution(fund_id)
    return [
        {
            "id": row.id,
            "funder": row.funder,
            "chip": state_words(row.state),
            "earmark": earmark_words(row.earmark),
            "amount_minor": row.amount_minor,
            "committed_minor": row.committed_minor,
            "paid_minor": paid.get(row.id, 0),
            "free_minor": row.free_minor,
            "stands": row.state is not ContributionState.WITHDRAWN,
        }
        for row in queries.all_contributions_of(fund_id)
    ]


def reconciliation(contribution: Contribution) -> Values:
    """Return one contribution from its pledge to its last payment, all sums as they close."""
    commitments = queries.commitments_of(contribution.id)
    dates = [
        (_("Pledged"), contribution.pledged_on),
        (_("Signed"), contribution.signed_on),
        (_("Received"), contribution.received_on),
        (_("Withdrawn"), contribution.withdrawn_on),
    ]
    paid = sum(one.paid_minor for one in commitments)
    return {
        "id": contribution.id,
        "chip": state_words(contribution.state),
        "dates": [(label, day) for label, day in dates if day is not None],
        "earmark": earmark_words(contribution.earmark),
        "conditions": contribution.conditions,
        "amount_minor": contribution.amount_minor,
        "committed_minor": contribution.committed_minor,
        "paid_minor": paid,
        "to_pay_minor": contribution.committed_minor - paid,
        "free_minor": contribution.amount_minor - contribution.committed_minor
        if contribution.state is not ContributionState.WITHDRAWN
        else 0,
        "commitments": [
            {
                "id": one.id,
                "award": one.award,
                "amount_minor": one.amount_minor,
                "paid_minor": one.paid_minor,
                "left_minor": one.amount_minor - one.paid_minor,
                "on": one.committed_on,
            }
            for one in commitments
        ],
        "payments": queries.payments_of(contribution.id),
    }
