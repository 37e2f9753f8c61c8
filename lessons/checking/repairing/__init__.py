"""Which line is wrong: small changes of the student's own source, until the numbers are right."""
