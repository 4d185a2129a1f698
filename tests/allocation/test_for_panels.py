"""The desk that a panel reads: all that the officer's has, of what is open to each alone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select

from app.allocation import calibrating, for_panels, service, whatif
from app.allocation.for_panels import blind
from app.allocation.for_panels.models import PanelOutlook
from app.allocation.for_panels.queries import key_of
from app.allocation.for_panels.service import Found, known_to_reviewers
from app.allocation.models import Scenario
from app.allocation.service import Terms
from app.calls import award_rule
from app.calls.award_rule import AtMost, AwardRule, Limit, Quota
from app.calls.models import Audience, Call, CallState, Question, QuestionKind
from app.cli.checks import INVARIANTS
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.jobs import enqueue, run_due_jobs, run_job
from app.core.jobs.models import Job
from app.core.jobs.queue import due
from app.core.lens import Lens
from app.core.verdict import ALLOWED
from app.core.work import Mode, unit_of_work
from app.funds.models import Contribution
from app.funds.queries import ContributionRow
from app.panels import queries as panel_queries
from app.panels import service as panels
from app.panels.models import ItemPresence, Panel, PanelItem
from app.panels.service import OUTLOOK
from app.proposals.models import Proposal, ProposalState
from app.reviewers.models import Conflict
from app.reviews.models import Review
from tests.allocation.test_award_rule import LMIC
from tests.browser_client import Browser
from tests.counting import statements
from tests.engines import both_engines
from tests.factories import a_judged_call, a_person, plant, planted
from tests.panels.world import Met, a_conflict, a_panel, hold_meeting

if TYPE_CHECKING:
    from app.accounts.actor import Actor
    from app.core.web import EquipoiseApp
    from tests.worlds import BuiltOnce

NOISE = re.compile(r'name="csrf_token"[^>]*value="[^"]+"|nonce="[\w-]+"')
WIDE = {"A": ("6", "5", "6"), "B": ("5", "4", "5"), "C": ("4", "5", "4"), "D": ("3", "4", "3")}


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """What may be read does not depend on how often chance is tried."""
    monkeypatch.setattr(calibrating, "DRAWS", 2_000)
    monkeypatch.setattr(whatif, "PLAIN_DRAWS", 50)
    monkeypatch.setattr(whatif, "RULED_DRAWS", 10)


def a_ranked_panel(rule: AwardRule | None = None) -> Met:
    """A panel of a ranked call, with another rule tried beside the call's own."""
    told = award_rule.to_data(rule) if rule else {}
    met = a_panel(world=a_judged_call(WIDE, award_rule=told) if told else None)
    rank(met)
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, met.world.call.id)
        terms = Terms(AwardRule(), "skip", "", 0, budget_minor=2_000_000)
        service.try_scenario(met.world.officer, call, "Without the noisy A", terms)
    run_due_jobs()
    return met


def rank(met: Met) -> None:
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, met.world.call.id)
        service.make_ranking(met.world.officer, call)
        service.look_closer(met.world.officer, call)
    run_due_jobs()


def a_drawn_panel() -> Met:
    return a_ranked_panel(award_rule.from_data({"draw": "uniform", "order_by": "expected_rank"}))


def number(met: Met, name: str) -> str:
    return str(met.world.proposals[name].number)


def seen_by(app: EquipoiseApp, person: Actor, met: Met) -> str:
    page = Browser(app).sign_in(person.id).get(f"/panels/{met.panel_id}/desk")
    assert page.status_code == 200
    return NOISE.sub("", page.text)


def test_a_panel_reads_the_whole_desk(app: EquipoiseApp, built_once: BuiltOnce) -> None:
    met = built_once(a_ranked_panel)
    page = seen_by(app, met.member, met)
    for words in (
        "Down the ranking, each proposal gets",  # the rule in words
        "&#34;objective&#34;: &#34;rank&#34;",  # and as data
        "Where each proposal could stand",  # intervals
        "Raw and calibrated order",
        "“Survives”",
        "Another rule, no. 1",
        "The panel recommends",
    ):
        assert words in page, words
    assert all(number(met, name) in page for name in "ABCD")
    assert "noisy" not in page  # an officer's own words may say anything
    named = [*met.world.leads.values(), *met.world.reviewers]
    assert not [one.name for one in named if one.name in page]
    assert len(page.encode()) < 100_000
    assert (
        "decision desk" in Browser(app).sign_in(met.member.id).get(f"/panels/{met.panel_id}").text
    )


@pytest.mark.parametrize("builder", [a_ranked_panel, a_drawn_panel])
def test_the_desk_of_whoever_is_shut_out_is_that_of_a_call_without_the_proposal(
    app: EquipoiseApp, built_once: BuiltOnce, builder: object
) -> None:
    """Twins: the closed proposal is there, is judged otherwise, and then was never handed in."""
    met: Met = built_once(builder)  # type: ignore[arg-type]
    about = met.world.proposals["A"].id
    pages, controls = [], []

    def look() -> None:
        pages.append(seen_by(app, met.torn, met))
        controls.append(seen_by(app, met.member, met))

    look()
    with planted():
        for review in db.session.scalars(select(Review).where(Review.proposal_id == about)):
            review.grades = dict.fromkeys(review.grades, "1")
    rank(met)
    again(met)
    look()
    with planted():
        db.session.execute(delete(Conflict).where(Conflict.proposal_id == about))
        item = db.session.scalars(select(PanelItem).where(PanelItem.proposal_id == about)).one()
        db.session.execute(delete(ItemPresence).where(ItemPresence.item_id == item.id))
        db.session.delete(item)
        db.session.get_one(Proposal, about).state = ProposalState.WITHDRAWN
    rank(met)
    again(met)
    look()

    assert pages[0] == pages[1] == pages[2]
    assert number(met, "A") not in pages[0]
    assert len(set(controls)) == 3  # to the others each of these worlds is another
    assert number(met, "A") in controls[0]


def again(met: Met) -> None:
    """Try the other rule once more: scenarios belong to a ranking."""
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, met.world.call.id)
        terms = Terms(AwardRule(), "skip", "", 0, budget_minor=2_000_000)
        service.try_scenario(met.world.officer, call, "Again", terms)
    run_due_jobs()


def test_the_desk_shows_what_is_on_the_agenda_and_nothing_else(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    met = built_once(a_ranked_panel)
    put_on_agenda(met, "A", "C")
    assert "Nothing is computed yet" in seen_by(app, met.member, met)  # not of the older agenda
    run_due_jobs()
    for person, names in ((met.member, "AC"), (met.torn, "C")):
        page = seen_by(app, person, met)
        assert [name for name in "ABCD" if number(met, name) in page] == list(names)
    with unit_of_work(mode=Mode.READ):
        assert INVARIANTS["panels.outlook"].findings() == []


def put_on_agenda(met: Met, *names: str) -> None:
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, met.world.call.id)
        panel = db.session.get_one(Panel, met.panel_id)
        panels.set_agenda(met.world.officer, call, panel, [number(met, one) for one in names])


def outlooks(met: Met) -> dict[str, PanelOutlook]:
    with unit_of_work(mode=Mode.READ):
        return {one.closed_sha256: one for one in for_panels.queries.outlooks_of(met.panel_id)}


def test_of_many_who_ask_one_is_computed(app: EquipoiseApp, built_once: BuiltOnce) -> None:
    met = built_once(a_ranked_panel)
    asked = {"panel_id": met.panel_id}
    for person in (met.member, met.torn, met.member, met.member):
        Browser(app).sign_in(person.id).fill_in(f"/panels/{met.panel_id}/desk", form="/desk")
    with unit_of_work(mode=Mode.READ):
        assert len(due()) == 1  # who presses changed nothing: one reading will do for all
    for _act in range(4):
        with unit_of_work(Lens.STAFF):
            enforce(ALLOWED)
            panels.look_again_in(met.world.call.id)
    with unit_of_work(mode=Mode.READ):
        assert for_panels.service._compute(asked) is None
        waiting = due()
    assert len(waiting) == 5
    for job_id in waiting[:-1]:  # as the queue hands them out; each leaves it to the last
        with statements() as sent:
            run_job(job_id)
        assert not [one for one in sent if "FROM ranking" in one]
    run_job(waiting[-1])
    with unit_of_work(mode=Mode.READ):
        assert for_panels.service._compute(asked) is not None
    Browser(app).sign_in(met.torn.id).fill_in(f"/panels/{met.panel_id}/desk", form="/desk")
    with unit_of_work(mode=Mode.READ):
        assert len(due()) == 1  # of what was computed since, a press asks for more


def test_what_was_read_earlier_does_not_replace_what_was_read_later(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    """A slow worker ends after a quick one: on the choices, the data or the ranking of before."""
    assert app
    met = built_once(a_ranked_panel)
    asked = {"panel_id": met.panel_id}
    service_of = for_panels.service

    def read() -> Found:
        with unit_of_work(mode=Mode.READ):
            found = service_of._compute(asked)
        assert found is not None
        return found

    def keep(found: Found) -> None:
        with unit_of_work():
            service_of._keep(asked, found)

    slow = read()
    a_conflict(met.member, met.world, "B")
    keep(read())
    newer = outlooks(met)
    keep(slow)
    assert set(outlooks(met)) == set(newer)  # the choice of now keeps its row
    other = [one._replace(content={}, of_sha256="0" * 64) for one in slow.made]
    keep(slow._replace(made=other))
    kept = outlooks(met)
    assert {one.of_sha256 for one in kept.values()} == {one.of_sha256 for one in newer.values()}

    last = read()
    rank(met)
    newest = outlooks(met)
    keep(last._replace(made=other, read_at=clock.now()))
    assert {k: v.of_sha256 for k, v in outlooks(met).items()} == {
        k: v.of_sha256 for k, v in newest.items()
    }
    assert run_due_jobs() > 0  # it is asked for anew


def test_a_run_that_found_nothing_new_names_no_content_of_another(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    """One reads with another rule, one reads without it and finds what is there; then both keep."""
    assert app
    met = built_once(a_ranked_panel)
    asked, before = {"panel_id": met.panel_id}, outlooks(met)

    def read() -> Found:
        with planted():
            db.session.execute(delete(Job))  # that is this run
        with unit_of_work(mode=Mode.READ):
            found = for_panels.service._compute(asked)
        assert found is not None
        return found

    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, met.world.call.id)
        terms = Terms(AwardRule(), "skip", "", 0, budget_minor=1_000_000)
        added = service.try_scenario(met.world.officer, call, "For a moment", terms).id
    with_it = read()
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, met.world.call.id)
        service.remove_scenario(met.world.officer, call, db.session.get_one(Scenario, added))
    without = read()
    for found in (with_it, without):
        with unit_of_work():
            for_panels.service._keep(asked, found)
    run_due_jobs()
    for key, one in outlooks(met).items():
        assert one.of_sha256 == before[key].of_sha256
        assert [told["number"] for told in one.content["tried"]] == [0, 1]


def test_ranked_anew_by_whatever_way_the_panel_follows(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    met = built_once(a_ranked_panel)
    before = outlooks(met)
    with planted():
        about = met.world.proposals["D"].id
        for review in db.session.scalars(select(Review).where(Review.proposal_id == about)):
            review.grades = dict.fromkeys(review.grades, "1")
    with unit_of_work(Lens.STAFF):  # as `flask call rank` does
        service.make_ranking(met.world.officer, db.session.get_one(Call, met.world.call.id))
    run_due_jobs()
    after = outlooks(met)
    assert {one.of_sha256 for one in before.values()}.isdisjoint(
        one.of_sha256 for one in after.values()
    )
    assert set(after) == set(before)
    assert app


def test_a_conflict_found_since_closes_what_was_computed(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    met = built_once(a_ranked_panel)
    browser = Browser(app).sign_in(met.member.id)
    a_conflict(met.member, met.world, "B")
    page = seen_by(app, met.member, met)
    assert "Nothing is computed yet" in page
    assert not [name for name in "ABCD" if number(met, name) in page]
    browser.fill_in(f"/panels/{met.panel_id}/desk", form="/desk")
    run_due_jobs()
    page = seen_by(app, met.member, met)
    assert number(met, "B") not in page
    assert number(met, "A") in page
    with unit_of_work(mode=Mode.READ):
        kept = db.session.scalar(select(func.count(PanelOutlook.id)))
        assert kept == 3  # of all, without A for torn, and without B for the member now


def test_whoever_asked_for_it_is_told_that_it_is_being_computed(
    app: EquipoiseApp, built_once: BuiltOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = built_once(a_ranked_panel)
    desk = f"/panels/{met.panel_id}/desk"
    browser = Browser(app).sign_in(met.member.id)
    a_conflict(met.member, met.world, "B")

    def done(asked: str) -> bool:
        return bool(browser.get(f"{desk}/progress?asked={asked}").get_json()["done"])

    page = browser.fill_in(desk, form="/desk").text
    assert "Being computed" in page
    assert "Nothing is computed yet" not in page
    assert "Have it computed" not in page
    (asked,) = set(re.findall(r"progress\?asked=(\w+)", page))
    assert not done(asked)
    assert done("anything")
    assert "anything" not in browser.get(f"{desk}?asked=anything").text
    for minutes, over in ((9, False), (21, True)):  # the job may have failed for good
        with monkeypatch.context() as later:
            now = clock.now() + timedelta(minutes=minutes)
            later.setattr(clock, "now", lambda now=now: now)
            assert done(asked) is over
    run_due_jobs()
    assert done(asked)
    page = browser.get(f"{desk}?asked={asked}").text
    assert "Being computed" not in page
    assert "Compute it anew" in page
    page = browser.fill_in(desk, form="/desk").text
    assert "Being computed" in page
    assert number(met, "A") in page  # as it was computed before


def test_what_goes_by_who_applies_is_told_and_not_carried_out(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    met = built_once(a_ranked_panel, AwardRule(quotas=(LMIC,), at_most=(AtMost("lead", 1),)))
    page = seen_by(app, met.member, met)
    assert "Not carried out on this page" in page
    assert "goes to proposals led from low- and middle-income countries" in page
    assert "The price of each rule" not in page
    with unit_of_work(mode=Mode.READ):
        for kept in db.session.scalars(select(PanelOutlook)):
            assert "sources" not in str(kept.content)
            assert "told" not in str(kept.content["tried"])


def test_of_each_rule_tried_the_page_says_what_it_does_not_carry_out(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    met = built_once(a_ranked_panel)
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, met.world.call.id)
        terms = Terms(AwardRule(quotas=(LMIC,)), "skip", "", 0)
        service.try_scenario(met.world.officer, call, "For some", terms)
    run_due_jobs()
    page = seen_by(app, met.member, met)
    assert page.count("Not carried out on this page") == 1  # not the call's own, not no. 1
    _before, _heading, after = page.partition(
        "<h3>Another rule, no. 2, without what goes by who applies</h3>"
    )
    apart = after[after.index("Not carried out on this page") :]
    quota = award_rule.quota_words(LMIC)
    assert quota in apart
    assert page.count(quota) == 1


def test_earmarks_that_are_not_kept_are_named_and_their_money_is_said_to_be_locked(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    met = built_once(a_ranked_panel)
    free = seen_by(app, met.member, met)
    assert "earmarked" not in free
    with planted():
        pot = db.session.scalars(
            select(Contribution).where(
                Contribution.fund_id == met.world.call.fund_id,
                Contribution.amount_minor == 4_000_000,
            )
        ).one()
        pot.earmark = {"country": ["KE"]}
        again_asked = {"panel_id": met.panel_id}
        enqueue(OUTLOOK, again_asked)
    run_due_jobs()
    page = seen_by(app, met.member, met)
    assert re.search(
        r"40[ ,.\u202f]?000[^<]* of One [^<]* are earmarked by: country of the lead", page
    )
    assert re.search(r"of it [^<]*40[ ,.\u202f]?000[^<]* earmarked, see below", page)
    assert "count earmarked money as if it could pay for every proposal" in page
    assert not [one for one in ("Kenya", "KE]", "country_1") if one in page]


def test_a_question_by_the_name_of_who_applies_does_not_let_its_quota_in(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    """The answer is the applicant's to write; the quota goes by the country of the lead."""
    met = built_once(a_panel_asked_for_a_country)
    with unit_of_work(mode=Mode.READ):
        call = db.session.get_one(Call, met.world.call.id)
        assert "aims" in known_to_reviewers(call)
        assert not known_to_reviewers(call) & award_rule.RESERVED
    page = seen_by(app, met.member, met)
    assert "Not carried out on this page" in page
    assert "The price of each rule" not in page
    assert "by quotas" not in page


def a_panel_asked_for_a_country() -> Met:
    rule = AwardRule(quotas=(Quota("country", ("NO",), Limit.MAX_COUNT, 1),))
    world = a_judged_call(WIDE, award_rule=award_rule.to_data(rule))
    for place, key in enumerate(sorted(award_rule.RESERVED), 10):
        asked = {"key": key, "label": key, "kind": QuestionKind.TEXT, "position": place}
        plant(Question(call_id=world.call.id, audience=Audience.SCIENTIFIC, **asked))
    met = a_panel(world=world)
    rank(met)
    return met


def test_of_a_rule_only_what_reviewers_read_is_left() -> None:
    by_topic = Quota("topic", ("lung",), Limit.MIN_SHARE, 30)
    rule = AwardRule(
        quotas=(LMIC, by_topic), at_most=(AtMost("institution", 2),), needs="partner_call"
    )
    assert blind.rule(rule, {"topic"}) == AwardRule(quotas=(by_topic,))
    said = blind.left_out(rule, {"topic"}, {})
    assert len(said) == 3
    assert not [one for one in said if "lung" in one]
    pot = ContributionRow._make([None] * len(ContributionRow._fields))
    earmarked = pot._replace(earmark={"country": "KE", "topic": "lung"})
    assert blind.money([earmarked], {"topic"})[0].earmark == {"topic": "lung"}


def test_who_may_read_it_and_until_when(app: EquipoiseApp, built_once: BuiltOnce) -> None:
    met = built_once(a_ranked_panel)
    path = f"/panels/{met.panel_id}/desk"
    nowhere = f"/panels/{met.world.call.id}/desk"
    strangers = [a_person(), met.world.officer, met.world.leads["A"], met.world.reviewers[0]]
    for one in strangers:
        browser = Browser(app).sign_in(one.id)
        found, absent = browser.get(path), browser.get(nowhere)
        assert (found.status_code, found.data) == (404, absent.data)
    with planted():
        db.session.get_one(Call, met.world.call.id).state = CallState.RELEASED
    refused = Browser(app).sign_in(met.member.id).get(path)
    assert refused.status_code == 403
    assert "closed again" in refused.text


def test_the_check_finds_what_is_shown_to_somebody_it_is_closed_to(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    assert app
    met = built_once(a_ranked_panel)
    with unit_of_work(mode=Mode.READ):
        assert INVARIANTS["panels.outlook"].findings() == []
    with planted():
        shut = key_of(panel_queries.agenda_of(met.panel_id), {met.world.proposals["A"].id})
        ours = {one.closed_sha256: one for one in db.session.scalars(select(PanelOutlook))}
        (other,) = (one for key, one in ours.items() if key != shut)
        ours[shut].content = other.content
    with unit_of_work(mode=Mode.READ):
        assert len(INVARIANTS["panels.outlook"].findings()) == 1


def test_before_the_ranking_there_is_nothing_to_read(app: EquipoiseApp) -> None:
    met = a_panel()
    run_due_jobs()
    page = seen_by(app, met.chair, met)
    assert "Nothing is computed yet" in page


def test_what_the_panel_recommends_stands_beside_what_the_rule_gives(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    met = built_once(a_ranked_panel)
    before = seen_by(app, met.member, met)
    hold_meeting(met)
    after = seen_by(app, met.member, met)
    assert before.count("as the rule decides") == 0
    assert after.count("as the rule decides") == 4
    assert seen_by(app, met.torn, met).count("as the rule decides") == 3


@both_engines
def test_a_panel_that_is_dissolved_takes_what_was_computed_with_it(app: EquipoiseApp) -> None:
    assert app
    met = a_panel()
    with planted():
        db.session.add(
            PanelOutlook(
                panel_id=met.panel_id,
                closed_sha256="0" * 64,
                of_sha256="0" * 64,
                content={},
                made_at=met.world.call.opens_at,
            )
        )
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, met.world.call.id)
        panels.dissolve(met.world.officer, call, db.session.get_one(Panel, met.panel_id))
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalar(select(func.count(PanelOutlook.id))) == 0


def test_the_desk_takes_the_same_statements_whoever_reads_it(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    met = built_once(a_ranked_panel)
    counted = []
    for person in (met.member, met.torn):
        browser = Browser(app).sign_in(person.id)
        path = f"/panels/{met.panel_id}/desk"
        browser.get(path)
        with statements() as asked:
            browser.get(path)
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 12


def a_large_outlook(count: int = 1_000, rules: int = 6) -> dict[str, object]:
    """What a job keeps of a thousand proposals and some rules that move hundreds of them."""
    names = [f"TST1-{place:04d}" for place in range(count)]

    def lines(first: int) -> list[dict[str, object]]:
        return [
            {
                "proposal": name,
                "decision": "award" if first <= place < first + 300 else "decline",
                "amount_minor": 3_000_000 if first <= place < first + 300 else 0,
                "reason": "The money ended at a proposal ranked higher.",
            }
            for place, name in enumerate(names)
        ]

    return {
        "titles": dict.fromkeys(names, "A title of some sixty letters, as they are in real calls"),
        "asks": dict.fromkeys(names, 3_000_000),
        "ranked": {
            "places": [
                {"proposal": n, "rank": at, "tied_with": [], "shown": "4.2000", "spread": "1.0000"}
                for at, n in enumerate(names, 1)
            ]
        },
        "places": 300,
        "calibration": {
            "proposals": [
                {
                    "id": n,
                    "raw_rank": at,
                    "rank": at,
                    "calibrated": 4.2,
                    "piece": 1,
                    "expected_rank": at,
                    "rank_50": [at, at + 9],
                    "rank_90": [at, at + 40],
                    "reviews": 2,
                    "group": "fund",
                    "tied_with": [],
                }
                for at, n in enumerate(names, 1)
            ],
            "flags": [],
            "graph": {"pieces": 1},
            "line": None,
        },
        "tried": [
            {
                "number": number,
                "terms": {},
                "rule": {"budget_minor": 10**9, "lower_is_better": False},
                "result": {
                    "lines": lines(150 * number),
                    "spent_minor": 9 * 10**8,
                    "left_minor": 10**8,
                    "merit": 10**6,
                    "margins": [],
                    "survival": {"draws": 0, "shares": []},
                    "prices": [
                        {"name": "some rule", "points": 1, "enters": names, "leaves": names}
                    ],
                },
                "trouble": "",
            }
            for number in range(rules)
        ],
    }


def test_at_a_thousand_proposals_the_page_stays_small(app: EquipoiseApp) -> None:
    met = a_panel()
    agenda = {one.id for one in met.world.proposals.values()}
    with planted():
        db.session.add(
            PanelOutlook(
                panel_id=met.panel_id,
                closed_sha256=key_of(agenda, ()),
                of_sha256="0" * 64,
                content=a_large_outlook(),
                made_at=met.world.call.opens_at,
            )
        )
    page = seen_by(app, met.member, met)
    assert "and 992 more" in page
    assert len(page.encode()) < 100_000
