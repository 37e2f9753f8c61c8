// The curve of a network that learns, drawn while it does.
const SVG = "http://www.w3.org/2000/svg";
const [WIDEST, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [700, 300, 48, 16, 16, 44];
const LOSSES = [30, 120]; // what the axis spans, in nats

export class Curve {
  /** A picture of so many steps and pixels, with the reference's curve and what guessing costs. */
  constructor(total, width, reference, guessing) {
    this.total = total;
    this.right = Math.min(width, WIDEST) - RIGHT;
    this.points = [];
    this.svg = shape("svg", { viewBox: `0 0 ${this.right + RIGHT} ${HEIGHT}`, class: "curve", role: "img" });
    for (let loss = 40; loss <= 120; loss += 20) {
      this.add("line", { class: "grid", x1: LEFT, x2: this.right, y1: this.y(loss), y2: this.y(loss) });
      this.write(LEFT - 8, this.y(loss) + 4, loss, "end");
    }
    for (let step = 0; step <= total; step += roundStep(total / 4)) {
      this.write(this.x(step), HEIGHT - BOTTOM + 18, step.toLocaleString("en"), "middle");
    }
    this.write((LEFT + this.right) / 2, HEIGHT - 6, "step (one update for each window)", "middle");
    this.write(LEFT + 6, TOP + 2, "smoothed loss, nats for 25 characters", "start");
    this.add("line", { class: "guess", x1: LEFT, x2: this.right, y1: this.y(guessing), y2: this.y(guessing) });
    this.write(this.right, this.y(guessing) - 5, `guessing: ${guessing.toFixed(1)}`, "end");
    this.add("polyline", { class: "reference", points: this.path(reference) });
    this.own = this.add("polyline", { class: "own" });
    this.end = this.add("circle", { class: "end", r: 4 });
    this.show([]);
  }

  /** Add points of step and loss. */
  show(points) {
    this.points.push(...points);
    const [first, last] = [this.points[0], this.points.at(-1)];
    this.own.setAttribute("points", this.path(this.points));
    this.end.toggleAttribute("hidden", !last);
    if (last) {
      this.end.setAttribute("cx", this.x(last[0]));
      this.end.setAttribute("cy", this.y(last[1]));
    }
    this.svg.setAttribute("aria-label", last
      ? `Your network's smoothed loss: ${first[1].toFixed(1)} at step ${first[0]}, ${last[1].toFixed(1)} at step ${last[0]}.`
      : "Your network's smoothed loss: nothing yet.");
  }

  x(step) {
    return LEFT + (step / this.total) * (this.right - LEFT);
  }

  y(loss) {
    const [low, high] = LOSSES;
    const share = (Math.min(Math.max(loss, low), high) - low) / (high - low);
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  }

  path(points) {
    return points.map(([step, loss]) => `${this.x(step).toFixed(1)},${this.y(loss).toFixed(1)}`).join(" ");
  }

  add(name, attributes) {
    return this.svg.appendChild(shape(name, attributes));
  }

  write(x, y, text, anchor) {
    this.add("text", { x, y, "text-anchor": anchor }).textContent = text;
  }
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function roundStep(about) {
  const ten = 10 ** Math.floor(Math.log10(Math.max(about, 1)));
  return [1, 2, 5, 10].map((k) => k * ten).find((step) => step >= about);
}
