// Python with the lessons in it: loads it, then answers the page's requests one after another.
const { search: version } = new URL(import.meta.url);
const HOME = "/home/pyodide/unrolled"; // where the lessons lie in Python's file system
const PACKAGES = "/lib/python3.12/site-packages";

const say = (message) => postMessage(message);
const loading = (step, what) => say({ about: "loading", step, of: 3, what });

/** Load Python and the lessons; the function that answers requests. */
async function load() {
  loading(1, "Python and NumPy");
  const runtime = await (await fetched("runtime.json")).json();
  const index = new URL(runtime.index, import.meta.url).href;
  const files = Promise.all(["unrolled.zip", ...runtime.wheels].map(bytes));
  files.catch(() => {}); // said below
  const { loadPyodide } = await import(`${index}pyodide.mjs`);
  const python = await loadPyodide({ indexURL: index, packages: runtime.packages, stdin: () => null });
  loading(2, "the lessons");
  const [lessons, ...wheels] = await files;
  python.unpackArchive(lessons, "zip", { extractDir: HOME });
  for (const wheel of wheels) python.unpackArchive(wheel, "wheel", { extractDir: PACKAGES });
  loading(3, "the checks");
  python.runPython(`import os, sys; sys.path.insert(0, "${HOME}"); os.chdir("${HOME}")`);
  return python.pyimport("lessons.browser.requests").answer;
}

const fetched = (name) => fetch(new URL(name + version, import.meta.url));
const bytes = async (name) => (await fetched(name)).arrayBuffer();

// Pyodide waits for ever for what cannot be fetched, so that is seen here.
const { fetch: get } = self;
self.fetch = async (...asked) => {
  try {
    const response = await get(...asked);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return response;
  } catch (error) {
    const [, name] = String(asked[0].url ?? asked[0]).match(/([^/?]+)(\?.*)?$/) ?? [];
    lost(new Error(`${name}: ${error.message}`));
    throw error;
  }
};
const lost = (error) => say({ about: "lost", why: error.message });

const ready = load();
ready.catch(lost);

onmessage = async ({ data: { id, ...request } }) => {
  const answer = await ready;
  try {
    const done = answer(JSON.stringify(request), (said) => say({ id, ...JSON.parse(said) }));
    say({ id, ...JSON.parse(done), about: "done" });
  } catch (error) {
    say({ id, about: "broken", why: error.message.trim().split("\n").at(-1) });
  }
};
