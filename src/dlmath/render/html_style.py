"""How a saved page looks: light and dark, on a telephone and on paper."""

#: One column of a width that reads well; colours have a contrast of at least 4.5 in both schemes.
STYLE = """\
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --ink: #1d2126; --faint: #5a626c; --line: #d9dbd6; --panel: #f2f3ee;
  --accent: #1f5f8b; --good: #1d6b3a; --bad: #a4262c; --unsure: #7a5200;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16191d; --ink: #e4e6e8; --faint: #a2aab3; --line: #363c43; --panel: #1f2429;
    --accent: #82bfe8; --good: #7fcf98; --bad: #f2928c; --unsure: #e3b45c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 46rem;
  background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 Charter, "Bitstream Charter", "Source Serif 4", Cambria, Georgia, serif;
  overflow-wrap: break-word;
}
math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", math; font-size: 1.08em; }
mtable.cases > mtr > mtd, mtable.lines > mtr > mtd { text-align: left; }
mtable.lines > mtr > mtd { padding: 0.3em 0; }
h1, h3, caption, dt, thead, .verdict, .decimal { font-family: system-ui, "Segoe UI", sans-serif; }
h1 { margin: 0; font-size: 0.9rem; font-weight: 600; letter-spacing: 0.04em; color: var(--accent); }
h2 { margin: 0.75rem 0 1rem; font-size: 1.5rem; font-weight: 500; line-height: 1.4; }
h3 {
  margin: 2.25rem 0 0.5rem; font-size: 0.8rem; font-weight: 600; letter-spacing: 0.08em;
  text-transform: uppercase; color: var(--faint);
}
article + article { margin-top: 3.5rem; padding-top: 1.5rem; border-top: 2px solid var(--line); }
p { margin: 0.35rem 0; }
.formula { overflow-x: auto; overflow-y: hidden; padding: 0.3rem 0; }
.formula math { width: max-content; margin-left: 0; }
h2 math { math-style: normal; }
.answer p { overflow-wrap: anywhere; }
.answer .formula { padding: 0.2rem 0; }
.answer {
  margin: 0.25rem 0 0.75rem; padding: 0.7rem 1.1rem; font-size: 1.15rem;
  background: var(--panel); border-left: 0.25rem solid var(--accent); border-radius: 0.25rem;
}
.decimal { color: var(--faint); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.unanswered { color: var(--bad); font-weight: 600; }
.rule { font-style: italic; }
sup { line-height: 0; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1.5rem; margin: 0; }
dt { font-size: 0.9rem; line-height: 1.9; color: var(--faint); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.table { overflow-x: auto; margin-top: 2.25rem; }
table { border-collapse: collapse; font-size: 0.95rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; font-size: 0.9rem; padding-bottom: 0.4rem; }
th, td { padding: 0.25rem 0.9rem 0.25rem 0; text-align: left; vertical-align: baseline; }
th { font-weight: 600; }
thead { font-size: 0.85rem; }
thead th, thead td { border-bottom: 1px solid var(--faint); }
tbody th, tbody td { border-bottom: 1px solid var(--line); }
tbody th { font-weight: inherit; }
.number { text-align: right; }
ol.steps { margin: 0; padding-left: 1.6rem; }
ol.steps ol.steps { list-style: lower-alpha; border-left: 1px solid var(--line); }
ol.steps > li { margin: 0.6rem 0; }
ol.steps > li::marker { color: var(--faint); font-size: 0.9em; }
ul { margin: 0; padding: 0; list-style: none; }
li { min-width: 0; }
.checks li, .notes li { margin: 0.35rem 0; }
.verdict { font-size: 0.85rem; font-weight: 600; margin-right: 0.4rem; }
.passed .verdict { color: var(--good); }
.failed .verdict { color: var(--bad); }
.unavailable .verdict { color: var(--unsure); }
.notes li { padding-left: 0.9rem; border-left: 0.2rem solid var(--unsure); }
figure { margin: 0; }
svg { display: block; max-width: 100%; height: auto; }
pre { margin: 0; font: 0.8rem/1.25 ui-monospace, "DejaVu Sans Mono", monospace; }
figcaption { font-size: 0.9rem; color: var(--faint); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 30rem) {
  dl.facts { display: block; }
  dd { margin-bottom: 0.4rem; }
  h2, dd, li > p { overflow-x: auto; overflow-y: hidden; }
  ol.steps { padding-left: 1.25rem; }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --ink: #000; --faint: #444; --line: #bbb; --panel: #fff;
    --accent: #000; --good: #000; --bad: #000; --unsure: #000;
  }
  body { max-width: none; padding: 0; font-size: 11pt; }
  .formula, .table { overflow: visible; }
  h2, h3, caption { break-after: avoid; }
  tr, figure, .formula, .checks li, .notes li { break-inside: avoid; }
  article + article { break-before: page; border: 0; margin: 0; padding: 0; }
  @page { margin: 2cm; }
}
"""
