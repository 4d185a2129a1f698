"""Signing in, by password and where set by code, and signing out."""

from flask import (
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from app.accounts import rules, service, tries
from app.accounts import session as sign_in_session
from app.accounts.forms import CodeForm, EmptyForm, SignInForm
from app.accounts.routes.room import bp
from app.accounts.session import visitor
from app.core import clock, kept_pages
from app.core.access import access, anyone
from app.core.kept_pages import Drawn
from app.core.lens import Lens
from app.core.limits import count, room_left
from app.core.web import page_facts
from app.core.words import _

HOME = "/home"  # where somebody goes who was not on the way anywhere
HALF = "half_signed_in"
HALF_LASTS = 600  # seconds between password and code


def check_password() -> None:
    """Hold the password against the stored hash before the transaction begins."""
    form = SignInForm()
    g.known, g.too_often = None, False
    if not form.validate():
        return
    email = form.email.data or ""
    g.too_often = not tries.may_try_password(email)
    if not g.too_often:
        g.known = service.who_knows(email, form.password.data or "")
        if g.known is None:
            tries.note_wrong_password(email)


@bp.route("/sign-in", methods=["GET", "POST"])
@access(Lens.PUBLIC, None, prepare=check_password, never_turned_away=True)  # on the way to submit
def sign_in() -> ResponseReturnValue:
    if request.method == "GET" and not request.args and "_flashes" not in session and not visitor():
        return _first_view()
    form = SignInForm()
    if request.method == "GET":
        form.next.data = rules.local_path(request.args.get("next"), HOME)
        if visitor():
            return redirect(form.next.data, 303)
    elif form.validate_on_submit():
        if g.known is not None:
            return _let_in(g.known, form)
        if g.too_often:
            form.refuse(_("Too many tries. Wait a quarter of an hour, or set a new password."))
        else:
            form.refuse(_("The e-mail address or the password is not right."))
    return render_template("accounts/sign_in.html", form=form), 429 if g.get("too_often") else 200


def _first_view() -> bytes:
    """Draw the page as most meet it, once: for the next it differs in nothing but two tokens."""

    def draw() -> Drawn:
        form = SignInForm(formdata=None)
        form.next.data = HOME
        return Drawn(render_template("accounts/sign_in.html", form=form))

    key = ("sign-in", get_locale(), page_facts()["theme"], request.script_root)
    return kept_pages.page(key, draw)


@bp.route("/sign-in/code", methods=["GET", "POST"])
@anyone(never_turned_away=True)
def enter_code() -> ResponseReturnValue:
    half = _half()
    if half is None:
        return redirect(url_for("accounts.sign_in"), 303)
    account_id, email, wanted = half
    form = CodeForm()
    if form.validate_on_submit():
        keys = ("code", account_id)
        if not room_left(tries.CODE, *keys):
            form.refuse(_("Too many wrong codes. Wait a quarter of an hour, then sign in again."))
        elif service.take_code(account_id, form.otp.data or ""):
            return _begin(account_id, email, wanted, second_factor=True)
        else:
            count(tries.CODE, *keys)
            form.refuse(_("This is not the code of this moment, or it was used before."))
    return render_template("accounts/enter_code.html", form=form)


@bp.post("/sign-out")
@anyone()
def sign_out() -> ResponseReturnValue:
    actor = visitor()
    if actor is not None and EmptyForm().validate_on_submit():
        service.note_sign_out(actor)
        sign_in_session.end()
    return redirect("/", 303)


def _let_in(known: service.Known, form: SignInForm) -> ResponseReturnValue:
    wanted = rules.local_path(form.next.data, HOME)
    email = form.email.data or ""
    if not known.second_factor:
        return _begin(known.account_id, email, wanted)
    session[HALF] = [known.account_id, email, wanted, int(clock.now().timestamp())]
    return redirect(url_for("accounts.enter_code"), 303)


def _begin(
    account_id: str, email: str, wanted: str, *, second_factor: bool = False
) -> ResponseReturnValue:
    service.note_sign_in(account_id, second_factor=second_factor)
    sign_in_session.begin(account_id)
    response: Response = make_response(redirect(wanted, 303))
    tries.remember_browser(response, email)
    return response


def _half() -> tuple[str, str, str] | None:
    """Return who gave the right password in this browser a moment ago, and the page they want."""
    match session.get(HALF):
        case [str(account_id), str(email), str(wanted), int(at)]:
            fresh = clock.now().timestamp() - at < HALF_LASTS
            return (account_id, email, wanted) if fresh else None
    return None
