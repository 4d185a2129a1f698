"""Whoever holds a receipt or report can have it checked; nothing handed in breaks the page."""

import json
import zlib
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from app.core.uploads.limits import LIMITS
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.documents import queries, reading, service
from app.documents.models import DocumentKind
from app.documents.reports import allocation_report
from app.ledger import proof
from app.ledger.proof import BEGIN, END
from tests.browser_client import Browser
from tests.documents.printing import render_report
from tests.documents.samples import an_allocation
from tests.documents.test_receipts import a_receipt
from tests.engines import both_engines
from tests.factories import Released, a_person, a_released_call, a_reported_call
from tests.worlds import BuiltOnce

HOLDS, FAILS = "Everything holds", "Something does not hold"


def a_report(world: Released) -> bytes:
    with unit_of_work(mode=Mode.READ):
        made = queries.allocation_report_of(world.call.id)
        assert made is not None
        return service.store().get(made.file_key)


def _check(browser: Browser, content: bytes) -> str:
    page = browser.fill_in("/verify", file=("x.pdf", content))
    assert page.status_code == 200
    return page.text


@both_engines
def test_a_report_holds_and_its_decision_is_computed_again(
    built_once: BuiltOnce, browser: Browser
) -> None:
    world = built_once(a_reported_call)

    page = _check(browser, a_report(world))

    assert HOLDS in page
    assert "computed again from the attached data" in page
    assert "still holds the event" in page
    assert world.call.code in page


def test_an_award_report_holds(built_once: BuiltOnce, browser: Browser) -> None:
    world = built_once(a_reported_call)
    with unit_of_work(mode=Mode.READ):
        made = next(
            one
            for one in queries.documents_of(world.call.id)
            if one.kind is DocumentKind.AWARD_REPORT
        )

    assert HOLDS in _check(browser, service.store().get(made.file_key))


def test_a_receipt_holds_as_text_as_mail_and_as_pdf(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    lead = a_person()
    receipt = a_receipt(lead)
    browser.sign_in(lead.id)
    pdf = browser.get(f"/proposals/{receipt.proposal_id}/receipts/{receipt.id}.pdf").data
    quoted = "Dear all,\n" + "\n".join(f"> {line}" for line in receipt.proof.splitlines())
    as_json = json.dumps(proof.from_text(receipt.proof).as_json())

    for text in (receipt.proof, quoted, as_json):
        page = browser.fill_in("/verify", text=text)
        assert HOLDS in page.text, text
        assert "A proposal was submitted." in page.text
        assert receipt.id in page.text
    assert HOLDS in _check(browser, pdf)


def test_a_receipt_that_tells_another_story_does_not_hold(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    lead = a_person()
    first, second = a_receipt(lead), a_receipt(lead)
    browser.sign_in(lead.id)
    pdf = browser.get(f"/proposals/{first.proposal_id}/receipts/{first.id}.pdf").data
    of_second = proof.from_text(second.proof).closed().as_json_bytes()

    forged = _with_file(pdf, "ledger-proof.json", of_second)

    assert "tells something else than the event" in _check(browser, forged)


def _with_file(pdf: bytes, name: str, content: bytes) -> bytes:
    made = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        spec = pikepdf.AttachedFileSpec(opened, content, filename=name)  # type: ignore[call-arg]
        opened.attachments[name] = spec
        opened.save(made)
    return made.getvalue()


def test_changed_pages_or_data_are_found(built_once: BuiltOnce, browser: Browser) -> None:
    pdf = a_report(built_once(a_reported_call))
    bare = pdf[: pdf.index(b"%%EOF") + 6]
    with pikepdf.open(BytesIO(bare)) as opened:
        told = json.loads(opened.attachments["allocation.json"].get_file().read_bytes())
    told["budget"]["minor"] += 1
    richer = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    with pikepdf.open(BytesIO(bare)) as opened:
        bundle = json.loads(opened.attachments["bundle.json"].get_file().read_bytes())
    bundle["reviews"][0]["grades"]["merit"] = "1"

    flipped = bytearray(pdf)
    flipped[len(bare) // 2] ^= 0x10
    assert HOLDS not in _check(browser, bytes(flipped))
    assert "is not what the ledger recorded" in _check(
        browser, _with_file(bare, "allocation.json", richer)
    )
    assert "not the one it names" in _check(
        browser, _with_file(bare, "bundle.json", json.dumps(bundle).encode())
    )


def test_a_proof_of_another_ledger_does_not_hold(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    a_receipt(a_person())  # there is a ledger, but not that one
    witness = an_allocation().witness
    assert witness is not None

    page = browser.fill_in("/verify", text=witness.proof.as_text())

    assert FAILS in page.text
    assert "another ledger" in page.text


def test_facts_changed_in_a_receipt_are_found(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    found = proof.from_text(a_receipt(a_person()).proof)
    assert found.payload is not None
    changed = json.loads(found.payload) | {"version": 9}
    forged = found.as_json() | {"payload": json.dumps(changed, sort_keys=True)}

    page = browser.fill_in("/verify", text=json.dumps(forged))

    assert "not those of the event" in page.text


TEXTS = {
    "nothing": "",
    "words": "Receipt: abc",
    "begin only": BEGIN,
    "empty block": f"{BEGIN}\n{END}",
    "end before begin": f"{END}\n{BEGIN}",
    "many labels": BEGIN + "\nRecord: x\n" + "Index: 1\nPath:\nCheckpoint: y\n" * 3000 + END,
    "blanks": BEGIN + "\nRecord:" + " \n" * 30_000 + END,
    "deep json": '{"a":' + "[" * 90_000,
    "list": "[]",
    "numbers": '{"record": 1, "index": 1e999, "path": [], "checkpoint": ""}',
    "huge index": json.dumps({"record": "{}", "index": 10**400, "path": [], "checkpoint": "x"}),
    "wrong record": json.dumps({"record": "[]", "index": 0, "path": ["?"], "checkpoint": "x"}),
    "bad note": json.dumps({"record": "{}", "index": 0, "path": [], "checkpoint": "a\nb\nc\n\nd"}),
    "surrogates": BEGIN + "\ud800" * 10 + END,
    "nul": BEGIN + "\0\0" + END,
}


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_breaks_the_page(app: EquipoiseApp, browser: Browser, name: str) -> None:
    assert app
    page = browser.fill_in("/verify", text=TEXTS[name].encode("utf-8", "replace").decode())

    assert page.status_code == 200
    assert HOLDS not in page.text
    assert "There is a problem" in page.text or FAILS in page.text


NAME = "ledger-proof.json"


def _bomb() -> bytes:
    """A small file whose attachment unpacks to more than the child may hold."""
    made = BytesIO()
    with pikepdf.new() as pdf:
        packer = zlib.compressobj(9)
        packed = b"".join(packer.compress(bytes(1 << 24)) for _ in range(40)) + packer.flush()
        again = zlib.compress(packed, 9)
        spec = pikepdf.AttachedFileSpec(pdf, b"x", filename=NAME)  # type: ignore[call-arg]
        stream = spec.obj.EF.F
        stream.write(again, filter=pikepdf.Array([pikepdf.Name.FlateDecode] * 2))
        pdf.attachments[NAME] = spec
        pdf.add_blank_page()
        pdf.save(made, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert len(made.getvalue()) < 100_000
    return made.getvalue()


FILES = {
    "empty": lambda: b"",
    "no pdf": lambda: b"GIF89a" + b"\0" * 50,
    "head alone": lambda: b"%PDF-1.7\n%%EOF\n",
    "zeros": lambda: b"%PDF-1.7\n" + b"\0" * 5_000 + b"\n%%EOF\n",
    "loop": lambda: (
        b"%PDF-1.7\n1 0 obj <</Type/Catalog/Names 1 0 R/Pages 1 0 R/Kids[1 0 R]>> endobj\n"
        b"trailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
    ),
    "bomb": _bomb,
}


@pytest.mark.parametrize("name", FILES)
def test_no_file_breaks_the_page(app: EquipoiseApp, browser: Browser, name: str) -> None:
    assert app

    page = _check(browser, FILES[name]())

    assert HOLDS not in page
    assert "There is a problem" in page


def test_a_cut_report_does_not_hold(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    world = a_released_call({"A": ("6",)})
    pdf = service.store().get(render_report(world).file_key)
    whole_without = pdf.index(b"%%EOF") + 6  # the file as it was before it was signed

    for length in (*(int(len(pdf) * share) for share in (0.1, 0.5, 0.9, 0.999)), whole_without):
        assert HOLDS not in _check(browser, pdf[:length])
    assert "its end was cut off" in _check(browser, pdf[:whole_without])


def test_a_larger_report_is_read_where_it_was_made(app: EquipoiseApp) -> None:
    content = allocation_report(an_allocation())
    few = replace(LIMITS, file_bytes=1_024)

    with app.test_request_context(), pytest.raises(reading.Unreadable) as told:
        reading.read_pdf(content, b"", few)

    assert "flask report verify" in str(told.value)
    found = reading.read_pdf(content, b"", reading.OF_OPERATORS)
    assert found.data["call"]["number"] == an_allocation().call.number


def test_checking_changes_nothing_and_is_not_endless(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    said = [browser.fill_in("/verify", text="nothing here").text for _ in range(31)]

    assert "Too many tries" not in said[29]
    assert "Too many tries" in said[30]
