"""In a real browser: a file that goes on after the line was lost, and words counted as we do."""

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from app.calls.kinds.text import count_words
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.proposals.models import PartialUpload, Upload
from tests.browser_client import Browser as PlainBrowser
from tests.factories import a_call, a_draft, a_person
from tests.live import Site
from tests.pdfs import a_pdf

pytestmark = pytest.mark.browser
STATE = "[data-pieces-state]"
TEXTS = [
    "",
    "   ",
    "one",
    "one two  three\n\nfour\tfive",
    "state-of-the-art well-known — dash – and-dash",
    "don't can’t l’hôpital",
    "علاج سرطان الأطفال في البلدان منخفضة الدخل",
    "癌症研究 in 日本 と 韓国",
    "연구 계획서",
    "การวิจัยมะเร็ง",
    "👩🏽‍⚕️ and 👍🏻 🇳🇴",
    "a\u00a0b\u2009c\u3000d\u200be\u2028f\x1cg",
    "e\u0301tude nai\u0308ve",
    "\U00020000\U00020001 x",
    "1,000.50 €/kg 5×10⁻³",
]


def test_a_lost_line_and_words_in_every_script(chromium: Browser, site: Site) -> None:
    with site.app.app_context():
        lead = a_person()
        proposal = a_draft(a_call(), lead)
        cookie = PlainBrowser(site.app).sign_in(lead.id).client.get_cookie("session")
    assert cookie is not None
    context = chromium.new_context(base_url=site.url)
    context.add_cookies([{"name": "session", "value": cookie.value, "url": site.url}])
    page = context.new_page()

    page.goto(f"/proposals/{proposal.id}/write")
    for text in TEXTS:
        counted = page.evaluate(
            "async (text) => (await import('/static/js/wordcount.js')).words(text)", text
        )
        assert counted == count_words(text), ascii(text)

    page.goto(f"/proposals/{proposal.id}/files/description")
    page.locator("[data-pieces-url]").evaluate("(place) => { place.dataset.pieceBytes = '10' }")
    file = site.folder / "mine.pdf"
    file.write_bytes(a_pdf("Findings"))
    page.locator("input[type=file]").set_input_files(file)
    with page.expect_response(lambda answer: "?at=0" in answer.url):
        page.get_by_role("button", name="Upload", exact=True).click()
    context.set_offline(True)
    expect(page.locator(STATE)).to_contain_text("The line is lost")
    context.set_offline(False)

    expect(page.get_by_text("its copy for reviewers is made")).to_be_visible(timeout=60_000)
    with site.app.app_context(), unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Upload.original_name)).all() == ["mine.pdf"]
        assert db.session.scalars(select(PartialUpload)).all() == []
