"""The staff's pages of plans: ask for one, look at it, change it by hand, accept it."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import Refused, enforce
from app.core.jobs import answer, progress_about, progress_of
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.core.work import abandon_changes
from app.reviewers import queries as reviewers
from app.reviewers.assigning import exporting, policy, queries, rules, service, views
from app.reviewers.assigning.forms import AskForm, ChangeForm, StandForm
from app.reviewers.assigning.models import AssignmentPlan, PlanState
from app.reviewers.assigning.plans import Standing

bp = Blueprint("plans", __name__, url_prefix="/desk/calls/<id:call_id>/plans")


WITHOUT_SHEET = (PlanState.ASKED, PlanState.FAILED, PlanState.STOPPED)
GOING = (PlanState.ASKED, PlanState.GIVING)


def _call(call_id: str) -> Call:
    call = require(calls.get_call(call_id))
    enforce(policy.may_see_plans(signed_in(), call))
    return call


def _plan(call: Call, plan_id: str) -> AssignmentPlan:
    return require(queries.get_plan(call.id, plan_id))


def _to(page: str, call: Call, **values: str) -> ResponseReturnValue:
    return redirect(url_for(f"plans.{page}", call_id=call.id, **values), 303)  # type: ignore[arg-type]


@bp.route("", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_see_plans)
def overview(call_id: str) -> ResponseReturnValue:
    call, actor = _call(call_id), signed_in()
    form = AskForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            plan = service.ask(actor, call, form.to_wishes(call.reviewers_each))
            return _to("show", call, plan_id=plan.id)
    plans = queries.plans_of(call.id)
    states = [plan.state for plan in plans]
    return render_template(
        "plans/overview.html",
        form=form,
        call=call_views.call_row(call),
        each=call.reviewers_each,
        plans=[views.plan_row(call, plan) for plan in plans],
        may_ask=policy.may_plan(actor, call) and rules.can_ask(states),
    )


@bp.get("/<id:plan_id>")
@access(Lens.STAFF, policy.may_see_plans)
def show(call_id: str, plan_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    plan = _plan(call, plan_id)
    if plan.state in WITHOUT_SHEET or plan.state is PlanState.GIVING:
        return render_template(
            "plans/waiting.html",
            call=call_views.call_row(call),
            plan=views.plan_row(call, plan),
            failed=plan.state is PlanState.FAILED,
            stopped=plan.state is PlanState.STOPPED,
            giving=plan.state is PlanState.GIVING,
            may_plan=policy.may_plan(signed_in(), call),
            percent=_percent(plan),
        )
    return _preview(call, plan, service.standing_of(plan), _page())


def _percent(plan: AssignmentPlan) -> int:
    if plan.state is PlanState.GIVING:
        return progress_about("plan_id", [plan.id], [service.GIVES]).get(plan.id, 0)
    return progress_of([plan.id]).get(plan.id, 0)


def _page() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 6 and int(text) else 1  # noqa: PLR2004


def _preview(
    call: Call, plan: AssignmentPlan, standing: Standing, page: int, form: StandForm | None = None
) -> ResponseReturnValue:
    names = views.names_of(reviewers.pool_of(call.id))
    titles = queries.titles_of(call.id)
    page = min(page, views.pages_of(standing))
    return render_template(
        "plans/show.html",
        form=form or StandForm(formdata=None, revision=str(plan.revision)),
        call=call_views.call_row(call),
        plan=views.plan_row(call, plan),
        tiles=views.tiles(standing),
        unmet=views.unmet(standing.sheet, names, asked_genders=bool(plan.wishes.get("genders"))),
        trouble=views.with_names(plan.trouble, names),
        left_out=views.left_out(standing.sheet, names),
        bars=views.distribution(standing),
        rows=views.rows(call, plan, standing, names=names, titles=titles, page=page),
        unsupported=views.unsupported(standing, names),
        page=page,
        pages=views.pages_of(standing),
        may_plan=policy.may_plan(signed_in(), call) and rules.can_change(plan.state),
        new=len(standing.new_seats()),
    )


@bp.get("/<id:plan_id>/progress")
@access(Lens.STAFF, policy.may_see_plans)
def progress(call_id: str, plan_id: str) -> ResponseReturnValue:
    """Say how far the job is, for the script of the waiting page."""
    plan = _plan(_call(call_id), plan_id)
    return answer(_percent(plan), done=plan.state not in GOING)


@bp.post("/<id:plan_id>/stop")
@access(Lens.STAFF, policy.may_plan)
def stop(call_id: str, plan_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    service.stop(signed_in(), call, _plan(call, plan_id))
    flash(_("Stopped. Nothing was changed; you can ask for another plan."), "good")
    return _to("overview", call)


@bp.post("/<id:plan_id>/stop-accepting")
@access(Lens.STAFF, policy.may_plan)
def stop_accepting(call_id: str, plan_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    service.stop_accepting(signed_in(), call, _plan(call, plan_id))
    flash(_("Stopped. No seat was given; the plan waits for your decision again."), "good")
    return _to("show", call, plan_id=plan_id)


# --- deciding ------------------------------------------------------------------------------------


@bp.post("/<id:plan_id>/accept")
@access(Lens.STAFF, policy.may_plan)
def accept(call_id: str, plan_id: str) -> ResponseReturnValue:
    call, form = _call(call_id), StandForm()
    plan = _plan(call, plan_id)
    try:
        service.accept(signed_in(), call, plan, seen=form.seen)
    except Refused as refusal:
        if refusal.verdict.hidden:
            raise
        return _refused(call, plan_id, str(refusal))
    return _to("show", call, plan_id=plan_id)


def _refused(call: Call, plan_id: str, reason: str) -> ResponseReturnValue:
    """Show the plan as it stands now, with what stopped the decision above it."""
    abandon_changes()
    plan = _plan(call, plan_id)
    if plan.state in WITHOUT_SHEET or plan.state is PlanState.GIVING:
        return render_template("errors/refused.html", reason=reason), 403
    form = StandForm(formdata=None, revision=str(plan.revision))
    form.refuse(reason)
    return _preview(call, plan, service.standing_of(plan), 1, form)


@bp.post("/<id:plan_id>/set-aside")
@access(Lens.STAFF, policy.may_plan)
def set_aside(call_id: str, plan_id: str) -> ResponseReturnValue:
    call, form = _call(call_id), StandForm()
    plan = _plan(call, plan_id)
    service.set_aside(signed_in(), call, plan, seen=form.seen)
    flash(_("Plan %(number)s is set aside.", number=plan.number), "good")
    return _to("overview", call)


@bp.post("/<id:plan_id>/undo")
@access(Lens.STAFF, policy.may_plan)
def undo_edits(call_id: str, plan_id: str) -> ResponseReturnValue:
    call, form = _call(call_id), StandForm()
    service.undo_edits(signed_in(), call, _plan(call, plan_id), seen=form.seen)
    flash(_("The plan is as it was computed."), "good")
    return _to("show", call, plan_id=plan_id)


# --- one proposal --------------------------------------------------------------------------------


@bp.route("/<id:plan_id>/proposals/<id:proposal_id>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_see_plans)
def proposal(call_id: str, plan_id: str, proposal_id: str) -> ResponseReturnValue:
    """Show why each pair, and change it: first what it would cost, then the change itself."""
    call, actor = _call(call_id), signed_in()
    plan = _plan(call, plan_id)
    sheet = require(queries.sheet_of(plan.id))
    standing = Standing(sheet, plan.edits)
    place = require(next((i for i, one in enumerate(sheet.proposals) if one == proposal_id), None))
    people = {row.account_id: row for row in reviewers.pool_of(call.id)}
    sitting, coming = views.sitting(standing, place, people), views.coming(standing, place, people)
    form = ChangeForm.offering(
        [(row["place"], row["name"]) for row in sitting if not row["stays"]],
        [(row["place"], f"{row['name']} ({row['cost']})") for row in coming],
        revision=str(plan.revision),
    )
    cost = ""
    if form.validate_on_submit():
        change = (place, form.out.data, form.into.data)
        if "do" in request.form or not standing.can_make(change):
            with refusals_shown_on(form):
                service.edit(actor, call, plan, change, seen=form.seen)
                flash(_("The plan is changed."), "good")
                return _to("proposal", call, plan_id=plan_id, proposal_id=proposal_id)
        else:
            enforce(policy.may_plan(actor, call))
            cost = views.cost_words(standing.cost(change), sheet.numbers[place])
    return render_template(
        "plans/proposal.html",
        form=form,
        cost=cost,
        call=call_views.call_row(call),
        plan=views.plan_row(call, plan),
        number=sheet.numbers[place],
        title=queries.titles_of(call.id).get(proposal_id, ""),
        score=views.shown(standing.scores[place]),
        sitting=sitting,
        coming=coming,
        may_plan=policy.may_plan(actor, call) and rules.can_change(plan.state),
    )


@bp.get("/<id:plan_id>/export.json")
@access(Lens.STAFF, policy.may_see_plans)
def export(call_id: str, plan_id: str) -> ResponseReturnValue:
    """Hand out the plan with its prices, so that somebody else can check or compute it again."""
    call = _call(call_id)
    plan = _plan(call, plan_id)
    sheet = require(queries.sheet_of(plan.id))
    name = f"{call.code}-plan-{plan.number}.json"
    return Response(
        exporting.document(plan, sheet),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
