"""The first page: a card for each way in that somebody's roles open."""

from typing import Any

from flask import current_app, url_for

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.core.words import lazy

Values = dict[str, Any]

_CARDS = (
    (
        Role.OFFICER,
        "home.officer",
        lazy("Calls you run"),
        lazy("What waits in each call: screening, assigning, late reviews, the allocation."),
    ),
    (
        Role.APPROVER,
        "home.approver",
        lazy("Allocations to sign"),
        lazy("What somebody else proposed and you can approve or send back."),
    ),
    (
        Role.REVIEWER,
        "home.reviewer",
        lazy("Your reviews"),
        lazy("Invitations to answer and proposals to read and score."),
    ),
    (
        None,
        "home.applicant",
        lazy("Your proposals"),
        lazy("Drafts, what you submitted, and what became of it."),
    ),
    (
        Role.FUNDER,
        "funders.overview",
        lazy("Your contributions"),
        lazy("What your money paid for, with the reports."),
    ),
    (
        Role.AUDITOR,
        "auditors.ledger",
        lazy("The ledger"),
        lazy("Every event in order, every call and every report."),
    ),
    (
        Role.ADMINISTRATOR,
        "accounts.people",
        lazy("People"),
        lazy("Accounts, roles, and who may sign in."),
    ),
    (
        Role.ADMINISTRATOR,
        "proposals.equality_list",
        lazy("Equality counts"),
        lazy("What people said of themselves, counted after each call has closed."),
    ),
)


def of(actor: Actor) -> list[Values]:
    return [
        {"label": str(label), "hint": str(hint), "url": url_for(endpoint)}
        for role, endpoint, label, hint in _CARDS
        if (role is None or actor.holds_anywhere(role)) and endpoint in current_app.view_functions
    ]
