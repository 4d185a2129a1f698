"""The last moment, to the second and over the nights on which clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.models import CallState
from app.calls.rules import Phase, WallTimeError, instant_of, phase_of
from app.proposals.deadline import can_return, in_time, last_moment

# Each pair of zone and day has a change of clocks in 2026 to 2028, two of them by half an hour.
NIGHTS = [
    ("Europe/Brussels", "2026-03-29"),
    ("Europe/Brussels", "2026-10-25"),
    ("Europe/London", "2027-03-28"),
    ("America/St_Johns", "2027-11-07"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Australia/Lord_Howe", "2027-04-04"),
    ("America/Santiago", "2026-09-06"),
    ("Africa/Cairo", "2027-04-30"),
    ("Asia/Kathmandu", "2026-03-29"),  # never changes
    ("Etc/GMT+12", "2028-01-01"),
]
SECOND = timedelta(seconds=1)


@given(
    night=st.sampled_from(NIGHTS),
    minute=st.integers(0, 24 * 60 - 1),
    away=st.integers(-2_000_000, 2_000_000),
    grace=st.integers(0, 240),
)
def test_the_stamp_decides_to_the_microsecond_on_every_night(
    night: tuple[str, str], minute: int, away: int, grace: int
) -> None:
    """Within two seconds of the deadline a request counts if, and only if, it is not later."""
    zone, day = night
    wall = datetime.fromisoformat(day) + timedelta(minutes=minute)
    try:
        closes = instant_of(wall, zone)
    except WallTimeError:
        return  # that time does not exist or exists twice: nobody can choose it
    assert closes.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
    opens, stamp = closes - timedelta(days=30), closes + timedelta(microseconds=away)

    phase = phase_of(CallState.PUBLISHED, opens_at=opens, closes_at=closes, now=stamp)
    assert (phase is Phase.OPEN) is (away <= 0)

    last = last_moment(closes, grace)
    late = last + timedelta(microseconds=away)
    assert in_time(CallState.PUBLISHED, late, opens, last) is (away <= 0)


@pytest.mark.parametrize(
    ("zone", "day"), [night for night in NIGHTS if "Kathmandu" not in night[0]][:8]
)
def test_on_a_night_of_change_some_times_are_refused(zone: str, day: str) -> None:
    refused = 0
    for minute in range(24 * 60):
        try:
            instant_of(datetime.fromisoformat(day) + timedelta(minutes=minute), zone)
        except WallTimeError:
            refused += 1
    assert refused in {30, 60}


@given(
    own=st.lists(st.integers(-1000, 1000), max_size=4),
    grace=st.integers(0, 240),
)
def test_time_of_ones_own_only_ever_adds(own: list[int], grace: int) -> None:
    closes = datetime(2026, 10, 25, 12, tzinfo=UTC)
    moments = [closes + timedelta(minutes=each) for each in own]
    last = last_moment(closes, grace, *moments)
    assert last >= closes + timedelta(minutes=grace)
    assert all(last >= moment for moment in moments)
    assert last in {closes + timedelta(minutes=grace), *moments}


@pytest.mark.parametrize("state", [each for each in CallState if each is not CallState.PUBLISHED])
def test_once_people_moved_the_call_on_no_time_of_ones_own_counts(state: CallState) -> None:
    now = datetime(2026, 10, 25, 12, tzinfo=UTC)
    assert not in_time(state, now, now - SECOND, now + SECOND)
    assert not can_return(state, now + SECOND, now)


def test_a_deadline_that_is_over_cannot_be_given() -> None:
    now = datetime(2026, 10, 25, 12, tzinfo=UTC)
    assert not can_return(CallState.PUBLISHED, now, now)
    assert can_return(CallState.PUBLISHED, now + SECOND, now)
