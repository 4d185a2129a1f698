"""The certificate of reviewing: signed, checked on /verify, and silent about what was reviewed."""

import io
import re
from pathlib import Path

import pikepdf
import pytest

from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.work import unit_of_work
from app.reviewers.models import SeatState
from tests.browser_client import Browser
from tests.factories import (
    Released,
    a_call,
    a_judged_call,
    a_person,
    a_review,
    a_reviewer,
    a_submitted_proposal,
)


def _release(call: Call) -> None:
    with unit_of_work() as work:
        db.session.get_one(Call, call.id).released_at = clock.now()
        work.enforced, work.recorded = 1, 1


def _text(pdf: bytes) -> str:
    """Return every string of the file, its attachments and its metadata."""
    found = [pdf.decode("latin-1")]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for thing in opened.objects:
            if isinstance(thing, pikepdf.Stream):
                try:
                    found.append(thing.read_bytes().decode("latin-1"))
                except pikepdf.PdfError:
                    continue
    return "\n".join(found)


@pytest.fixture
def world(app: object) -> Released:
    assert app
    return a_judged_call()


def test_nothing_is_certified_before_the_release(browser: Browser, world: Released) -> None:
    reviewer = world.reviewers[0]
    browser.sign_in(reviewer.id)
    year = clock.now().year

    assert "None yet" in browser.get("/certificates/").text
    assert browser.get(f"/certificates/{year}.pdf").status_code == 404
    _release(world.call)
    assert "4 reviews" in browser.get("/certificates/").text
    assert browser.get(f"/certificates/{year - 1}.pdf").status_code == 404


def test_a_certificate_holds_on_the_page_that_checks_and_tells_nothing_more(
    browser: Browser, world: Released
) -> None:
    reviewer, now = world.reviewers[0], clock.now()
    _release(world.call)
    with browser.sign_in(reviewer.id).get(f"/certificates/{now.year}.pdf") as answer:
        pdf = answer.get_data()
        name = answer.headers["Content-Disposition"]

    assert name.endswith(f'filename="reviewing-{now.year}.pdf"')
    page = browser.fill_in("/verify", file=("c.pdf", pdf)).text
    assert "This certificate of reviewing is ours, and unchanged." in page
    for said in (reviewer.name, str(now.year), "<dd>4</dd>"):
        assert said in page
    told = _text(pdf)
    proposal = world.proposals["A"]
    for hidden in (world.call.code, world.call.title, str(proposal.number), proposal.id):
        assert hidden not in told, hidden
    assert reviewer.id not in told
    days = set(re.findall(rf"{now.year}-?\d\d-?\d\d", told)) | set(re.findall(r"D:\d{8}", told))
    assert days <= {f"{now.year}-01-01", f"{now.year}0101", f"D:{now.year}0101"}


def test_an_altered_or_unsigned_certificate_does_not_hold(
    browser: Browser, world: Released
) -> None:
    _release(world.call)
    browser.sign_in(world.reviewers[0].id)
    with browser.get(f"/certificates/{clock.now().year}.pdf") as answer:
        pdf = answer.get_data()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        rewritten = io.BytesIO()
        opened.Root.Lang = "fr"
        opened.save(rewritten)

    bare = re.sub(rb"/Contents\s*<[0-9a-fA-F]+>", b"/Contents <00>", pdf)
    for wrong in (rewritten.getvalue(), bare):
        page = browser.fill_in("/verify", file=("c.pdf", wrong)).text
        assert "This certificate of reviewing is ours" not in page


def test_seats_lost_to_a_conflict_and_reviews_of_others_do_not_count(browser: Browser) -> None:
    call, reviewer = a_call(phase="ranking"), a_reviewer()
    a_review(a_submitted_proposal(call), call, reviewer, merit="5")
    lost = a_review(a_submitted_proposal(call), call, reviewer, merit="5")
    a_review(a_submitted_proposal(call), call, merit="5")
    with unit_of_work() as work:
        db.session.get_one(type(lost), lost.id).state = SeatState.CONFLICTED
        work.enforced, work.recorded = 1, 1
    _release(call)

    assert "1 review" in browser.sign_in(reviewer.id).get("/certificates/").text
    assert "None yet" in browser.sign_in(a_person().id).get("/certificates/").text


TEMPLATES = Path(__file__).resolve().parents[2] / "app/templates/documents"


def test_every_square_to_check_a_document_by_has_its_size() -> None:
    """One without the box is as wide as the page."""
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text()
        assert text.count("{{ qr }}") == len(re.findall(r'<div class="qr[^>]*>{{ qr }}', text)), (
            template.name
        )
