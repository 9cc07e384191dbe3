"""How the report looks: on a screen by day and by night, and on paper."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1d2329; --dim: #5b6570; --line: #dde2e7; --soft: #f4f6f8;
  --straight: #23805f; --clerk: #4a83c4; --program: #2f9aa8;
    --waiting: #e3a52c; --refused: #9a6fb5;
  --failed: #c2453d; --under-way: #9aa4ae;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181c; --ink: #e4e8ec; --dim: #9aa6b2; --line: #313a43; --soft: #1d2329;
    --straight: #4fb98f; --clerk: #6ea3e0; --program: #63c3cf;
    --waiting: #e8b650; --refused: #b793d0;
    --failed: #e2746c; --under-way: #75808b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.2rem; margin: 0 0 .75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; }
p { margin: .5rem 0; max-width: 46rem; }
code { font-size: .9em; white-space: nowrap; }
section { margin-top: 2.5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.dim, figcaption { color: var(--dim); font-size: .875rem; }
.notice { margin-top: 1rem; padding: .5rem .75rem; background: var(--soft);
  border-left: 3px solid var(--waiting); max-width: none; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem;
  margin: 1.25rem 0 0; }
.tiles div { display: flex; flex-direction: column; padding: .75rem; background: var(--soft);
  border-radius: 6px; }
.tiles dt { order: 1; font-size: .875rem; line-height: 1.3; }
.tiles dd { order: 2; margin: 0; }
.tiles .figure { order: 0; font-size: 1.6rem; font-weight: 600; line-height: 1.3; }
.wide { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.4;
  font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .75rem .35rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
thead th { color: var(--dim); font-weight: 500; vertical-align: bottom; }
tbody th { font-weight: 500; min-width: 8.5rem; }
tbody th, .words { overflow-wrap: anywhere; }
.words { min-width: 6.5rem; }
.n { text-align: right; }
td.n { white-space: nowrap; }
.bar { width: 7rem; min-width: 4rem; vertical-align: middle; }
figure { margin: .75rem 0; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--dim); font: 11px system-ui, "Liberation Sans", sans-serif; }
.share { height: .5rem; }
.grid { stroke: var(--line); }
.interval { stroke: var(--ink); stroke-width: 1.5; }
.rest { fill: var(--line); }
.part { fill: var(--clerk); }
.straight { fill: var(--straight); background: var(--straight); }
.clerk { fill: var(--clerk); background: var(--clerk); }
.program { fill: var(--program); background: var(--program); }
.waiting { fill: var(--waiting); background: var(--waiting); }
.refused { fill: var(--refused); background: var(--refused); }
.failed { fill: var(--failed); background: var(--failed); }
.under-way { fill: var(--under-way); background: var(--under-way); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .875rem;
  max-width: none; }
.legend i { display: inline-block; width: .75em; height: .75em; border-radius: 2px; }
summary { cursor: pointer; color: var(--dim); font-size: .875rem; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  :root { --paper: #fff; --ink: #000; --dim: #444; --line: #ccc; --soft: #f4f6f8;
    --straight: #23805f; --clerk: #4a83c4; --program: #2f9aa8;
    --waiting: #e3a52c; --refused: #9a6fb5;
    --failed: #c2453d; --under-way: #9aa4ae; color-scheme: light; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .wide { overflow: visible; }
  section { margin-top: 1.25rem; padding-top: .75rem; }
  h2, h2 + p, h3, figcaption, thead { break-after: avoid; }
  p { orphans: 3; widows: 3; }
  thead { display: table-header-group; }
  tr, figure, .tiles div { break-inside: avoid; }
  details { display: none; }
}
"""
