"""Registering, proving an address, and setting a password by link."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import passwords, rules, service, session, tries
from app.accounts.forms import AskForLinkForm, EmptyForm, NewPasswordForm, RegisterForm
from app.accounts.links import Purpose, bearer_of
from app.accounts.policy import may_see_own_profile
from app.accounts.routes.room import bp
from app.accounts.session import signed_in, visitor
from app.core.access import access, anyone
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.core.work import Mode, unit_of_work

PASSWORD_LINKS = (Purpose.RESET, Purpose.INVITATION)


def hash_registration() -> None:
    """Hash the password before the transaction begins."""
    form = RegisterForm()
    g.hash, g.too_often = "", False
    if form.validate():
        g.too_often = not tries.may_register()
        g.hash = "" if g.too_often else passwords.hashed(form.password.data or "")


@bp.route("/register", methods=["GET", "POST"])
@access(Lens.PUBLIC, None, prepare=hash_registration)
def register() -> ResponseReturnValue:
    form = RegisterForm()
    if request.method == "GET":
        form.next.data = rules.local_path(request.args.get("next"))
        if visitor():
            return redirect(form.next.data, 303)
    elif form.validate_on_submit():
        if g.hash:
            return _join(form)
        form.refuse(_("Too many accounts were made from your network. Try again in an hour."))
    return render_template("accounts/register.html", form=form), 429 if g.get("too_often") else 200


def _join(form: RegisterForm) -> ResponseReturnValue:
    account_id = service.register(
        service.Registration(
            name=form.name.data or "", email=form.email.data or "", password_hash=g.hash
        )
    )
    session.begin(account_id)
    return redirect(url_for("accounts.welcome", next=rules.local_path(form.next.data)), 303)


@bp.get("/welcome")
@access(Lens.PUBLIC, may_see_own_profile)
def welcome() -> ResponseReturnValue:
    actor = signed_in()
    enforce(may_see_own_profile(actor))
    return render_template(
        "accounts/welcome.html",
        email=actor.email,
        confirmed=actor.confirmed,
        onward=rules.local_path(request.args.get("next")),
        form=EmptyForm(),
    )


@bp.post("/confirm-again")
@access(Lens.PUBLIC, may_see_own_profile)
def confirm_again() -> ResponseReturnValue:
    actor = signed_in()
    enforce(may_see_own_profile(actor))
    if tries.may_send_letter(actor.email):
        service.ask_to_confirm(actor)
        flash(_("We sent the letter again."))
    else:
        flash(_("We sent several letters already. Look among unwanted mail too."), "wait")
    return redirect(url_for("accounts.welcome"), 303)


@bp.route("/confirm/<string:token>", methods=["GET", "POST"])
@anyone()
def confirm(token: str) -> ResponseReturnValue:
    """Prove the address. Opening the link changes nothing: mail scanners open every link."""
    bearer = bearer_of(token, Purpose.CONFIRM)
    if bearer is None:
        return render_template("accounts/link_over.html", what="confirm"), 410
    form = EmptyForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.confirm_address(bearer)
            flash(_("Thank you. Your address is confirmed."))
            return redirect("/" if visitor() else url_for("accounts.sign_in"), 303)
    return render_template("accounts/confirm.html", form=form, email=bearer.email)


@bp.route("/reset-password", methods=["GET", "POST"])
@anyone()
def reset_password() -> ResponseReturnValue:
    form = AskForLinkForm()
    if form.validate_on_submit():
        email = form.email.data or ""
        if tries.may_send_letter(email):
            service.ask_for_letter(email)
        return render_template("accounts/letter_sent.html", email=email)
    return render_template("accounts/reset_password.html", form=form)


def hash_new_password(token: str) -> None:
    """Hash the password before the transaction begins."""
    with unit_of_work(Lens.PUBLIC, Mode.READ):
        good = bearer_of(token, *PASSWORD_LINKS) is not None
    form = NewPasswordForm()
    g.hash = passwords.hashed(form.password.data or "") if good and form.validate() else ""


@bp.route("/set-password/<string:token>", methods=["GET", "POST"])
@access(Lens.PUBLIC, None, prepare=hash_new_password)
def set_password(token: str) -> ResponseReturnValue:
    bearer = bearer_of(token, *PASSWORD_LINKS)
    if bearer is None:
        return render_template("accounts/link_over.html", what="password"), 410
    form = NewPasswordForm()
    if form.validate_on_submit():
        require(g.hash or None)
        with refusals_shown_on(form):
            service.set_password(bearer, g.hash)
            flash(_("Your password is set. Sign in with it."))
            return redirect(url_for("accounts.sign_in"), 303)
    return render_template("accounts/set_password.html", form=form, bearer=bearer)
