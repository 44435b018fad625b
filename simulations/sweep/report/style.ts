/** Colours after Okabe and Ito, which the colour-blind tell apart; darker by day, lighter by night. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1c2330;--soft:#5b6576;--line:#dfe3ea;--page:#fbfbfd;--card:#fff;
--c0:#0063a6;--c1:#c04a00;--c2:#007a59;--c3:#a8407f;--c4:#8a6d00;--c5:#1e7fb8;--c6:#5a4fcf;--c7:#555}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ef;--soft:#9aa4b5;--line:#2e3644;--page:#12161d;--card:#191f29;
--c0:#5fb4f0;--c1:#f59a55;--c2:#3fcca0;--c3:#e695c4;--c4:#e3c84b;--c5:#8fd0f5;--c6:#a9a1ff;--c7:#b5b5b5}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}h1{font-size:1.9rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.15rem;margin:2.5rem 0 .75rem}p{max-width:46rem}.lead{font-size:1.1rem;color:var(--soft)}
ul{max-width:46rem;padding-left:1.2rem}figure{margin:0 0 1.5rem;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem}
figcaption{font-weight:600;margin:0 0 .5rem}svg{width:100%;height:auto;display:block;font:12px system-ui,sans-serif}
text{fill:var(--ink)}.tick{fill:var(--soft);font-size:11px}.title,.value{fill:var(--soft)}.name{font-weight:600}
.end{text-anchor:end}.middle{text-anchor:middle}.grid{stroke:var(--line)}.axis{stroke:var(--soft)}
.curve{fill:none;stroke-width:2;stroke-linejoin:round}.band{opacity:.18;stroke:none}.interval{fill:none;stroke:var(--ink);stroke-width:1.2}
.reference{fill:none;stroke:var(--ink);stroke-width:1.6}
${[0, 1, 2, 3, 4, 5, 6, 7].map((at) => `.curve.c${at}{stroke:var(--c${at})}.band.c${at},.dot.c${at},.bar.c${at},.name.c${at}{fill:var(--c${at})}`).join('')}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .7rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th{font-weight:600;position:sticky;top:0;background:var(--page)}td.text,th.text{text-align:left}small{color:var(--soft)}
code,pre{font:13px/1.5 ui-monospace,monospace}pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.75rem 1rem;overflow-x:auto}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;font-size:.9rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
`;
