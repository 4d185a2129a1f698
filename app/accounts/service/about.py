"""How the ledger refers to a person: by the pseudonym under which they act, for ever."""

from app.accounts.actor import Actor
from app.ledger import service as ledger
from app.ledger.events import Event
from app.ledger.keys import pseudonym


def record_about(actor: Actor, event: Event, account_id: str) -> None:
    """Record an event about a person; no reference names them."""
    ledger.record(actor, event, about=f"person:{pseudonym(account_id)}")


def record_own(account_id: str, event: Event) -> None:
    """Record what a person did about themselves, known by their account alone."""
    record_about(Actor(id=account_id, name=""), event, account_id)
