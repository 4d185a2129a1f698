"""Letters arrive at least once, once known by their Message-ID, in order, at one address."""

import dataclasses
import logging
import re
import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import time_machine
from sqlalchemy import select, update

from app.accounts.models import Account, AccountState
from app.core import clock, mail
from app.core.db import db
from app.core.jobs import Job, run_due_jobs
from app.core.lens import EVERYONE, Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter, LetterState
from app.notifications.service import release, tell
from app.notifications.wording import quoted
from config import SettingError
from tests.engines import both_engines
from tests.factories import a_person, planted
from tests.notifications.bad_servers import BadServer
from tests.services import SmtpServer

By = Callable[[str], None]


@pytest.fixture
def mail_by(app: EquipoiseApp, monkeypatch: pytest.MonkeyPatch) -> By:
    def choose(url: str) -> None:
        config = dataclasses.replace(
            app.extensions["equipoise"], smtp_url=url, base_url="https://grants.example.org"
        )
        monkeypatch.setitem(app.extensions, "equipoise", config)

    return choose


@pytest.fixture
def bad(mail_by: By) -> Iterator[Callable[..., BadServer]]:
    made = []

    def start(**answers: str | None) -> BadServer:
        server = BadServer(**answers)
        made.append(server)
        mail_by(server.url)
        return server

    yield start
    for server in made:
        server.stop()


def write(account_id: str, subject: str = "Your receipt", body: str = "Receipt: 42") -> str:
    with unit_of_work():
        return tell(account_id, "test.receipt", subject, body)


def letter(letter_id: str) -> Letter:
    with unit_of_work(mode=Mode.READ):
        return db.session.scalars(select(Letter).where(Letter.id == letter_id)).one()


@both_engines
def test_a_letter_goes_to_the_address_of_the_account(
    app: EquipoiseApp, smtp: SmtpServer, mail_by: By
) -> None:
    assert app
    mail_by(smtp.url)
    person = a_person(name="Łucja Ågård", email="lucja@example.org")
    letter_id = write(person.id, "Your receipt – Łódź", "Receipt: 42\n.\nFrom us")
    run_due_jobs()
    (kept,) = smtp.mailbox.messages
    assert kept["X-Envelope-To"] == "lucja@example.org"
    assert kept["To"] == "Łucja Ågård <lucja@example.org>"
    assert kept["Subject"] == "Your receipt – Łódź"
    assert kept["Message-ID"] == f"<{letter_id}@grants.example.org>"
    assert kept.get_content().splitlines() == ["Receipt: 42", ".", "From us"]
    assert kept["Cc"] is None
    assert kept["Bcc"] is None
    sent = letter(letter_id)
    assert (sent.state, sent.attempts) == (LetterState.SENT, 1)
    assert sent.sent_at is not None


@both_engines
@pytest.mark.parametrize("lens", EVERYONE)
def test_under_every_lens_a_letter_can_be_written_and_not_read_by_it(
    app: EquipoiseApp, lens: Lens
) -> None:
    assert app
    person = a_person()
    with unit_of_work(lens):
        letter_id = tell(person.id, "test.note", "Subject", "Body")
    assert letter(letter_id).state is LetterState.WAITING


def test_a_letter_of_work_that_failed_is_never_sent(app: EquipoiseApp) -> None:
    assert app
    person = a_person()

    def fail() -> None:
        tell(person.id, "test.note", "Subject", "Body")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), unit_of_work():
        fail()
    assert run_due_jobs() == 0


def test_without_a_server_letters_lie_in_a_folder(app: EquipoiseApp) -> None:
    person = a_person(email="someone@example.org")
    write(person.id)
    run_due_jobs()
    (file,) = (app.extensions["equipoise"].data_dir / "mail").glob("*.eml")
    kept = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert kept["To"] == f"{person.name} <someone@example.org>"


def test_attachments_come_from_the_file_store(
    app: EquipoiseApp, smtp: SmtpServer, mail_by: By
) -> None:
    mail_by(smtp.url)
    stored = app.extensions["files"].put(b"%PDF-1.7 receipt", kind="document")
    person = a_person()
    with unit_of_work():
        tell(person.id, "test.x", "S", "B", attachments=[(stored.key, "Beleg – 1.pdf")])
    run_due_jobs()
    (part,) = smtp.mailbox.messages[0].iter_attachments()
    assert isinstance(part, EmailMessage)
    assert (part.get_filename(), part.get_content()) == ("Beleg – 1.pdf", b"%PDF-1.7 receipt")


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"connect": "421 too busy"}, LetterState.WAITING),
        ({"connect": None}, LetterState.WAITING),
        ({"connect": "554 not for you"}, LetterState.WAITING),
        ({"RCPT": "450 grey-listed"}, LetterState.WAITING),
        ({"RCPT": "550 no such person"}, LetterState.FAILED),
        ({"MAIL": "550 sender unknown"}, LetterState.WAITING),
        ({"DATA": "451 try later"}, LetterState.WAITING),
        ({"end": "552 mailbox full"}, LetterState.WAITING),
        ({"end": "554 spam"}, LetterState.FAILED),
        ({"end": None}, LetterState.WAITING),
        ({"EHLO": "250-hello\r\n250 STARTTLS", "STARTTLS": "220 go"}, LetterState.WAITING),
    ],
)
def test_a_server_that_misbehaves_is_tried_again_unless_it_said_never(
    bad: Callable[..., BadServer], answers: dict[str, str | None], state: LetterState
) -> None:
    server = bad(**answers)
    letter_id = write(a_person().id)
    run_due_jobs()
    assert letter(letter_id).state is state
    server.answers.update({"EHLO": "250 hello"})
    server.answers.update({"connect": "220 ready", "MAIL": "250 ok", "RCPT": "250 ok"})
    server.answers.update({"DATA": "354 go on", ".": "250 kept"})
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        run_due_jobs()
    expected = LetterState.FAILED if state is LetterState.FAILED else LetterState.SENT
    assert letter(letter_id).state is expected
    ids = {found for text in server.letters for found in re.findall(r"Message-ID: (.+)\r", text)}
    assert ids <= {f"<{letter_id}@grants.example.org>"}


def test_a_server_that_refuses_the_connection_is_tried_again(mail_by: By) -> None:
    server = BadServer()
    server.stop()
    mail_by(server.url)
    letter_id = write(a_person().id)
    run_due_jobs()
    assert letter(letter_id).state is LetterState.WAITING


def test_a_silent_and_a_dripping_server_are_left_in_time(
    bad: Callable[..., BadServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "TIME_OUT", 0.5)
    monkeypatch.setattr(mail, "PATIENCE", 0.8)
    server = bad(connect="220 " + "x" * 100)
    server.drip = 0.1  # each byte in time, the greeting never
    began = clock.now()
    letter_id = write(a_person().id)
    run_due_jobs()
    assert clock.now() - began < timedelta(seconds=5)
    assert letter(letter_id).state is LetterState.WAITING
    server.drip = 2.0
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        run_due_jobs()
    assert letter(letter_id).state is LetterState.WAITING


def test_no_password_is_sent_in_the_clear(bad: Callable[..., BadServer], mail_by: By) -> None:
    server = bad()
    mail_by(server.url.replace("smtp://", "smtp://user:secret@"))
    letter_id = write(a_person().id)
    run_due_jobs()
    assert letter(letter_id).state is LetterState.WAITING
    assert server.letters == []


def test_after_its_last_try_a_letter_is_given_up(bad: Callable[..., BadServer]) -> None:
    bad(RCPT="450 grey-listed")
    letter_id = write(a_person().id)
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _ in range(8):
            run_due_jobs()
            travel.shift(timedelta(hours=2))
    failed = letter(letter_id)
    assert (failed.state, failed.attempts) == (LetterState.FAILED, 8)
    assert "grey-listed" in failed.trouble


@pytest.mark.parametrize("code", ["450", "550"])
def test_what_a_server_says_of_an_address_is_kept_and_logged_without_it(
    bad: Callable[..., BadServer], caplog: pytest.LogCaptureFixture, code: str
) -> None:
    caplog.set_level(logging.WARNING, "app.core.jobs.running")
    bad(RCPT=f"{code} <rita.reviewer@example.org>: user unknown")
    letter_id = write(a_person(name="Rita Reviewer", email="rita.reviewer@example.org").id)
    run_due_jobs()
    with unit_of_work(mode=Mode.READ):
        troubles = list(db.session.scalars(select(Job.trouble)))
    troubles.append(letter(letter_id).trouble)
    assert any("user unknown" in trouble for trouble in troubles)
    assert "user unknown" in caplog.text
    for told in (*troubles, caplog.text):
        assert "rita" not in told.casefold()


@both_engines
def test_each_persons_letters_keep_their_order_and_a_poisoned_one_stops_nobody(
    app: EquipoiseApp, bad: Callable[..., BadServer]
) -> None:
    assert app
    server = bad(RCPT="450 grey-listed")
    one, other = a_person(), a_person()
    with unit_of_work():
        first = [tell(one.id, "t.x", f"one {n}", "B") for n in range(3)]
        tell(one.id, "t.x", "bad\udcff".encode("utf-8", "replace").decode(), "B")
    run_due_jobs()
    server.answers["RCPT"] = "250 ok"
    write(other.id, "other")
    run_due_jobs()
    assert _subjects(server) == ["other"]  # the first is still waiting, and nobody else is
    with unit_of_work():
        db.session.execute(
            update(Letter)
            .where(Letter.id == first[1])
            .values(attachments=[{"key": "x", "name": "y"}])
        )
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _ in range(9):
            travel.shift(timedelta(hours=1))
            run_due_jobs()
    assert _subjects(server) == ["other", "one 0", "one 2", "bad?"]
    assert letter(first[1]).state is LetterState.FAILED


def _subjects(server: BadServer) -> list[str]:
    line = re.compile(r"^Subject: (.*)\r$", re.MULTILINE)
    return [found for text in server.letters for found in line.findall(text)]


def test_a_held_letter_waits_until_it_is_released(
    app: EquipoiseApp, smtp: SmtpServer, mail_by: By
) -> None:
    assert app
    mail_by(smtp.url)
    person = a_person()
    with unit_of_work():
        for number in range(2):
            tell(person.id, "t.result", f"S{number}", "B", about_id="call", held=True)
        tell(person.id, "t.other", "other", "B", about_id="call", held=True)
    assert run_due_jobs() == 0
    with unit_of_work(Lens.STAFF):
        assert release("call", "t.result") == 2
    run_due_jobs()
    assert [kept["Subject"] for kept in smtp.mailbox.messages] == ["S0", "S1"]


def test_a_closed_account_gets_no_mail(app: EquipoiseApp, smtp: SmtpServer, mail_by: By) -> None:
    assert app
    mail_by(smtp.url)
    person = a_person()
    with planted():
        db.session.execute(
            update(Account).where(Account.id == person.id).values(state=AccountState.DEACTIVATED)
        )
    letter_id = write(person.id)
    run_due_jobs()
    assert letter(letter_id).state is LetterState.FAILED
    assert smtp.mailbox.messages == []


def test_no_value_adds_a_header_a_recipient_or_a_line(
    app: EquipoiseApp, smtp: SmtpServer, mail_by: By
) -> None:
    assert app
    mail_by(smtp.url)
    person = a_person(name="Eve\r\nBcc: all@example.org", email="eve@example.org")
    write(person.id, "Hello\r\nBcc: all@example.org\r\n\r\nText", "B")
    run_due_jobs()
    (kept,) = smtp.mailbox.messages
    assert kept["Bcc"] is None
    assert kept["X-Envelope-To"] == "eve@example.org"
    assert kept["Subject"] == "Hello Bcc: all@example.org Text"
    assert kept.get_content().strip() == "B"


@pytest.mark.parametrize(
    "address", ["", "nobody", "@example.org", "a@b.org\r\nDATA", "a@b\x00.org"]
)
def test_what_is_no_address_is_refused_for_good(app: EquipoiseApp, address: str) -> None:
    letter_ = mail.Mail("ref", address, "Name", "S", "B", clock.now())
    with pytest.raises(mail.MailRefused):
        mail.send(letter_, app.extensions["equipoise"])


def test_a_wrong_mail_setting_says_what_to_write(mail_by: By, app: EquipoiseApp) -> None:
    mail_by("http://mail.example.org")
    with pytest.raises(SettingError, match="EQUIPOISE_SMTP_URL must be like"):
        mail.send(
            mail.Mail("ref", "a@example.org", "N", "S", "B", clock.now()),
            app.extensions["equipoise"],
        )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Anna  \n Bcc: x", "Anna Bcc: x"),
        ("see https://evil.example/x", "see https[://]evil[.]example/x"),
        ("evil.com", "evil[.]com"),
        ("J. R. Smith, Ph.D.", "J. R. Smith, Ph.D."),
        ("a@b", "a[at]b"),
        ("x" * 400, "x" * 299 + "…"),
        ("Dose of 3.5 mg", "Dose of 3.5 mg"),
    ],
)
def test_words_of_others_make_no_links_and_no_lines(typed: str, shown: str) -> None:
    assert quoted(typed) == shown


def test_the_catcher_speaks_to_a_plain_client(smtp: SmtpServer) -> None:
    host, port = smtp.url.removeprefix("smtp://").split(":")
    with smtplib.SMTP(host, int(port), timeout=10) as client:
        assert client.noop()[0] == 250
