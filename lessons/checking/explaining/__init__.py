"""From a wrong answer to a sentence that helps: ladders of small cases, names, findings."""
