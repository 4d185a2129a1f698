"""The first page of each role; reads from everything, owns nothing."""
