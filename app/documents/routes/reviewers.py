"""The reviewers' certificates."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.documents import collecting, policy, rendering, views

bp = Blueprint("certificates", __name__, url_prefix="/certificates")


@bp.get("/")
@access(Lens.REVIEWER, policy.may_have_certificates)
def list_own() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_have_certificates(actor))
    counted = collecting.reviews_by_year(actor.id)
    return render_template(
        "reports/certificates.html",
        rows=[
            {"year": year, "reviews": n, "url": url_for("certificates.certificate", year=year)}
            for year, n in counted.items()
        ],
    )


@bp.get("/<int:year>.pdf")
@access(Lens.REVIEWER, policy.may_have_certificates)
def certificate(year: int) -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_have_certificates(actor))
    reviews = require(collecting.reviews_by_year(actor.id).get(year))
    facts = collecting.certificate(actor, year, reviews)
    return views.pdf_response(rendering.certified(facts), f"reviewing-{year}.pdf")
