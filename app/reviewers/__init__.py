"""The pool, conflicts and assignment."""
