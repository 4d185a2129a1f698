"""The end of reviewing: when it closed, and who said once more that they have no conflict."""
