"""What course systems read: a module each, with text(graded) and the file OUT, "-" for none."""

FORMATS = {  # module: its line in the help
    "text": "what a student reads",
    "json": "the whole report",
    "gradescope": "results.json of a Gradescope autograder",
    "classroom50": "result.json of a Classroom 50 autograder",
    "prairielearn": "results.json of an external grader of PrairieLearn",
    "csv": "a row for a spreadsheet, Canvas or Moodle",
    "junit": "XML as test runners write it",
    "coderunner": "what CodeRunner's combinator grader prints",
}
