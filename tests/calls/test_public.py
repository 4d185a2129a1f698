"""What everybody reads of a call without an account: calendar, feed, paper."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.calls.calendar_file import _folded
from app.calls.rules import WallTimeError, instant_of
from app.core.web import EquipoiseApp
from tests.browser_client import Browser
from tests.factories import a_call

ATOM = {"a": "http://www.w3.org/2005/Atom"}
NIGHTS = {
    "Europe/Brussels": ["2026-10-25", "2027-03-28", "2028-10-29"],
    "Europe/London": ["2026-10-25", "2027-03-28"],
    "America/St_Johns": ["2026-11-01", "2027-03-14"],
    "Australia/Lord_Howe": ["2026-10-04", "2027-04-04"],
    "America/Santiago": ["2026-09-06", "2027-04-04"],
    "Africa/Cairo": ["2026-10-30", "2027-04-30"],
    "Asia/Kathmandu": ["2027-03-28"],
}


def test_the_dates_of_a_call_go_into_a_calendar(browser: Browser) -> None:
    call = a_call(code="ICS1", title="Cells, signals; and \\ more — über alles hinweg und weiter")

    answer = browser.get("/calls/ICS1/calendar.ics")

    assert answer.mimetype == "text/calendar"
    lines = answer.text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = answer.text.replace("\r\n ", "")
    assert f"DTSTART:{call.closes_at.astimezone(UTC):%Y%m%dT%H%M%SZ}" in unfolded
    assert "Cells\\, signals\\; and \\\\ more" in unfolded
    assert unfolded.count("BEGIN:VEVENT") == unfolded.count("END:VEVENT") == 2


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_folding_a_line_loses_nothing(line: str) -> None:
    folded = _folded(line)

    assert folded.replace("\r\n ", "") == line
    assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))


def test_the_feed_tells_open_and_announced_calls_alone(browser: Browser) -> None:
    for code, phase in (("OPEN9", "open"), ("SOON9", "announced"), ("PAST9", "closed")):
        a_call(code=code, phase=phase, title=f"Call <{code}> & more")
    a_call(code="HUSH9", phase="drafting")

    answer = browser.get("/calls/feed.atom")

    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.text)
    titles = [entry.findtext("a:title", "", ATOM) for entry in feed.findall("a:entry", ATOM)]
    assert titles == ["Call <OPEN9> & more", "Call <SOON9> & more"]
    assert "HUSH9" not in answer.text


def test_the_whole_form_is_read_and_printed_without_an_account(browser: Browser) -> None:
    a_call(code="PAPER1")
    a_call(code="HUSH2", phase="drafting")

    page = browser.get("/calls/PAPER1/form")

    assert "Aims" in page.text
    assert "up to 50 words" in page.text
    assert "not shown to reviewers" in page.text
    for address in ("form", "calendar.ics"):
        assert browser.get(f"/calls/HUSH2/{address}").status_code == 404


@pytest.mark.parametrize("zone", list(NIGHTS))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_on_nights_when_clocks_change_each_accepted_time_is_one_instant(
    app: EquipoiseApp, zone: str, data: st.DataObject
) -> None:
    assert app
    day = data.draw(st.sampled_from(NIGHTS[zone]))
    wall = datetime.fromisoformat(day) + timedelta(minutes=data.draw(st.integers(-120, 360)))
    place = ZoneInfo(zone)
    meant = [
        moment
        for fold in (0, 1)
        if (moment := wall.replace(tzinfo=place, fold=fold).astimezone(UTC))
        .astimezone(place)
        .replace(tzinfo=None)
        == wall
    ]
    if len(set(meant)) == 1:
        assert instant_of(wall, zone) == meant[0]
    else:
        with pytest.raises(WallTimeError):
            instant_of(wall, zone)
