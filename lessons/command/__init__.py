"""The command `unrolled`: a student's way through the lessons.

A thin layer over `pytest lessons/...` and its report: what is right is decided there alone.
"""
