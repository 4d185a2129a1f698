"""A panel from its first day to approved minutes, and who may not."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import delete, select

from app.accounts.actor import Actor
from app.allocation import queries as allocations
from app.allocation import service as allocating
from app.calls.models import Call
from app.core.db import db
from app.core.gate import Refused
from app.core.ids import new_id
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.panels import minutes, queries, rules, service
from app.panels.models import (
    Absence,
    ItemPresence,
    Office,
    Panel,
    PanelItem,
    PanelState,
    Recommendation,
)
from app.panels.rules import Sits
from app.panels.service.meeting import Said
from app.reviewers.models import Conflict, ConflictKind
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.counting import statements
from tests.engines import both_engines
from tests.factories import a_person, a_reviewer, a_submitted_proposal, in_pool, plant, planted
from tests.panels.world import (
    Met,
    a_conflict,
    a_panel,
    agree,
    hold_meeting,
    item_about,
    open_with,
    seated,
    write_down,
)

NOISE = re.compile(r'nonce="[^"]+"|name="csrf_token"[^>]*>')


def _panel(met: Met) -> Panel:
    with unit_of_work(mode=Mode.READ):
        return db.session.get_one(Panel, met.panel_id)


@both_engines
def test_a_panel_meets_and_its_minutes_say_who_was_in_the_room(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    assert app
    met = a_panel()
    hold_meeting(met, D=(Recommendation.AWARD, "A field that nobody else works in."))
    assert agree(met, met.chair)

    panel = _panel(met)
    assert panel.state is PanelState.APPROVED
    with unit_of_work(mode=Mode.READ):
        told = minutes.of_panel(panel, queries.members_of(panel), queries.items_of(panel.id))
    assert rules.digest(told) == panel.sha256
    by_number = {one["proposal"]: one for one in told["items"]}
    about_a = by_number[met.world.proposals["A"].number or ""]
    assert about_a["left"] == [met.torn.name]
    assert about_a["present"] == [met.chair.name, met.member.name, met.secretary.name]
    about_d = by_number[met.world.proposals["D"].number or ""]
    assert (about_d["recommendation"], about_d["left"]) == ("award", [])
    assert "panels.minutes_approved" in ledger.actions()


@both_engines
def test_what_somebody_has_a_conflict_with_is_not_there_for_them(app: EquipoiseApp) -> None:
    met = a_panel()
    hidden = met.world.proposals["A"]
    open_with(met)
    write_down(met, "A", note="A telling note about it.")
    with unit_of_work(mode=Mode.READ):
        item = item_about(met.panel_id, hidden.id).item
    browser = Browser(app).sign_in(met.torn.id)

    base = f"/panels/{met.panel_id}"
    pages = [browser.get(base).text, browser.get(f"{base}/minutes").text]
    for page in pages:
        assert (met.world.proposals["B"].number or "") in page  # the page does list items
        assert (hidden.number or "") not in page
        assert "A telling note" not in page
    for real, absent in (
        (f"{base}/items/{item.id}", f"{base}/items/{new_id()}"),
        (f"{base}/items/{item.id}/files/{new_id()}.pdf", f"{base}/items/{new_id()}/files/x.pdf"),
    ):
        theirs, nobodys = browser.client.get(real), browser.client.get(absent)
        assert theirs.status_code == nobodys.status_code == 404
        assert NOISE.sub("", theirs.text).replace(real, "") == NOISE.sub("", nobodys.text).replace(
            absent, ""
        )
    # others do read it
    assert "A telling note" in Browser(app).sign_in(met.member.id).get(f"{base}/minutes").text


def test_declaring_a_conflict_closes_the_item_at_once(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    met = a_panel()
    with unit_of_work(mode=Mode.READ):
        item = item_about(met.panel_id, met.world.proposals["B"].id).item
    browser = Browser(app).sign_in(met.member.id)
    address = f"/panels/{met.panel_id}/items/{item.id}"
    assert browser.get(address).status_code == 200
    assert "panels.item_read" in ledger.actions()

    browser.fill_in(address, form="/conflict", kind="family", detail="My cousin")

    assert browser.client.get(address).status_code == 404
    with unit_of_work(mode=Mode.READ):
        declared = db.session.scalars(
            select(Conflict).where(Conflict.account_id == met.member.id)
        ).all()
        assert [(one.kind, one.declared) for one in declared] == [(ConflictKind.FAMILY, True)]
    open_with(met)
    write_down(met, "B")
    with unit_of_work(mode=Mode.READ):
        absences = queries.absences_of(met.panel_id)[item.id]
        mine = seated(met.member, met.panel_id).me.member_id
        assert absences[mine] is Absence.CONFLICT


Act = Callable[[Met], object]


def _decide_as(name: str, who: str, recommendation: Recommendation, reason: str) -> Act:
    return lambda met: write_down(
        met, name, getattr(met, who), recommendation=recommendation, reason=reason
    )


def _lead(act: Callable[..., object], who: str) -> Act:
    def do(met: Met) -> None:
        person = getattr(met, who)
        with unit_of_work(Lens.PANEL):
            act(person, seated(person, met.panel_id))

    return do


FOLLOW, AWARD = Recommendation.FOLLOW, Recommendation.AWARD
REFUSED: dict[str, tuple[Act, str]] = {
    "a member writes": (_decide_as("B", "member", FOLLOW, ""), "chair or the secretary writes"),
    "an award without a reason": (_decide_as("B", "secretary", AWARD, " "), "say why"),
    "a member closes": (_lead(service.close_meeting, "member"), "chair or the secretary does"),
    "closing with items open": (_lead(service.close_meeting, "chair"), "Not discussed yet: "),
    "opening twice": (_lead(service.open_meeting, "chair"), "open already"),
    "approving before it is closed": (lambda met: agree(met, met.chair), "once the meeting is"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_meeting_refuses(app: EquipoiseApp, case: str) -> None:
    assert app
    met = a_panel()
    open_with(met)
    act, sentence = REFUSED[case]
    with pytest.raises(Refused, match=sentence):
        act(met)


def test_below_the_quorum_of_an_item_nothing_is_decided(app: EquipoiseApp) -> None:
    assert app
    met = a_panel(quorum=4)
    open_with(met)
    with pytest.raises(Refused, match="In the room for this proposal: 3; needed: 4"):
        write_down(met, "A")
    write_down(met, "B")


def test_two_windows_do_not_overwrite_each_other(app: EquipoiseApp) -> None:
    assert app
    met = a_panel()
    open_with(met)
    write_down(met, "B")
    with unit_of_work(Lens.PANEL):
        sitting = seated(met.chair, met.panel_id)
        found = item_about(met.panel_id, met.world.proposals["B"].id)
        with pytest.raises(Refused, match="Somebody else wrote this item down"):
            service.decide(met.chair, sitting, found, Said(0, "Other", FOLLOW, 0, ""))


def test_what_the_chair_left_is_agreed_to_by_somebody_who_was_there(app: EquipoiseApp) -> None:
    assert app
    met = a_panel()
    a_conflict(met.chair, met.world, "D")
    hold_meeting(met)
    assert not agree(met, met.chair)
    assert _panel(met).state is PanelState.CLOSED
    assert agree(met, met.member)
    assert _panel(met).state is PanelState.APPROVED


def test_a_stale_version_of_the_minutes_is_not_approved(app: EquipoiseApp) -> None:
    assert app
    met = a_panel()
    hold_meeting(met)
    with unit_of_work(mode=Mode.READ):
        sitting = seated(met.chair, met.panel_id)
        _items, seen = minutes.to_agree(sitting.panel, sitting.members, sitting.me)
    write_down(met, "C", note="Mended afterwards.")
    with pytest.raises(Refused, match="The minutes changed"), unit_of_work(Lens.PANEL):
        service.approve(met.chair, seated(met.chair, met.panel_id), seen_sha256=seen)
    assert agree(met, met.chair)
    with pytest.raises(Refused, match="Nothing in them changes any more"):
        write_down(met, "C", note="Too late.")


def test_who_may_sit_and_who_may_look(app: EquipoiseApp) -> None:
    met = a_panel()
    world = met.world
    stranger, lead = a_reviewer(), world.leads["A"]
    in_pool(world.call, lead)
    for person, sentence in (
        (a_person(), "neither in the pool nor of the staff"),
        (lead, "an interest in this call as a whole"),
        (met.member, "sits in the panel already"),
    ):
        with pytest.raises(Refused, match=sentence), unit_of_work(Lens.STAFF):
            service.appoint(
                world.officer,
                db.session.get_one(Call, world.call.id),
                db.session.get_one(Panel, met.panel_id),
                person.id,
                Office.MEMBER,
            )
    in_pool(world.call, stranger)
    for person in (stranger, lead, world.officer):
        browser = Browser(app).sign_in(person.id)
        for path in ("", "/minutes"):
            assert browser.client.get(f"/panels/{met.panel_id}{path}").status_code == 404
    for person in (stranger, met.chair, lead):
        page = Browser(app).sign_in(person.id).client.get(f"/desk/calls/{world.call.id}/panel")
        assert page.status_code == 404


def test_money_waits_for_the_minutes_and_what_they_change_is_a_departure(
    app: EquipoiseApp,
) -> None:
    met = a_panel()
    world, reason = met.world, "A field that nobody else works in."
    with unit_of_work(Lens.STAFF):
        allocating.make_ranking(world.officer, db.session.get_one(Call, world.call.id))
    with pytest.raises(Refused, match="has not approved its minutes"), unit_of_work(Lens.STAFF):
        allocating.propose(world.officer, db.session.get_one(Call, world.call.id))
    with unit_of_work(mode=Mode.READ):
        ranking = allocations.latest_ranking(world.call.id)
        assert ranking is not None
        before, second = ranking.result, ranking.result["places"][1]["proposal"]
    (loser,) = (name for name, made in world.proposals.items() if made.number == second)
    hold_meeting(
        met,
        A=(Recommendation.AWARD, "First anyway."),
        **{loser: (Recommendation.DECLINE, reason)},
    )
    assert agree(met, met.chair)

    desk = f"/desk/calls/{world.call.id}/allocation"
    page = Browser(app).sign_in(world.officer.id).fill_in(desk, form=desk).text

    assert reason in page
    with unit_of_work(mode=Mode.READ):
        made = allocations.latest_allocation(world.call.id)
        assert made is not None
        found = {one.number: one.reason for one in allocations.departures_of(made.id)}
        after = allocations.latest_ranking(world.call.id)
        assert after is not None
    assert found == {second: f"The panel recommends it: {reason}"}  # A: the rule gives the same
    assert after.result == before  # grades and ranking stay what they are


IN = frozenset[str]()


@pytest.mark.parametrize(
    ("members", "who"),
    [
        ([("c", Office.CHAIR, True, IN), ("m", Office.MEMBER, True, IN)], ["c"]),
        ([("c", Office.CHAIR, True, {"P"}), ("m", Office.MEMBER, True, IN)], ["m"]),
        ([("c", Office.CHAIR, False, IN), ("s", Office.SECRETARY, True, IN)], ["s"]),
        ([("c", Office.CHAIR, True, {"P"}), ("m", Office.MEMBER, False, IN)], []),
    ],
)
def test_who_writes_an_item_down(
    members: list[tuple[str, Office, bool, set[str]]], who: list[str]
) -> None:
    sits = [
        Sits(name, name, name, office, here, frozenset(barred))
        for name, office, here, barred in members
    ]
    assert [one.member_id for one in rules.recorders(sits, "P")] == who


def test_the_agenda_takes_the_same_statements_however_long_it_is(app: EquipoiseApp) -> None:
    met = a_panel()
    chair = Browser(app).sign_in(met.chair.id)
    officer = Browser(app).sign_in(met.world.officer.id)
    pages = [
        (chair, f"/panels/{met.panel_id}"),
        (chair, f"/panels/{met.panel_id}/minutes"),
        (officer, f"/desk/calls/{met.world.call.id}/panel"),
    ]

    def asked() -> list[int]:
        found = []
        for browser, path in pages:
            with statements() as seen:
                assert browser.get(path).status_code == 200
            found.append(len(seen))
        return found

    asked()  # what a process looks up once
    before = asked()
    for place in range(5, 25):
        proposal = a_submitted_proposal(met.world.call)
        plant(PanelItem(panel_id=met.panel_id, proposal_id=proposal.id, position=place))
    assert asked() == before


def test_the_pages_of_whoever_is_shut_out_are_those_of_a_panel_without_the_item(
    app: EquipoiseApp,
) -> None:
    """Twins: while the panel meets and after, the closed item is there, and then it never was."""
    met = a_panel()
    hold_meeting(met)
    pages: list[list[str]] = []

    def look() -> None:
        browser = Browser(app).sign_in(met.torn.id)
        at = f"/panels/{met.panel_id}"
        seen = [browser.get(one).text for one in ("/panels/", at, f"{at}/minutes")]
        pages.append([NOISE.sub("", page) for page in seen])

    look()
    write_down(met, "A", note="Another word of what is closed.")  # corrected after the meeting
    look()
    agree(met, met.chair)
    look()
    with planted():
        about = met.world.proposals["A"].id
        item = db.session.scalars(select(PanelItem).where(PanelItem.proposal_id == about)).one()
        db.session.execute(delete(ItemPresence).where(ItemPresence.item_id == item.id))
        db.session.delete(item)
    look()

    closed, corrected, approved, without = pages
    assert closed == corrected
    assert approved == without
    assert "minutes approved" in approved[2]


def test_a_correction_asks_only_those_again_who_agreed_to_what_it_changes(
    app: EquipoiseApp,
) -> None:
    assert app
    met = a_panel()
    a_conflict(met.chair, met.world, "B")
    hold_meeting(met)
    assert not agree(met, met.chair)  # to all but B
    write_down(met, "B", note="Said otherwise, and the chair does not know.")
    with unit_of_work(mode=Mode.READ):
        assert len(queries.approvals_of(met.panel_id)) == 1
    write_down(met, "C", note="Said otherwise, and the chair was there.")
    with unit_of_work(mode=Mode.READ):
        assert not queries.approvals_of(met.panel_id)


def _declare(met: Met, who: Actor, name: str) -> None:
    with unit_of_work(Lens.PANEL):
        found = item_about(met.panel_id, met.world.proposals[name].id)
        sitting = seated(who, met.panel_id)
        service.declare_conflict(who, sitting, found, kind=ConflictKind.OTHER, detail="Kin")


@both_engines
def test_who_agreed_and_declares_a_conflict_afterwards_learns_nothing_of_the_item(
    app: EquipoiseApp,
) -> None:
    """Twins: the item is corrected after they left it, or nothing happened. And of the others who
    were there, one who agreed before agrees to what is left, so that the minutes end."""
    met = a_panel()
    a_conflict(met.chair, met.world, "B")
    open_with(met, met.chair, met.member, met.secretary)
    for name in met.world.proposals:
        write_down(met, name)
    with unit_of_work(Lens.PANEL):
        service.close_meeting(met.chair, seated(met.chair, met.panel_id))
    a_conflict(met.secretary, met.world, "C")
    assert not agree(met, met.chair)  # to A, C and D
    _declare(met, met.chair, "C")
    browser = Browser(app).sign_in(met.chair.id)

    def look() -> list[str]:
        at = f"/panels/{met.panel_id}"
        return [NOISE.sub("", browser.get(one).text) for one in (at, f"{at}/minutes")]

    before = look()
    assert "I agree to these minutes" not in before[1]
    write_down(met, "C", met.member, note="Said otherwise, after the chair left it.")
    assert look() == before
    with pytest.raises(Refused, match="agreed to the minutes already"):
        agree(met, met.chair)

    assert agree(met, met.member)  # to B and C, which the chair left
    with unit_of_work(mode=Mode.READ):
        given = {one.member_id: one.items for one in queries.approvals_of(met.panel_id)}
        assert sorted(map(len, given.values())) == [2, 2]
    assert _panel(met).state is PanelState.APPROVED


def test_who_agreed_before_may_agree_to_what_the_chair_leaves_later(app: EquipoiseApp) -> None:
    met = a_panel(quorum=1)
    a_conflict(met.chair, met.world, "B")
    open_with(met, met.chair, met.member)
    for name in met.world.proposals:
        write_down(met, name, met.member if name == "B" else met.chair)
    with unit_of_work(Lens.PANEL):
        service.close_meeting(met.chair, seated(met.chair, met.panel_id))
    assert not agree(met, met.member)  # to B, which the chair left
    _declare(met, met.chair, "C")
    assert not agree(met, met.chair)  # to A and D

    page = Browser(app).sign_in(met.member.id).get(f"/panels/{met.panel_id}/minutes").text
    assert "I agree to these minutes" in page
    assert agree(met, met.member)
    assert _panel(met).state is PanelState.APPROVED
