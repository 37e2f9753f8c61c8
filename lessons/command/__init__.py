"""The command `unrolled`: a student's way through the lessons.

A thin layer over `pytest lessons/...`: what is right is decided there alone, and kept by the run.
"""
