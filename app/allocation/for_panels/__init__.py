"""The decision desk as the people of a panel read it: computed from what is open to them alone."""
