"""What the pages under docs/ are made from, where they are made and not written."""
