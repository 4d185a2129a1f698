"""The tests. Python keeps what it compiles: the programs that tests start need not do it again."""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
