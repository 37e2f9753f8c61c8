"""The pages on which a lesson is written: its text, an editor, its checks. An extension of Sphinx.

Python's runtime comes from its delivery network, or with `-D self_hosted=1` from the site itself.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import runtime
from docutils import nodes
from sphinx.application import Sphinx

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS

PAGES = {f"lessons/{name}/README": lesson for name, lesson in LESSONS.items()}
LINK = '<p><a class="write" href="write.html">Write it in your browser</a></p>\n'


class Pages:
    """The pages of one build."""

    def __init__(self) -> None:
        self.bodies: dict[str, dict[str, Any]] = {}
        self.digest = ""  # of what they load, once it is there

    def get_runtime(self, app: Sphinx) -> None:
        """Get what they load; a site that is not self-hosted can be without."""
        static = Path(app.outdir, "_static")
        if app.builder.format != "html":
            return
        try:
            self.digest = runtime.put(static, app.config.self_hosted)
        except runtime.Unavailable as problem:
            if app.config.self_hosted:
                raise
            runtime.clear(static)
            for old in Path(app.outdir).glob("lessons/*/write.html"):
                old.unlink()
            say_last(app, f"The site is without the pages to write a lesson on. {problem}")

    def link_from(
        self,
        app: Sphinx,
        page: str,
        template: str,
        context: dict[str, Any],
        doctree: nodes.document | None,
    ) -> None:
        """Let a lesson's page lead to the one to write it on, and keep its body for that."""
        if self.digest and page in PAGES:
            self.bodies[page] = {name: context[name] for name in ("title", "body", "metatags")}
            start, end, rest = context["body"].partition("</h1>\n")
            context["body"] = start + end + LINK + rest

    def pages(self, app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Each page, what its template needs, and the template."""
        titles = {page: app.env.titles[page].astext() for page in PAGES}
        facts = [facts_of(lesson, titles[page]) for page, lesson in PAGES.items()]
        for (page, body), lesson in zip(sorted(self.bodies.items()), facts, strict=True):
            stub = PAGES[page].folder / "stub.txt"
            lesson = lesson | {"stub": stub.read_text(encoding="utf-8")}
            more = {"lesson": lesson, "lessons": facts, "digest": self.digest}
            yield page.replace("README", "write"), body | more, "lesson.html"


def facts_of(lesson: Lesson, title: str) -> dict[str, Any]:
    """What a page tells of a lesson."""
    number = int(lesson.name.partition("_")[0])
    names = {"name": lesson.name, "number": number, "module": lesson.module, "file": lesson.file}
    return names | {"title": title}


def say_last(app: Sphinx, sentence: str) -> None:
    """Say a sentence after all that Sphinx says."""
    if app.quiet:
        print(sentence, file=sys.stderr)
    else:
        app.builder.epilog += "\n" + sentence.replace("%", "%%")  # type: ignore[misc]


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of all this."""
    pages = Pages()
    app.add_config_value("self_hosted", False, "html")
    app.connect("builder-inited", pages.get_runtime)
    app.connect("env-updated", lambda app, environment: list(PAGES))  # all are written again
    app.connect("html-page-context", pages.link_from)
    app.connect("html-collect-pages", pages.pages)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
