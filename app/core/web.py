"""The Flask application class: what holds for every request, whatever the page."""

from __future__ import annotations

import secrets
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, render_template, request, session
from flask.templating import Environment
from flask_babel import get_locale
from flask_wtf.csrf import CSRFError
from jinja2 import Template
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, Rule

from app.core import busy
from app.core.access import Access
from app.core.api import bodies, door, problems
from app.core.api.answering import operation_of
from app.core.arrival import arrived, stood_in_line
from app.core.bars import bar_places
from app.core.gate import Refused
from app.core.ids import ID_PATTERN
from app.core.keeping import READING, show_no_room, show_old_form, to_sign_in, typed_texts
from app.core.kept import Kept
from app.core.lens import Lens
from app.core.money import Money, show_all
from app.core.room import no_room
from app.core.rows import many
from app.core.verdict import Verdict
from app.core.words import LANGUAGES, _
from app.core.work import HouseRuleBroken, Mode, unit_of_work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask.typing import ResponseReturnValue
    from jinja2.environment import TemplateModule
    from jinja2.runtime import Context


Found = TypeVar("Found")


class IdConverter(BaseConverter):
    """`<id:proposal_id>`: anything else in its place is a page that does not exist."""

    regex = ID_PATTERN


class WordConverter(BaseConverter):
    """`<word:code>`: letters, digits and hyphens."""

    regex = r"[A-Za-z0-9][A-Za-z0-9-]*"


class KeyConverter(BaseConverter):
    """`<question_key:key>`: a short name of a form, with underscores."""

    regex = r"[a-z][a-z0-9_]{0,59}"


class LateRule(Rule):
    """An address whose two writers are compiled when it is first written.

    Compiling both for each of some hundred addresses took a tenth of the start.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002
        @cache
        def made() -> Callable[..., tuple[str, str]]:
            return super(LateRule, self)._compile_builder(append_unknown)

        def write(rule: Rule, /, **values: object) -> tuple[str, str]:
            return made()(rule, **values)

        return write


class KeptTemplate(Template):
    """A template whose macros others import: as a module it is made once.

    Jinja compares the names that everybody knows with the importing page's at each import. Ours
    are all known before the first template is read, so there is nothing to find.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        del ctx
        return super()._get_default_module()


class PageEnvironment(Environment):
    template_class = KeptTemplate


_ADDRESSES = 1_024  # kept at the most


def _is_text(value: object) -> bool:
    return type(value) is str


class EquipoiseApp(Flask):
    """Flask with closed doors: no page without lens and policy, no query outside its work."""

    jinja_environment = PageEnvironment
    url_rule_class = LateRule
    # Both are set where accounts are:
    who_asks: Callable[[], object | None] = staticmethod(lambda: None)  # in a browser
    who_bears: door.WhoBears = staticmethod(lambda _token: None)  # this token, from a program

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as Flask takes them
        super().__init__(*args, **options)
        self._address = lru_cache(maxsize=_ADDRESSES)(self._build_address)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,  # noqa: FBT001 - Flask's signature
        **options: Any,  # noqa: ANN401
    ) -> None:
        if (
            view_func is not None
            and endpoint != "static"
            and not isinstance(getattr(view_func, "access", None), Access)
        ):
            raise HouseRuleBroken(f"{rule} declares no lens and policy: see app/core/access.py")
        if (operation_of(view_func) is not None) is not problems.is_for_programs(rule):
            raise HouseRuleBroken(f"{rule}: programs are answered under {problems.PREFIXES} alone")
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Stamp the request once, as it arrives: the deadline is judged by this instant."""
        environ["equipoise.received_at"] = arrived(environ)
        return super().wsgi_app(environ, start_response)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function: none of ours is asynchronous, and Flask would ask at each call."""
        return func

    def url_for(self, /, endpoint: str, **values: Any) -> str:  # noqa: ANN401
        """Return an address. The last ones are kept: building one takes longer than a query's row.

        What it is made of is in its key, so it is the same for whoever asks.
        """
        given = {name: value for name, value in values.items() if value is not None}
        if not request or endpoint.startswith(".") or not all(map(_is_text, given.values())):
            return super().url_for(endpoint, **given)
        return self._address(request.script_root, request.method, endpoint, *given.items())

    def _build_address(
        self, _root: str, _method: str, endpoint: str, *values: tuple[str, str]
    ) -> str:
        return super().url_for(endpoint, **dict(values))  # type: ignore[arg-type]

    def access_of(self, endpoint: str | None) -> Access | None:
        """Return what the page declared; None for static files and pages that are not there."""
        found = getattr(self.view_functions.get(endpoint or ""), "access", None)
        return found if isinstance(found, Access) else None

    def dispatch_request(self) -> ResponseReturnValue:
        if request.routing_exception or request.endpoint == "static":
            return super().dispatch_request()
        if request.method == "OPTIONS":  # what may be sent to an address, and nothing of the page
            return self.make_default_options_response()
        access = self.access_of(request.endpoint)
        if access is None:  # registered past add_url_rule: as if it were not there
            return not_found()
        waited = stood_in_line(request.environ)
        turned_away = busy.turned_away(access, waited) or self._prepare(access)
        if turned_away is not None:
            return turned_away
        told = operation_of(self.view_functions[request.endpoint or ""])
        if told is not None and told.takes is not None:
            bodies.read_ahead(told.takes, open_to_anyone=told.open)
        with unit_of_work(access.lens, _mode(access)) as work:
            kept_out = self._kept_out(access)
            if kept_out is not None:
                return kept_out
            response = super().dispatch_request()
            if not access.open_to_anyone and not work.enforced:
                raise HouseRuleBroken(f"{request.endpoint} answered without checking permission")
            return response

    def _kept_out(self, access: Access) -> ResponseReturnValue | None:
        """Find out who asks; return what is answered to whom the route is not open at all."""
        told = operation_of(self.view_functions.get(request.endpoint or ""))
        if told is not None:
            return door.kept_out(told, self.who_bears)
        if access.open_to_anyone or self.who_asks() is not None:
            return None
        return to_sign_in()

    def _prepare(self, access: Access) -> ResponseReturnValue | None:
        """Sign the person in, then do the slow part, if any, with no transaction open."""
        if access.prepare is None or request.method in READING:
            return None
        with unit_of_work(access.lens, Mode.READ):
            if not access.open_to_anyone and self.who_asks() is None:
                return to_sign_in()
        access.prepare(**(request.view_args or {}))
        return None

    def handle_exception(self, e: Exception) -> Response:
        session.pop("_flashes", None)  # a "thank you" must not outlive a failed commit
        return super().handle_exception(e)


def _mode(access: Access) -> Mode:
    if request.method not in READING:
        return Mode.WRITE
    return Mode.READ_RECORDED if access.recorded else Mode.READ


def not_found() -> ResponseReturnValue:
    """The one page for what is not there and for what is not yours."""
    if problems.programs_asked():
        return problems.plain(404)
    return render_template("errors/404.html", typed=typed_texts()), 404


def show_refusal(refusal: Refused) -> ResponseReturnValue:
    """Answer a refusal as a page: hidden things as absent, the rest with the reason."""
    if refusal.verdict.hidden:
        return not_found()
    if problems.programs_asked():
        return problems.answer(problems.Problem(403, str(refusal), kind="refused"))
    page = render_template(
        "errors/refused.html", reason=str(refusal), back=_came_from(), typed=typed_texts()
    )
    return page, 403


def _came_from() -> str:
    """Return the page of ours whose form was refused, so that one gets back without a script."""
    sent = urlsplit(request.referrer or "")
    ours = sent.netloc == request.host and request.method not in READING
    return sent.path if ours and sent.path.startswith("/") and sent.path[1:2] != "/" else ""


def _show_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code == 404:  # noqa: PLR2004
        return not_found()
    if problems.programs_asked():
        told = error.get_response().headers
        kept = {name: told[name] for name in ("Allow", "Retry-After") if name in told}
        return problems.plain(error.code or 500, headers=kept)
    sentences = {
        400: _("The form was open for too long or came from elsewhere. Go back and send it again."),
        405: _("This address does not take that kind of request."),
        413: _("That file is too large for this form."),
        429: _("Too many tries. Wait a minute and try again."),
    }
    reason = sentences.get(error.code or 500, error.description or "")
    page = render_template("errors/refused.html", reason=reason)
    return page, error.code or 500


def _show_failure(error: Exception) -> ResponseReturnValue:
    if no_room(getattr(error, "original_exception", None)):
        return show_no_room()
    if problems.programs_asked():
        return problems.plain(500)
    return render_template("errors/500.html"), 500


def csp_nonce() -> str:
    """Return this response's nonce for our own module scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def show_money(minor: int, currency: str) -> str:
    """Write an amount in the reader's language."""
    return Money(minor, currency).show(str(get_locale() or "en"))


def show_amounts(amounts: Iterable[int], currency: str) -> list[str]:
    """Write many amounts of one currency in the reader's language."""
    return show_all(amounts, currency, str(get_locale() or "en"))


def map_rows(rows: Iterable[Mapping[str, object]], *names: str) -> list[list[object]]:
    """Return the named values of each row, for a table drawn from values."""
    return [[row[name] for name in names] for row in rows]


_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
_OVER_TLS = (("Strict-Transport-Security", "max-age=31536000"),)
_NOT_KEPT = (("Cache-Control", "no-store"), ("Vary", "Cookie"))
_NOT_KEPT_BY_PROGRAMS = (("Cache-Control", "no-store"), ("Vary", "Authorization"))


def _secure(response: Response) -> Response:
    """Add the headers that keep a page safe, except where it has its own."""
    headers = response.headers
    present = {name.lower() for name, _value in headers}
    for name, value in (
        ("Content-Security-Policy", _content_policy()),
        *_ALWAYS,
        *(_OVER_TLS if current_app.config["SESSION_COOKIE_SECURE"] else ()),
        *_kept_how(),
    ):
        if name.lower() not in present:
            headers.add(name, value)
    return response


def _kept_how() -> tuple[tuple[str, str], ...]:
    if problems.programs_asked():
        return _NOT_KEPT_BY_PROGRAMS
    return _NOT_KEPT if request.endpoint != "static" else ()


def _content_policy() -> str:
    nonce = g.get("csp_nonce")
    scripts = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; manifest-src 'self'"
    )


def install(app: EquipoiseApp) -> None:
    """Give the application its converters, error pages, headers and template names."""
    app.url_map.converters.update(id=IdConverter, word=WordConverter, question_key=KeyConverter)
    app.register_error_handler(Refused, show_refusal)
    app.register_error_handler(problems.Problem, problems.answer)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(CSRFError, show_old_form)
    app.register_error_handler(500, _show_failure)
    app.after_request(_secure)
    app.jinja_env.globals.update(asset=asset, csp_nonce=csp_nonce, many=many, show_money=show_money)
    app.extensions["kept"] = Kept()
    app.jinja_env.filters.update(bar_places=bar_places, map_rows=map_rows)
    app.config["ASSET_VERSION"] = _asset_version(Path(app.static_folder or ""))
    app.context_processor(page_facts)


def _asset_version(folder: Path) -> str:
    """Name the state of the static files, so that browsers may keep them for long."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:10]


def asset(name: str) -> str:
    """Return the address of a static file, with the state of them all in it."""
    version = current_app.config["ASSET_VERSION"]
    return f"{request.script_root}{current_app.static_url_path}/{name}?v={version}"


def page_facts() -> dict[str, Any]:
    """Return what every page may say of itself: language, colours, whose installation."""
    locale = get_locale()
    theme = request.cookies.get("theme", "") if request else ""
    return {
        "locale": str(locale or "en").replace("_", "-"),
        "text_direction": locale.text_direction if locale else "ltr",
        "theme": theme if theme in {"light", "dark"} else "",
        "installation": current_app.config["ORGANISATION"],
        "languages": list(LANGUAGES.items()),
        "preferences_url": "/preferences",
        "asset_version": current_app.config["ASSET_VERSION"],
    }


def require(found: Found | None) -> Found:
    """Return what was found, or stop with the page of something absent."""
    if found is None:
        raise Refused(Verdict(allowed=False, hidden=True))
    return found


__all__ = ["EquipoiseApp", "Lens", "csp_nonce", "install", "not_found", "require", "show_refusal"]
