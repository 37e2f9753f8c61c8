// Python in its worker, as the page sees it: asked for one thing after another, ended where it is stuck.
const GRACE = 2; // seconds without a word, beyond the limit of a call, until it counts as stuck
const VERSION = new URL(import.meta.url).search; // of all that the page loads
const TICK = 0.25; // seconds between looks at the clock

/** What is told first of all. */
export const FIRST = { about: "loading", step: 1, of: 3, what: "Python and NumPy" };

export class Python {
  /** `told` hears how loading goes; `files` gives the texts and verdicts that Python begins with. */
  constructor(told, files) {
    this.told = told;
    this.files = files;
    this.number = 0;
    this.begin();
    setInterval(() => this.tick(), 1000 * TICK);
  }

  begin() {
    this.asked = new Map();
    this.stuck = null; // what is said if there is no word for so long: why, limit, seconds
    this.worker = new Worker(new URL(`worker.js${VERSION}`, import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = (event) => this.hear({ about: "lost", why: event.message ?? "" });
    const texts = this.files();
    this.ask({ do: "look", files: texts }).then(
      (looked) => this.told({ ...looked, about: "ready", texts }),
      () => {}, // it has ended
    );
  }

  /** Ask for something; `heard` is given what is said before it is done. */
  ask(request, heard = () => {}, stuck = null) {
    const id = ++this.number;
    if (stuck) this.stuck = { ...stuck, seconds: 0 };
    this.worker.postMessage({ id, ...request });
    return new Promise((done, failed) => this.asked.set(id, { done, failed, heard }));
  }

  hear({ id, ...said }) {
    const asked = this.asked.get(id);
    if (this.stuck) this.stuck.seconds = 0;
    if (said.about === "alive") {
      this.stuck = { ...said, seconds: 0 };
    } else if (said.about === "done") {
      this.asked.delete(id);
      this.stuck = null;
      if ("problem" in said) asked.failed(new Error(said.problem));
      else asked.done(said);
    } else if (said.about === "broken") {
      const ended = this.stuck?.ended?.replace("{}", said.why);
      this.end(ended ?? `Python broke down, and begins anew (${said.why}).`, Boolean(ended));
    } else if (asked) {
      asked.heard(said);
    } else if (said.about !== "ready") {
      this.told(said);
    }
  }

  tick() {
    if (!this.stuck) return;
    this.stuck.seconds += TICK;
    if (this.stuck.seconds > this.stuck.limit + GRACE) this.end(this.stuck.why, true);
  }

  /** End Python and start it anew; what was asked for fails with `why`, `wrong` if a call of the answer did that. */
  end(why, wrong = false) {
    this.worker.terminate();
    this.told(FIRST);
    const asked = [...this.asked.values()];
    this.begin();
    for (const { failed } of asked) failed(Object.assign(new Error(why), { wrong }));
  }
}
