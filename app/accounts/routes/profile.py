"""One's own page: name, organisation, time zone, password and second factor."""

import pyotp
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts import passwords, queries, service, session, tries
from app.accounts.forms import (
    ChangePasswordForm,
    ProfileForm,
    RemoveSecondFactorForm,
    SecondFactorForm,
)
from app.accounts.policy import may_see_own_profile
from app.accounts.routes.room import bp
from app.accounts.session import signed_in
from app.core.access import access
from app.core.db import door
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Door, Lens
from app.core.limits import count
from app.core.settings import settings
from app.core.words import _


@bp.route("/profile", methods=["GET", "POST"])
@access(Lens.PUBLIC, may_see_own_profile)
def profile() -> ResponseReturnValue:
    actor = signed_in()
    enforce(may_see_own_profile(actor))
    with door(Door.SIGN_IN):
        own = queries.own(actor.id)
    form = ProfileForm(obj=own)
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.change_profile(actor, form.to_draft())
            flash(_("Your profile is saved."))
            return redirect(url_for("accounts.profile"), 303)
    return render_template("accounts/profile.html", form=form, own=own)


def check_and_hash() -> None:
    """Check the present password and hash the new one before the transaction begins."""
    form = ChangePasswordForm()
    g.right, g.hash = False, ""
    if form.validate():
        g.right = is_own_password(form.current.data or "")
        g.hash = passwords.hashed(form.password.data or "") if g.right else ""


@bp.route("/profile/password", methods=["GET", "POST"])
@access(Lens.PUBLIC, may_see_own_profile, prepare=check_and_hash)
def change_password() -> ResponseReturnValue:
    actor = signed_in()
    enforce(may_see_own_profile(actor))
    form = ChangePasswordForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            if g.right:
                service.change_password(actor, g.hash)
                session.begin(actor.id)
                flash(_("Your password is changed. Every other browser is signed out."))
                return redirect(url_for("accounts.profile"), 303)
            form.refuse(_("The present password is not right."))
    return render_template("accounts/change_password.html", form=form)


@bp.route("/profile/second-factor", methods=["GET", "POST"])
@access(Lens.PUBLIC, may_see_own_profile)
def set_second_factor() -> ResponseReturnValue:
    import segno  # noqa: PLC0415 - only this page draws a square

    actor = signed_in()
    enforce(may_see_own_profile(actor))
    form = SecondFactorForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.set_second_factor(actor, form.secret.data or "", form.otp.data or "")
            flash(_("From now on, signing in asks for a code."))
            return redirect(url_for("accounts.profile"), 303)
    secret = _as_secret(form.secret.data) if request.method == "POST" else pyotp.random_base32()
    form.secret.data = secret
    uri = pyotp.TOTP(secret).provisioning_uri(name=actor.email, issuer_name=settings().organisation)
    drawn = segno.make(uri, error="m").svg_inline(
        scale=5, light="white", title=_("Code for the app")
    )
    picture = Markup(drawn)  # noqa: S704 - drawn by us, holds no words of others
    return render_template("accounts/second_factor.html", form=form, picture=picture, secret=secret)


def check_own_password() -> None:
    """Check the present password before the transaction begins."""
    form = RemoveSecondFactorForm()
    g.right = form.validate() and is_own_password(form.password.data or "")


@bp.route("/profile/second-factor/remove", methods=["GET", "POST"])
@access(Lens.PUBLIC, may_see_own_profile, prepare=check_own_password)
def remove_second_factor() -> ResponseReturnValue:
    actor = signed_in()
    enforce(may_see_own_profile(actor))
    form = RemoveSecondFactorForm()
    if form.validate_on_submit():
        if g.right:
            service.remove_second_factor(actor)
            flash(_("Signing in asks for no code any more."), "wait")
            return redirect(url_for("accounts.profile"), 303)
        form.refuse(_("The present password is not right."))
    return render_template("accounts/remove_second_factor.html", form=form)


def is_own_password(password: str) -> bool:
    actor = signed_in()
    return count(tries.OWN_PASSWORD, "own", actor.id) and service.is_own_password(
        actor.id, password
    )


def _as_secret(sent: str | None) -> str:
    """Return the secret that was shown, or a new one where what came back is none."""
    plain = sent or ""
    fits = len(plain) == 32 and set(plain) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")  # noqa: PLR2004
    return plain if fits else pyotp.random_base32()
