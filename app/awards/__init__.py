"""What was funded."""
