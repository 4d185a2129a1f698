"""What plans are computed from: codes, statements, absences, answers, and the mix."""

from datetime import date, timedelta

import pytest

from app.calls.models import Audience, Question, QuestionKind
from app.core import clock
from app.core.db import db
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.proposals.models import Version
from app.reviewers import coding
from app.reviewers.assigning import queries
from app.reviewers.assigning.inputs import Inputs, LeftOut, Wishes
from app.reviewers.mix import service as mix
from app.reviewers.mix.models import ToldGender
from app.reviewers.models import Answer, ReviewerProfile, ReviewInvitation, Unavailability
from app.reviewers.rules import Away, is_away
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import a_person, plant, planted
from tests.reviewers.test_plans import World


def _read(world: World, **wishes: object) -> Inputs:
    with unit_of_work(mode=Mode.READ):
        return queries.inputs_of(world.stored(), Wishes(each=2, **wishes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("choice", "codes"),
    [
        ("5.3", ("cso:5.3",)),
        ("5.3 Systemic Therapies – Discovery", ("cso:5.3",)),
        ("5.3: Systemic therapies", ("cso:5.3",)),
        ("End-of-Life Care", ("cso:6.6",)),
        ("Treatment", ("cso:5",)),
        ("Breast", ("cancer:breast",)),
        ("5.3 years", ()),
        ("Yes", ()),
        ("", ()),
    ],
)
def test_choices_of_a_form_tell_codes(choice: str, codes: tuple[str, ...]) -> None:
    assert coding.told_by([choice]) == codes


@pytest.mark.parametrize(
    ("away", "gone"),
    [
        ([], False),
        ([Away(date(2026, 3, 1), date(2026, 3, 10))], True),
        ([Away(date(2026, 3, 1), date(2026, 3, 5))], False),  # half of the days
        ([Away(date(2026, 2, 1), date(2026, 3, 6))], True),
        (
            [Away(date(2026, 3, 1), date(2026, 3, 3)), Away(date(2026, 3, 2), date(2026, 3, 6))],
            True,
        ),
        ([Away(date(2025, 3, 1), date(2025, 3, 30))], False),
    ],
)
def test_who_is_away_on_most_days_is_away(away: list[Away], gone: bool) -> None:  # noqa: FBT001
    assert is_away(away, date(2026, 3, 1), date(2026, 3, 10)) is gone


@both_engines
def test_plans_know_codes_statements_absences_and_answers(app: EquipoiseApp) -> None:
    assert app
    world = World(proposals=2, people=4)
    first, second, third, fourth = (person.id for person in world.people)
    topic = Question(
        call_id=world.call.id,
        key="topic",
        position=9,
        section="Science",
        label="Topic",
        kind=QuestionKind.CHOICE,
        audience=Audience.SCIENTIFIC,
        choices=["Treatment", "Prevention"],
    )
    today = clock.now()
    asked = [today - timedelta(days=days) for days in (3, 2)]
    plant(
        topic,
        ReviewerProfile(
            account_id=first, codes=["5.3"], cancers=["breast"], statement="Trials of drugs"
        ),
        Unavailability(
            account_id=second,
            first_day=f"{today.date()}",
            last_day=f"{today.date() + timedelta(days=200)}",
        ),
        *(
            ReviewInvitation(
                call_id=world.call.id, account_id=account_id, answer=answer, asked_at=at
            )
            for account_id, at, answer in [
                (third, asked[0], Answer.ACCEPTED),
                (third, asked[1], Answer.DECLINED),
                (fourth, asked[0], Answer.DECLINED),
                (fourth, asked[1], Answer.WAITING),
            ]
        ),
    )
    with planted():
        version = db.session.get_one(Version, str(world.proposals[0].version_id))
        version.answers = {**version.answers, "topic": "Treatment"}

    found = _read(world)
    told = {one.id: one.codes for one in found.proposals}
    assert told == {world.proposals[0].id: ("cso:5",), world.proposals[1].id: ()}
    people = {one.account_id: one for one in found.people}
    assert people[first].codes == ("cso:5.3", "cancer:breast")
    assert "Trials of drugs" in people[first].texts
    assert {key: one.left_out for key, one in people.items()} == {
        first: None,
        second: LeftOut.AWAY,
        third: LeftOut.DECLINED,
        fourth: None,
    }
    assert people[second].most == 0
    assert people[fourth].most == 4

    plan_id = world.plan()
    seated = {
        world.standing(plan_id).sheet.people[j] for _i, j in world.standing(plan_id).new_seats()
    }
    assert seated == {first, fourth}
    page = (
        Browser(app).sign_in(world.officer.id).get(f"/desk/calls/{world.call.id}/plans/{plan_id}")
    )
    assert "declined the invitation to this call: Judith Nr2" in page.text
    assert "away on most days until the reviews are due: Judith Nr1" in page.text


@both_engines
def test_what_is_told_for_the_mix_is_read_by_the_computation_alone(app: EquipoiseApp) -> None:
    world = World(proposals=1, people=11)
    browser = Browser(app)
    for place, person in enumerate(world.people[:9]):
        with unit_of_work(Lens.REVIEWER):
            mix.tell(person, "woman" if place % 2 else "man")
    assert not any(one.gender for one in _read(world, genders=True).people)

    tenth = world.people[9]
    browser.sign_in(tenth.id).fill_in("/mix", gender="man")
    browser.fill_in("/mix", gender="other")
    assert "checked" not in browser.get("/mix").text
    assert not any(one.gender for one in _read(world).people)  # not asked for
    told = {one.account_id: one.gender for one in _read(world, genders=True).people}
    assert told[tenth.id] == "other"
    assert told[world.people[0].id] == "man"

    browser.fill_in("/mix", gender="nothing")
    assert not any(one.gender for one in _read(world, genders=True).people)

    browser.sign_in(a_person().id)
    assert browser.get("/mix").status_code == 404
    for lens in (Lens.STAFF, Lens.REVIEWER, Lens.AUDITOR, Lens.ADMIN):
        with (
            pytest.raises(Exception, match=r"prohibited|permission denied"),
            unit_of_work(lens, Mode.READ),
        ):
            db.session.query(ToldGender).all()
