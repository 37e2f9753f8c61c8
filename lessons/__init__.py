"""The eight lessons, one folder each, and what they share in `checking`."""
