"""What a token may be used for. It is never more than its owner may do: the policies stay."""

from enum import StrEnum

from app.core.words import lazy


class TokenScope(StrEnum):
    PROPOSALS_READ = "proposals:read"
    PROPOSALS_WRITE = "proposals:write"
    PROPOSALS_SUBMIT = "proposals:submit"
    REVIEWS_READ = "reviews:read"
    REVIEWS_WRITE = "reviews:write"
    REVIEWS_SUBMIT = "reviews:submit"
    DESK_READ = "desk:read"
    FUNDING_READ = "funding:read"
    LEDGER_READ = "ledger:read"


WORDS = {
    TokenScope.PROPOSALS_READ: lazy("Read your proposals and receipts"),
    TokenScope.PROPOSALS_WRITE: lazy("Begin proposals and save drafts"),
    TokenScope.PROPOSALS_SUBMIT: lazy("Submit your proposals"),
    TokenScope.REVIEWS_READ: lazy("Read what you review"),
    TokenScope.REVIEWS_WRITE: lazy("Save your reviews"),
    TokenScope.REVIEWS_SUBMIT: lazy("Submit your reviews"),
    TokenScope.DESK_READ: lazy("Read the desks of your calls"),
    TokenScope.FUNDING_READ: lazy("Read what became of your contributions"),
    TokenScope.LEDGER_READ: lazy("Read the ledger"),
}
