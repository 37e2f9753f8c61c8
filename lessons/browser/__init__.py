"""The lessons in a browser: what a page asks of Python, which runs there in a worker.

A thin layer over `pytest lessons/...`, as the command is: what is right is decided there alone.
"""
