"""What people do with accounts. Each function is one use case, all of it or none."""

from app.accounts.service.joining import (
    Registration,
    ask_for_letter,
    ask_to_confirm,
    confirm_address,
    correspondent,
    ensure_person,
    enter_with_password,
    register,
    set_password,
)
from app.accounts.service.profile import (
    ProfileDraft,
    change_password,
    change_profile,
    remove_second_factor,
    reset_second_factor,
    set_second_factor,
)
from app.accounts.service.roles import close_account, grant_role, reopen_account, revoke_role
from app.accounts.service.signing_in import (
    Known,
    is_own_password,
    note_sign_in,
    note_sign_out,
    take_code,
    who_knows,
)
from app.accounts.service.tokens import TokenDraft, make_token, revoke_token

__all__ = [
    "Known",
    "ProfileDraft",
    "Registration",
    "TokenDraft",
    "ask_for_letter",
    "ask_to_confirm",
    "change_password",
    "change_profile",
    "close_account",
    "confirm_address",
    "correspondent",
    "ensure_person",
    "enter_with_password",
    "grant_role",
    "is_own_password",
    "make_token",
    "note_sign_in",
    "note_sign_out",
    "register",
    "remove_second_factor",
    "reopen_account",
    "reset_second_factor",
    "revoke_role",
    "revoke_token",
    "set_password",
    "set_second_factor",
    "take_code",
    "who_knows",
]
