"""What every domain stands on; it knows no word of grants."""
