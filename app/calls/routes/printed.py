"""What can be had of a call without an account: the quiz, the form on paper, calendar and feed."""

from flask import Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import visitor
from app.calls import calendar_file, eligibility, feed, form_views, policy, queries, quiz, views
from app.calls.models import Call
from app.calls.routes.public import bp
from app.core import clock
from app.core.access import anyone
from app.core.gate import enforce
from app.core.web import require


def _public(code: str) -> Call:
    call = require(queries.call_with_code(code))
    enforce(policy.may_see_call(visitor(), call))
    return call


@bp.route("/calls/<word:code>/eligibility", methods=["GET", "POST"])
@anyone()
def check_eligibility(code: str) -> ResponseReturnValue:
    """Answer whether an application would meet the rules; what is typed is kept nowhere."""
    call = _public(code)
    require(call.eligibility or None)
    form = quiz.form_for(call)
    findings = None
    if form.validate_on_submit():
        findings = eligibility.judged(call.eligibility, form.to_applying(call), call.currency)
    return render_template(
        "calls/quiz.html", call=views.call_row(call), form=form, findings=findings
    )


@bp.get("/calls/<word:code>/form")
@anyone()
def print_form(code: str) -> ResponseReturnValue:
    """Show the whole form with room to write, for reading and for paper."""
    call = _public(code)
    return render_template(
        "calls/blank_form.html",
        call=views.public_page(call),
        form_sections=form_views.public_sections(call),
    )


@bp.get("/calls/<word:code>/calendar.ics")
@anyone()
def calendar(code: str) -> ResponseReturnValue:
    call = _public(code)
    address = url_for("calls.show_call", code=call.code, _external=True)
    text = calendar_file.of_call(call, address, current_app.config["ORGANISATION"])
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{call.code}.ics"'
    return answer


@bp.get("/calls/feed.atom")
@anyone()
def atom() -> ResponseReturnValue:
    """List the open and announced calls for feed readers."""
    entries = [
        feed.Entry(
            id=call.id,
            title=call.title,
            summary=call.summary,
            url=url_for("calls.show_call", code=call.code, _external=True),
            opens_at=call.opens_at,
            closes_at=call.closes_at,
            changed_at=feed.changed_at(call, queries.amendments_of(call.id), clock.now()),
        )
        for call in queries.coming_calls()
    ]
    text = feed.atom(
        entries,
        title=current_app.config["ORGANISATION"],
        own_url=url_for("calls.atom", _external=True),
        page_url=url_for("calls.list_calls", _external=True),
    )
    return Response(text, mimetype="application/atom+xml")
