"""The administrators' list of people: who they are, which roles they hold, who may sign in."""

from math import ceil

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import policy, queries, scopes, service
from app.accounts.forms import EnterPersonForm, GrantForm
from app.accounts.models import Role
from app.accounts.routes.room import bp
from app.accounts.session import signed_in
from app.core.access import access
from app.core.countries import country_name
from app.core.db import door
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Door, Lens
from app.core.web import require
from app.core.words import _


@bp.get("/people")
@access(Lens.ADMIN, policy.may_see_people)
def people() -> ResponseReturnValue:
    enforce(policy.may_see_people(signed_in()))
    search = request.args.get("q", "").strip()[:200]
    page = max(request.args.get("page", 1, type=int), 1)
    found, total = queries.people(search, page)
    names = dict(scopes.choices())
    return render_template(
        "accounts/people.html",
        rows=[_row(person, names) for person in found],
        total=total,
        search=search,
        page=page,
        pages=ceil(total / queries.PEOPLE_PER_PAGE),
        page_url=url_for("accounts.people", q=search or None, page="PAGE"),
    )


@bp.route("/people/new", methods=["GET", "POST"])
@access(Lens.ADMIN, policy.may_enter_person)
def enter_person() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_see_people(actor))
    form = EnterPersonForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            account_id = service.ensure_person(
                actor,
                form.name.data or "",
                form.email.data or "",
                form.organisation.data or "",
                form.country.data or "",
            )
            flash(_("The person is entered. A letter invites them to choose a password."))
            return redirect(url_for("accounts.show_person", account_id=account_id), 303)
    return render_template("accounts/enter_person.html", form=form)


@bp.route("/people/<id:account_id>", methods=["GET", "POST"])
@access(Lens.ADMIN, policy.may_see_people)
def show_person(account_id: str) -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_see_people(actor))
    person = require(queries.one(account_id))
    form = GrantForm()
    names = scopes.choices()
    form.role.choices = names
    if form.validate_on_submit():
        with refusals_shown_on(form):
            role, scope = form.to_grant()
            service.grant_role(actor, account_id, role, scope)
            flash(_("The role is granted."))
            return redirect(url_for("accounts.show_person", account_id=account_id), 303)
    with door(Door.SIGN_IN):
        lock = queries.lock_of(account_id)
    return render_template(
        "accounts/show_person.html",
        form=form,
        second_factor=lock is not None and lock.second_factor,
        reset=policy.may_reset_second_factor(actor, account_id),
        person=_row(person, dict(names)),
        close=policy.may_close_account(actor, account_id),
        revoke={role: policy.may_revoke(actor, role, account_id) for role in Role},
    )


@bp.post("/people/<id:account_id>/revoke")
@access(Lens.ADMIN, policy.may_revoke)
def revoke_role(account_id: str) -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_see_people(actor))
    held, _sep, scope = request.form.get("role", "").partition(":")
    require(held if held in set(Role) else None)
    service.revoke_role(actor, account_id, Role(held), scope)
    flash(_("The role is taken away. It ends with the person’s next request."))
    return redirect(url_for("accounts.show_person", account_id=account_id), 303)


@bp.post("/people/<id:account_id>/reset-second-factor")
@access(Lens.ADMIN, policy.may_reset_second_factor)
def reset_second_factor(account_id: str) -> ResponseReturnValue:
    service.reset_second_factor(signed_in(), account_id)
    flash(_("The person signs in without a code from now on."), "wait")
    return redirect(url_for("accounts.show_person", account_id=account_id), 303)


@bp.post("/people/<id:account_id>/close")
@access(Lens.ADMIN, policy.may_close_account)
def close_account(account_id: str) -> ResponseReturnValue:
    service.close_account(signed_in(), account_id)
    flash(_("The account is closed: the person is signed out and cannot sign in."))
    return redirect(url_for("accounts.show_person", account_id=account_id), 303)


@bp.post("/people/<id:account_id>/reopen")
@access(Lens.ADMIN, policy.may_close_account)
def reopen_account(account_id: str) -> ResponseReturnValue:
    service.reopen_account(signed_in(), account_id)
    flash(_("The account is open again."))
    return redirect(url_for("accounts.show_person", account_id=account_id), 303)


def _row(person: queries.Listed, names: dict[str, str]) -> dict[str, object]:
    return {
        "url": url_for("accounts.show_person", account_id=person.account_id),
        "id": person.account_id,
        "name": person.name,
        "email": person.email,
        "organisation": person.organisation,
        "country": country_name(person.country) if person.country else "",
        "active": person.active,
        "confirmed": person.confirmed,
        "roles": [
            {
                "role": role,
                "value": f"{role}:{scope}",
                "label": names.get(f"{role}:{scope}") or scopes.title_of(role),
            }
            for role, scope in person.roles
        ],
    }
