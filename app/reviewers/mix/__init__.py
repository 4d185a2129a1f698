"""The mix of reviewers: what people tell of themselves for it, and nobody can look up."""
