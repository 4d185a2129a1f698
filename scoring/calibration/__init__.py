"""How severe each reviewer is, and what the proposals look like once that is allowed for."""
