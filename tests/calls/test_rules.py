from datetime import UTC, datetime, timedelta

import pytest

from app.calls.models import CallState
from app.calls.rules import (
    Phase,
    WallTimeError,
    Weighed,
    calendar_problem,
    can_apply,
    can_edit,
    can_move,
    instant_of,
    phase_of,
    scale_problem,
    weight_problem,
)

OPENS = datetime(2027, 1, 12, 8, 0, tzinfo=UTC)
CLOSES = datetime(2027, 3, 31, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def _wall(*numbers: int) -> datetime:
    """A clock time as typed, of no zone yet."""
    return datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 - that is what is tested


def _phase(state: CallState, now: datetime) -> Phase:
    return phase_of(state, opens_at=OPENS, closes_at=CLOSES, now=now)


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        (OPENS - SECOND, Phase.ANNOUNCED),
        (OPENS, Phase.OPEN),
        (CLOSES, Phase.OPEN),
        (CLOSES + SECOND, Phase.CLOSED),
    ],
)
def test_the_clock_opens_and_closes_a_published_call(now: datetime, phase: Phase) -> None:
    assert _phase(CallState.PUBLISHED, now) is phase


@pytest.mark.parametrize("state", sorted(set(CallState) - {CallState.PUBLISHED}))
def test_every_other_state_is_what_people_decided(state: CallState) -> None:
    for now in (OPENS - SECOND, OPENS, CLOSES + SECOND):
        assert _phase(state, now).value == state.value


def test_people_move_only_one_step_and_never_an_open_call() -> None:
    allowed = {(phase, to) for phase in Phase for to in CallState if can_move(phase, to)}

    assert allowed == {
        (Phase.CLOSED, CallState.ASSIGNING),
        (Phase.ASSIGNING, CallState.REVIEWING),
        (Phase.REVIEWING, CallState.RANKING),
        (Phase.RELEASED, CallState.ARCHIVED),
    }
    assert "clock" in can_move(Phase.OPEN, CallState.ASSIGNING).reason


def test_only_a_draft_is_edited() -> None:
    assert [phase for phase in Phase if can_edit(phase)] == [Phase.DRAFTING]


def test_a_late_applicant_is_told_when_the_call_closed_in_its_own_zone() -> None:
    verdict = can_apply(Phase.CLOSED, closes_at=CLOSES, zone="Europe/Oslo")

    assert verdict.reason == "This call closed on 31 March 2027 at 17:00:00 (Europe/Oslo)."


@pytest.mark.parametrize(
    ("wall", "zone", "says"),
    [
        (_wall(2027, 3, 28, 2, 30), "Europe/Oslo", "does not exist"),
        (_wall(2027, 10, 31, 2, 30), "Europe/Oslo", "happens twice"),
        (_wall(2027, 10, 3, 2, 15), "Australia/Lord_Howe", "does not exist"),
        (_wall(2027, 4, 4, 1, 45), "Australia/Lord_Howe", "happens twice"),
        (_wall(2027, 1, 1, 0, 0), "Europe/Atlantis", "not a known time zone"),
    ],
)
def test_clock_times_that_no_clock_shows_once_are_refused(
    wall: datetime, zone: str, says: str
) -> None:
    with pytest.raises(WallTimeError, match=says):
        instant_of(wall, zone)


@pytest.mark.parametrize(
    ("wall", "zone", "instant"),
    [
        (_wall(2027, 3, 31, 17, 0), "Europe/Oslo", datetime(2027, 3, 31, 15, 0, tzinfo=UTC)),
        (_wall(2027, 3, 31, 17, 0), "Asia/Kathmandu", datetime(2027, 3, 31, 11, 15, tzinfo=UTC)),
        (_wall(2027, 1, 1, 0, 0), "Etc/GMT+12", datetime(2027, 1, 1, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_clock_time_becomes_its_instant(wall: datetime, zone: str, instant: datetime) -> None:
    assert instant_of(wall, zone) == instant


def _weights(*weights: str) -> str:
    return weight_problem([Weighed(f"c{n}", f"C{n}", text) for n, text in enumerate(weights)])


def test_weights_must_sum_to_one_exactly() -> None:
    assert _weights("0.1", "0.2", "0.7") == ""
    assert _weights("0.35", "0.40", "0.25") == ""
    assert "add up to 0.9" in _weights("0.4", "0.5")
    assert "above zero" in _weights("1.5", "-0.5")
    assert "decimal number" in _weights("a lot")
    assert "at least one" in _weights()


def test_a_scale_may_stand_either_way_up_but_must_be_whole_steps() -> None:
    assert scale_problem("1.0", "5.0", "0.1") == ""
    assert scale_problem("6", "1", "1") == ""
    assert "differ" in scale_problem("3", "3", "1")
    assert "whole number of steps" in scale_problem("6", "1", "2")
    assert "decimal" in scale_problem("best", "1", "1")


def test_the_calendar_runs_forward() -> None:
    assert calendar_problem(OPENS, CLOSES, CLOSES + SECOND) == ""
    assert "close after" in calendar_problem(CLOSES, OPENS, None)
    assert "due after" in calendar_problem(OPENS, CLOSES, CLOSES)
