"""Approved minutes become a signed document, kept by the call's desk."""

from app.calls.models import Call
from app.core.db import db
from app.core.jobs import run_due_jobs
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.documents import contributions, minuting, queries
from app.documents.models import DocumentKind, DocumentState
from app.documents.service import store
from tests.browser_client import Browser
from tests.panels.world import a_panel, agree, hold_meeting
from tests.trust.pdf_tokens import find_tokens


def test_approved_minutes_are_printed_for_the_desk_alone(
    app: EquipoiseApp,
) -> None:
    met = a_panel()
    hold_meeting(met)
    agree(met, met.chair)
    run_due_jobs()
    with unit_of_work():
        minuting.freeze_minutes({"panel_id": met.panel_id})  # done twice, it changes nothing

    with unit_of_work(mode=Mode.READ):
        call = db.session.get_one(Call, met.world.call.id)
        (document,) = queries.documents_of(call.id)
        assert (document.kind, document.state) == (
            DocumentKind.PANEL_MINUTES,
            DocumentState.READY,
        )
        assert contributions.readers(call, document, None) == set()
    content = store().get(document.file_key)
    leads = {lead.name for lead in met.world.leads.values()}
    reviewers = {person.name for person in met.world.reviewers}
    assert find_tokens(content, {met.chair.name, met.torn.name})  # it does name the panel
    assert not find_tokens(content, leads | reviewers)

    # Its link would be missing where an item is closed to somebody, and so tell of one.
    for person in (met.member, met.torn):
        page = Browser(app).sign_in(person.id).get(f"/panels/{met.panel_id}/minutes").text
        assert ".pdf" not in page
        assert 'class="hash"' not in page
    desk = Browser(app).sign_in(met.world.officer.id).get(f"/desk/calls/{call.id}/reports")
    assert "Panel minutes" in desk.text

    checked = Browser(app).fill_in("/verify", file=("minutes.pdf", content)).text
    assert "minutes were approved and settled" in checked
    assert "chip--bad" not in checked
