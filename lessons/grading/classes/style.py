"""The look of the instructor's page, on a screen by day and by night, and on paper."""

STYLE = """\
:root {
  --paper: #fff; --ink: #1c2024; --quiet: #5a626b; --line: #d5d9de; --block: #f4f5f7;
  --link: #0b57a4; --right: #1f6fb5; --wrong: #d1541d; --unfinished: #8f4fa8;
  --unwritten: #a9b0b8; --missing: #d3d8de; --unjudged: #1c2024;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --ink: #e4e7ea; --quiet: #a2abb5; --line: #363c43; --block: #1e2226;
    --link: #82bdf5; --right: #5aa9ea; --wrong: #f08a58; --unfinished: #c590db;
    --unwritten: #6d757e; --missing: #3d444b; --unjudged: #e4e7ea;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 72rem;
  background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 1.25rem; }
.quiet, caption { color: var(--quiet); }
.figures { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin: 0; padding: 0; }
.figures li { list-style: none; max-width: 14rem; }
.figures b { display: block; font-size: 1.6rem; line-height: 1.2; }
aside { border-left: 4px solid var(--wrong); padding: .1rem 0 .1rem 1rem; margin: 1.5rem 0; }
aside h2 { margin: .3rem 0; font-size: 1rem; }
.plain { margin: 0; padding: 0; list-style: none; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .25rem 0 1rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; }
td { overflow-wrap: anywhere; }
thead th { font-weight: 600; border-bottom: 2px solid var(--line); vertical-align: bottom; }
tbody th { font-weight: 400; }
tbody tr { border-bottom: 1px solid var(--line); }
.n { text-align: right; white-space: nowrap; }
.bars th:nth-child(n+3), .bars td { text-align: right; }
.mistakes th:nth-child(2) { text-align: right; }
code, pre { font-family: ui-monospace, Consolas, Menlo, "DejaVu Sans Mono", monospace; }
code { font-size: .9em; }
pre {
  background: var(--block); padding: .8rem 1rem; overflow-x: auto; font-size: .85rem;
  line-height: 1.4; border-radius: 4px;
}
.bars { width: 100%; }
.bars td:nth-child(2) { width: 40%; min-width: 6rem; vertical-align: middle; }
svg { display: block; width: 100%; height: 1.1rem; }
.key {
  display: inline-block; width: .75em; height: .75em; margin-right: .1em;
  border: 1px solid var(--quiet);
}
rect { stroke: var(--paper); stroke-width: 1; vector-effect: non-scaling-stroke; }
rect.right { fill: var(--right); } .key.right { background: var(--right); }
rect.wrong { fill: var(--wrong); } .key.wrong { background: var(--wrong); }
rect.unfinished { fill: var(--unfinished); } .key.unfinished { background: var(--unfinished); }
rect.unwritten { fill: var(--unwritten); } .key.unwritten { background: var(--unwritten); }
rect.missing { fill: var(--missing); } .key.missing { background: var(--missing); }
rect.unjudged { fill: var(--unjudged); } .key.unjudged { background: var(--unjudged); }
.mistakes td:nth-child(3) { min-width: 14rem; max-width: 26rem; }
.mistakes td:nth-child(4) { min-width: 13rem; }
.all td { text-align: center; padding-right: .5rem; }
.all th[scope=col]:not(:first-child) { text-align: center; padding-right: .5rem; }
.all tbody th { overflow-wrap: anywhere; }
td.right { color: var(--right); } td.wrong { color: var(--wrong); font-weight: 700; }
td.unfinished, td.unjudged { font-weight: 700; }
abbr { text-decoration: none; }
article { display: none; }
article:target { display: block; }
body:has(article:target) main { display: none; }
.back { margin: 0; }
@media (max-width: 40rem) {
  body { padding: 1rem .75rem 3rem; font-size: 15px; }
  .bars thead { font-size: .8rem; }
  th, td { padding-right: .6rem; }
  caption { position: sticky; left: 0; max-width: calc(100vw - 1.5rem); }
  .mistakes, .mistakes caption, .mistakes tbody, .mistakes td { display: block; }
  .mistakes thead { display: none; }
  .mistakes tr { display: grid; grid-template-columns: 1fr auto; padding: .3rem 0; }
  .mistakes td:nth-child(n+3) { grid-column: 1 / -1; max-width: none; }
  .mistakes td.n::after { content: " \\d7"; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .back { display: none; }
  a { color: inherit; text-decoration: none; }
  tr, pre { break-inside: avoid; }
  pre { white-space: pre-wrap; border: 1px solid var(--line); }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  details > summary { display: none; }
}
"""
