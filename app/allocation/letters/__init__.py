"""Decision letters: what each kind of outcome is told; written before the release, sent by it."""
