"""What an award publishes of a proposal: what the call asked for everybody, and nothing else."""

from app.awards import queries
from app.calls.models import Audience, Question, QuestionKind
from app.core.db import db
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.proposals.models import Version
from tests.browser_client import Browser
from tests.factories import (
    Released,
    a_judged_call,
    approve_allocation,
    plant,
    planted,
    release_results,
)

AIMS = "We will find out."
FOR_ALL = "We look for early signs, in plain words."


def _asked_for_everybody(world: Released, audience: Audience) -> None:
    plant(
        Question(
            call_id=world.call.id,
            key="lay_summary",
            label="Summary in plain words",
            kind=QuestionKind.LONG_TEXT,
            audience=audience,
            position=9,
        )
    )
    with planted():
        for proposal in world.proposals.values():
            version = db.session.get_one(Version, str(proposal.version_id))
            version.answers = {**version.answers, "lay_summary": FOR_ALL}


def _summaries(world: Released) -> set[str]:
    approve_allocation(world)
    release_results(world)
    with unit_of_work(mode=Mode.READ):
        return {award.summary for award in queries.awards_of(world.call.id)}


def test_the_summary_for_everybody_is_published(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    world = a_judged_call()
    _asked_for_everybody(world, Audience.SCIENTIFIC)

    assert _summaries(world) == {FOR_ALL}
    page = browser.get(f"/results/{world.call.code}").text
    assert FOR_ALL in page
    assert AIMS not in page


def test_no_other_answer_is_published_in_its_place(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    world = a_judged_call()

    assert _summaries(world) == {""}
    assert AIMS not in browser.get(f"/results/{world.call.code}").text


def test_a_summary_for_the_staff_alone_is_not_published(app: EquipoiseApp) -> None:
    assert app
    world = a_judged_call()
    _asked_for_everybody(world, Audience.IDENTITY)

    assert _summaries(world) == {""}
