// The reader's files: saved to disk, opened from there, begun again, and as they were earlier.
import * as files from "./files.js";
import { element } from "./telling.js";

/** Let the buttons below the checks do what they say; `page` is what they need of it. */
export function shelve(page) {
  const { $, lessons, keeping } = page;
  const file = () => lessons.find(({ name }) => name === page.here()).file;

  $("save").addEventListener("click", () => files.save(file(), page.text()));

  $("save-all").addEventListener("click", () => {
    page.keep();
    const written = lessons.filter(({ name }) => keeping.written(name));
    if (!written.length) return page.notice("There is nothing to download: all lessons are as they were.");
    const paths = written.map(({ name, file: own }) => [`lessons/${name}/${own}`, keeping.lesson(name).text]);
    files.saveAll("unrolled.zip", Object.fromEntries(paths));
    page.notice(`${list(written)}: unpack it in the folder of a copy of the project.`);
  });

  $("open").addEventListener("click", () => $("chosen").click());
  $("chosen").addEventListener("change", async () => {
    const { texts, problems } = await files.read($("chosen").files);
    $("chosen").value = "";
    const taken = new Map();
    for (const [path, text] of texts) {
      const lesson = lessons.find((one) => one.file === path.split("/").at(-1));
      if (lesson) taken.set(lesson, text);
    }
    if (!taken.size && !problems.length) {
      problems.push(`None of these is a lesson's file. Those are ${list(lessons)}.`);
    }
    const opened = [];
    const kept = [];
    for (const [lesson, text] of taken) {
      const was = page.replace(lesson.name, text, "before a file was opened");
      if (was.problem) problems.push(was.problem);
      else opened.push(lesson);
      if (was.kept) kept.push(lesson);
    }
    if (kept.length) problems.unshift(`Your ${list(kept)} from before: under Earlier versions.`);
    if (opened.length) problems.unshift(`Opened ${list(opened)}.`);
    page.notice(problems.join(" "));
  });

  $("reset").addEventListener("click", () => {
    const stub = page.stub(page.here());
    if (page.text() === stub) return page.notice(`${file()} is as it was: there is nothing to put back.`);
    const { problem } = page.replace(page.here(), stub, "before it was begun again");
    page.notice(problem ?? `${file()} is a stub again. What was there is under Earlier versions.`);
  });

  $("versions").addEventListener("click", () => {
    showVersions();
    $("dialog").showModal();
  });

  function showVersions() {
    const name = page.here();
    const versions = keeping.versions(name);
    const rows = versions.map((version) => element("li", {},
      element("span", {}, `${new Date(version.when).toLocaleString("en-GB")}, ${version.why}`), " ",
      button("Put back", () => {
        page.notice(page.replace(name, version.text, "before an earlier version was put back").problem ?? "");
        $("dialog").close();
      }), " ",
      button("Download", () => files.save(file(), version.text)), " ",
      button("Delete", () => {
        keeping.dropVersion(name, version);
        showVersions();
      })));
    $("dialog-title").textContent = `Earlier versions of ${file()}`;
    $("dialog-list").replaceChildren(versions.length
      ? element("ol", {}, ...rows)
      : element("p", {}, "There are none. One is kept whenever your text is replaced."));
  }
}

const button = (says, onclick) => element("button", { type: "button", onclick }, says);
const list = (lessons) => lessons.map(({ file }) => file).join(", ");
