/**
 * The report as one page that needs nothing else: no script, no font, no request. Everything from the log passes
 * through `text()`.
 */
import { neutralise } from '../base/neutral.ts'
import type { AuditSummary, CountTable, Latency } from './report.ts'
import type { AuditReport } from './verify.ts'

/** From weakest to strongest; the order of the stacks and of the legend. */
const DECISIONS = ['allow', 'warn', 'explain', 'ask', 'deny'] as const

/** The page for a report. Total. */
export function printPage(summary: AuditSummary): string {
  const { integrity } = summary
  const range =
    summary.first === undefined
      ? 'no records'
      : `${day(summary.first)} to ${day(summary.last ?? '')}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Audit report</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>Audit report</h1><p>${text(range)} · ${text(integrity.directory)}</p></header>
<main>
${banner(integrity)}
<section class="tiles">${tiles(summary)}</section>
<section class="wide"><h2>Decisions over time</h2>${legend(summary)}${timeChart(summary)}</section>
<section><h2>By program</h2>${barTable(summary.byProgram)}</section>
<section><h2>By rule</h2>${barTable(summary.byRule)}</section>
<section><h2>By agent</h2>${barTable(summary.byAgent)}</section>
<section><h2>By user</h2>${barTable(summary.byUser)}</section>
<section class="wide"><h2>Most often refused</h2>${refused(summary.topRefused)}</section>
<section><h2>Time to decide</h2>${latencyChart(summary.latency)}</section>
<section><h2>Who vouches</h2>${vouching(integrity)}</section>
${findings(integrity)}
</main>
</body>
</html>
`
}

function text(value: string): string {
  return neutralise(value).replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`)
}

function number(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u2009')
}

function day(ts: string): string {
  return ts.slice(0, 16).replace('T', ' ')
}

function banner(integrity: AuditReport): string {
  const state = integrity.isIntact ? 'intact' : 'broken'
  const title = integrity.isIntact ? 'The log is intact' : 'The log is not intact'
  const intact = integrity.layers
    .filter((each) => each.state === 'intact')
    .map((each) => each.layer)
  const by = intact.length > 0 ? `Vouched for by ${intact.join(', ')}.` : 'Nothing vouches for it.'
  const torn =
    integrity.tornGaps > 0 ? ` ${integrity.tornGaps} torn writes, all accounted for.` : ''
  return `<section class="wide banner ${state}"><h2>${title}</h2><p>${text(by + torn)}</p></section>`
}

function tiles(summary: AuditSummary): string {
  const all = Object.values(summary.decisions).reduce((sum, each) => sum + each, 0)
  const share = (name: string): string => {
    const count = summary.decisions[name] ?? 0
    return all === 0 ? '0' : `${((100 * count) / all).toFixed(1)} %`
  }
  const values: readonly (readonly [string, string, string])[] = [
    ['decisions', number(all), ''],
    ['allowed', share('allow'), 'allow'],
    ['asked', share('ask'), 'ask'],
    ['denied', share('deny'), 'deny'],
    ['runs', number(summary.runs.started), ''],
    ['failed runs', number(summary.runs.failed), ''],
    ['hidden secrets', number(summary.redactions), ''],
  ]
  return values
    .map(
      ([name, value, kind]) =>
        `<div class="tile"><b class="${kind}">${value}</b><span>${name}</span></div>`,
    )
    .join('')
}

function legend(summary: AuditSummary): string {
  const shown = DECISIONS.filter((each) => (summary.decisions[each] ?? 0) > 0)
  return `<p class="legend">${shown.map((each) => `<span class="${each}">■</span> ${each}`).join(' &nbsp; ')}</p>`
}

const WIDTH = 960
const HEIGHT = 220
const LEFT = 72
/** Of charts that stand two in a row. */
const HALF = 480
const BOTTOM = 30

function timeChart(summary: AuditSummary): string {
  const { overTime, spanMs } = summary
  const first = overTime[0]
  const last = overTime.at(-1)
  if (!first || !last) return '<p>No decisions.</p>'
  const spans = Math.max(1, Math.round((last.startMs - first.startMs) / spanMs) + 1)
  const sums = overTime.map((row) =>
    Object.values(row.decisions).reduce((sum, each) => sum + each, 0),
  )
  const most = Math.max(...sums)
  const step = (WIDTH - LEFT) / spans
  const plot = HEIGHT - BOTTOM - 10
  const bars = overTime.map((row) => {
    const x = LEFT + ((row.startMs - first.startMs) / spanMs) * step
    let y = HEIGHT - BOTTOM
    return DECISIONS.map((decision) => {
      const count = row.decisions[decision] ?? 0
      if (count === 0) return ''
      const height = (count / most) * plot
      y -= height
      const title = `${day(new Date(row.startMs).toISOString())} UTC: ${number(count)} ${decision}`
      return rectangle(x, y, Math.max(1, Math.min(step - 1, 40)), height, decision, title)
    }).join('')
  })
  const lines = [0, 0.5, 1].map((share) => {
    const y = HEIGHT - BOTTOM - share * plot
    return `<line x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}"/><text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${number(most * share)}</text>`
  })
  // The first and the middle one alone fit on a phone.
  const shares = spans < 4 ? [0] : [0, 0.25, 0.5, 0.75]
  const labels = shares.map((share) => {
    const at = first.startMs + share * spans * spanMs
    const kind = share === 0.25 || share === 0.75 ? ' class="spare"' : ''
    return `<text${kind} x="${LEFT + share * (WIDTH - LEFT)}" y="${HEIGHT - 6}">${day(new Date(at).toISOString())}</text>`
  })
  const body = `${lines.join('')}${bars.join('')}${labels.join('')}`
  return svg(WIDTH, HEIGHT, body, 'decisions over time')
}

function svg(width: number, height: number, body: string, label: string): string {
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${body}</svg>`
}

function rectangle(
  x: number,
  y: number,
  width: number,
  height: number,
  kind: string,
  title: string,
): string {
  const at = `x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"`
  return `<rect ${at} class="${kind}"><title>${text(title)}</title></rect>`
}

function barTable(table: CountTable): string {
  if (table.rows.length === 0) return '<p>Nothing.</p>'
  const most = Math.max(...table.rows.map((each) => each.count))
  const rows = table.rows.map((row) => {
    const parts = DECISIONS.map((decision) => {
      const count = row.decisions[decision] ?? 0
      if (count === 0) return ''
      const width = ((100 * count) / most).toFixed(2)
      return `<i class="${decision}" style="width:${width}%" title="${number(count)} ${decision}"></i>`
    })
    return `<tr><th>${text(row.name)}</th><td class="bar">${parts.join('')}</td><td>${number(row.count)}</td></tr>`
  })
  const rest =
    table.otherCount > 0 ? `<p>${number(table.otherCount)} more under other names.</p>` : ''
  return `<table>${rows.join('')}</table>${rest}`
}

function refused(table: CountTable): string {
  if (table.rows.length === 0) return '<p>Nothing was refused.</p>'
  const rows = table.rows.map(
    (row) => `<tr><td>${number(row.count)}</td><th><code>${text(row.name)}</code></th></tr>`,
  )
  return `<table>${rows.join('')}</table>`
}

function latencyChart(latency: Latency | undefined): string {
  if (!latency) return '<p>Not recorded.</p>'
  const most = Math.max(...latency.bins.map((each) => each.count))
  const step = HALF / latency.bins.length
  const height = 160
  const bars = latency.bins.map((bin, index) => {
    const tall = (bin.count / most) * (height - BOTTOM - 10)
    const title = `up to ${micros(bin.upTo)}: ${number(bin.count)}`
    return rectangle(
      index * step,
      height - BOTTOM - tall,
      Math.max(1, step - 1),
      tall,
      'plain',
      title,
    )
  })
  const ends = [latency.bins[0]?.upTo ?? 0, latency.max]
  const labels =
    `<text x="0" y="${height - 6}">${micros(ends[0] ?? 0)}</text>` +
    `<text x="${HALF}" y="${height - 6}" text-anchor="end">${micros(ends[1] ?? 0)}</text>`
  const { p50, p95, p99, max } = latency
  return `<p>half within ${micros(p50)}, 95 % within ${micros(p95)}, 99 % within ${micros(p99)}, longest ${micros(max)}</p>${svg(HALF, height, bars.join('') + labels, 'time to decide')}`
}

function micros(ns: number): string {
  return ns < 1_000_000 ? `${(ns / 1000).toFixed(0)} µs` : `${(ns / 1_000_000).toFixed(1)} ms`
}

function vouching(integrity: AuditReport): string {
  const rows = integrity.layers.map((each) => {
    const says = each.records === 0 ? 'none' : `${number(each.records)} records: ${text(each.says)}`
    return `<tr><th>${each.layer}</th><td class="state ${each.state}">${each.state}</td><td>${says}</td></tr>`
  })
  const forged = integrity.couldBeForged.map((each) => `<li>${text(each)}</li>`)
  return `<table class="plain">${rows.join('')}</table><h3>Could still be forged</h3><ul>${forged.join('')}</ul>`
}

function findings(integrity: AuditReport): string {
  if (integrity.findings.length === 0) return ''
  const rows = integrity.findings.map((each) => {
    const place = [each.segment, each.line, each.offset]
      .filter((part) => part !== undefined)
      .join(':')
    return `<tr><td>${each.code}</td><td>${text(place)}</td><td>${text(each.message)}</td></tr>`
  })
  return `<section class="wide"><h2>Findings</h2><table class="plain">${rows.join('')}</table></section>`
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1d2430;--dim:#667085;--card:#fff;--page:#f3f5f8;--line:#dfe4ea;
--allow:#2f9e6e;--warn:#d9a514;--explain:#7a86b8;--ask:#e07b39;--deny:#c9304a;--plain:#4f7cac}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ef;--dim:#98a2b3;--card:#1b212c;--page:#12161d;--line:#2c3441}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
header,main{max-width:1120px;margin:0 auto;padding:16px}header p{color:var(--dim);margin:0;overflow-wrap:anywhere}
h1{margin:12px 0 0;font-size:26px}h2{margin:0 0 10px;font-size:17px}h3{font-size:14px;margin:14px 0 4px}
main{display:grid;grid-template-columns:1fr 1fr;gap:16px}@media (max-width:800px){main{grid-template-columns:1fr}}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px;min-width:0}
.wide,.tiles{grid-column:1/-1}.tiles{display:flex;flex-wrap:wrap;gap:28px}.tile b{display:block;font-size:24px}
.tile span,.legend,svg text{color:var(--dim);fill:var(--dim)}.tile b{background:none}
.banner{border-left:6px solid var(--allow)}.banner.broken{border-left-color:var(--deny)}.banner p{margin:0}
svg{width:100%;height:auto;display:block}svg text{font-size:12px}svg line{stroke:var(--line)}
@media (max-width:800px){svg text{font-size:26px}.spare{display:none}}
${DECISIONS.map((each) => `rect.${each}{fill:var(--${each})}i.${each}{background:var(--${each})}span.${each},b.${each}{color:var(--${each})}`).join('')}
rect.plain{fill:var(--plain)}table{width:100%;border-collapse:collapse;table-layout:fixed}
th,td{text-align:left;padding:4px 6px;font-weight:400;vertical-align:top;overflow-wrap:anywhere}
tr+tr>*{border-top:1px solid var(--line)}th{width:34%}td:last-child{width:76px}.plain td:last-child{width:auto}
.wide table td:first-child{width:76px}.wide table th{width:auto}.bar{padding-top:9px}
.bar i{display:inline-block;height:12px;min-width:1px}.state{width:80px}.state.intact{color:var(--allow)}
.state.broken{color:var(--deny)}.state.absent{color:var(--dim)}code{font-size:13px}ul{margin:0;padding-left:20px}
`
