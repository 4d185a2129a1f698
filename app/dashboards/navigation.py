"""What stands at the head and foot of every page: the ways of each role, to pages that are."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import current_app, request, url_for
from flask_babel import get_locale
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.accounts.scopes import title_of
from app.accounts.session import visitor
from app.core.cookies import form_token
from app.core.kept import Kept, kept_pieces
from app.core.web import page_facts
from app.core.words import lazy
from app.core.work import at_work

Link = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """A link for those who hold one of `roles`; with none named, for everybody signed in."""

    label: LazyString
    endpoint: str
    roles: tuple[Role, ...] = ()
    everybody: bool = False  # strangers too


STAFF = (Role.OFFICER, Role.APPROVER)

NAV = (
    Way(lazy("Your work"), "home.show"),
    Way(lazy("Calls"), "calls.list_calls", everybody=True),
    Way(lazy("My proposals"), "proposals.list_own"),
    Way(lazy("Desk"), "desk.list_calls", STAFF),
    Way(lazy("Reviews"), "reviews.list_own", (Role.REVIEWER,)),
    Way(lazy("Panels"), "panels.list_own", (Role.REVIEWER,)),
    Way(lazy("Contributions"), "funders.overview", (Role.FUNDER,)),
    Way(lazy("Ledger"), "auditors.ledger", (Role.AUDITOR,)),
    Way(lazy("People"), "accounts.people", (Role.ADMINISTRATOR,)),
    Way(lazy("Results"), "transparency.results", everybody=True),
)
FOOTER = (
    Way(lazy("Results"), "transparency.results", everybody=True),
    Way(lazy("Check a receipt or report"), "verifying.verify", everybody=True),
)


ACCOUNT = (Way(lazy("Your profile"), "accounts.profile"),)
_NAMED = frozenset(way.endpoint for way in NAV)


def frame() -> dict[str, object]:
    """Return the head and foot of a page; for error pages outside of any work, nothing."""
    if not request or not at_work():
        return {}
    actor, sign_in_url = visitor(), _sign_in_url()
    roles = frozenset(role for role, _ in actor.grants) if actor else None
    key = (get_locale(), request.script_root, roles, _named_here())
    values = {
        "person": actor.name if actor else "",
        "csrf": form_token() if actor else "",
        "sign_in_url": sign_in_url,
    }
    kept = kept_pieces()
    return {
        "masthead": kept.filled(("masthead", *key), values, partial(_masthead, actor)),
        "colophon": _colophon(kept, key),
        "sign_in_url": sign_in_url,
    }


def _named_here() -> str:
    """Return the page's endpoint where the head marks it as the one that is open."""
    return request.endpoint if request.endpoint in _NAMED else ""


def _masthead(actor: Actor | None, places: Mapping[str, str]) -> str:
    return current_app.jinja_env.get_template("layout/masthead.html").render(
        nav=_links(NAV, actor),
        person=places["person"] if actor else "",
        csrf=places["csrf"],
        user_role=_first_role(actor),
        account_links=_links(ACCOUNT, actor),
        sign_in_url=places["sign_in_url"],
        sign_out_url=url_for("accounts.sign_out"),
        home_url="/",
    )


def _colophon(kept: Kept, key: tuple[Hashable, ...]) -> Markup:
    facts = page_facts()

    def draw(places: Mapping[str, str]) -> str:
        template = current_app.jinja_env.get_template("layout/colophon.html")
        return template.render(**facts, here=places["here"], footer_links=_links(FOOTER, None))

    return kept.filled(("colophon", facts["theme"], *key), {"here": request.path}, draw)


def _links(ways: tuple[Way, ...], actor: Actor | None) -> list[Link]:
    return [
        {
            "label": str(way.label),
            "url": url_for(way.endpoint),
            "current": request.endpoint == way.endpoint,
        }
        for way in ways
        if way.endpoint in current_app.view_functions and _is_for(way, actor)
    ]


def _is_for(way: Way, actor: Actor | None) -> bool:
    if way.everybody:
        return True
    if actor is None:
        return False
    return not way.roles or any(actor.holds_anywhere(role) for role in way.roles)


def _first_role(actor: Actor | None) -> str:
    held = [role for role in Role if actor and actor.holds_anywhere(role)]
    return title_of(held[0]) if held else ""


def _sign_in_url() -> str:
    here = request.full_path.rstrip("?")
    if request.method != "GET" or here == "/" or (request.endpoint or "").startswith("accounts."):
        return url_for("accounts.sign_in")
    return url_for("accounts.sign_in", next=here)
