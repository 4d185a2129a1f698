"""Every text that a person reads passes through these names, so that it can be translated."""

from flask_babel import gettext, lazy_gettext, ngettext

_ = gettext
lazy = lazy_gettext
plural = ngettext

__all__ = ["_", "lazy", "plural"]
