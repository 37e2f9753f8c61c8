"""From a wrong answer to a sentence that helps: ladders of small cases, names, findings."""

STEPS = ("place", "line", "hint", "name")  # what is told, each with those before it
