"""What answers programs: declarations, the bearer's door, problems, lists and the document.

A room's `api.py` stands beside its `routes.py` and asks the same queries, policies and use cases.
"""

from app.core.api.answering import Answer, created, operation
from app.core.api.door import Bearer, asks_a_program, bearer
from app.core.api.listing import Listed, PageAsked, listed
from app.core.api.problems import Fault, Problem
from app.core.api.scopes import TokenScope
from app.core.api.values import Says

__all__ = [
    "Answer",
    "Bearer",
    "Fault",
    "Listed",
    "PageAsked",
    "Problem",
    "Says",
    "TokenScope",
    "asks_a_program",
    "bearer",
    "created",
    "listed",
    "operation",
]
