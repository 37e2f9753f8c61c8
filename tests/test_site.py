"""The site of the pages: it is whole, loads nothing from elsewhere, and fits a narrow window."""

import functools
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.everything import BROWSERS, ROOT

PAGES = {
    path.relative_to(ROOT).with_suffix("").as_posix()
    for pattern in ("*.md", "data/*.md", "docs/**/*.md", "lessons/0*/README.md")
    for path in ROOT.glob(pattern)
}
LESSONS = {page for page in PAGES if page.startswith("lessons/")}
DERIVATIONS = {page for page in PAGES if page.startswith("docs/derivations/")} - {
    "docs/derivations/index",
    "docs/derivations/exercises",
}


@dataclass
class Page(HTMLParser):
    """What a built page has and what it asks for; links are those of its text."""

    path: Path
    tags: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    pictures: list[dict[str, str | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        at = dict(attributes)
        self.tags.append(tag)
        self.names.add(at.get("id") or "")
        in_text = "article" in self.tags and "footer" not in self.tags
        if tag == "a" and at.get("href"):
            self.links.append(at["href"])
            if in_text:
                self.texts.append(at["href"])
        elif tag == "link" and at.get("rel") not in ("next", "prev", "index", "search"):
            self.loaded.append(at["href"])
        self.loaded += [at[name] for name in ("src", "srcset", "poster", "data") if at.get(name)]
        if tag == "img" and in_text:
            self.pictures.append(at)

    def target(self, link: str) -> Path:
        """Where a link of the site leads."""
        path = unquote(urlsplit(link).path)
        return (self.path.parent / path).resolve() if path else self.path


def is_outside(link: str) -> bool:
    return bool(urlsplit(link).scheme or urlsplit(link).netloc)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site, with warnings as errors."""
    folder = tmp_path_factory.mktemp("site").resolve()
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-c", "docs", ".", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace")
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, Page]:
    """The pages of the repository, built."""
    return {page: Page(site / f"{page}.html") for page in sorted(PAGES)}


def test_every_page_is_in_the_search_and_the_first_one_opens_the_site(site: Path) -> None:
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    found = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))
    assert set(found["docnames"]) == PAGES
    assert len(LESSONS) >= 8 and len(DERIVATIONS) >= 9
    assert (site / "index.html").read_bytes() == (site / "README.html").read_bytes()


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[str, Page]) -> None:
    for page in (*pages.values(), Page(site / "search.html")):
        assert page.loaded
        assert not [link for link in page.loaded if is_outside(link)], page.path
    styles = [*(site / "_static").rglob("*.css")]
    assert "site.css" in [style.name for style in styles]
    for style in styles:
        text = style.read_text(encoding="utf-8")
        assert not re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:|//)", text), style


def test_every_link_within_the_site_leads_somewhere(pages: dict[str, Page]) -> None:
    by_path = {page.path: page for page in pages.values()}
    followed = 0
    for page in pages.values():
        for link in [*page.links, *page.loaded]:
            if is_outside(link):
                continue
            target = page.target(link)
            assert target.is_file(), (page.path, link)
            name = unquote(urlsplit(link).fragment)
            if name and target in by_path:
                assert name in by_path[target].names, (page.path, link)
                followed += 1
    assert followed > 100


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_formula_is_mathml(pages: dict[str, Page], page: str) -> None:
    text = (ROOT / f"{page}.md").read_text(encoding="utf-8")
    displayed = len(re.findall(r"^```math$", text, re.MULTILINE))
    prose = re.sub(r"^```.*?^```$|`[^`]*`", "", text, flags=re.MULTILINE | re.DOTALL)
    in_line = len(re.findall(r"\$[^$]+\$", prose))
    assert pages[page].tags.count("math") == displayed + in_line
    assert page not in DERIVATIONS or displayed > 0


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_page_has_one_title_and_every_picture_is_told_in_words(
    pages: dict[str, Page], page: str
) -> None:
    assert pages[page].tags.count("h1") == 1
    for picture in pages[page].pictures:
        assert len(picture["alt"] or "") > 20, picture
    pictures = re.findall(r"^!\[", (ROOT / f"{page}.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(pages[page].pictures) == len(pictures)


def test_a_derivation_and_its_lessons_link_to_each_other(pages: dict[str, Page]) -> None:
    names = {page.path: name for name, page in pages.items()}
    led = {(n, names.get(p.target(link))) for n, p in pages.items() for link in p.texts}
    from_lessons = {(a, b) for a, b in led if a in LESSONS and b in DERIVATIONS}
    from_derivations = {(b, a) for a, b in led if a in DERIVATIONS and b in LESSONS}
    assert from_lessons == from_derivations
    assert {b for _, b in from_lessons} == DERIVATIONS


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Serve the site on this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


TOO_WIDE = """() => {
  const inBox = x => x.matches("article *") &&
    (getComputedStyle(x).overflowX !== "visible" || inBox(x.parentElement));
  return [...document.querySelectorAll("article *")]
    .filter(x => x.getBoundingClientRect().right > innerWidth && !inBox(x.parentElement))
    .map(x => x.outerHTML);
}"""


def test_every_page_fits_a_window_of_400_pixels_and_the_search_finds(address: str) -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("no Chromium here: the site was not looked at in a browser")
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    faults: list[object] = []
    with sync_playwright() as player:
        window = player.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = window.new_page(viewport={"width": 400, "height": 800}, color_scheme="dark")
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(error))
        page.on("requestfailed", lambda request: faults.append(request.url))
        for name in (*sorted(PAGES), "search"):
            page.goto(f"{address}{name}.html")
            assert page.evaluate("document.scrollingElement.scrollWidth") <= 400, name
            assert page.evaluate(TOO_WIDE) == [], name
            for picture in page.locator("article img").all():
                picture.scroll_into_view_if_needed()
                ground = picture.evaluate("x => getComputedStyle(x).backgroundColor")
                assert picture.evaluate("x => x.decode().then(() => x.naturalWidth)") > 0, name
                assert ground == "rgb(255, 255, 255)", name
        page.goto(f"{address}search.html?q=softmax")
        page.get_by_role("link", name="Softmax and cross-entropy").last.wait_for()
        window.close()
    assert len(asked) > len(PAGES) and faults == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
