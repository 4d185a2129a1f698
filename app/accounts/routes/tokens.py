"""Tokens for one's own programs: which there are, a new one, away with one."""

from zoneinfo import ZoneInfo

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries, service
from app.accounts.forms import RevokeTokenForm, TokenForm
from app.accounts.models import Role
from app.accounts.policy import may_hold_tokens
from app.accounts.routes.profile import is_own_password
from app.accounts.routes.room import bp
from app.accounts.session import signed_in
from app.core import clock
from app.core.access import access
from app.core.api.scopes import WORDS, TokenScope
from app.core.db import door
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Door, Lens
from app.core.settings import settings
from app.core.words import _

# What somebody without the role could not do with a token either is not offered.
NEEDS = {
    TokenScope.REVIEWS_READ: (Role.REVIEWER,),
    TokenScope.REVIEWS_WRITE: (Role.REVIEWER,),
    TokenScope.REVIEWS_SUBMIT: (Role.REVIEWER,),
    TokenScope.DESK_READ: (Role.OFFICER, Role.APPROVER),
    TokenScope.FUNDING_READ: (Role.FUNDER,),
    TokenScope.LEDGER_READ: (Role.AUDITOR,),
}


@bp.get("/profile/tokens")
@access(Lens.PUBLIC, may_hold_tokens)
def list_tokens() -> ResponseReturnValue:
    actor = signed_in()
    enforce(may_hold_tokens(actor))
    with door(Door.SIGN_IN):
        found = queries.tokens_of(actor.id)
    zone = ZoneInfo(actor.zone)
    rows = [
        {
            "name": one.name,
            "scopes": [(scope, str(WORDS[TokenScope(scope)])) for scope in one.scopes],
            "made_at": one.made_at.astimezone(zone),
            "expires_at": one.expires_at.astimezone(zone),
            "used_at": one.used_at and one.used_at.astimezone(zone),
            "over": one.expires_at <= clock.now(),
            "revoke_url": url_for("accounts.revoke_token", token_id=one.id),
        }
        for one in found
    ]
    return render_template("accounts/tokens.html", tokens=rows, form=RevokeTokenForm())


def check_own_password() -> None:
    """Check the present password before the transaction begins."""
    form = _form()
    g.right = form.validate() and is_own_password(form.password.data or "")


@bp.route("/profile/tokens/new", methods=["GET", "POST"])
@access(Lens.PUBLIC, may_hold_tokens, prepare=check_own_password)
def make_token() -> ResponseReturnValue:
    """Make a token; the answer to the form is the only page that ever shows it."""
    actor, form = signed_in(), _form()
    enforce(may_hold_tokens(actor))
    if form.validate_on_submit():
        with refusals_shown_on(form):
            if g.right:
                token = service.make_token(actor, form.to_draft())
                return render_template(
                    "accounts/token_made.html",
                    token=token,
                    base_url=settings().base_url.rstrip("/"),
                    lasts=form.days_in_words(),
                )
            form.refuse(_("The present password is not right."))
    return render_template("accounts/make_token.html", form=form)


@bp.post("/profile/tokens/<id:token_id>/revoke")
@access(Lens.PUBLIC, may_hold_tokens)
def revoke_token(token_id: str) -> ResponseReturnValue:
    service.revoke_token(signed_in(), token_id)
    return redirect(url_for("accounts.list_tokens"), 303)


def _form() -> TokenForm:
    actor, form = signed_in(), TokenForm()
    held = [
        scope
        for scope in TokenScope
        if scope not in NEEDS or any(actor.holds_anywhere(role) for role in NEEDS[scope])
    ]
    form.offer([(scope.value, f"{WORDS[scope]} ({scope.value})") for scope in held])
    return form
