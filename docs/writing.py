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
FIRST = "Open lesson 1"  # what a link of the first page says
TO_WRITE = '<p><a class="to-write" href="write.html">Write it in your browser</a></p>\n'
TO_READ = '<p><a class="to-read" href="README.html">The lesson without the editor</a></p>\n'


class Pages:
    """The pages of one build."""

    def __init__(self) -> None:
        self.bodies: dict[str, dict[str, Any]] = {}
        self.digest = ""  # of what they load, once it is there
        self.without = ""  # why there are none

    def get_runtime(self, app: Sphinx) -> None:
        """Get what they load; a site that is not self-hosted can be without."""
        static = Path(app.outdir, "_static")
        if app.builder.format != "html":
            return
        try:
            self.digest = runtime.put(static, app.config.self_hosted)
        except runtime.Problem as problem:
            if app.config.self_hosted or not isinstance(problem, runtime.Unavailable):
                sys.exit(f"The site was not built. {problem}")
            runtime.clear(static)
            for old in Path(app.outdir).glob("lessons/*/write.html"):
                old.unlink()
            self.without = f"The site is without the pages to write a lesson on. {problem}"

    def lead_to_first(self, app: Sphinx, doctree: nodes.document, page: str) -> None:
        """Let the first page lead to where lesson 1 is written, and not to its text alone."""
        for link in doctree.findall(nodes.reference):
            if self.digest and page == app.config.root_doc and link.astext() == FIRST:
                link["refuri"] = link["refuri"].replace("README", "write")

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
            start, end, rest = context["body"].partition("</h1>\n")
            context["body"] = start + end + TO_WRITE + rest
            body = start + end + TO_READ + rest
            self.bodies[page] = {"title": context["title"], "body": body}

    def pages(self, app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Each page, what its template needs, and the template."""
        if self.without:
            return
        titles = {page: app.env.titles[page].astext() for page in PAGES}
        facts = [facts_of(lesson, titles[page]) for page, lesson in PAGES.items()]
        for (page, body), lesson in zip(sorted(self.bodies.items()), facts, strict=True):
            stub = PAGES[page].folder / "stub.txt"
            lesson = lesson | {"stub": stub.read_text(encoding="utf-8")}
            more = {"lesson": lesson, "lessons": facts, "digest": self.digest}
            yield page.replace("README", "write"), body | more, "lesson.html"

    def say_last(self, app: Sphinx, failure: Exception | None) -> None:
        """Say at the end why there are none."""
        if self.without and app.quiet:
            print(self.without, file=sys.stderr)
        elif self.without:
            more = self.without.replace("%", "%%")
            app.builder.epilog += f"\n{more}"  # type: ignore[misc]


def facts_of(lesson: Lesson, title: str) -> dict[str, Any]:
    """What a page tells of a lesson."""
    number = int(lesson.name.partition("_")[0])
    names = {"name": lesson.name, "number": number, "module": lesson.module, "file": lesson.file}
    return names | {"title": title}


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of all this."""
    pages = Pages()
    app.add_config_value("self_hosted", False, "html")
    app.connect("builder-inited", pages.get_runtime)
    app.connect("env-updated", lambda app, _: [app.config.root_doc, *PAGES])  # are written again
    app.connect("doctree-resolved", pages.lead_to_first)
    app.connect("html-page-context", pages.link_from)
    app.connect("html-collect-pages", pages.pages)
    app.connect("build-finished", pages.say_last)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
