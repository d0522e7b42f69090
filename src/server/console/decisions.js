/**
 * What the log holds, counted: decisions over time and who decided.
 */
import { call } from './client.js'
import { make } from './dom.js'

const KINDS = ['allow', 'warn', 'ask', 'explain', 'deny']
const SVG = 'http://www.w3.org/2000/svg'
const WIDTH = 600
const HEIGHT = 150

export async function showReport() {
  const report = document.getElementById('report')
  try {
    const summary = await call('GET', '/v1/audit/report')
    report.replaceChildren(...sections(summary))
  } catch (error) {
    report.replaceChildren(make('p', { class: 'error' }, error.message))
  }
}

function sections(summary) {
  return [
    make('p', {}, `${summary.records} records; the chain is ${summary.integrity.isIntact ? 'intact' : 'broken'}.`),
    make('h3', {}, 'Over time'),
    plot(summary.overTime),
    counts('By decision', Object.entries(summary.decisions)),
    counts('By risk', Object.entries(summary.risks)),
    table('By rule', summary.byRule),
    table('By program', summary.byProgram),
    table('By user', summary.byUser),
    table('By agent', summary.byAgent),
    table('Refused most', summary.topRefused),
  ]
}

/** Stacked bars; the table below it says the same to those who do not see them. */
function plot(spans) {
  if (spans.length === 0) return make('p', { class: 'none' }, 'Nothing yet.')
  const total = (span) => KINDS.reduce((sum, kind) => sum + (span.decisions[kind] ?? 0), 0)
  const most = Math.max(1, ...spans.map(total))
  const svg = draw('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `Decisions over time; ${most} at most in one span` })
  const width = Math.min(40, WIDTH / spans.length)
  for (const [at, span] of spans.entries()) {
    let y = HEIGHT
    for (const kind of KINDS) {
      const height = ((span.decisions[kind] ?? 0) / most) * (HEIGHT - 4)
      if (height === 0) continue
      y -= height
      svg.append(draw('rect', { class: kind, x: at * width + 1, y, width: Math.max(1, width - 2), height }))
    }
  }
  svg.append(draw('line', { class: 'axis', x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT }))
  const first = new Date(spans[0].startMs).toLocaleString()
  const last = new Date(spans.at(-1).startMs).toLocaleString()
  return make('div', {}, svg, make('p', { class: 'hint' }, `from ${first} to ${last}; green allow, yellow warn, orange ask, red deny`))
}

function draw(name, attributes) {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  return element
}

function counts(title, rows) {
  return table(title, { rows: rows.map(([name, count]) => ({ name, count, decisions: {} })), otherNames: 0, otherCount: 0 })
}

function table(title, { rows, otherNames, otherCount }) {
  if (rows.length === 0) return document.createDocumentFragment()
  const others = otherNames > 0 ? [{ name: `${otherNames} others`, count: otherCount }] : []
  return make(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': title },
    make('h3', {}, title),
    make(
      'table',
      {},
      make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, 'Name'), make('th', { scope: 'col' }, 'Count'))),
      make(
        'tbody',
        {},
        ...[...rows, ...others].map(({ name, count }) =>
          make('tr', {}, make('td', {}, name), make('td', { class: 'figure' }, count)),
        ),
      ),
    ),
  )
}
