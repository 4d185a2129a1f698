"""A call in a file: every column of it comes back, or is named here with the reason why not."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect

from app.calls import call_file, queries, transfer
from app.calls.models import Call, Criterion
from app.core.db import db
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from tests.factories import a_call, an_officer, planted

NOT_CARRIED = {
    "id": "a call of its own",
    "code": "unique, and said anew",
    "state": "it begins in drafting",
    "fictional": "said of a world, not of a call",
    "fund_id": "money is no rule",
    "unsealed_at": "happened to the other",
    "first_stage_id": "only a second stage has one",
    "rules_sha256": "frozen when it opens",
    "released_at": "happened to the other",
    "results": "happened to the other",
}
# Every column that is carried, with a value that is not what a call has by itself.
TOLD: dict[str, object] = {
    "title": "Another title",
    "summary": "Another summary",
    "zone": "Africa/Nairobi",
    "opens_wall": "2031-03-01T09:00:00",
    "closes_wall": "2031-05-01T17:00:00",
    "opens_at": datetime(2031, 3, 1, 6, tzinfo=UTC),
    "closes_at": datetime(2031, 5, 1, 14, tzinfo=UTC),
    "reviews_due_at": datetime(2031, 7, 1, 14, tzinfo=UTC),
    "blinding": "signed",
    "applicants_to_reviewers": "ranking",
    "reviewers_to_applicants": "released",
    "reviewers_to_reviewers": "scored",
    "reviews_to_reviewers": "scored",
    "applicants_to_staff": "always",
    "reviewers_each": 4,
    "scale_best": "1",
    "scale_worst": "5",
    "scale_step": "0.5",
    "anchors": {"1": "Best"},
    "tie_rules": ["hash"],
    "currency": "USD",
    "rates": {"KES": "0.0077"},
    "rates_source": "A bank",
    "award_ceiling_minor": 12_345_00,
    "when_unaffordable": "skip",
    "threshold": "3",
    "reserve_places": 7,
    "award_rule": {},
    "approvals_needed": 2,
    "eligibility": [{"rule": "min-countries", "at_least": 2}],
    "partners_confirm": True,
    "signatory_required": True,
    "complete_draft_counts": True,
    "grace_minutes": 15,
}
FOLLOWS = {"zone_data": "the version of the time zones used", "award_rule": "tested beside"}


def test_every_column_of_a_call_is_carried_or_said_not_to_be() -> None:
    columns = set(inspect(Call).columns.keys())

    assert columns == TOLD.keys() | NOT_CARRIED.keys() | FOLLOWS.keys(), (
        "a new column is carried by the call file, or named here"
    )


SEALED = {"applicants_to_reviewers": "never", "applicants_to_staff": "unsealed"}


@pytest.mark.parametrize("more", [{}, SEALED])
def test_every_carried_column_comes_back(app: EquipoiseApp, more: dict[str, object]) -> None:
    assert app
    call, officer, told = a_call(phase="drafting"), an_officer(), {**TOLD, **more}
    with planted():
        row = db.session.get_one(Call, call.id)
        unlike = {name for name in told if getattr(row, name) != told[name]}
        for name, value in told.items():
            setattr(row, name, value)
    assert unlike >= told.keys() - {"award_rule", *SEALED}, "each value is another than before"
    with unit_of_work(mode=Mode.READ):
        text = transfer.as_file(db.session.get_one(Call, call.id))
    with unit_of_work(Lens.STAFF):
        start = transfer.Beginning(code="AGAIN1")
        made = transfer.begin(officer, call_file.read(text), start)
        made_id = made.id
    with unit_of_work(mode=Mode.READ):
        again = db.session.get_one(Call, made_id)
        found = {name: getattr(again, name) for name in TOLD}
    assert found == told


CRITERION = {
    "label": "Worth",
    "guidance": "Whether it is worth it.",
    "plain_label": "Would this matter to patients?",
    "plain_guidance": "Think of people you know.",
    "weight": "0.6",
    "anchors": {"1": "Poor", "6": "Great"},
    "threshold": "3",
}


def test_every_column_of_a_criterion_comes_back(app: EquipoiseApp) -> None:
    """A call as it begins has criteria in plain words too; a file without them was refused."""
    assert app
    columns = set(inspect(Criterion).columns.keys())
    assert columns == CRITERION.keys() | {"id", "call_id", "key", "position"}
    call, officer = a_call(phase="drafting"), an_officer()
    with planted():
        for name, value in CRITERION.items():
            setattr(queries.criteria_of(call.id)[0], name, value)
    with unit_of_work(mode=Mode.READ):
        text = transfer.as_file(db.session.get_one(Call, call.id))
    with unit_of_work(Lens.STAFF):
        start = transfer.Beginning(code="AGAIN2")
        made_id = transfer.begin(officer, call_file.read(text), start).id
    with unit_of_work(mode=Mode.READ):
        again = queries.criteria_of(made_id)[0]
        assert {name: getattr(again, name) for name in CRITERION} == CRITERION
