"""The decision desk: ranking, allocation, signatures, release. No name is read here."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.allocation import advice, closer, policy, queries, rules, service, views
from app.allocation.computing import Data
from app.allocation.forms import ActForm, ApproveForm, ProposeForm, SendBackForm
from app.allocation.models import Allocation, AllocationState, Ranking
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.calls.sealing import can_name_applicants
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.jobs import answer
from app.core.kept_pages import Drawn
from app.core.lens import Lens
from app.core.money import MoneyError
from app.core.verdict import Verdict, refused
from app.core.web import require
from app.core.words import _
from app.ledger import unchanged
from app.panels import queries as panels
from app.proposals import queries as proposals
from app.reviews.events import QUIET
from scoring.errors import InputError

bp = Blueprint("allocation", __name__, url_prefix="/desk/calls/<id:call_id>")


def _call(call_id: str) -> Call:
    call = require(calls.get_call_with_criteria(call_id))
    enforce(policy.may_see_ranking(signed_in(), call))
    return call


def _allocation(call: Call) -> Allocation:
    return require(queries.latest_allocation(call.id))


def _to_desk(call: Call) -> ResponseReturnValue:
    return redirect(url_for("allocation.desk", call_id=call.id), 303)


@bp.route("/ranking", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_see_ranking)
def ranking(call_id: str) -> ResponseReturnValue:
    unchanged.from_here()
    call, actor = _call(call_id), signed_in()
    form = ActForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.make_ranking(actor, call)
            service.look_closer(actor, call)
            flash(_("The ranking is made and its hash stands in the ledger."), "good")
            return _to_desk(call)
    phase = calls.phase(call)
    may_rank = policy.may_propose(actor, call) and rules.can_rank(phase)
    return unchanged.page(
        actor,
        lambda: _ranking_page(call, may_rank, form),
        seen=(phase, str(may_rank.reason)),
        besides=QUIET,
    )


def _ranking_page(call: Call, may_rank: Verdict, sent: ActForm) -> Drawn:
    """Draw the page with a form of its own, which carries its token, or with one refused."""
    phase = calls.phase(call)
    made = queries.latest_ranking(call.id) if rules.may_be_ranked(phase) else None
    result, titles, trouble = _shown_ranking(call, made)
    page = render_template(
        "allocation/ranking.html",
        form=sent if sent.is_submitted() else ActForm(),
        call=call_views.call_row(call),
        made=made,
        trouble=trouble,
        may_rank=may_rank,
        stands=not made or not rules.can_rank(phase) or service.nobody_left(call, result),
        **views.ranking(call, result, titles),
    )
    return Drawn(page)


def _shown_ranking(call: Call, made: Ranking | None) -> tuple[Data, Mapping[str, str], str]:
    """Return the ranking that was made or would stand now, with titles, or why there is none."""
    if made is not None:
        return made.result, proposals.titles_by_number(call.id, *queries.RANKED), ""
    try:
        return *service.standing(call), ""
    except (InputError, ValueError) as error:
        titles = proposals.titles_by_number(call.id, *queries.RANKED)
        return {"places": []}, titles, str(error)


@bp.route("/allocation", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_see_ranking)
def desk(call_id: str) -> ResponseReturnValue:
    call, actor = _call(call_id), signed_in()
    form = ProposeForm()
    if form.validate_on_submit():
        try:
            with refusals_shown_on(form):
                departures = form.to_departures(call.currency)
                service.propose(actor, call, departures, seen=form.seen.data or "")
                flash(_("Proposed. Somebody else now has to approve it."), "good")
                return _to_desk(call)
        except MoneyError as error:
            form.refuse(str(error))
    return _show_desk(call, form)


def _show_desk(
    call: Call, form: ProposeForm, back_form: SendBackForm | None = None
) -> ResponseReturnValue:
    actor = signed_in()
    made, allocation = queries.latest_ranking(call.id), queries.latest_allocation(call.id)
    waiting = allocation is not None and allocation.state is not AllocationState.RETURNED
    facts = (
        views.allocation(call, allocation)
        if waiting and allocation is not None
        else views.outlook(call, made)
    )
    advised = advice.beside(call, facts["lines"])
    if not form.is_submitted():
        departures = [one.as_departure() for one in advised if one.changes]
        form = ProposeForm.beginning_with(departures, call.currency, seen=facts.get("offer", ""))
    form.seen.data = facts.get("offer", "")  # a form that was refused follows what is shown now
    may_propose = policy.may_propose(actor, call) and rules.can_propose(calls.phase(call))
    beside = closer.ranking(call, made)
    drawn = not beside["draw_needed"]
    signatures = queries.signatures_of(allocation.id) if allocation else []
    signed = queries.signed(signatures)
    approved = rules.approvals(signed, allocation.sha256) if allocation else 0
    return render_template(
        "allocation/desk.html",
        form=form,
        approve_form=ApproveForm(formdata=None, seen=allocation.sha256 if allocation else ""),
        back_form=back_form or SendBackForm(formdata=None),
        call=call_views.call_row(call),
        made=made,
        allocation=allocation,
        waiting=waiting,
        signatures=views.signatures(call, signatures),
        approved=approved,
        needed=call.approvals_needed,
        may_propose=may_propose,
        may_offer=may_propose
        if waiting or form.is_submitted()  # what was typed stays, whatever refused it
        else may_propose and _can_offer(call, str(facts.get("trouble", "")), drawn=drawn),
        may_look=policy.may_propose(actor, call) and rules.can_look_closer(calls.phase(call)),
        may_approve=policy.may_approve(actor, call)
        and rules.can_approve(
            allocation.state,
            signed,
            actor.id,
            sha256=allocation.sha256,
            seen_sha256=allocation.sha256,
        )
        if allocation
        else None,
        may_send_back=policy.may_approve(actor, call) and rules.can_send_back(allocation.state)
        if allocation
        else None,
        advised=views.advised(call, advised),
        departures=views.departures(allocation if waiting else None),
        release_proposed=bool(allocation and rules.release_proposers(signed, allocation.sha256)),
        preparing=views.prepared(allocation) if allocation else None,
        may_release=_may_release(call, allocation, signed, approved) if allocation else None,
        **{**facts, **views.page_of(facts["lines"], request.args.get("page", ""))},
        **beside,
    )


def _can_offer(call: Call, trouble: str, *, drawn: bool) -> Verdict:
    """Whether a proposal of what the page shows would be taken, as far as it can be told before."""
    if trouble:
        return refused("")  # which stands at the top of the page
    minutes = rules.can_go_without_minutes(owing=panels.owing_minutes(call.id))
    return minutes and rules.can_go_without_draw(needed=not drawn)


def _may_release(
    call: Call, allocation: Allocation, signed: list[rules.Signed], approved: int
) -> Verdict:
    """Whether the person may do the next of the two steps of a release."""
    actor = signed_in()
    ready = policy.may_take_part(actor, call) and rules.can_release(
        allocation.state, approved, call.approvals_needed
    )
    if ready and rules.release_proposers(signed, allocation.sha256):
        confirmed = rules.can_confirm(signed, actor.id, allocation.sha256)
        return confirmed and can_name_applicants(call) and service.can_release_prepared(allocation)
    return ready


@bp.post("/allocation/departures/<word:number>/approve")
@access(Lens.STAFF, policy.may_approve)
def approve_departure(call_id: str, number: str) -> ResponseReturnValue:
    call = _call(call_id)
    form = ApproveForm()
    if form.validate_on_submit():
        service.approve_departure(
            signed_in(), call, _allocation(call), number, seen_sha256=form.seen.data or ""
        )
        flash(_("Agreed to the departure for %(number)s.", number=number), "good")
    return _to_desk(call)


@bp.post("/allocation/propose-release")
@access(Lens.STAFF, policy.may_take_part)
def propose_release(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    service.propose_release(signed_in(), call, _allocation(call))
    flash(_("The release is proposed. Another person confirms it; nobody is told yet."), "good")
    return _to_desk(call)


@bp.post("/allocation/preparation")
@access(Lens.STAFF, policy.may_take_part)
def prepare(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    service.prepare_release(signed_in(), call, _allocation(call))
    return _to_desk(call)


@bp.get("/allocation/preparation")
@access(Lens.STAFF, policy.may_see_ranking)
def preparation(call_id: str) -> Response:
    """Say how far the preparation of the release is, for the script of a page that waits."""
    allocation = _allocation(_call(call_id))
    done = service.standing_of(allocation) != "going"
    return answer(views.prepared(allocation)["percent"], done=done)


@bp.post("/allocation/approve")
@access(Lens.STAFF, policy.may_approve)
def approve(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    form = ApproveForm()
    if form.validate_on_submit():
        service.approve(signed_in(), call, _allocation(call), seen_sha256=form.seen.data or "")
        flash(_("Signed."), "good")
    return _to_desk(call)


@bp.post("/allocation/send-back")
@access(Lens.STAFF, policy.may_approve)
def send_back(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    form = SendBackForm()
    if form.validate_on_submit():
        service.send_back(signed_in(), call, _allocation(call), form.reason.data)
        flash(_("Sent back with your reason."), "good")
        return _to_desk(call)
    return _show_desk(call, ProposeForm(formdata=None), form)


@bp.post("/allocation/release")
@access(Lens.STAFF, policy.may_take_part)
def release(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    service.release(signed_in(), call, _allocation(call))
    flash(_("Released. Applicants are told, and the reports are being made."), "good")
    return _to_desk(call)
