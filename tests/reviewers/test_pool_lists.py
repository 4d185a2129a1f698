"""The pool as a list: taken in whole or not at all, sent out, narrowed."""

import csv
import io

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from app.reviewers import coding
from app.reviewers.models import Conflict, ConflictKind, PoolMember, Tie
from app.reviewers.rules.pool_sheet import read_people
from app.reviewers.rules.tie_sheet import read_ties
from tests.browser_client import Browser
from tests.counting import statements
from tests.factories import (
    a_call,
    a_person,
    a_reviewer,
    a_submitted_proposal,
    an_officer,
    in_pool,
)

GOOD = """\
name,email,organisation,ror,parents,country,kind,mentor_email,codes,cancers,keywords,languages,\
most,unavailable,statement
Ada Holm,ada@hill.example,Hill Unit,https://ror.org/03yrm5c26,Fjord Institute,no,expert,,5.3; 5.4,\
breast,trials,en; French,4,2026-12-20/2027-01-05,I run trials.
Bo Lind,bo@hill.example,,,,,early-career,ada@hill.example,,Liver,,,,,
"""


def _problems(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.column) for one in read_people(text.encode())[1]]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("name,email\n,ada\n", [(2, "name"), (2, "email")]),
        ("name,email\nA,a@b.example\nB,A@B.example\n", [(3, "email")]),
        ("name,email,codes\nA,a@b.example,5.3; 9.9\n", [(2, "codes")]),
        ("name,email,languages\nA,a@b.example,Klingonish\n", [(2, "languages")]),
        ("name,email,country\nA,a@b.example,Norway\n", [(2, "country")]),
        ("name,email,kind\nA,a@b.example,expert\nB,b@b.example,wizard\n", [(3, "kind")]),
        ("name,email,most\nA,a@b.example,0\nB,b@b.example,²\n", [(2, "most"), (3, "most")]),
        ("name,email,ror\nA,a@b.example,03yrm5c27\n", [(2, "ror")]),
        ("name,email,unavailable\nA,a@b.example,2026-02-30\n", [(2, "unavailable")]),
        ("name,email,unavailable\nA,a@b.example,2027-01-05/2026-12-20\n", [(2, "unavailable")]),
        ("name,email,shoe size\nA,a@b.example,44\n", [(1, "shoe_size")]),
        ("name,name\nA,a\n", [(1, "email"), (1, "name")]),
        ("name,email\nA,a@b.example,more\n", [(2, "")]),
        ("name,email\n", [(2, "")]),
        ("", [(1, "name"), (1, "email")]),
    ],
)
def test_every_bad_value_is_told_by_line_and_column(
    text: str, problems: list[tuple[int, str]]
) -> None:
    assert _problems(text) == problems


def test_a_file_that_is_not_utf8_is_refused_with_its_line() -> None:
    wrong = read_people("name,email\nÅsa,a@b.example\n".encode("latin-1"))[1]

    assert [(one.line, "UTF-8" in one.reason) for one in wrong] == [(2, True)]


def test_semicolons_between_cells_are_read_too() -> None:
    people, wrong = read_people(b"name;email;languages\nA;a@b.example;en|fr\n")

    assert wrong == []
    assert people[0].profile.languages == ("en", "fr")


def test_a_list_is_taken_in_whole_sent_out_and_taken_in_again(browser: Browser) -> None:
    call = a_call(phase="assigning")
    a_submitted_proposal(call, a_person(organisation="Fjord Institute"))
    desk = f"/desk/calls/{call.id}"
    browser.sign_in(an_officer().id)

    page = browser.fill_in(f"{desk}/reviewers/import", file=("p.csv", GOOD.encode()))

    assert "2 people are in." in page.text
    assert "with Ada Holm" in page.text
    with browser.get(f"{desk}/reviewers.csv") as answer:
        sent = answer.get_data()
    rows = list(csv.DictReader(io.StringIO(sent.decode("utf-8-sig"))))
    assert rows[0]["codes"] == "5.3; 5.4"
    assert rows[0]["unavailable"] == "2026-12-20/2027-01-05"
    assert rows[1]["mentor_email"] == "ada@hill.example"
    again, wrong = read_people(sent)
    assert wrong == []
    first, _ = read_people(GOOD.encode())
    assert [(p.email, p.profile, p.kind, p.most) for p in again] == [
        (p.email, p.profile, p.kind, p.most) for p in first
    ]
    browser.fill_in(f"{desk}/reviewers/import", file=("p.csv", sent))
    with unit_of_work(mode=Mode.READ):
        assert len(db.session.scalars(select(PoolMember)).all()) == 2
        assert db.session.scalars(select(Letter)).all() == [], "nobody is written to"
        kinds = {c.kind for c in db.session.scalars(select(Conflict))}
    assert kinds == {ConflictKind.ORGANISATION}, "found in what the organisation belongs to"


def test_with_one_bad_row_nobody_is_taken_in(browser: Browser) -> None:
    call = a_call(phase="assigning")
    browser.sign_in(an_officer().id)
    text = GOOD + "Cy,cy@hill.example,,,,,early-career,nobody@hill.example,,,,,,,\n"

    page = browser.fill_in(f"/desk/calls/{call.id}/reviewers/import", file=("p.csv", text.encode()))

    assert "Nothing was taken in" in page.text
    assert "mentor_email" in page.text
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(PoolMember)).all() == []
        assert not db.session.scalars(
            select(Person).where(Person.email == "ada@hill.example")
        ).all()


def test_co_authors_on_a_list_are_a_conflict_at_once(browser: Browser) -> None:
    call, reviewer = a_call(phase="assigning"), a_reviewer()
    in_pool(call, reviewer)
    a_submitted_proposal(call, a_person(name="Ada Holm", organisation="Fjord Institute"))
    text = (
        f"reviewer_email,name,source,year\n{reviewer.email},Holm Ada,publication,2025\n"
        f"{reviewer.email},Holm Ada,publication,2025\n"
    )
    browser.sign_in(an_officer().id)
    address = f"/desk/calls/{call.id}/conflicts/import"

    page = browser.fill_in(address, file=("t.csv", text.encode()))

    assert "1 new pair is kept." in page.text
    assert "published with Holm Ada" in page.text
    again = browser.fill_in(address, file=("t.csv", text.encode()))
    assert "0 new pairs are kept." in again.text
    with unit_of_work(mode=Mode.READ):
        assert len(db.session.scalars(select(Tie)).all()) == 1


def test_pairs_of_nobody_in_the_pool_are_refused(browser: Browser) -> None:
    call = a_call(phase="assigning")
    browser.sign_in(an_officer().id)
    page = browser.fill_in(
        f"/desk/calls/{call.id}/conflicts/import",
        file=("t.csv", b"reviewer_email,name\nx@y.example,Ada\n"),
    )

    assert "Nobody in the pool has this address." in page.text


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("reviewer_email,name,orcid\na@b.example,Ada,123\n", "orcid"),
        ("reviewer_email,name,year\na@b.example,Ada,MMXX\n", "year"),
        ("reviewer_email,name,source\na@b.example,Ada,gossip\n", "source"),
        ("reviewer_email,name,email\na@b.example,Ada,ada at home\n", "email"),
        ("reviewer_email,name\na@b.example,…\n", "name"),
    ],
)
def test_bad_pairs_are_told_by_column(text: str, column: str) -> None:
    assert [(one.line, one.column) for one in read_ties(text.encode())[1]] == [(2, column)]


def test_the_pool_is_narrowed_and_asks_as_often_for_many_as_for_one(browser: Browser) -> None:
    call = a_call(phase="assigning")
    desk = f"/desk/calls/{call.id}"
    browser.sign_in(an_officer().id)
    browser.fill_in(f"{desk}/reviewers/import", file=("p.csv", GOOD.encode()))
    with statements() as few:
        browser.get(f"{desk}/reviewers")
    more = "name,email,codes\n" + "".join(f"P{n},p{n}@x.example,1.{n % 4 + 1}\n" for n in range(30))
    browser.fill_in(f"{desk}/reviewers/import", file=("p.csv", more.encode()))
    with statements() as many:
        page = browser.get(f"{desk}/reviewers").text

    assert len(many) == len(few)
    assert "32 of 32 in the pool." in page
    for query, names in {
        "code=5.3": {"Ada Holm"},
        "code=5": {"Ada Holm"},
        "language=fr": {"Ada Holm"},
        "cancer=liver": {"Bo Lind"},
        "kind=early-career": {"Bo Lind"},
        "country=NO": {"Ada Holm"},
        "words=trials+hill": {"Ada Holm"},
        "code=5&kind=early-career": set(),
    }.items():
        text = browser.get(f"{desk}/reviewers?{query}").text
        assert {name for name in ("Ada Holm", "Bo Lind") if f">{name}</a>" in text} == names, query


def test_the_outline_is_whole_and_historic_codes_are_not_in_it() -> None:
    codes = coding.codes()

    assert len(codes) == 34
    assert "6.8" not in codes
    assert "1.6" not in codes
