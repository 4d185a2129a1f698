"""What everybody reads of calls."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import visitor
from app.calls import form_views, policy, queries, views
from app.core.access import anyone
from app.core.gate import enforce
from app.core.web import require

bp = Blueprint("calls", __name__)


@bp.get("/calls")
@anyone()
def list_calls() -> ResponseReturnValue:
    return render_template(
        "calls/public_list.html", calls=[views.call_row(c) for c in queries.published_calls()]
    )


@bp.get("/calls/<word:code>")
@anyone()
def show_call(code: str) -> ResponseReturnValue:
    call = require(queries.call_with_code(code))
    enforce(policy.may_see_call(visitor(), call))
    return render_template(
        "calls/public_call.html",
        call={**views.public_page(call), **form_views.public_extra(call)},
        form_sections=form_views.public_sections(call),
    )
