"""The first page of each role. Each reads through the lens of its role, and owns nothing."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.dashboards import cards, policy
from app.dashboards.waiting import applicant as applicants
from app.dashboards.waiting import approver as approvers
from app.dashboards.waiting import officer as officers
from app.dashboards.waiting import reviewer as reviewers

bp = Blueprint("home", __name__, url_prefix="/home")


@bp.get("")
@access(Lens.PUBLIC, policy.may_come_home)
def show() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_come_home(actor))
    ways = cards.of(actor)
    if len(ways) == 1:
        return redirect(ways[0]["url"], 303)
    return render_template("home/cards.html", name=actor.name, cards=ways)


@bp.get("/applicant")
@access(Lens.APPLICANT, policy.may_come_home)
def applicant() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_come_home(actor))
    return render_template("home/applicant.html", **applicants.waiting(actor.id))


@bp.get("/reviewer")
@access(Lens.REVIEWER, policy.may_see_reviewers_home)
def reviewer() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_see_reviewers_home(actor))
    return render_template("home/reviewer.html", **reviewers.waiting(actor.id))


@bp.get("/officer")
@access(Lens.STAFF, policy.may_see_officers_home)
def officer() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_see_officers_home(actor))
    return render_template("home/officer.html", calls=officers.waiting(actor))


@bp.get("/approver")
@access(Lens.STAFF, policy.may_see_approvers_home)
def approver() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_see_approvers_home(actor))
    return render_template("home/approver.html", **approvers.waiting(actor))
