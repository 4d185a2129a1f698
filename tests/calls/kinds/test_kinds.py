"""Each kind of question reads what was sent, finds what is wrong, and shows what was meant."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.calls.form_rules import answer_faults
from app.calls.kinds import KINDS, Asked, kind_of
from app.calls.kinds.base import dump, rows_of
from app.calls.kinds.text import count_words
from app.calls.models import QuestionKind as K
from app.core.identifiers import is_email, orcid_check, read_orcid, read_ror, ror_check
from app.core.web import EquipoiseApp

EUR = {"currency": "EUR"}
COLUMNS = [
    {"key": "site", "label": "Site", "kind": "text"},
    {"key": "country", "label": "Country", "kind": "country"},
    {"key": "beds", "label": "Beds", "kind": "number", "min": "1", "required": False},
    {"key": "state", "label": "State", "kind": "choice", "choices": ["given", "asked for"]},
]


def asked(kind: K, **values: object) -> Asked:
    return Asked(key="it", label="It", kind=kind, **values)  # type: ignore[arg-type]


def first_fault(question: Asked, answer: str) -> str:
    faults = answer_faults(question, answer)
    return f"{faults[0].part} {faults[0].sentence}".strip() if faults else ""


@pytest.fixture(autouse=True)
def _words(app: EquipoiseApp) -> None:
    assert app


def test_every_kind_of_question_has_its_class() -> None:
    assert set(KINDS) == set(K)


ROW = {"site": "Nairobi", "country": "KE", "beds": "", "state": "given"}


@pytest.mark.parametrize(
    ("question", "answer", "says"),
    [
        (asked(K.TEXT), "", "needs an answer"),
        (asked(K.TEXT, required=False), "", ""),
        (asked(K.TEXT), "x" * 301, "one line"),
        (asked(K.TEXT, word_limit=2), "one two three", "1 over the limit of 2"),
        (asked(K.LONG_TEXT, word_limit=2), "one\ntwo", ""),
        (asked(K.LONG_TEXT), "x" * 50_001, "too long"),
        (asked(K.NUMBER), "1 000,5", "is not a number"),
        (asked(K.NUMBER), "NaN", "is not a number"),
        (asked(K.NUMBER), "9" * 60, "is not a number"),
        (asked(K.NUMBER, settings={"min": "3"}), "2.9", "at least 3"),
        (asked(K.NUMBER, settings={"max": "3"}), "3", ""),
        (asked(K.NUMBER, settings={"max": "3"}), "1e9", "at most 3"),
        (asked(K.DATE), "31.03.2027", "like 2027-03-31"),
        (asked(K.DATE), "2027-02-30", "like 2027-03-31"),
        (asked(K.DATE, settings={"min": "2027-01-01"}), "2026-12-31", "2027-01-01 or later"),
        (asked(K.DATE, settings={"max": "2027-01-01"}), "2027-01-02", "2027-01-01 or before"),
        (asked(K.CHOICE, choices=("a", "b")), "c", "choose one"),
        (asked(K.CHOICES, choices=("a", "b")), dump(["a", "c"]), "choose among"),
        (asked(K.CHOICES, choices=("a", "b"), settings={"most": 1}), dump(["a", "b"]), "at most 1"),
        (asked(K.CHOICES, choices=("a", "b")), dump([]), "needs an answer"),
        (asked(K.CHOICES, choices=("a", "b")), "{broken", "needs an answer"),
        (asked(K.COUNTRY), "Kenya", "choose a country"),
        (asked(K.COUNTRY), "KE", ""),
        (asked(K.ORGANISATION), dump({"name": "", "ror": "04wxnsj81"}), "-name"),
        (asked(K.ORGANISATION), dump({"name": "An institute", "ror": "04wxnsj82"}), "-ror"),
        (asked(K.ORGANISATION), dump({"name": "An institute", "ror": ""}), ""),
        (asked(K.PERSON), dump({"name": "Kim", "email": "kim"}), "-email"),
        (asked(K.PERSON), dump({"name": "Kim", "email": "kim@example.org"}), ""),
        (
            asked(K.PERSON),
            dump({"name": "Kim", "email": "kim@example.org", "orcid": "0000-0002-1825-0098"}),
            "-orcid",
        ),
        (asked(K.BUDGET, settings=EUR), dump([{}]), "needs an answer"),
        (asked(K.BUDGET, settings=EUR), dump([{"what": "", "amount": "5"}]), "-0-what"),
        (asked(K.BUDGET, settings=EUR), dump([{"what": "Staff", "amount": "5.001"}]), "-0-amount"),
        (asked(K.BUDGET, settings=EUR), dump([{"what": "Staff", "amount": "-5"}]), "below zero"),
        (
            asked(K.BUDGET, settings={**EUR, "max": "10"}),
            dump([{"what": "Staff", "amount": "5.01"}, {"what": "Trips", "amount": "5"}]),
            "more than",
        ),
        (
            asked(K.BUDGET, settings=EUR, choices=("Staff", "Trips")),
            dump([{"what": "Boat", "amount": "5"}]),
            "choose a heading",
        ),
        (
            asked(K.COSTS_BY_RATE, settings={**EUR, "rates": [{"label": "Month", "amount": "9"}]}),
            dump({"r0": "1.5"}),
            "-r0",
        ),
        (asked(K.GROUP, settings={"columns": COLUMNS}), dump([ROW]), ""),
        (asked(K.GROUP, settings={"columns": COLUMNS}), dump([{**ROW, "site": ""}]), "-0-site"),
        (
            asked(K.GROUP, settings={"columns": COLUMNS}),
            dump([{}, {**ROW, "beds": "0"}]),
            "-1-beds",
        ),
        (asked(K.GROUP, settings={"columns": COLUMNS}), dump([{**ROW, "country": "X"}]), "country"),
        (
            asked(K.GROUP, settings={"columns": COLUMNS, "min_rows": 2}),
            dump([ROW, {}]),
            "at least 2 rows",
        ),
        (
            asked(K.GROUP, settings={"columns": COLUMNS, "max_rows": 1}),
            dump([ROW, ROW]),
            "at most 1 row",
        ),
    ],
)
def test_an_answer_is_judged_by_its_kind(question: Asked, answer: str, says: str) -> None:
    found = first_fault(question, answer)

    assert says in found
    assert bool(says) == bool(found)


@pytest.mark.parametrize("kind", list(K))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    answer=st.text(max_size=80)
    | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps)
)
def test_no_answer_however_odd_breaks_its_kind(kind: K, answer: str) -> None:
    question = asked(
        kind,
        choices=("a", "b"),
        settings={**EUR, "columns": COLUMNS, "rates": [{"label": "Month", "amount": "9"}]},
    )

    answer_faults(question, answer)
    kind_of(kind).control(question, answer)
    kind_of(kind).shown(question, answer).as_text()
    kind_of(kind).values(answer)


def test_what_a_page_sends_is_read_back_part_by_part() -> None:
    sent = MultiDict(
        [
            ("q_it-asked", "1"),
            ("q_it-0-site", " Nairobi "),
            ("q_it-0-country", "KE"),
            ("q_it-10-site", "Accra"),
            ("q_it-2-site", ""),
            ("q_item-0-site", "another question's"),
        ]
    ).to_dict(flat=False)

    answer = kind_of(K.GROUP).collect("q_it", sent)

    assert rows_of(answer or "") == [
        {"site": "Nairobi", "country": "KE"},
        {"site": ""},
        {"site": "Accra"},
    ]
    assert kind_of(K.GROUP).collect("q_other", sent) is None


def test_a_budget_is_summed_exactly() -> None:
    question = asked(K.BUDGET, settings=EUR)
    lines = [{"what": str(n), "amount": "0.10"} for n in range(30)]

    shown = kind_of(K.BUDGET).shown(question, dump(lines))

    assert shown.foot == ("Together", "EUR\u00a03")


def test_costs_are_the_rate_times_the_number() -> None:
    question = asked(
        K.COSTS_BY_RATE,
        settings={
            **EUR,
            "rates": [{"label": "Month", "amount": "1800.50"}, {"label": "Trip", "amount": "600"}],
        },
    )

    shown = kind_of(K.COSTS_BY_RATE).shown(question, dump({"r0": "3", "r1": ""}))

    assert shown.rows == (("Month", "3", "1800.50", "EUR\u00a05,401.50"),)
    assert shown.foot[-1] == "EUR\u00a05,401.50"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text())
def test_words_are_counted_as_by_white_space_where_scripts_have_spaces(text: str) -> None:
    spaced = "".join(" " if "\u3041" <= c <= "\u9fff" or c > "\uf8ff" else c for c in text)

    assert count_words(spaced) == len(spaced.split())


def test_each_character_of_a_script_without_spaces_is_a_word() -> None:
    assert count_words("癌症研究 in 日本") == 7


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="0123456789abcdefghjkmnpqrstvwxyz", min_size=6, max_size=6))
def test_a_slip_in_a_ror_id_is_found(six: str) -> None:
    right = f"0{six}{ror_check(six)}"

    assert read_ror(f" https://ROR.org/{right.upper()} ") == right
    for place in range(1, 7):
        slip = "x" if right[place] != "x" else "y"
        assert read_ror(right[:place] + slip + right[place + 1 :]) == ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="0123456789", min_size=15, max_size=15))
def test_a_slip_in_an_orcid_id_is_found(digits: str) -> None:
    whole = digits + orcid_check(digits)
    spelled = "-".join(whole[n : n + 4] for n in (0, 4, 8, 12))

    assert read_orcid(f"https://orcid.org/{spelled}") == read_orcid(whole) == spelled
    slip = str((int(digits[0]) + 1) % 10)
    assert read_orcid(slip + whole[1:]) == ""


def test_known_identifiers_are_accepted() -> None:
    assert read_ror("https://ror.org/04wxnsj81") == "04wxnsj81"
    assert read_orcid("0000-0002-1825-0097") == "0000-0002-1825-0097"
    assert read_orcid("https://orcid.org/0000-0002-1694-233X") == "0000-0002-1694-233X"


@pytest.mark.parametrize("text", ["", "kim", "@example.org", "a@b@c.org", "kim@host", "k m@e.org"])
def test_what_is_no_mail_address_is_refused(text: str) -> None:
    assert not is_email(text)
