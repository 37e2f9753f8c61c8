"""Grading what was handed in: `unrolled grade`, and the formats of course systems."""
