"""What travels inside a PDF beside its pages."""

import re
from dataclasses import dataclass

_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A data file that travels inside the PDF; the ending of its name tells its media type."""

    name: str
    content: bytes
    description: str

    def __post_init__(self) -> None:
        if not _FILE_NAME.fullmatch(self.name):
            raise ValueError(
                f"The attached file {self.name!r} needs a plain name: small letters a-z, digits, "
                "points, hyphens and underscores."
            )
