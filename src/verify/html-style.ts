/** The page's only style sheet. Colours are said once for light and once for dark. */
export const styleSheet = `
:root{--paper:#fff;--ink:#1c2127;--dim:#5b6570;--line:#d5dae0;--box:#f5f7f9;--pass:#1a7f4b;--warn:#8a6100;--fail:#b3261e;--skipped:#5b6570;--bar:#3a6ea5}
@media (prefers-color-scheme:dark){:root{--paper:#14181c;--ink:#e4e8ec;--dim:#9aa5b1;--line:#343c45;--box:#1d2329;--pass:#5fcf95;--warn:#e3b341;--fail:#ff8a80;--skipped:#9aa5b1;--bar:#7fb0e0}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:64rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.15rem;margin:1.6rem 0 .6rem}h3{font-size:1rem;font-weight:600;margin:0}
h1.pass{color:var(--pass)}h1.fail{color:var(--fail)}
code,.id{font-family:ui-monospace,monospace;font-size:.85em}.id{color:var(--dim);margin:.1rem 0}
.tag{display:inline-block;border:1px solid currentColor;border-radius:.3rem;padding:0 .4rem;font-size:.8rem}
.tag.pass{color:var(--pass)}.tag.warn{color:var(--warn)}.tag.fail{color:var(--fail)}.tag.skipped{color:var(--skipped)}
.hosts{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.8rem}
.host,.check{background:var(--box);border:1px solid var(--line);border-radius:.4rem;padding:.6rem .8rem}
.check{margin:.5rem 0}.check.fail{border-color:var(--fail)}.check.warn{border-color:var(--warn)}
.host p{margin:.2rem 0;font-size:.9rem}
ul{margin:.3rem 0;padding-left:1.1rem;font-size:.9rem}.hint{margin:.3rem 0;color:var(--dim)}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem}th,td{border:1px solid var(--line);padding:.15rem .5rem;text-align:center}
th:first-child{text-align:left}td.lead{color:var(--pass);font-weight:700}td.out{color:var(--fail);font-weight:700}
svg{width:100%;max-width:36rem;height:auto;display:block}svg text{fill:var(--ink);font:11px system-ui,sans-serif}svg .axis{fill:var(--dim)}svg rect{fill:var(--bar)}
.links line{stroke:var(--dim);stroke-width:1.5}.links circle{fill:var(--box);stroke:var(--dim)}.links .lead circle{stroke:var(--pass);stroke-width:3}.links .gone circle{stroke:var(--fail);stroke-width:3}.links text{text-anchor:middle}
.span{display:grid;grid-template-columns:minmax(7rem,14rem) 1fr;gap:.5rem;font-size:.85rem;align-items:center;margin:.15rem 0}
.track{position:relative;height:.9rem;background:var(--box);border-radius:.2rem}.track i{position:absolute;top:0;bottom:0;min-width:2px;background:var(--bar);border-radius:.2rem}
`.trim();
