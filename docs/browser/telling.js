// What is told: lines in colours, as a terminal shows them, as elements of the page.

/** An element with attributes and children; a child that is a string becomes text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const WIDTH = 79; // of a terminal's lines

/** The lines of a story, each of pieces with a colour; a place in the file calls `goTo(line)`. */
export function story(lines, goTo) {
  return joined(trimmed(lines)).map((pieces) => {
    const kind = isTable(pieces) ? "line table" : "line";
    const spans = pieces.map(([piece, colour]) =>
      element("span", colour ? { class: colour } : {}, ...linked(piece, goTo)));
    return element("div", { class: kind }, ...(textOf(pieces) ? spans : ["\n"]));
  });
}

/** The lines with sentences in one piece that were broken where a terminal ends. */
function joined(lines) {
  const made = [];
  let before = "";
  for (const pieces of lines) {
    const text = textOf(pieces);
    const [word] = text.trim().split(" ");
    const broken = before && word && before.length + 1 + word.length > WIDTH && !before.endsWith(":")
      && !isTable(pieces) && !isTable(made.at(-1)) && pieces[0][1] === made.at(-1)[0][1];
    if (broken) made.at(-1).push([` ${text.trim()}`, pieces[0][1]]);
    else made.push([...pieces]);
    before = text;
  }
  return made;
}

const textOf = (pieces) => pieces.map(([piece]) => piece).join("");
const isTable = (pieces) => /\S {2,}\S|^ {3,}/.test(textOf(pieces));

/** A plain text as a story. */
export const plain = (text) => text.split("\n").map((line) => [[line, ""]]);

function trimmed(lines) {
  const empty = (pieces) => pieces.every(([piece]) => piece.trim() === "");
  let [start, end] = [0, lines.length];
  while (start < end && empty(lines[start])) start++;
  while (start < end && empty(lines[end - 1])) end--;
  return lines.slice(start, end);
}

function linked(text, goTo) {
  const parts = text.split(/(\bline \d+\b|\w+\.py:\d+)/);
  return parts.map((part, k) => {
    if (k % 2 === 0) return part;
    const line = Number(part.match(/\d+$/)[0]);
    return element("button", { type: "button", class: "place", onclick: () => goTo(line) }, part);
  });
}
