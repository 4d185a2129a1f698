"""create_app(): the table of contents of the system."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.accounts import api as accounts_api
from app.accounts import bearing, preferences
from app.accounts import routes as accounts
from app.accounts.session import visitor
from app.allocation import api as allocation_api
from app.allocation import routes as allocation
from app.allocation.for_panels import routes as panel_outlook
from app.allocation.letters import service as decision_letters
from app.awards import service as awards
from app.calls import api as calls_api
from app.calls import routes as calls
from app.core import db as database
from app.core import health, kept_pages, limits, metrics, web, words
from app.core.api import routes as api
from app.core.compiled import CompiledTemplates
from app.core.cookies import CookieSession
from app.core.files import open_store
from app.core.schema import load_tables
from app.core.turn import WriteQueue
from app.core.web import EquipoiseApp
from app.core.words import chosen_language
from app.dashboards import navigation, scopes
from app.dashboards import routes as dashboards
from app.documents import api as documents_api
from app.documents import minuting, packing
from app.documents import routes as documents
from app.documents import service as report_making
from app.funds import routes as funds
from app.notifications import wishes
from app.panels import routes as panels
from app.proposals import api as proposals_api
from app.proposals import routes as proposals
from app.reviewers import routes as reviewers
from app.reviewers.assigning import routes as plans
from app.reviewers.bidding import routes as bids
from app.reviewers.mix import routes as mix
from app.reviewers.reminding import routes as reminders
from app.reviews import api as reviews_api
from app.reviews import routes as reviews
from app.reviews.ending import routes as ending
from app.reviews.history import routes as history
from app.reviews.offline import routes as offline
from app.transparency import api as results_api
from app.transparency import common_grants, patterns, verifying
from app.transparency import routes as transparency
from config import Config

ROOMS: tuple[Blueprint, ...] = (
    accounts.bp,
    allocation.desk,
    allocation.draw,
    allocation.fund,
    allocation.letters,
    allocation.outcome,
    allocation.rule,
    allocation.scenarios,
    bids.bp,
    bids.desk,
    calls.builder,
    calls.public,
    dashboards.bp,
    documents.auditors,
    documents.desk,
    documents.funders,
    documents.reviewers,
    ending.bp,
    funds.bp,
    health.bp,
    history.bp,
    mix.bp,
    offline.bp,
    panels.desk,
    panel_outlook.bp,
    panels.meeting,
    patterns.bp,
    plans.bp,
    preferences.bp,
    proposals.applicants,
    proposals.desk,
    reminders.desk,
    reminders.own,
    reviewers.bp,
    reviewers.answering,
    reviewers.interests,
    reviewers.offering,
    reviews.desk,
    reviews.own,
    transparency.bp,
    verifying.bp,
)


# Rooms that answer programs. No form token is asked for: no cookie counts there.
API_ROOMS: tuple[Blueprint, ...] = (
    accounts_api.bp,
    allocation_api.bp,
    api.bp,
    calls_api.bp,
    common_grants.bp,
    documents_api.bp,
    proposals_api.bp,
    results_api.bp,
    reviews_api.bp,
)

# Rooms without pages, that do jobs for others
WORKERS = (wishes, decision_letters, awards, report_making, minuting, packing, scopes)


def create_app(config: Config | None = None) -> EquipoiseApp:
    """Build the application; nothing is read from the database until the first request."""
    config = config or Config.from_environment()
    load_tables()
    app = EquipoiseApp("app")
    app.session_interface = CookieSession()
    app.config.from_mapping(_flask_settings(config))
    app.extensions["equipoise"] = config
    Babel(app, locale_selector=chosen_language)
    forged = CSRFProtect(app)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    words.install(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = CompiledTemplates(Path(app.root_path, "templates"), "pages")
    _open_database(app, config)
    app.extensions["files"] = open_store(config.storage)
    app.who_asks = visitor
    app.who_bears = bearing.bearer_of
    bearing.install(app)
    metrics.install(app)
    limits.install(config)
    web.install(app)
    kept_pages.install(app)
    app.context_processor(navigation.frame)
    for room in ROOMS:
        app.register_blueprint(room)
    for room in API_ROOMS:
        app.register_blueprint(forged.exempt(room))
    if config.proxy_hops:
        hops = config.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _flask_settings(config: Config) -> dict[str, object]:
    address = urlsplit(config.base_url)
    secure = address.scheme == "https"
    named = [host.strip() for host in config.trusted_hosts.split(",") if host.strip()]
    return {
        "SECRET_KEY": config.cookie_key(),
        "SECRET_KEY_FALLBACKS": [k for k in config.secret_key_fallbacks.split(",") if k],
        "MAX_CONTENT_LENGTH": config.max_upload_mb * 1024 * 1024 + 64 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,  # it is sent anew where a sign-in is prolonged
        "PERMANENT_SESSION_LIFETIME": timedelta(days=config.session_days),
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=30),
        "TRUSTED_HOSTS": named or [address.hostname or "localhost", "127.0.0.1", "localhost"],
        "BABEL_DEFAULT_LOCALE": "en",
        "WTF_CSRF_TIME_LIMIT": None,
        "ORGANISATION": config.organisation,
        "SIGN_IN_PATH": "/sign-in",
        "SUBMIT_PATH": "/proposals/{proposal_id}/submit",
        **database.database_settings(config.database),
    }


def _open_database(app: EquipoiseApp, config: Config) -> None:
    config.data_dir.mkdir(parents=True, exist_ok=True)
    database.db.init_app(app)
    with app.app_context():
        database.install_lenses()
    if config.database.startswith("sqlite"):
        database.check_sqlite()
        path = Path(config.database.removeprefix("sqlite:///"))
        app.extensions["write_queue"] = WriteQueue(path.with_suffix(".turn"))
