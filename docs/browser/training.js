// The reader's own network at work: it learns in slices, between which it can be stopped.
import { Curve } from "./curve.js";
import { element } from "./telling.js";

const STUCK = { limit: 20, why: "A step took more than 20 seconds." };

export class Training {
  /** A network to be trained in `place`; `ask` asks Python. */
  constructor(place, ask) {
    Object.assign(this, { place, ask, going: false });
    this.button = element("button", { type: "button", class: "chief", onclick: () => this.press() }, "Train your network");
    this.about = element("div", { class: "about" }, element("p", {},
      "Lesson 8 is right: your own network can learn now, from the novel that comes with the lessons. ",
      "Pieces that are not right yet come from the worked solution."));
    this.reached = element("p", { class: "reached" });
    this.said = element("p", { class: "said", role: "status" });
    this.texts = element("div", { class: "texts" });
    place.append(element("h2", {}, "Your own network"), this.about, this.button, this.reached, this.said, this.texts);
  }

  async press() {
    if (this.going) {
      this.going = false;
      return;
    }
    this.going = true;
    this.button.textContent = "Pause";
    this.place.classList.add("begun");
    try {
      if (!this.curve) await this.begin();
      while (this.going) await this.goOn();
    } catch (error) {
      this.curve = null;
      this.said.textContent = `Training ended. ${error.message}`;
    }
    this.going = false;
    this.button.textContent = this.curve && !this.over ? "Go on" : "Train again";
    if (this.over) this.curve = null;
  }

  async begin() {
    this.over = false;
    this.reached.textContent = "Getting ready ...";
    const { whose, corpus, total, reference, guessing } = await this.ask({ do: "train" });
    this.curve = new Curve(total, this.place.clientWidth, reference, guessing);
    this.began = { seconds: 0, done: 0 };
    this.total = total;
    this.texts.replaceChildren();
    const key = element("p", { class: "key" }, element("span", { class: "own" }, "your network"), " ",
      element("span", { class: "reference" }, "the reference's recorded run"));
    this.about.replaceChildren(...[...whose, corpus].map((line) => element("p", {}, line)), this.curve.svg, key);
    this.place.scrollIntoView();
  }

  async goOn() {
    const before = performance.now();
    const { done, loss, points, texts, over } = await this.ask({ do: "learn" }, STUCK);
    this.began.seconds += (performance.now() - before) / 1000;
    this.curve.show(points);
    const left = Math.round((this.began.seconds / done) * (this.total - done));
    this.reached.textContent = `Step ${done.toLocaleString("en")} of ${this.total.toLocaleString("en")}, `
      + `smoothed loss ${loss.toFixed(2)}${over ? "." : `, ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left.`}`;
    for (const [lower, text] of texts) {
      const when = lower[0].toUpperCase() + lower.slice(1);
      this.texts.prepend(element("h3", {}, when), element("pre", { tabindex: "0", "aria-label": when }, text));
      this.said.textContent = `${when}, it writes:`;
    }
    if (over) {
      this.over = true;
      this.going = false;
    }
  }
}
