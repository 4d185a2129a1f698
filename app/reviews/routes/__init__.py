"""Pages of reviews: the reviewer's own seats, and the staff's view of how far they are."""

from app.reviews.routes import after as _after  # adds its pages to one's own
from app.reviews.routes import own as _own  # the same, and with it the invitation and the form
from app.reviews.routes import scores as _scores  # adds its page to the desk
from app.reviews.routes.desk import bp as desk
from app.reviews.routes.seat import bp as own

__all__ = ["_after", "_own", "_scores", "desk", "own"]
