"""The package comes first: it tells numpy to use one thread before numpy is imported."""

import scoring  # noqa: F401
