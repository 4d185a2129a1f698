"""Letters about accounts. Their links are made when they are sent, so that no table holds one."""

from collections.abc import Callable
from dataclasses import dataclass

from app.accounts.letters import Kind
from app.accounts.links import LASTS, Purpose, address_of
from app.core.settings import settings
from app.core.words import _, plural
from app.notifications.models import Letter

LINK = "[[link]]"  # stands in the stored text where the link comes when the letter is sent


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    body: str


PURPOSES = {
    Kind.CONFIRM: Purpose.CONFIRM,
    Kind.KNOWN_ALREADY: Purpose.RESET,
    Kind.RESET: Purpose.RESET,
    Kind.INVITATION: Purpose.INVITATION,
}
_PREFIX = "accounts."

LinkMaker = Callable[[str], str]
_MAKERS: dict[str, LinkMaker] = {}


def makes_link(kind: str) -> Callable[[LinkMaker], LinkMaker]:
    """Register how the link in letters of a kind is made, from what the letter is about.

    For letters of the rooms above whose link gives a right, such as to answer an invitation.
    """

    def register(maker: LinkMaker) -> LinkMaker:
        _MAKERS[kind] = maker
        return maker

    return register


def kind_of_letter(kind: Kind) -> str:
    return _PREFIX + kind.value


def words_of(kind: Kind) -> Words:
    """Return the letter; it names nobody, so no name can play a trick in it."""
    lasting = _lasting(PURPOSES[kind]) if kind in PURPOSES else ""
    return _WRITERS[kind](settings().organisation, lasting)


def with_link(letter: Letter) -> str:
    """Return the text to send, with its link where the kind of letter has one."""
    if letter.kind in _MAKERS:
        return letter.body.replace(LINK, _MAKERS[letter.kind](letter.about_id))
    if not letter.kind.startswith(_PREFIX):
        return letter.body
    purpose = PURPOSES.get(Kind(letter.kind.removeprefix(_PREFIX)))
    if purpose is None:  # it tells of something, and gives no right
        return letter.body
    return letter.body.replace(LINK, address_of(letter.account_id, purpose))


def _lasting(purpose: Purpose) -> str:
    span = LASTS[purpose]
    if span.days:
        return str(plural("%(num)d day", "%(num)d days", span.days))
    return str(plural("%(num)d hour", "%(num)d hours", span.seconds // 3600))


def _confirm(place: str, lasting: str) -> Words:
    return Words(
        _("Confirm your address for %(place)s", place=place),
        _(
            "Someone, we think you, made an account at %(place)s with this address.\n\n"
            "To confirm that the address is yours, open this page and press the button:\n\n"
            "%(link)s\n\n"
            "The link works for %(lasting)s. If it was not you, do nothing: without your "
            "confirmation the address stays free.",
            place=place,
            link=LINK,
            lasting=lasting,
        ),
    )


def _known_already(place: str, lasting: str) -> Words:
    return Words(
        _("You already have an account at %(place)s", place=place),
        _(
            "Someone, perhaps you, tried to make an account at %(place)s with this address. "
            "You already have one, so sign in with it:\n\n"
            "%(sign_in)s\n\n"
            "If you no longer know your password, set a new one here (for %(lasting)s):\n\n"
            "%(link)s\n\n"
            "If it was not you, do nothing. Whoever tried learns nothing about your account.",
            place=place,
            sign_in=f"{settings().base_url.rstrip('/')}/sign-in",
            link=LINK,
            lasting=lasting,
        ),
    )


def _reset(place: str, lasting: str) -> Words:
    return Words(
        _("Set a new password for %(place)s", place=place),
        _(
            "Someone, we think you, asked for a new password at %(place)s.\n\n"
            "Open this page to set one:\n\n"
            "%(link)s\n\n"
            "The link works once and for %(lasting)s. If it was not you, do nothing: your "
            "password stays as it is.",
            place=place,
            link=LINK,
            lasting=lasting,
        ),
    )


def _invitation(place: str, lasting: str) -> Words:
    return Words(
        _("Your account at %(place)s", place=place),
        _(
            "The staff of %(place)s entered you as someone who works with them, for example as "
            "a reviewer. Open this page to choose a password:\n\n"
            "%(link)s\n\n"
            "The link works for %(lasting)s. Later, ask for a new one on the sign-in page "
            "(“Forgotten your password?”).",
            place=place,
            link=LINK,
            lasting=lasting,
        ),
    )


def _token_made(place: str, _lasting: str) -> Words:
    return Words(
        _("A token for programs was made at %(place)s", place=place),
        _(
            "Someone, we think you, made a token with which a program acts for you at %(place)s. "
            "What it may be used for, when it was last used, and how to revoke it stand here:\n\n"
            "%(tokens)s\n\n"
            "If it was not you, revoke it there and change your password: that signs every "
            "browser out and revokes every token.",
            place=place,
            tokens=f"{settings().base_url.rstrip('/')}/profile/tokens",
        ),
    )


_WRITERS: dict[Kind, Callable[[str, str], Words]] = {
    Kind.CONFIRM: _confirm,
    Kind.KNOWN_ALREADY: _known_already,
    Kind.RESET: _reset,
    Kind.INVITATION: _invitation,
    Kind.TOKEN_MADE: _token_made,
}
