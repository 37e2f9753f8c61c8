"""Judging a class: `unrolled class`, from what was handed in to one page for the instructor."""
