"""Reports come out of a release: frozen, proved, rendered, and the same again."""

from hashlib import sha256

from app.awards import queries as awards
from app.core.db import db
from app.core.jobs import run_due_jobs
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.documents import queries, rendering, service
from app.documents.models import Document, DocumentKind, DocumentState
from tests.engines import both_engines
from tests.factories import Released, a_released_call


def _documents(world: Released) -> list[Document]:
    with unit_of_work(mode=Mode.READ):
        return list(queries.documents_of(world.call.id))


@both_engines
def test_a_release_makes_awards_and_a_report_for_each_and_for_the_call(app: EquipoiseApp) -> None:
    assert app
    world = a_released_call()

    assert run_due_jobs() > 0

    with unit_of_work(mode=Mode.READ):
        made = {award.proposal_id: award for award in awards.awards_of(world.call.id)}
    assert len(made) == 2
    reports = _documents(world)
    assert [r.kind for r in reports].count(DocumentKind.ALLOCATION_REPORT) == 1
    assert [r.state for r in reports] == [DocumentState.READY] * 3
    for report in reports:
        content = service.store().get(report.file_key)
        assert sha256(content).hexdigest() == report.sha256
        again = rendering.unsigned(report.facts_key, service.store())
        assert sha256(again).hexdigest() == report.rendered_sha256
        assert content.startswith(again)
    assert db
