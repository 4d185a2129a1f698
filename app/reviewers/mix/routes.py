"""The reviewer's page about the mix of reviewers. It shows nothing of what was said before."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.words import _
from app.reviewers.mix import policy, service
from app.reviewers.mix.forms import MixForm
from app.reviewers.mix.rules import FEWEST_TOLD

bp = Blueprint("mix", __name__)


@bp.route("/mix", methods=["GET", "POST"])
@access(Lens.REVIEWER, policy.may_tell)
def tell() -> ResponseReturnValue:
    actor, form = signed_in(), MixForm()
    enforce(policy.may_tell(actor))
    if form.validate_on_submit():
        service.tell(actor, form.told())
        flash(_("Kept. Thank you."), "good")
        return redirect(url_for("mix.tell"), 303)
    return render_template("mix/tell.html", form=form, fewest=FEWEST_TOLD)
