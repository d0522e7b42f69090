/**
 * Trying: a command line as it would be decided, a policy as it would be checked.
 */
import { call } from './client.js'
import { make } from './dom.js'

/** How long nothing is typed before it is decided. */
const PAUSE_MS = 400

let timer
let latest = 0

export function explainSoon(line) {
  clearTimeout(timer)
  timer = setTimeout(() => void explain(line), PAUSE_MS)
}

async function explain(line) {
  const place = document.getElementById('explained')
  const turn = ++latest
  if (line.trim() === '') return place.replaceChildren()
  try {
    const found = await call('POST', '/v1/explain', { line })
    if (turn === latest) place.replaceChildren(...explained(found))
  } catch (error) {
    if (turn === latest) place.replaceChildren(make('p', { class: 'error' }, error.message))
  }
}

function explained(found) {
  const { decision, risk, reason, rules, actions, normal, unknowns, instead, would } = found
  return [
    make('p', {}, make('strong', { class: decision }, decision), would ? ` (would be ${would})` : '', `, risk ${risk}: ${reason}`),
    ...(instead === undefined ? [] : [make('p', {}, `Instead: ${instead}`)]),
    make('p', {}, 'Understood as ', make('code', {}, normal)),
    ...(rules.length === 0 ? [] : [make('p', {}, `Rules: ${rules.join(', ')}`)]),
    ...unknowns.map(({ reason: why }) => make('p', { class: 'warn' }, `Not understood: ${why}`)),
    make(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Actions' },
      make(
        'table',
        {},
        make('thead', {}, make('tr', {}, ...['Decision', 'Action', 'On', 'Why'].map((each) => make('th', { scope: 'col' }, each)))),
        make(
          'tbody',
          {},
          ...actions.map((each) =>
            make(
              'tr',
              {},
              make('td', {}, make('strong', { class: each.decision }, each.decision)),
              make('td', {}, each.action),
              make('td', {}, each.resource),
              make('td', {}, each.reason),
            ),
          ),
        ),
      ),
    ),
  ]
}

export async function checkPolicy(text) {
  const place = document.getElementById('findings')
  place.replaceChildren(make('p', {}, 'Checking…'))
  try {
    const { findings } = await call('POST', '/v1/check', { text })
    place.replaceChildren(
      ...(findings.length === 0 ? [make('p', { class: 'allow' }, 'Nothing is wrong with it.')] : findings.map((each) => finding(each, text))),
    )
  } catch (error) {
    place.replaceChildren(make('p', { class: 'error' }, error.message))
  }
}

/** A finding under its line, underlined. */
function finding({ severity, code, message, help, line, column, endLine, endColumn }, text) {
  const source = text.split('\n')[(line ?? 0) - 1] ?? ''
  const end = endLine === line && endColumn > column ? endColumn : column + 1
  return make(
    'article',
    {},
    make('h3', {}, make('span', { class: severity === 'error' ? 'error' : 'warn' }, `${severity} ${code}`), `: ${message}`),
    ...(line === undefined
      ? []
      : [make('pre', {}, `${line}  ${source.slice(0, column - 1)}`, make('u', {}, source.slice(column - 1, end - 1)), source.slice(end - 1))]),
    ...(help ? [make('p', {}, `help: ${help}`)] : []),
  )
}
