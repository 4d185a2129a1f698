"""Bids: what people of the pool would like to read, before anybody is assigned."""
