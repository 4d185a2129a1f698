"""The outbox: what to tell whom."""
