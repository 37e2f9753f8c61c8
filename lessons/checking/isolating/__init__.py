"""The answer in a process of its own, out of whose reach the verdict lies."""
