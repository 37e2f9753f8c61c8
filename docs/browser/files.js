// Files that are saved to the reader's disk and read from it.
import { strToU8, unzipSync, zipSync } from "fflate";

const LARGEST = 1_000_000; // bytes of a file that is taken

/** Let the browser save a file. */
export function save(name, content, type = "text/x-python") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Save texts by their paths as one .zip. */
export function saveAll(name, texts) {
  const files = Object.entries(texts).map(([path, text]) => [path, strToU8(text)]);
  save(name, zipSync(Object.fromEntries(files)), "application/zip");
}

/** Read files, and those in a .zip: pairs of path and text, and sentences on what cannot be read. */
export async function read(files) {
  const found = [];
  const problems = [];
  for (const file of files) {
    const content = new Uint8Array(await file.arrayBuffer());
    if (!file.name.endsWith(".zip")) {
      found.push([file.name, content]);
      continue;
    }
    try {
      const filter = ({ name, originalSize }) => name.endsWith(".py") && originalSize <= LARGEST;
      found.push(...Object.entries(unzipSync(content, { filter })));
    } catch {
      problems.push(`${file.name} cannot be read: it is no zip file, or it is damaged.`);
    }
  }
  const texts = [];
  for (const [path, content] of found) {
    if (content.length > LARGEST) {
      problems.push(`${path} is larger than a megabyte: it is not taken.`);
      continue;
    }
    try {
      texts.push([path, new TextDecoder("utf-8", { fatal: true }).decode(content)]);
    } catch {
      problems.push(`${path} is not UTF-8: save it as UTF-8 in your editor, then open it again.`);
    }
  }
  return { texts: texts.map(([path, text]) => [path, text.replace(/\r\n?/g, "\n")]), problems };
}
