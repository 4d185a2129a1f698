"""Who changed what and when, and two states of a proposal side by side."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.asking import form_of
from app.calls.kinds import kind_of
from app.calls.models import Call, QuestionKind
from app.core.access import access
from app.core.countries import country_name
from app.core.gate import enforce
from app.core.ids import is_id
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.proposals import comparing, policy, queries, service, views
from app.proposals.models import Proposal
from app.proposals.routes.room import bp, own

NOW = "now"
Content = Mapping[str, str]


@bp.get("/proposals/<id:proposal_id>/history")
@access(Lens.APPLICANT, policy.may_see_own)
def history(proposal_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    enforce(policy.may_see_own(signed_in(), proposal))
    labels = _labels(call)
    saves = queries.saves_of(proposal_id)
    rows = []
    for place, save in enumerate(saves):
        before = saves[place + 1].content if place + 1 < len(saves) else {}
        fields = comparing.changed(before, save.content)
        rows.append(
            {
                "key": save.id,
                "at": call_views.local(call, save.saved_at),
                "author": save.author,
                "changed": ", ".join(labels[field] for field in fields if field in labels),
            }
        )
    versions = [
        {
            "key": f"v{receipt.version_id}",
            "at": call_views.local(call, receipt.submitted_at),
            "id": receipt.id,
        }
        for receipt in queries.receipts_of(proposal_id)
    ]
    return render_template(
        "proposals/history.html", proposal=proposal, saves=rows, versions=versions, now=NOW
    )


@bp.get("/proposals/<id:proposal_id>/compare")
@access(Lens.APPLICANT, policy.may_see_own)
def compare(proposal_id: str) -> ResponseReturnValue:
    """Show what differs between two states; each is a save, a submitted version, or now."""
    proposal, call = own(proposal_id)
    enforce(policy.may_see_own(signed_in(), proposal))
    first, second = (request.args.get(name, NOW) for name in ("a", "b"))
    before, after = _content(proposal, call, first), _content(proposal, call, second)
    labels, words = _labels(call), _in_words(call)
    before["content"], after["content"] = words(before["content"]), words(after["content"])
    found = comparing.differences(before["content"], after["content"], list(labels))
    return render_template(
        "proposals/compare.html",
        proposal=proposal,
        first=before,
        second=after,
        differences=[{"label": labels[d.field], "pieces": d.pieces} for d in found],
    )


def _content(proposal: Proposal, call: Call, key: str) -> dict[str, Any]:
    """Return one state of a proposal: what it is called, and its texts by field."""
    if key == NOW:
        draft = require(queries.get_draft(proposal.id))
        return {"name": _("The draft as it is now"), "content": service.content_of(draft)}
    if key.startswith("v") and is_id(key[1:]):
        return _submitted(proposal, key[1:])
    save = require(queries.get_save(proposal.id, key) if is_id(key) else None)
    at = f"{call_views.local(call, save.saved_at):%Y-%m-%d %H:%M:%S}"
    name = _("Saved %(at)s by %(author)s", at=at, author=save.author)
    return {"name": name, "content": save.content}


def _submitted(proposal: Proposal, version_id: str) -> dict[str, Any]:
    version = queries.get_version(version_id)
    version = require(version if version and version.proposal_id == proposal.id else None)
    identity = require(queries.get_identity(version_id))
    answers = {**version.answers, **identity.answers, **queries.staff_answers(version_id)}
    return {
        "name": _("Version %(n)s as submitted", n=version.number),
        "content": {
            "title": version.title,
            "months": str(version.months),
            "currency": identity.currency,
            "requested": views.amount_text(identity.requested_minor, identity.currency),
            "organisation": identity.organisation,
            "country": identity.country,
            **{f"q_{key}": text for key, text in answers.items()},
        },
    }


def _in_words(call: Call) -> Callable[[Content], dict[str, str]]:
    """Return what puts the texts of a state as people read them: tables, codes and all."""
    asked = {question.name: question for question in form_of(call)}

    def words(content: Content) -> dict[str, str]:
        told = {
            field: kind_of(asked[field].kind).shown(asked[field], text).as_text()
            if field in asked
            else text
            for field, text in content.items()
        }
        return {**told, "country": country_name(told.get("country", ""))}

    return words


def _labels(call: Call) -> dict[str, str]:
    files = {QuestionKind.FILE}
    return {
        **views.fixed_labels(),
        **{f"q_{q.key}": q.label for q in calls.questions_of(call.id) if q.kind not in files},
    }
