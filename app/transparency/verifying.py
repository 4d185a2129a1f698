"""Whether a receipt or report is what it says: for anybody who holds one."""

from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from app.core import clock, limits
from app.core.access import access
from app.core.lens import Lens
from app.core.words import _
from app.documents import checking, keys, reading
from app.documents.checking import Check, Proved
from app.documents.reading import Evidence, Signed, Unreadable
from app.ledger.service import own_verifier_key
from app.transparency.forms import VerifyForm

bp = Blueprint("verifying", __name__)
TRIES = limits.rate("30 per 10 minutes")


def _read() -> None:
    """Read and check what was sent before the transaction begins: it may take seconds."""
    g.evidence, g.checks, g.trouble = None, [], ""
    if not limits.count(TRIES, "verify", limits.network()):
        g.trouble = _("Too many tries. Wait a few minutes and try again.")
        return
    try:
        evidence = _handed_in()
    except Unreadable as error:
        g.trouble = str(error)
        return
    g.evidence = evidence
    if isinstance(evidence, Signed):
        g.checks = checking.certificate(evidence)
    else:
        g.checks = checking.alone(evidence)


def _handed_in() -> Evidence | Signed:
    file = request.files.get("file")
    if file is not None and file.filename:
        content = file.stream.read(reading.LARGEST_PDF + 1)
        return reading.read_pdf(content, keys.report_key(clock.now()).certificate)
    text = request.form.get("text", "")
    if not text.strip():
        raise Unreadable(_("Choose a PDF file, or paste the text of a receipt."))
    return reading.from_text(text)


@bp.route("/verify", methods=["GET", "POST"])
@access(Lens.PUBLIC, None, prepare=_read)
def verify() -> ResponseReturnValue:
    form = VerifyForm()
    values: dict[str, Any] = {
        "checks": [],
        "event": None,
        "holds": False,
        "certified": None,
    }
    if form.validate_on_submit():
        if g.trouble:
            form.refuse(g.trouble)
        else:
            values = _answer(g.evidence, list(g.checks))
    return render_template("public/verify.html", form=form, key=own_verifier_key(), **values)


def _answer(evidence: Evidence | Signed, checks: list[Check]) -> dict[str, Any]:
    if isinstance(evidence, Signed):
        holds = not any(check.bad for check in checks)
        return {
            "checks": _check_values(checks),
            "holds": holds,
            "event": None,
            "certified": _certified(evidence.data) if holds else None,
        }
    if not any(check.bad for check in checks):
        checks.append(checking.against_ledger(evidence))
    holds = not any(check.bad for check in checks)
    event = checking.event_of(evidence.proof) if holds else None
    return {
        "checks": _check_values(checks),
        "holds": holds,
        "event": event and _event_values(event, evidence),
        "certified": None,
    }


def _check_values(checks: list[Check]) -> list[dict[str, str]]:
    return [{"name": c.name, "state": c.state, "words": c.words} for c in checks]


def _certified(data: dict[str, Any]) -> list[dict[str, str]]:
    """Return what a certificate says, as its signature vouches for it."""
    told = {
        _("Person"): "person",
        _("Year"): "year",
        _("Reviews"): "reviews",
        _("For"): "funder",
    }
    return [{"label": label, "value": str(data.get(key, ""))} for label, key in told.items()]


def _event_values(event: Proved, evidence: Evidence) -> dict[str, Any]:
    told = {
        "proposals.version_submitted": _("A proposal was submitted."),
        "documents.report_frozen": _("The results were released, and this report was settled."),
        "allocation.results_released": _("The results of a call were released."),
    }
    facts = [(name.replace("_", " "), str(value)) for name, value in event.facts.items()]
    data = evidence.data
    if evidence.name:
        call = data.get("call") or {}
        facts += [
            (_("Call"), f"{call.get('number', '')} {call.get('title', '')}"),
            (_("Document"), str((data.get("issue") or {}).get("reference", ""))),
        ]
    if evidence.name == "minutes.json":
        told["documents.report_frozen"] = _("A panel’s minutes were approved and settled.")
    return {
        "words": told.get(event.action, event.action),
        "seq": event.seq,
        "size": event.size,
        "at": event.at,
        "facts": facts,
    }
