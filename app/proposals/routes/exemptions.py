"""The desk's exceptions: requests and decisions, more time, and returning a proposal."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import policy as call_policy
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.calls.rules import WallTimeError, instant_of
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import Refused, enforce
from app.core.lens import Lens
from app.core.verdict import refused
from app.core.web import require
from app.core.words import _
from app.ledger.service import record
from app.proposals import policy, queries, service, views
from app.proposals.events import IdentityRead
from app.proposals.forms import DecisionForm, GiveTimeForm, ReturnForm
from app.proposals.models import ExemptionKind
from app.proposals.routes.desk import bp


def _call(call_id: str) -> Call:
    call = require(calls.get_call(call_id))
    enforce(call_policy.may_see_desk(signed_in(), call))
    return call


@bp.get("/exceptions")
@access(Lens.STAFF, call_policy.may_see_desk, recorded=True)
def list_exemptions(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    rows = queries.exemptions_in(call.id)
    record(signed_in(), IdentityRead(purpose="exceptions"), about=call)
    return render_template(
        "proposals/desk_exceptions.html",
        call=call_views.call_row(call),
        rows=[views.exemption_values(row, call) for row in rows],
        may_give=policy.may_give_time(signed_in(), call),
    )


@bp.route("/exceptions/<id:exemption_id>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_decide_exemption)
def decide_exemption(call_id: str, exemption_id: str) -> ResponseReturnValue:
    call, actor = _call(call_id), signed_in()
    exemption = require(queries.get_exemption(exemption_id))
    enforce(policy.may_decide_exemption(actor, call, exemption))
    form = DecisionForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.decide_exemption(
                actor,
                call,
                exemption,
                granted=form.granted.data == "yes",
                reason=form.reason.data,
                until=_instant(call, form.until.data) if form.until.data else None,
            )
            flash(_("Decided; the applicants are told."), "good")
            return redirect(url_for("proposals_desk.list_exemptions", call_id=call.id), 303)
    return render_template(
        "proposals/desk_exception.html",
        form=form,
        call=call_views.call_row(call),
        row=views.exemption_values(exemption, call),
        asks_time=exemption.kind is ExemptionKind.DEADLINE,
    )


@bp.route("/exceptions/new", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_give_time)
def give_time(call_id: str) -> ResponseReturnValue:
    """Give one lead applicant more time, who asked by telephone or letter."""
    call, actor = _call(call_id), signed_in()
    enforce(policy.may_give_time(actor, call))
    form = GiveTimeForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            until = _instant(call, form.until.data)
            service.give_time(
                actor, call, email=form.email.data, until=until, reason=form.reason.data
            )
            flash(_("They have more time, and are told."), "good")
            return redirect(url_for("proposals_desk.list_exemptions", call_id=call.id), 303)
    return render_template(
        "proposals/desk_give_time.html", form=form, call=call_views.call_row(call)
    )


@bp.route("/<id:proposal_id>/return", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_return)
def return_proposal(call_id: str, proposal_id: str) -> ResponseReturnValue:
    """Give a proposal back with a list of points and a deadline of its own."""
    call, actor = _call(call_id), signed_in()
    proposal = queries.get_proposal(proposal_id)
    proposal = require(proposal if proposal and proposal.call_id == call.id else None)
    enforce(policy.may_return(actor, call, proposal))
    form = ReturnForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.return_for_correction(
                actor,
                call,
                proposal,
                points=form.points.data.splitlines(),
                until=_instant(call, form.until.data),
            )
            flash(_("%(number)s is with its applicants.", number=proposal.number), "good")
            return redirect(url_for("proposals_desk.list_proposals", call_id=call.id), 303)
    return render_template(
        "proposals/desk_return.html",
        form=form,
        call=call_views.call_row(call),
        proposal=proposal,
    )


def _instant(call: Call, wall: datetime) -> datetime:
    """Return the instant of a clock time in the call's zone; refuse one that cannot be."""
    try:
        return instant_of(wall, call.zone)
    except WallTimeError as error:
        raise Refused(refused(str(error))) from error
