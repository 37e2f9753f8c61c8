"""The pages of this repository as a site: `sphinx-build -W -c docs . site`.

The pages stay plain Markdown; what only the site needs is here: the contents at its side, and
formulas made into MathML when it is built. They load nothing from elsewhere. The pages on which
a lesson is written are made by `writing.py`.
"""

import shutil
import sys
from importlib.resources import files
from pathlib import Path

from docutils import nodes
from math_core import LatexToMathML
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

project = html_title = "Unrolled"
language = "en"
root_doc = "README"
include_patterns = ["*.md", "data/*.md", "docs/**.md", "lessons/0*/README.md"]
exclude_patterns = ["docs/browser"]

extensions = ["myst_parser", "writing"]
myst_enable_extensions = ["dollarmath"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 4
highlight_language = "text"
smartquotes = False

html_theme = "furo"
templates_path = [".", "browser"]
math_font = files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf"
html_favicon = "icon.svg"
html_static_path = ["site.css", "site.js", str(math_font)]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_math_renderer = "mathml"
html_copy_source = False
html_use_index = False
html_show_copyright = False

CONTENTS = """

```{toctree}
:hidden:
:caption: Lessons
:glob:

lessons/*/README
```

```{toctree}
:hidden:
:caption: Derivations

docs/derivations/index
docs/derivations/first_loss
docs/derivations/unrolled
docs/derivations/softmax_cross_entropy
docs/derivations/through_time
docs/derivations/sums_over_time
docs/derivations/lags
docs/derivations/vanishing
docs/derivations/differences
docs/derivations/adagrad
docs/derivations/exercises
```

```{toctree}
:hidden:
:caption: The project

docs/instructors
docs/measurements
docs/changing
CONTRIBUTING
CHANGELOG
SECURITY
data/README
```
"""

to_mathml = LatexToMathML(annotation=True)


def add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    """Give the first page the contents, which its Markdown need not hold."""
    if page == root_doc:
        source[0] += CONTENTS


def in_line(writer: HTML5Translator, formula: nodes.math) -> None:
    """Write a formula within a line."""
    writer.body.append(to_mathml.convert_with_local_state(formula.astext(), displaystyle=False))
    raise nodes.SkipNode


def displayed(writer: HTML5Translator, formula: nodes.math_block) -> None:
    """Write a formula with lines of its own."""
    writer.body.append(to_mathml.convert_with_local_state(formula.astext(), displaystyle=True))
    raise nodes.SkipNode


def open_with_readme(app: Sphinx, failure: Exception | None) -> None:
    """Let the site's own address open the first page."""
    if failure is None:
        shutil.copyfile(Path(app.outdir, f"{root_doc}.html"), Path(app.outdir, "index.html"))


def setup(app: Sphinx) -> None:
    """Tell Sphinx of all this."""
    app.add_html_math_renderer("mathml", (in_line, None), (displayed, None))
    app.connect("source-read", add_contents)
    app.connect("build-finished", open_with_readme)
