"""The pages for everybody: the first page, what was funded, and its report."""

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import visitor
from app.calls import queries as calls
from app.calls.models import Call
from app.core.access import anyone
from app.core.web import require
from app.documents.views import stored_pdf
from app.transparency import views

bp = Blueprint("transparency", __name__)


def released(code: str) -> Call:
    """Return a released call, or stop as if it were not there."""
    call = calls.call_with_code(code)
    require(call if call and call.released_at is not None and call.results else None)
    assert call is not None
    return call


@bp.get("/")
@anyone()
def landing() -> ResponseReturnValue:
    return render_template(
        "public/landing.html",
        calls=views.open_calls(),
        results_url=url_for("transparency.results"),
        sign_in_url="" if visitor() else current_app.config["SIGN_IN_PATH"],
        verify_url=url_for("verifying.verify"),
    )


@bp.get("/results")
@anyone()
def results() -> ResponseReturnValue:
    return render_template("public/results.html", calls=views.released_calls())


@bp.get("/results/<word:code>")
@anyone()
def call_results(code: str) -> ResponseReturnValue:
    return render_template("public/call_results.html", **views.results(released(code)))


@bp.get("/results/<word:code>/allocation-report.pdf")
@anyone()
def allocation_report(code: str) -> ResponseReturnValue:
    call = released(code)
    report = require(call.results.get("report"))
    return stored_pdf(report["file_key"], f"{call.code}-allocation-report.pdf")
