"""Templates are compiled once and kept beside them, as Python keeps its modules.

The compiled files lie in `__pycache__` of the templates' folder, so they are trusted as far as the
code is. Where that folder cannot be written, each process compiles for itself.
"""

import sys
from contextlib import suppress
from pathlib import Path

from jinja2 import FileSystemBytecodeCache, __version__
from jinja2.bccache import Bucket


class CompiledTemplates(FileSystemBytecodeCache):
    """The compiled templates of one environment; `reader` names it, for its settings are in them.

    A file holds the hash of its template's text, so an older one is never taken for a newer.
    """

    def __init__(self, templates: Path, reader: str) -> None:
        super().__init__(str(templates / "__pycache__"), f"{reader}.jinja-{__version__}.%s.cache")

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):  # read-only, or no room: the next process compiles again
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)
