"""Quotas and earmarks from the draft of a call to its bundle, which decides again and tells no
more of who applies than the rule needs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from app.allocation import attributes, publishing, queries, service
from app.allocation.models import Decision
from app.calls import award_rule
from app.calls import service as calls
from app.calls.award_rule import AtMost, AwardRule, Limit, Objective, Quota
from app.calls.models import Call
from app.core.db import db
from app.core.gate import Refused
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.documents.collecting.decision import decision_of
from app.funds.models import Contribution
from scoring.replay import replay
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_person,
    a_review,
    a_submitted_proposal,
    an_approver,
    an_officer,
    planted,
)

if TYPE_CHECKING:
    from app.accounts.actor import Actor
    from app.core.web import EquipoiseApp

LMIC = Quota("income_group", ("low", "lower-middle", "upper-middle"), Limit.MIN_SHARE, 30)
WHO = (  # country, institution, grade: best first
    ("NO", "Institute Quellwort", "6"),
    ("NO", "institute  QUELLWORT", "5"),
    ("DE", "Institute Quellwort", "4"),
    ("KE", "Kisumu Hospital", "3"),
    ("PE", "Lima Hospital", "2"),
)


def a_ruled_call(rule: AwardRule, **values: object) -> tuple[Call, list[str]]:
    """Five proposals of 30,000 in a fund of 90,000; return the numbers, best first."""
    call = a_call(
        phase="ranking",
        contributions=(("One", 6_000_000), ("Two", 3_000_000)),
        award_rule=award_rule.to_data(rule),
        when_unaffordable="skip",
        reserve_places=1,
        rules_sha256="c" * 64,
        **values,  # type: ignore[arg-type]
    )
    numbers = []
    for country, institution, grade in WHO:
        lead = a_person(country=country, organisation=institution)
        proposal = a_submitted_proposal(call, lead, requested_minor=3_000_000)
        a_review(proposal, call, merit=grade, plan=grade)
        numbers.append(str(proposal.number))
    return call, numbers


def _decide(call: Call, officer: Actor) -> dict[str, Decision]:
    with unit_of_work(Lens.STAFF):
        service.make_ranking(officer, db.session.get_one(Call, call.id))
    with unit_of_work(Lens.STAFF):
        made = service.propose(officer, db.session.get_one(Call, call.id))
        return {row.number: row.line.decision for row in queries.lines_of(made.id)}


def _awarded(found: dict[str, Decision]) -> set[str]:
    return {number for number, decision in found.items() if decision is Decision.AWARD}


@both_engines
def test_quotas_decide_and_the_bundle_decides_again_without_telling_who_applies(
    app: EquipoiseApp,
) -> None:
    assert app
    call, numbers = a_ruled_call(AwardRule(quotas=(LMIC,), at_most=(AtMost("institution", 2),)))

    found = _decide(call, an_officer())

    assert _awarded(found) == {numbers[0], numbers[1], numbers[3]}
    assert found[numbers[2]] is Decision.RESERVE
    with unit_of_work():
        made = queries.latest_allocation(call.id)
        assert made is not None
        decision, bundle = decision_of(
            db.session.get_one(Call, call.id), made, queries.lines_of(made.id)
        )
    assert decision.hashes["allocation"] == made.sha256
    content = publishing.to_bytes(bundle)
    assert replay(content).same_bytes
    told = {one["id"]: one.get("attributes", {}) for one in bundle["proposals"]}
    assert told[numbers[0]] == {"same_institution_2": "1"}
    assert told[numbers[3]] == {"income_group_1": "low or lower-middle or upper-middle"}
    for secret in (b"Quellwort", b"quellwort", b"Kisumu", b'"KE"', b'"NO"', b"Lima"):
        assert secret not in content
    again = publishing.decision_in(json.loads(content))
    assert again.hashes["allocation"] == made.sha256

    moved = json.loads(content)
    moved["proposals"][3]["attributes"] = {}
    assert replay(publishing.to_bytes(moved)).differences
    loosened = json.loads(content)
    del loosened["rules"]["allocation"]["constraints"]
    assert replay(publishing.to_bytes(loosened)).differences


def test_an_earmarked_contribution_pays_only_what_it_may(app: EquipoiseApp) -> None:
    assert app
    call, numbers = a_ruled_call(AwardRule())
    with planted():
        two = db.session.query(Contribution).filter_by(amount_minor=3_000_000).one()
        two.earmark = {"country": ["KE", "PE"]}
        two_id = two.id

    found = _decide(call, an_officer())

    assert _awarded(found) == {numbers[0], numbers[1], numbers[3]}
    with unit_of_work(mode=Mode.READ):
        made = queries.latest_allocation(call.id)
        assert made is not None
        paid = {row.number: row.line.sources for row in queries.lines_of(made.id)}
    assert paid[numbers[3]] == {two_id: 3_000_000}
    assert all(two_id not in paid[number] for number in numbers[:2])


def test_the_sum_of_merit_prefers_small_amounts_and_says_so(app: EquipoiseApp) -> None:
    assert app
    call, numbers = a_ruled_call(AwardRule(objective=Objective.MERIT))
    with planted():
        from app.proposals.models import Proposal, Version  # noqa: PLC0415

        first = db.session.query(Proposal).filter_by(number=numbers[0]).one()
        db.session.get_one(Version, first.version_id).requested_minor = 9_000_000

    assert _awarded(_decide(call, an_officer())) == set(numbers[1:4])


def test_rules_that_cannot_hold_are_refused_with_the_conflict_and_what_would_help(
    app: EquipoiseApp,
) -> None:
    assert app
    north = Quota("country", ("NO",), Limit.MIN_SHARE, 60)
    south = Quota("income_group", ("lower-middle", "upper-middle"), Limit.MIN_SHARE, 60)
    call, _ = a_ruled_call(AwardRule(quotas=(north, south)))
    officer = an_officer()
    with unit_of_work(Lens.STAFF):
        service.make_ranking(officer, db.session.get_one(Call, call.id))

    with (
        pytest.raises(Refused, match="soften any one of them") as told,
        unit_of_work(Lens.STAFF),
    ):
        service.propose(officer, db.session.get_one(Call, call.id))

    assert "at least 60 % of the money for proposals led from Norway" in str(told.value)


def test_a_rule_changes_only_in_a_draft_by_an_officer_and_is_part_of_the_frozen_hash(
    app: EquipoiseApp,
) -> None:
    assert app
    officer, approver, rule = an_officer(), an_approver(), AwardRule(quotas=(LMIC,))
    draft, published = a_call(phase="drafting"), a_call(phase="announced")

    with pytest.raises(Refused), unit_of_work(Lens.STAFF):
        calls.edit_award_rule(approver, db.session.get_one(Call, draft.id), rule, goes_on=True)
    with pytest.raises(Refused, match="frozen"), unit_of_work(Lens.STAFF):
        calls.edit_award_rule(officer, db.session.get_one(Call, published.id), rule, goes_on=True)
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, draft.id)
        before = calls.rules_sha256(call)
        calls.edit_award_rule(officer, call, rule, goes_on=True)
        assert calls.rules_sha256(call) != before
        assert award_rule.from_data(call.award_rule) == rule


@pytest.mark.parametrize(
    ("rule", "when", "told"),
    [
        (AwardRule(quotas=(LMIC,)), "stop", "cannot end at the first"),
        (AwardRule(at_most=(AtMost("shoe_size", 1),)), "skip", "shoe_size"),
        (
            AwardRule(quotas=(Quota("country", ("Kenya",), Limit.MIN_COUNT, 1),)),
            "skip",
            "no value of",
        ),
        (
            AwardRule(
                quotas=(
                    Quota("country", ("KE",), Limit.MIN_SHARE, 60),
                    Quota("country", ("PE",), Limit.MIN_SHARE, 50),
                )
            ),
            "skip",
            "add up to 110 %",
        ),
        (AwardRule(needs="nothing"), "skip", "no question with the key"),
    ],
)
def test_a_rule_that_cannot_be_carried_out_is_refused(
    rule: AwardRule, when: str, told: str
) -> None:
    assert any(told in problem for problem in award_rule.problems(rule, {}, when))


def test_a_rule_is_told_in_sentences() -> None:
    rule = AwardRule(least_percent=80, quotas=(LMIC,), at_most=(AtMost("institution", 2),))

    told = award_rule.sentences(rule, when_unaffordable="skip", threshold="3", reserve=2)

    assert told[0].startswith("Down the ranking")
    for sentence in (
        "At least 30 % of the money goes to proposals led from low- and middle-income countries.",
        "At most 2 awards go to proposals that share the same lead institution.",
        "The best 2 that money or quotas kept out form the reserve list.",
    ):
        assert sentence in told
    one = award_rule.sentences(rule, when_unaffordable="skip", reserve=1)
    assert "The best one that money or quotas kept out is the reserve list." in one
    assert award_rule.from_data(award_rule.to_data(rule)) == rule
    assert award_rule.to_data(AwardRule()) == {}


def test_values_are_told_only_as_far_as_a_rule_asks() -> None:
    values = {
        "T-1": {"country": "KE", "institution": "a"},
        "T-2": {"country": "NO", "institution": "a"},
        "T-3": {"country": "NO", "institution": "b", "after": "T-1"},
    }
    keys = attributes.keys_of(AwardRule(), [{"country": ["UG", "KE"]}])

    assert attributes.told(values, keys) == {
        "T-1": {"country_1": "KE or UG"},
        "T-2": {},
        "T-3": {},
    }
    assert attributes.sharing(values, "institution", 1) == [["T-1", "T-2"]]
    assert attributes.sharing(values, "institution", 2) == []
    assert attributes.needed(values, "after") == [("T-3", "T-1")]
