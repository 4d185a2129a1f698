"""Reading and scoring."""
