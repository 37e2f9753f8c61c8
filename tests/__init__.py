"""Tests of the suite itself: of the reference, the checks and the tools."""
