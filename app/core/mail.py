"""The one place from which mail leaves: by SMTP, or into a folder where none is set."""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from config import Config, SettingError

TIME_OUT = 20.0  # seconds for each step of the conversation
PATIENCE = 90.0  # seconds for all of it: a server that drips would never run out of steps
FOR_EVER = {550, 551, 553, 554}  # 552 is a full mailbox, which may be emptied
_ADDRESS = re.compile(r"[^\s<>'\",;:()]+@[^\s<>'\",;:()]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class MailRefused(Exception):  # noqa: N818 - said as it is
    """The server will never take this mail."""


class MailDelayed(Exception):  # noqa: N818
    """The mail could not be handed over now; perhaps it was, and nobody said so."""


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    data: bytes
    media_type: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter to one person. `reference` makes its Message-ID, the same at every try."""

    reference: str
    to: str
    name: str
    subject: str
    body: str
    written_at: datetime
    attachments: Sequence[Attachment] = ()


def send(mail: Mail, config: Config) -> None:
    """Hand the mail over. Raises MailRefused (never) or MailDelayed (try again)."""
    message = composed(mail, config)
    if config.smtp_url:
        _send_by_smtp(message, mail.to, config)
    else:
        _keep_in_folder(message, mail, config)


def greet(config: Config) -> None:
    """See whether the mail server lets us in, and send nothing. Raises MailDelayed."""
    try:
        with _connected(urlsplit(config.smtp_url)) as server:
            server.noop()
    except (smtplib.SMTPException, OSError) as error:
        raise MailDelayed(f"{type(error).__name__}: {error}") from error


def composed(mail: Mail, config: Config) -> EmailMessage:
    """Return the mail as a message; no value can add a header or a second recipient."""
    message = EmailMessage(policy=WIRE)
    message["Message-ID"] = f"<{mail.reference}@{_host(config)}>"
    message["Date"] = format_datetime(mail.written_at)
    message["From"] = _sender(config)
    message["To"] = _recipient(mail.name, mail.to)
    message["Subject"] = _one_line(mail.subject)
    message["Auto-Submitted"] = "auto-generated"  # no out-of-office answers, please
    message.set_content(mail.body.rstrip() + "\n", cte="quoted-printable")
    for each in mail.attachments:
        main, _, sub = each.media_type.partition("/")
        message.add_attachment(each.data, maintype=main, subtype=sub, filename=_one_line(each.name))
    return message


def _one_line(text: str) -> str:
    return _CONTROLS.sub(" ", text).strip()


def _recipient(name: str, address: str) -> Address:
    user, _, host = address.rpartition("@")
    if not user or not host or _CONTROLS.search(address):
        raise MailRefused("what stands as the recipient's address is none")
    return Address(_one_line(name), user, host)


def _sender(config: Config) -> Address:
    name, address = parseaddr(config.mail_from)
    user, _, host = address.rpartition("@")
    if not user or not host:
        raise SettingError("EQUIPOISE_MAIL_FROM must be like: Equipoise <office@example.org>.")
    return Address(name, user, host)


def _host(config: Config) -> str:
    return urlsplit(config.base_url).hostname or "localhost"


def _keep_in_folder(message: EmailMessage, mail: Mail, config: Config) -> None:
    folder = config.data_dir / "mail"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = mail.written_at.strftime("%Y%m%dT%H%M%S.%f")
    (folder / f"{stamp}-{mail.reference}.eml").write_bytes(bytes(message))


def _send_by_smtp(message: EmailMessage, to: str, config: Config) -> None:
    envelope_from = _sender(config).addr_spec
    try:
        with _connected(urlsplit(config.smtp_url)) as server:
            if to.isascii():
                server.sendmail(envelope_from, [to], message.as_bytes())
            else:
                wide = message.as_bytes(policy=WIRE.clone(utf8=True))
                server.sendmail(envelope_from, [to], wide, ["SMTPUTF8", "BODY=8BITMIME"])
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise _verdict(code, text) from None
    except smtplib.SMTPDataError as error:
        raise _verdict(error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPNotSupportedError as error:
        raise MailRefused(_unaddressed(str(error))) from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailDelayed(f"{type(error).__name__}: {_unaddressed(str(error))}") from None


def _verdict(code: int, text: bytes | str) -> Exception:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    return (MailRefused if code in FOR_EVER else MailDelayed)(f"{code} {_unaddressed(said)}")


def _unaddressed(said: str) -> str:
    """Leave out whom it is about: servers repeat the address, and trouble is logged."""
    return _ADDRESS.sub("[address]", said)


@contextmanager
def _connected(url: SplitResult) -> Iterator[smtplib.SMTP]:
    if url.scheme not in {"smtp", "smtps", "smtp+starttls"} or not url.hostname:
        raise SettingError("EQUIPOISE_SMTP_URL must be like smtp://user:password@host:587.")
    with _opened(url) as server:
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server


class _Impatient(smtplib.SMTP):
    """Hangs up when the whole conversation takes too long."""

    _alarm: Timer

    def connect(
        self,
        host: str = "localhost",
        port: int = 0,
        source_address: Any = None,  # noqa: ANN401 - as smtplib has it
    ) -> tuple[int, bytes]:
        self._alarm = Timer(PATIENCE, self._hang_up)
        self._alarm.daemon = True
        self._alarm.start()
        try:
            return super().connect(host, port, source_address)
        except BaseException:
            self._alarm.cancel()
            raise

    def close(self) -> None:
        self._alarm.cancel()
        super().close()

    def _hang_up(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _ImpatientTls(_Impatient, smtplib.SMTP_SSL):
    """The same, encrypted from the start."""


def _opened(url: SplitResult) -> smtplib.SMTP:
    """Connect; smtps is TLS from the start, smtp takes STARTTLS where offered, and must have it
    before a password is sent or when the scheme asks for it."""
    host = url.hostname or ""
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        return _ImpatientTls(host, url.port or 465, timeout=TIME_OUT, context=context)
    server = _Impatient(host, url.port or 587, timeout=TIME_OUT)
    try:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif url.username or url.scheme == "smtp+starttls":
            raise MailDelayed(  # noqa: TRY301
                "the mail server offers no STARTTLS, and without it nothing is sent to it"
            )
    except BaseException:
        server.close()
        raise
    return server
