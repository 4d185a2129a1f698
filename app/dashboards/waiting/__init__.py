"""What waits for somebody, role by role; each is read under that role's own lens."""
