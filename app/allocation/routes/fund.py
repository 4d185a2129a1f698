"""The fund of a call at the desk: contributions from pledge to payment."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import policy
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core import clock
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.funds import queries, service, views
from app.funds.forms import ContributionChangeForm, PaymentForm, PotForm, StateForm
from app.funds.models import Contribution, ContributionState, Fund, PotKind

bp = Blueprint("fund", __name__, url_prefix="/desk/calls/<id:call_id>/fund")


def _fund(call_id: str) -> tuple[Call, Fund]:
    call = require(calls.get_call(call_id))
    enforce(policy.may_see_desk(signed_in(), call))
    return call, require(queries.get_fund(call.fund_id))


def _contribution(call_id: str, contribution_id: str) -> tuple[Call, Fund, Contribution]:
    call, fund = _fund(call_id)
    return call, fund, require(queries.contribution_in(fund.id, contribution_id))


def _back(call: Call, contribution: Contribution | None = None) -> ResponseReturnValue:
    if contribution is None:
        return redirect(url_for("fund.show", call_id=call.id), 303)
    there = url_for("fund.contribution", call_id=call.id, contribution_id=contribution.id)
    return redirect(there, 303)


@bp.route("", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_see_desk)
def show(call_id: str) -> ResponseReturnValue:
    call, fund = _fund(call_id)
    may_run = policy.may_run_call(signed_in(), call)
    form = PotForm(obj=fund)
    if form.validate_on_submit():
        enforce(may_run)
        service.change_pot(signed_in(), fund, PotKind(form.pot.data))
        return _back(call)
    return render_template(
        "funds/fund.html",
        call=call_views.call_row(call),
        form=form,
        fund={"name": fund.name, "currency": fund.currency, "pot": views.pot_words(fund.pot)},
        rows=views.fund_rows(fund.id),
        may_run=may_run,
    )


@bp.route("/<id:contribution_id>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_see_desk)
def contribution(call_id: str, contribution_id: str) -> ResponseReturnValue:
    call, fund, given = _contribution(call_id, contribution_id)
    form = ContributionChangeForm.showing(given, fund.currency)
    if form.validate_on_submit():
        enforce(policy.may_run_call(signed_in(), call))
        with refusals_shown_on(form):
            service.edit_contribution(signed_in(), given, form.to_change(), fund.currency)
            flash(_("Saved."), "good")
            return _back(call, given)
    return render_template(
        "funds/contribution.html",
        call=call_views.call_row(call),
        form=form,
        currency=fund.currency,
        funder=queries.funder_name(given.funder_id),
        own=views.reconciliation(given),
        stands=given.state is not ContributionState.WITHDRAWN,
        may_run=policy.may_run_call(signed_in(), call),
    )


def _today() -> date:
    return clock.now().date()


@bp.route("/<id:contribution_id>/state", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_run_call)
def move(call_id: str, contribution_id: str) -> ResponseReturnValue:
    call, fund, given = _contribution(call_id, contribution_id)
    enforce(policy.may_run_call(signed_in(), call))
    form = StateForm()
    if not form.is_submitted():
        form.on.data = _today()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            then, reason = ContributionState(form.state.data), form.reason.data or ""
            service.move_contribution(signed_in(), given, then, form.since(), reason)
            flash(_("Noted."), "good")
            return _back(call, given)
    return render_template(
        "funds/move.html",
        call=call_views.call_row(call),
        form=form,
        funder=queries.funder_name(given.funder_id),
        contribution_id=given.id,
        fund=fund.name,
    )


@bp.route("/<id:contribution_id>/<id:commitment_id>/pay", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_run_call)
def pay(call_id: str, contribution_id: str, commitment_id: str) -> ResponseReturnValue:
    call, fund, given = _contribution(call_id, contribution_id)
    enforce(policy.may_run_call(signed_in(), call))
    commitment = require(queries.commitment_of(given.id, commitment_id))
    form = PaymentForm()
    form.currency = fund.currency
    if not form.is_submitted():
        form.on.data = _today()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.pay(
                signed_in(),
                commitment,
                form.amount_minor,
                form.on.data,
                currency=fund.currency,
                reference=form.reference.data or "",
            )
            flash(_("Noted."), "good")
            return _back(call, given)
    return render_template(
        "funds/pay.html",
        call=call_views.call_row(call),
        form=form,
        currency=fund.currency,
        award=commitment.award,
        left_minor=commitment.amount_minor - commitment.paid_minor,
        funder=queries.funder_name(given.funder_id),
        contribution_id=given.id,
    )
