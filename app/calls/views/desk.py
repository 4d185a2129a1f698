"""The staff's page of a call, and the links to the other pages of its desk."""

from app.accounts.actor import Actor
from app.calls import policy, queries, sealing, service, starter
from app.calls.blinding import is_sealed
from app.calls.models import Call
from app.calls.rules import NEXT_STATE, Phase
from app.calls.views.page import public_page, url_where_there
from app.calls.views.told import Values, local
from app.calls.views.words import move_words
from app.core.words import _


def desk_of(call: Call, actor: Actor) -> Values:
    phase = queries.phase(call)
    following = NEXT_STATE.get(phase)
    drafting = phase is Phase.DRAFTING
    return {
        **public_page(call),
        "drafting": drafting,
        "problems": service.problems(call) if drafting else [],
        "next_state": following.value if following else "",
        "next_words": move_words(following) if following else "",
        "extendable": phase in {Phase.ANNOUNCED, Phase.OPEN},
        "may_run": policy.may_run_call(actor, call),
        "sealed": is_sealed(call),
        "unsealed_at": local(call, call.unsealed_at) if call.unsealed_at else None,
        "may_unseal": sealing.may_unseal(actor, call),
        "rule_url": url_where_there("award_rule.edit", call_id=call.id),
        "currency": call.currency,
    }


_FOR_OFFICERS = {"proposals_desk.list_outlines"}


def desk_links(call: Call, *, may_run: bool) -> list[Values]:
    """Return the desk's further pages, as far as their rooms exist and somebody may open them."""
    pages = (
        ("proposals_desk.list_proposals", _("Proposals and eligibility")),
        ("proposals_desk.list_exemptions", _("Exceptions asked for")),
        ("proposals_desk.list_outlines", _("Invitations to the second stage")),
        ("reviewers.pool", _("Reviewers")),
        ("reviewers.assignment", _("Assignment")),
        ("reviews_desk.progress", _("Progress of reviews")),
        ("allocation.ranking", _("Ranking")),
        ("panel_desk.show", _("Panel")),
        ("allocation.desk", _("Allocation")),
        ("letters.show", _("Letters")),
        ("documents.reports", _("Reports")),
    )
    links = [
        {"label": label, "url": url_where_there(name, call_id=call.id)}
        for name, label in pages
        if may_run or name not in _FOR_OFFICERS
    ]
    return [link for link in links if link["url"]]


def starting_anchors() -> str:
    return "\n".join(f"{grade}: {words}" for grade, words in starter.anchors().items())
