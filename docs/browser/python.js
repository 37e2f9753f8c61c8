// Python in its worker, as the page sees it: asked for one thing after another, ended where it is stuck.
const GRACE = 2; // seconds beyond the limit of a call until it counts as stuck
const VERSION = new URL(import.meta.url).search; // of all that the page loads
const TICK = 0.25; // seconds between looks at the clock

/** What a request ends with when Python ends before it is answered. */
export class Ended extends Error {}

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
    this.call = null; // the call of the answer that is running
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
  ask(request, heard = () => {}) {
    const id = ++this.number;
    this.worker.postMessage({ id, ...request });
    return new Promise((done, failed) => this.asked.set(id, { done, failed, heard }));
  }

  hear({ id, ...said }) {
    const asked = this.asked.get(id);
    if (said.about === "call") {
      this.call = said.name && { name: said.name, limit: said.limit, seconds: 0 };
    } else if (said.about === "done") {
      this.asked.delete(id);
      this.call = null;
      if ("problem" in said) asked.failed(new Error(said.problem));
      else asked.done(said);
    } else if (said.about === "broken") {
      this.told({ about: "loading", step: 1, of: 4, what: "Python itself" });
      this.end(`Python broke down, and begins anew. ${said.why}`);
    } else if (asked) {
      asked.heard(said);
    } else if (said.about !== "ready") {
      this.told(said);
    }
  }

  tick() {
    if (!this.call) return;
    this.call.seconds += TICK;
    if (this.call.seconds > this.call.limit + GRACE) {
      const { name, limit } = this.call;
      this.told({ about: "loading", step: 1, of: 4, what: "Python itself" });
      this.end(`${name} was stopped after ${limit} s and could not be interrupted; the checks after this one were not run.`);
    }
  }

  /** End Python, whatever it is at, and start it anew; what was asked for fails with `why`. */
  end(why) {
    this.worker.terminate();
    const asked = [...this.asked.values()];
    this.begin();
    for (const { failed } of asked) failed(new Ended(why));
  }
}
