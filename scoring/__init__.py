"""The arithmetic of selection: pure functions over plain values; imports nothing of `app`."""

import os

# One thread adds up in one order, so the last digits are the same on every machine; for matrices of
# this size it is also several times faster. numpy reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
