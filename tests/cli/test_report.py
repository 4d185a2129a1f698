"""`flask report`: the report again, and whether a report holds."""

from pathlib import Path

from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.documents import queries, service
from tests.cli.commands import run, succeed
from tests.factories import a_judged_call, a_reported_call
from tests.worlds import BuiltOnce


def test_the_report_is_rendered_again_and_holds(
    app: EquipoiseApp, built_once: BuiltOnce, tmp_path: Path
) -> None:
    world = built_once(a_reported_call)
    out = tmp_path / "report.pdf"

    said = succeed(app, "report", "render", world.call.code, str(out))
    checked = succeed(app, "report", "verify", str(out))

    with unit_of_work(mode=Mode.READ):
        made = queries.allocation_report_of(world.call.id)
    assert made is not None
    assert made.sha256 in said
    assert out.read_bytes() == service.store().get(made.file_key)
    for line in ("Signature", "Ledger proof", "Attached data", "Decided again", "Rendered again"):
        assert f"{line}: holds." in checked
    assert "OK: everything" in checked


def test_every_report_of_a_release_holds(
    app: EquipoiseApp, built_once: BuiltOnce, tmp_path: Path
) -> None:
    world = built_once(a_reported_call)
    with unit_of_work(mode=Mode.READ):
        made = [each for each in queries.documents_of(world.call.id) if each.ending == "pdf"]

    assert len(made) == 5, "the allocation's, one for each of three awards, and to the one funder"
    for document in made:
        path = tmp_path / f"{document.id}.pdf"
        path.write_bytes(service.store().get(document.file_key))
        assert "OK: everything" in succeed(app, "report", "verify", str(path))


def test_an_altered_report_is_a_finding(
    app: EquipoiseApp, built_once: BuiltOnce, tmp_path: Path
) -> None:
    world = built_once(a_reported_call)
    with unit_of_work(mode=Mode.READ):
        made = queries.allocation_report_of(world.call.id)
    assert made is not None
    content = bytearray(service.store().get(made.file_key))
    content[len(content) // 3] ^= 1
    path = tmp_path / "altered.pdf"
    path.write_bytes(content)

    result = run(app, "report", "verify", str(path))

    assert result.exit_code == 1
    assert "OK" not in result.output


def test_pages_without_signature_that_tell_something_else_are_found(
    app: EquipoiseApp, built_once: BuiltOnce, tmp_path: Path
) -> None:
    import pikepdf  # noqa: PLC0415

    world = built_once(a_reported_call)
    with unit_of_work(mode=Mode.READ):
        made = queries.allocation_report_of(world.call.id)
    assert made is not None
    signed = service.store().get(made.file_key)
    bare, path = tmp_path / "bare.pdf", tmp_path / "painted.pdf"
    bare.write_bytes(signed[: signed.index(b"%%EOF") + 6])
    with pikepdf.open(bare) as opened:
        del opened.pages[1]
        opened.save(path)

    result = run(app, "report", "verify", str(path))

    assert result.exit_code == 1
    assert "Signature: DOES NOT HOLD." in result.output
    assert "Attached data: holds." in result.output
    assert "Rendered again: DOES NOT HOLD." in result.output


def test_what_is_not_there_is_said_in_a_sentence(app: EquipoiseApp, tmp_path: Path) -> None:
    world = a_judged_call()
    junk = tmp_path / "junk.pdf"
    junk.write_text("no pdf at all")
    out = str(tmp_path / "x.pdf")

    unreleased = run(app, "report", "render", world.call.code, out)
    unknown = run(app, "report", "render", "NOSUCH", out)
    read = run(app, "report", "verify", str(junk))

    assert (unreleased.exit_code, unknown.exit_code, read.exit_code) == (2, 2, 1)
    assert "is not released" in unreleased.output
    assert "no call with the code NOSUCH" in unknown.output
    assert "not a whole PDF" in read.output
