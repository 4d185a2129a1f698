"""Work without a network: the pack, its form, and what comes back."""

import csv
import io
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from sqlalchemy import select

from app.core.db import db
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.proposals.models import Version, VersionIdentity
from app.reviewers.models import Seat, SeatState
from app.reviewers.rules.sheets import NotAList
from app.reviews import queries as seats
from app.reviews import service as reviews
from app.reviews.offline import rules, sheet
from app.reviews.offline.models import ReviewPack
from app.reviews.rules import Written
from tests.browser_client import Browser, forms_of
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_person,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_officer,
    planted,
)
from tests.reviews.test_rules import SIX
from tests.trust.canary import Search, Token, token_text

if TYPE_CHECKING:
    from app.accounts.actor import Actor
    from app.calls.models import Call

WHY = "It is as good as five words."
Rows = list[list[str]]


class World:
    """A reviewer with three accepted proposals in a call, and the pack of them."""

    def __init__(self, app: EquipoiseApp) -> None:
        self.name, self.lead, self.title = token_text(1), token_text(2), token_text(3)
        self.call: Call = a_call(phase="reviewing", code="OFF1")
        self.reviewer: Actor = a_reviewer(name=self.name)
        self.seats: list[Seat] = []
        self.numbers: list[str] = []
        for _each in range(3):
            proposal = a_submitted_proposal(self.call, a_person(name=self.lead))
            self.numbers.append(str(proposal.number))
            with planted():
                db.session.get_one(Version, str(proposal.version_id)).title = self.title
            self.seats.append(a_seat(self.call, proposal, self.reviewer, state=SeatState.ACCEPTED))
        self.browser = Browser(app).sign_in(self.reviewer.id)
        self.page = f"/reviews/calls/{self.call.id}/offline"

    def pack(self) -> bytes:
        self.browser.fill_in(self.page, form=self.page)
        run_due_jobs()
        with unit_of_work(mode=Mode.READ):
            pack = db.session.scalars(select(ReviewPack)).one()
        content: bytes = self.browser.get(f"/reviews/packs/{pack.id}.zip").data
        return content

    def form(self) -> Rows:
        with zipfile.ZipFile(io.BytesIO(self.pack())) as packed:
            return sheet.read(packed.read("reviews.xlsx"))

    def bring(self, rows: Rows) -> str:
        """Send the form as CSV, which spreadsheets write too; return the page that answers."""
        out = io.StringIO(newline="")
        csv.writer(out).writerows(rows)
        form = f"{self.page}/preview"
        return self.browser.fill_in(
            self.page, form=form, file=("reviews.csv", out.getvalue().encode())
        ).text

    def take(self, rows: Rows, **ticks: str) -> str:
        """Take over what is previewed, as the page offers it or with more boxes ticked."""
        offered = forms_of(self.bring(rows))
        form = next(one for one in offered if one.action.endswith("/take"))
        answer = self.browser.post(form.action, data={**form.fields, **ticks})
        return self.browser.get(answer.headers["Location"]).text

    def review(self, place: int) -> Written:
        with unit_of_work(Lens.REVIEWER, Mode.READ):
            opened = seats.opened(self.reviewer.id, self.seats[place].id)
            assert opened is not None
            return seats.working(opened.review)

    def write_online(self, place: int, merit: str) -> None:
        with unit_of_work(Lens.REVIEWER):
            opened = seats.opened(self.reviewer.id, self.seats[place].id)
            assert opened is not None
            assert opened.review is not None
            written = Written({"merit": merit}, {}, None, "Written online.", "")
            reviews.save(self.reviewer, opened, reviews.Change(opened.review.revision, written))


def _fill(rows: Rows, number: str, **cells: str) -> Rows:
    """Write into the rows of one proposal, by their keys: a grade, or words."""
    filled = [list(row) for row in rows]
    for row in filled[1:]:
        if row[0] == number and (key := row[5].replace("criterion:", "")) in cells:
            row[3 if cells[key] in {"1", "2", "3", "4", "5", "6", "x"} else 4] = cells[key]
        if row[0] == number and row[5].startswith("criterion:") and "why" in cells:
            row[4] = cells["why"]
    return filled


@both_engines
def test_a_pack_is_taken_along_filled_in_and_brought_back(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    world = World(app)
    world.write_online(1, "3")
    content = world.pack()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.namelist() == ["proposals.pdf", "reviews.xlsx", "README.txt"]
        assert packed.read("proposals.pdf").startswith(b"%PDF")
    science = Token(world.title, "nobody", "title")  # the control: this one must be found
    hidden = [Token(world.name, "reviewer", "name"), Token(world.lead, "lead", "team")]
    assert Search([science, *hidden]).find_deep(content, "application/zip") == {science}

    with planted():  # whoever else applied, it would be the same bytes
        for identity in db.session.scalars(select(VersionIdentity)):
            identity.lead_name, identity.organisation = "Leila Grönlund", "Holy Cross"
    assert world.pack() == content

    rows = world.form()
    numbers = list(dict.fromkeys(row[0] for row in rows[1:]))
    assert len(numbers) == 3
    assert {row[3] for row in rows if row[5] == "criterion:merit"} == {"", "3"}  # as online

    filled = _fill(rows, numbers[0], merit="5", why=WHY, confidence="2", to_applicant="Good.")
    preview = world.bring(filled)
    assert "Nothing is taken yet" in preview
    assert world.review(0).grades == {}
    page = world.take(filled)
    assert "1 review is taken over." in page
    taken = world.review(0)
    assert (taken.grades, taken.confidence, taken.to_applicant) == ({"merit": "5"}, 2, "Good.")
    assert taken.reasons == {"merit": WHY, "plan": WHY}
    assert world.review(1).to_applicant == "Written online."
    with unit_of_work(mode=Mode.READ):
        assert {seat.state for seat in db.session.scalars(select(Seat))} == {SeatState.ACCEPTED}
    assert {"reviews.pack_asked", "reviews.pack_made", "reviews.pack_taken"} <= set(
        ledger.actions()
    )


def test_what_was_written_online_meanwhile_is_never_taken_over_silently(
    app: EquipoiseApp,
) -> None:
    world = World(app)
    rows = world.form()
    place, number = 0, world.numbers[0]
    filled = _fill(rows, number, merit="2")
    world.write_online(place, "6")

    page = world.bring(filled)
    assert "You wrote online since the pack was made" in page
    assert "Nothing was taken over." in world.take(filled)
    assert world.review(place).grades == {"merit": "6"}

    said = world.take(filled, **{f"take-{world.seats[place].id}": "yes"})
    assert "1 review is taken over." in said
    after = world.review(place)
    assert (after.grades, after.to_applicant) == ({"merit": "2"}, "Written online.")


def test_every_row_that_is_wrong_is_told_and_nothing_is_taken(app: EquipoiseApp) -> None:
    world = World(app)
    rows = world.form()
    number = rows[1][0]
    elsewhere = a_submitted_proposal(world.call)
    wrong = _fill(rows, number, merit="x")
    wrong[-1][0] = str(elsewhere.number)
    wrong.append(["NOT-001", "", "", "3", "", "criterion:merit", "0"])
    page = world.bring(wrong)

    assert "x is no grade of this scale" in page
    assert f"“{elsewhere.number}” is no proposal that you can write about now." in page
    assert "“NOT-001” is no proposal that you can write about now." in page
    assert "Nothing was taken in" in page
    assert world.review(0).grades == {}
    assert "Choose a file." in world.browser.fill_in(world.page, form=f"{world.page}/preview").text


def test_a_pack_is_its_holders_alone_and_ends_with_a_seat(app: EquipoiseApp) -> None:
    world = World(app)
    world.pack()
    with unit_of_work(mode=Mode.READ):
        pack_id = db.session.scalars(select(ReviewPack.id)).one()
    address = f"/reviews/packs/{pack_id}.zip"
    for other in (a_reviewer(), an_officer()):
        browser = Browser(app).sign_in(other.id)
        assert browser.get(address).status_code == 404
        assert browser.get(world.page).status_code == 404
    assert world.browser.get(address).status_code == 200
    with planted():
        db.session.get_one(Seat, world.seats[0].id).state = SeatState.CONFLICTED
    assert world.browser.get(address).status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "This is not UTF-8 text"),
        (b"PK\x03\x04 and nothing else", "This is not a spreadsheet that can be read."),
        (b"x" * (sheet.MOST_BYTES + 1), "larger than 5 MB"),
    ],
)
def test_what_is_no_form_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(NotAList, match=sentence):
        sheet.read(content)


def test_a_pack_sent_instead_of_its_form_is_named(app: EquipoiseApp) -> None:
    assert app
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("proposals.pdf", "x")
    with pytest.raises(NotAList, match=r"Send the form file reviews\.xlsx out of the pack"):
        sheet.read(out.getvalue())


def test_numbers_that_a_spreadsheet_rewrote_are_grades(app: EquipoiseApp) -> None:
    assert app
    book = openpyxl.load_workbook(
        io.BytesIO(
            sheet.written([["N-1", "T", "Merit", "", "", "criterion:merit", "0"]], SIX.steps)
        )
    )
    page = book["Reviews"]
    page["D2"], page["E2"] = 4.0, "=1+1 is not a formula\nhere"
    out = io.BytesIO()
    book.save(out)
    assert book.properties.creator in {"", None, "openpyxl"}
    filled, wrong = rules.read(sheet.read(out.getvalue()), SIX, {"N-1"})
    assert wrong == []
    assert filled[0].grades == {"merit": "4"}
