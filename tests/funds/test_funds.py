"""Never a cent over any pot, whoever comes at once, and each funder reads its own alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.models import Role
from app.cli.checks import INVARIANTS
from app.core.db import db
from app.core.gate import Refused
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.funds import queries, service
from app.funds.models import Commitment, Contribution, ContributionState, Fund
from app.funds.service import ContributionChange
from tests.engines import both_engines
from tests.factories import a_call, a_person, an_officer, planted

if TYPE_CHECKING:
    from app.calls.models import Call
    from app.core.web import EquipoiseApp
    from tests.browser_client import Browser

DAY = date(2026, 3, 1)


def _pots(call: Call) -> list[str]:
    with unit_of_work(mode=Mode.READ):
        rows = queries.contributions_of(call.fund_id)
        return [row.id for row in sorted(rows, key=lambda row: -row.amount_minor)]


def _commit(call: Call, award: str, sources: dict[str, int]) -> None:
    with unit_of_work(Lens.STAFF) as work:
        service.commit(SYSTEM_ACTOR, call.fund_id or "", award, sources)
        work.enforced += 1


def _pay(pot: str, award: str, amount: int) -> None:
    with unit_of_work(Lens.STAFF) as work:
        one = next(c for c in queries.commitments_of(pot) if c.award == award)
        service.pay(SYSTEM_ACTOR, one, amount, DAY, currency="EUR")
        work.enforced += 1


def _move(pot: str, then: ContributionState, reason: str = "") -> None:
    with unit_of_work(Lens.STAFF) as work:
        one = db.session.get_one(Contribution, pot)
        service.move_contribution(SYSTEM_ACTOR, one, then, DAY, reason)
        work.enforced += 1


def _findings() -> list[str]:
    with unit_of_work(mode=Mode.READ):
        return [
            f"{name}: {found}"
            for name, one in INVARIANTS.items()
            if name.startswith("funds.") and name != "funds.promised"
            for found in one.findings()
        ]


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["commit", "pay"]), st.integers(0, 1), st.integers(1, 70)),
        min_size=1,
        max_size=12,
    )
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_order_of_promises_and_payments_takes_a_cent_too_much(
    app: EquipoiseApp, steps: list[tuple[str, int, int]]
) -> None:
    assert app
    call = a_call(phase="released", contributions=(("One", 100), ("Two", 50)))
    pots, held = _pots(call), [100, 50]
    promised, paid = [0, 0], [0, 0]
    awards: list[list[tuple[str, int, int]]] = [[], []]
    for number, (act, pot, amount) in enumerate(steps):
        if act == "commit":
            fits = promised[pot] + amount <= held[pot]
            if fits:
                _commit(call, f"A-{number}", {pots[pot]: amount})
                promised[pot] += amount
                awards[pot].append((f"A-{number}", amount, 0))
            else:
                with pytest.raises(Refused, match="left"):
                    _commit(call, f"A-{number}", {pots[pot]: amount})
        elif awards[pot]:
            award, given, done = awards[pot][-1]
            if done + amount <= given:
                _pay(pots[pot], award, amount)
                awards[pot][-1] = (award, given, done + amount)
                paid[pot] += amount
            else:
                with pytest.raises(Refused, match="still to be paid"):
                    _pay(pots[pot], award, amount)
    with unit_of_work(mode=Mode.READ):
        kept = [db.session.get_one(Contribution, pot).committed_minor for pot in pots]
        left = queries.paid_by_contribution(call.fund_id)
    assert kept == promised
    assert [left.get(pot, 0) for pot in pots] == paid
    assert _findings() == []


@both_engines
def test_the_database_itself_refuses_a_cent_over_a_pot(app: EquipoiseApp) -> None:
    assert app
    call = a_call(phase="released", contributions=(("One", 100),))
    (pot,) = _pots(call)
    _commit(call, "A-1", {pot: 60})

    for values in ({"committed_minor": 101}, {"amount_minor": 59}, {"state": "withdrawn"}):
        with pytest.raises(IntegrityError), planted():
            db.session.execute(update(Contribution).where(Contribution.id == pot).values(**values))
    with pytest.raises(IntegrityError), planted():
        db.session.execute(update(Commitment).values(paid_minor=61))


def test_what_is_promised_cannot_be_withdrawn_or_lowered(app: EquipoiseApp) -> None:
    assert app
    call = a_call(phase="released", contributions=(("One", 100), ("Two", 100)))
    one, two = _pots(call)
    _commit(call, "A-1", {one: 60})

    with pytest.raises(Refused, match="lower the amount of the contribution to what is promised"):
        _move(one, ContributionState.WITHDRAWN, "Cut.")
    with pytest.raises(Refused, match="Say why"):
        _move(two, ContributionState.WITHDRAWN)
    with pytest.raises(Refused, match="cannot be less"), unit_of_work(Lens.STAFF):
        service.edit_contribution(
            SYSTEM_ACTOR,
            db.session.get_one(Contribution, one),
            ContributionChange(59, {}, ""),
            "EUR",
        )
    _move(two, ContributionState.SIGNED)
    with pytest.raises(Refused, match="does not go back"):
        _move(two, ContributionState.SIGNED)
    _move(two, ContributionState.WITHDRAWN, "Cut.")
    with pytest.raises(Refused, match="was withdrawn"):
        _move(two, ContributionState.RECEIVED)
    with unit_of_work(mode=Mode.READ):
        assert queries.total_of(call.fund_id) == 100
        assert db.session.get_one(Contribution, two).withdrawn_on == DAY


def test_a_funder_reads_its_own_conditions_and_no_others(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    call = a_call(phase="open", contributions=(("Own", 300), ("Other", 200)))
    own, other = _pots(call)
    with planted():
        for pot, words in ((own, "Only for nurses."), (other, "Sekretklausel")):
            db.session.get_one(Contribution, pot).conditions = words
        funder = db.session.get_one(Contribution, own).funder_id
    person = a_person(Role.FUNDER, scope=funder)
    browser.sign_in(person.id)

    shown = browser.get(f"/funder/contributions/{own}")
    assert "Only for nurses." in shown.text
    assert "Sekretklausel" not in shown.text
    refused = browser.get(f"/funder/contributions/{other}")
    absent = browser.get("/funder/contributions/" + "a" * 26)
    assert (refused.status_code, refused.text) == (absent.status_code, absent.text)
    assert "Sekretklausel" not in browser.get("/funder").text


def test_the_officer_keeps_the_fund_in_the_pages(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    call = a_call(phase="open", contributions=(("One", 100_00),))
    (pot,) = _pots(call)
    browser.sign_in(an_officer().id)
    base = f"/desk/calls/{call.id}/fund"

    browser.fill_in(base, pot="real")
    wrong = browser.fill_in(f"{base}/{pot}", earmark="KE and UG")
    assert "write it like" in wrong.text
    browser.fill_in(
        f"{base}/{pot}", amount="120", earmark="country = KE, UG", conditions="Report in May."
    )
    browser.fill_in(f"{base}/{pot}/state", state="signed", on="2026-02-01")

    with unit_of_work(mode=Mode.READ):
        kept = db.session.get_one(Contribution, pot)
        assert (kept.amount_minor, kept.earmark) == (12_000, {"country": ["KE", "UG"]})
        assert kept.signed_on == date(2026, 2, 1)
        assert db.session.get_one(Fund, call.fund_id).pot.value == "real"
    shown = browser.get(base).text
    assert "country = KE, UG" in shown
    _commit(call, "T-1", {pot: 5_000})
    with unit_of_work(mode=Mode.READ):
        one = db.session.scalars(select(Commitment)).one().id
    too_much = browser.fill_in(f"{base}/{pot}/{one}/pay", amount="51", on="2026-03-01")
    assert "still to be paid" in too_much.text
    browser.fill_in(f"{base}/{pot}/{one}/pay", amount="20", on="2026-03-01")
    assert "2026-03-01" in browser.get(f"{base}/{pot}").text
