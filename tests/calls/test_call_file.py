"""A call as one file: what goes out comes in, and a broken file is refused place by place."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.calls import building, call_file, service, transfer
from app.calls.form_rules import form_problems
from app.calls.kinds import Asked
from app.calls.models import Audience, QuestionKind
from app.calls.sheet import (
    CriterionSheet,
    FormSheet,
    SectionSheet,
    differences,
    from_data,
    in_order,
    moved_question,
    to_data,
)
from app.core.web import EquipoiseApp
from app.core.work import unit_of_work
from app.funds.models import FunderKind
from tests.factories import an_officer


@pytest.fixture(autouse=True)
def _words(app: EquipoiseApp) -> None:
    assert app


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


@st.composite
def sheets(draw: st.DrawFn) -> FormSheet:
    titles = draw(st.lists(words, min_size=1, max_size=3, unique=True))
    questions = [
        Asked(
            key=key,
            label=draw(words),
            kind=draw(st.sampled_from(QuestionKind)),
            audience=draw(st.sampled_from(Audience)),
            required=draw(st.booleans()),
            word_limit=draw(st.none() | st.integers(1, 900)),
            choices=tuple(draw(st.lists(words, max_size=2))),
            section=draw(st.sampled_from(titles)),
            hint=draw(st.just("") | words),
            settings=draw(st.just({}) | st.just({"min": "1", "max": "9"})),
            condition=draw(st.just(()) | st.just(({"subject": "x", "test": "is", "value": "y"},))),
        )
        for key in draw(st.lists(keys, min_size=1, max_size=4, unique=True))
    ]
    criteria = [
        CriterionSheet(key, draw(words), "0.5", draw(st.just("") | words), {"1": "Poor"}, "2")
        for key in draw(st.lists(keys, min_size=1, max_size=2, unique=True))
    ]
    sections = tuple(SectionSheet(title, draw(st.just("") | words)) for title in titles)
    return in_order(FormSheet(sections, tuple(questions), tuple(criteria)))


unhurried = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@unhurried
@given(sheets())
def test_what_is_written_is_read_again(sheet: FormSheet) -> None:
    call = {"title": "A call", "currency": "EUR", "rates": {"USD": "0.9"}, "reserve_places": 0}

    read = call_file.read(call_file.write(call, sheet))

    assert read.form == sheet == from_data(json.loads(json.dumps(to_data(sheet))))
    assert {name: read.call[name] for name in call} == call
    assert differences(sheet, read.form) == []


@unhurried
@given(sheets(), st.integers(0, 3), st.sampled_from([-1, 1]))
def test_moving_there_and_back_changes_nothing(sheet: FormSheet, place: int, by: int) -> None:
    key = sheet.questions[place % len(sheet.questions)].key
    moved = moved_question(sheet, key, by)

    assert sorted(q.key for q in moved.questions) == sorted(q.key for q in sheet.questions)
    if moved != sheet:
        assert moved_question(moved, key, -by) == sheet


def _good() -> dict[str, Any]:
    return {
        "format": "equipoise-call",
        "version": 1,
        "call": {"title": "A call", "currency": "EUR"},
        "questions": [{"key": "aims", "label": "Aims", "kind": "text", "audience": "scientific"}],
        "criteria": [{"key": "merit", "label": "Merit", "weight": "1"}],
    }


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("format",), "other", 'format: "other" must be equipoise-call'),
        (("version",), 2, "version: 2 must be 1"),
        (("odd",), 1, "it knows no “odd”"),
        (("call", "title"), None, "call.title: null is no string"),
        (("call", "currency"), "euro", "call.currency"),
        (("call", "opens"), "tomorrow", "write a time like"),
        (("call", "opens"), "2027-01-01T00:00+01:00", "more than 19"),
        (("questions", 0, "kind"), "poem", 'questions[0].kind: "poem" is none of: text'),
        (("questions", 0, "key"), "Not A Key", "questions[0].key"),
        (("questions", 0, "settings"), {"colour": "red"}, "questions[0].settings"),
        (("questions",), [], "questions: it is empty"),
        (("criteria", 0, "weight"), 1, "criteria[0].weight: 1 is no string"),
    ],
)
def test_a_broken_file_is_refused_place_by_place(
    path: tuple[Any, ...], value: object, says: str
) -> None:
    data = _good()
    into: Any = data
    for step in path[:-1]:
        into = into[step]
    into[path[-1]] = value

    with pytest.raises(call_file.CallFileError) as refused:
        call_file.read(json.dumps(data))

    assert says in str(refused.value)


@pytest.mark.parametrize(
    "text", [b"", b"\xff\xfe", b"[]", b"null", b"{", b"[" * 100_000, b"x" * 1_000_001]
)
def test_what_is_no_call_file_is_refused_in_words(text: bytes) -> None:
    with pytest.raises(call_file.CallFileError):
        call_file.read(text)


@pytest.mark.parametrize("name", list(transfer.library()))
def test_every_template_is_ready_to_run(name: str) -> None:
    told = transfer.library()[name]
    officer = an_officer()
    start = transfer.Beginning("READY1", "", "UTC", "2027-01-01T09:00", "2027-03-01T17:00")

    with unit_of_work():
        call = transfer.begin(officer, told, start)
        sheet = building.sheet_of(call)
        asked = building.with_currency(sheet, call.currency)
        assert form_problems(asked, reviewers_see_who=False) == []
        again = call_file.read(transfer.as_file(call))
        money = service.ContributionDraft("A charity", FunderKind.CHARITY, 1_000_000_00)
        service.add_contribution(officer, call, money)
        service.publish(officer, call)
        assert len(call.rules_sha256) == 64

    assert sheet == told.form == again.form
    assert sum(float(c.weight) for c in sheet.criteria) == pytest.approx(1)
    assert told.template["contains"]
    assert any(q.kind in {QuestionKind.BUDGET, QuestionKind.COSTS_BY_RATE} for q in asked)
    assert {q.audience for q in asked} >= {Audience.IDENTITY, Audience.SCIENTIFIC}


def test_there_is_a_template_for_each_programme() -> None:
    assert list(transfer.library()) == [
        "collaborative-project",
        "exchange-fellowship-short",
        "exchange-fellowship-long",
        "mentorship",
        "research-network",
        "clinical-protocol",
    ]
