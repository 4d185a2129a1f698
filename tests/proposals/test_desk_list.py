"""The staff's list of proposals: where who applies is sealed, nobody even asks for it."""

from app.calls.blinding import Blinding
from bench.web.statements import counted
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import a_call, a_person, a_submitted_proposal, an_officer


@both_engines
def test_names_are_asked_for_where_they_are_shown_and_nowhere_else(browser: Browser) -> None:
    officer, lead = an_officer(), a_person(organisation="Institute of Names")
    browser.sign_in(officer.id)
    for blinding, shown in ((Blinding.DOUBLE, True), (Blinding.TRIPLE, False)):
        call = a_call(phase="closed", blinding=blinding)
        proposal = a_submitted_proposal(call, lead)
        with counted() as seen:
            page = browser.get(f"/desk/calls/{call.id}/proposals/").get_data(as_text=True)
        assert str(proposal.number) in page
        assert ("Institute of Names" in page) is shown
        assert any("version_identity" in statement for statement in seen) is shown
