// What this browser keeps of each lesson: the text, what was found about it, earlier versions.
const PREFIX = "unrolled/";
const FULL = "its storage is full";

export class Keeping {
  constructor() {
    this.known = new Map(); // all that was read or written, whether the browser keeps it or not
    this.problem = ""; // why it does not
  }

  /** What is known of a lesson: text, stub (as the text was begun), row, found, story. */
  lesson(name) {
    return this.read(name) ?? {};
  }

  /** Keep some of that. */
  note(name, what) {
    this.write(name, { ...this.lesson(name), ...what });
  }

  /** Whether there is a text of the reader's own. */
  written(name) {
    const { text, stub } = this.lesson(name);
    return text !== undefined && text !== stub;
  }

  /** Earlier versions of a lesson's text, the newest first: text, why, when. */
  versions(name) {
    return this.read(`${name}/versions`) ?? [];
  }

  /** Keep a text as an earlier version; false if that cannot be done. */
  addVersion(name, text, why) {
    const before = this.versions(name);
    const others = before.filter((one) => one.text !== text);
    this.write(`${name}/versions`, [{ text, why, when: Date.now() }, ...others]);
    const full = this.problem === FULL; // where nothing is kept at all, it is said that this page is all there is
    if (full) this.known.set(`${name}/versions`, before);
    return !full;
  }

  /** Forget an earlier version. */
  dropVersion(name, version) {
    this.write(`${name}/versions`, this.versions(name).filter((one) => one.when !== version.when));
  }

  /** Call `changed` with the name of a lesson that was changed in another tab. */
  follow(changed) {
    addEventListener("storage", ({ key }) => {
      if (!key?.startsWith(PREFIX)) return;
      const name = key.slice(PREFIX.length);
      this.known.delete(name);
      changed(name);
    });
  }

  read(key) {
    if (!this.known.has(key)) {
      let found;
      try {
        found = JSON.parse(localStorage.getItem(PREFIX + key)) ?? undefined;
      } catch (error) {
        this.problem = reason(error);
      }
      this.known.set(key, found);
    }
    return this.known.get(key);
  }

  write(key, value) {
    this.known.set(key, value);
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify(value));
      this.problem = "";
    } catch (error) {
      this.problem = reason(error);
    }
  }
}

function reason(error) {
  return error.name === "QuotaExceededError" ? FULL : "its storage is switched off";
}
