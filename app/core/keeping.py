"""A form that came too late to be taken: its words are shown again, to be sent once more.

A sign-in that ended or a token that grew old must not cost what was typed. The words are only
put back where the browser itself says that the form came from one of our own pages
(Sec-Fetch-Site), so that no other site can have somebody send what they did not write.
"""

from urllib.parse import quote

from flask import Response, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.core.api import problems
from app.core.words import _

READING = frozenset({"GET", "HEAD", "OPTIONS"})
NEVER_KEPT = ("csrf_token", "password", "otp", "current")


def to_sign_in() -> ResponseReturnValue:
    """Lead to signing in and back; a form that was on its way is shown with its words instead."""
    if _came_from_us():
        return _kept(_("You were signed out before this arrived."), signed_out=True)
    here = request.full_path.rstrip("?") if request.method in READING else "/"
    where = current_app.config["SIGN_IN_PATH"]
    return redirect(f"{where}?next={quote(here, safe='/')}", 303)


def show_old_form(_error: CSRFError) -> ResponseReturnValue:
    """Answer a form whose token is old, or that another site sent."""
    if _came_from_us() and _words():
        return _kept(_("This page was open for too long, or you signed in anew since."))
    reason = _("The form was open for too long or came from elsewhere. Go back and send it again.")
    return render_template("errors/refused.html", reason=reason), 400


def show_no_room() -> ResponseReturnValue:
    """Answer what could not be stored because a disk of ours is full."""
    if problems.programs_asked():
        return problems.plain(503, problems.SENTENCES[507], {"Retry-After": "600"})
    reason = _(
        "There is no room left on our side, so this was not stored, not even in part. The people "
        "who run this service have to make room."
    )
    return show_later(reason, 600)


def show_later(reason: str, seconds: int) -> Response:
    """Answer what cannot be taken now, but could be `seconds` later; the words are kept."""
    if _came_from_us() and _words():
        answer = _kept(reason, submit_url=submit_url())
        answer.status_code = 503
    else:
        answer = make_response(render_template("errors/refused.html", reason=reason), 503)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def submit_url() -> str:
    """Return where the proposal that was asked for is submitted, told from the address alone."""
    named = (request.view_args or {}).get("proposal_id")
    path: str = current_app.config["SUBMIT_PATH"]
    ours = named is not None and request.path.startswith(path.partition("{")[0])
    return path.format(proposal_id=named) if ours else ""


def typed_texts() -> list[str]:
    """Return what was typed into a form that is refused or finds nothing, to be copied.

    It depends on nothing but what was sent: what is not yours still answers like what is not there.
    """
    if not _came_from_us():
        return []
    return [value for _name, value in _words() if len(value.split()) > 1]


def _came_from_us() -> bool:
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return ours and request.method not in READING and request.accept_mimetypes.accept_html


def _words() -> list[tuple[str, str]]:
    """Return what was typed; nothing where the form is too large to be read, or came in part:
    many pages of errors ask, and none may fail over it."""
    try:
        sent = request.form
    except HTTPException:
        return []
    return [
        (name, value)
        for name, value in sent.items(multi=True)
        if not any(part in name for part in NEVER_KEPT)
    ]


def _kept(reason: str, *, signed_out: bool = False, submit_url: str = "") -> Response:
    page = render_template(
        "errors/kept.html",
        reason=reason,
        signed_out=signed_out,
        submit_url=submit_url,
        sign_in_url=current_app.config["SIGN_IN_PATH"],
        action=request.full_path.rstrip("?"),
        words=_words(),
        files=[file.filename for file in request.files.values() if file.filename],
    )
    return make_response(page, 401 if signed_out else 400)
