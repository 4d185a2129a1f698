"""The arithmetic of selection: pure functions over plain values; imports nothing of `app`."""
