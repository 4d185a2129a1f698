"""Pools, contributions and the funders who make them."""
