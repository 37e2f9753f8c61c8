"""What course systems read: a module each, with text(graded) and the file OUT, "-" for none."""

FORMATS = {  # module: its line in the help
    "text": "what a student reads",
    "json": "the whole report",
    "gradescope": "results.json of Gradescope",
    "classroom50": "result.json of Classroom 50",
    "prairielearn": "results.json of PrairieLearn",
    "csv": "a row for a spreadsheet, Canvas or Moodle",
    "junit": "XML as test runners write it",
    "coderunner": "JSON for CodeRunner's combinator grader",
}
