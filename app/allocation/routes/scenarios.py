"""A closer look at a ranking, and other rules tried beside the call's own. Decides nothing."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.allocation import closer, policy, queries, rules, service
from app.allocation.forms.scenario import ScenarioForm
from app.allocation.models import Scenario, ScenarioState
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.jobs import answer, progress_of
from app.core.lens import Lens
from app.core.verdict import Verdict
from app.core.web import require
from app.core.words import _

bp = Blueprint("scenarios", __name__, url_prefix="/desk/calls/<id:call_id>/scenarios")


def _call(call_id: str) -> Call:
    call = require(calls.get_call(call_id))
    enforce(policy.may_see_ranking(signed_in(), call))
    return call


def _scenario(call: Call, scenario_id: str) -> Scenario:
    found = require(queries.get_scenario(scenario_id))
    return require(found if found.call_id == call.id else None)


def _may_try(call: Call) -> Verdict:
    return policy.may_propose(signed_in(), call) and rules.can_look_closer(calls.phase(call))


@bp.get("")
@access(Lens.STAFF, policy.may_see_ranking)
def compare(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    made = queries.latest_ranking(call.id)
    found = queries.scenarios_of(made.id) if made else []
    return render_template(
        "allocation/scenarios.html",
        call=call_views.call_row(call),
        made=made,
        scenarios=closer.scenarios(call, found),
        may_propose=_may_try(call),
    )


@bp.post("/look-closer")
@access(Lens.STAFF, policy.may_propose)
def look_closer(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    service.look_closer(signed_in(), call)
    flash(_("Being computed. Look again in a moment."), "good")
    return redirect(url_for("allocation.desk", call_id=call.id), 303)


@bp.route("/new", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_propose)
def add(call_id: str) -> ResponseReturnValue:
    call, actor = _call(call_id), signed_in()
    enforce(_may_try(call))
    form = ScenarioForm.of(call)
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.try_scenario(actor, call, form.name.data, form.to_terms())
            flash(_("Being computed. Nothing of the decision changes."), "good")
            return redirect(url_for("scenarios.compare", call_id=call.id), 303)
    return render_template(
        "allocation/try_scenario.html", form=form, call=call_views.call_row(call)
    )


@bp.get("/<id:scenario_id>")
@access(Lens.STAFF, policy.may_see_ranking)
def show(call_id: str, scenario_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    scenario = _scenario(call, scenario_id)
    official = queries.scenario_numbered(scenario.ranking_id, 0)
    return render_template(
        "allocation/scenario.html",
        call=call_views.call_row(call),
        one=closer.card(call, scenario, closer.official_in([official] if official else [])),
        currency=call.currency,
        may_propose=_may_try(call),
    )


@bp.get("/<id:scenario_id>/progress")
@access(Lens.STAFF, policy.may_see_ranking)
def progress(call_id: str, scenario_id: str) -> Response:
    """Say how far the computation is, for the script of a page that waits for it."""
    scenario = _scenario(_call(call_id), scenario_id)
    done = scenario.state is not ScenarioState.QUEUED
    return answer(progress_of([scenario.job_id]).get(scenario.job_id, 0), done=done)


@bp.post("/<id:scenario_id>/stop")
@access(Lens.STAFF, policy.may_propose)
def stop(call_id: str, scenario_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    scenario = _scenario(call, scenario_id)
    service.stop_computing(signed_in(), call, scenario)
    flash(_("Stopped. Nothing of it is kept; you can ask for it again."), "good")
    return _to_waiting(call, scenario)


@bp.post("/<id:scenario_id>/again")
@access(Lens.STAFF, policy.may_propose)
def again(call_id: str, scenario_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    scenario = _scenario(call, scenario_id)
    service.compute_again(signed_in(), call, scenario)
    return _to_waiting(call, scenario)


def _to_waiting(call: Call, scenario: Scenario) -> ResponseReturnValue:
    """Go back to where one waits for it: the call's own rule stands on the desk."""
    page = "allocation.desk" if scenario.number == service.OWN else "scenarios.compare"
    return redirect(url_for(page, call_id=call.id), 303)


@bp.post("/<id:scenario_id>/remove")
@access(Lens.STAFF, policy.may_propose)
def remove(call_id: str, scenario_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    service.remove_scenario(signed_in(), call, _scenario(call, scenario_id))
    return redirect(url_for("scenarios.compare", call_id=call.id), 303)
