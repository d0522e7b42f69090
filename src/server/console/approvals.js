/**
 * Runs that wait: exactly what would run, and the answer. An answer quotes the binding that was shown.
 */
import { call } from './client.js'
import { make, shown, terms } from './dom.js'

/** No click counts that was meant for what stood there before. */
const SETTLE_MS = 1000

const cards = new Map()
let skewMs = 0
let notify = () => {}

/** Sets what is told aloud. */
export function tellBy(told) {
  notify = told
}

export function showApprovals({ nowMs, approvals }) {
  skewMs = nowMs - Date.now()
  const pending = approvals.filter(({ state }) => state.kind === 'pending')
  const waiting = document.getElementById('waiting')
  const kept = new Set()
  for (const approval of pending) {
    const { id } = approval.request
    const key = JSON.stringify(approval.state)
    kept.add(id)
    if (cards.get(id)?.key === key) continue
    const card = pendingCard(approval)
    const before = cards.get(id)
    if (before) before.card.replaceWith(card)
    else {
      waiting.append(card)
      notify(`A run waits for an answer: ${approval.request.shown.reason}`)
    }
    cards.set(id, { key, card })
  }
  for (const [id, { card }] of cards) {
    if (kept.has(id)) continue
    card.remove()
    cards.delete(id)
  }
  waiting.querySelector('.none')?.remove()
  if (pending.length === 0) waiting.append(make('p', { class: 'none' }, 'Nothing waits.'))
  document.getElementById('waiting-count').textContent = String(pending.length)
  const over = approvals.filter(({ state }) => state.kind !== 'pending').toReversed()
  const answered = document.getElementById('answered')
  answered.replaceChildren(...over.map(overCard))
  if (over.length === 0) answered.append(make('p', { class: 'none' }, 'Nothing yet.'))
  tick()
}

function pendingCard(approval) {
  const { request, state } = approval
  const titleId = `run-${request.id}`
  const reasonId = `reason-${request.id}`
  const reason = make('input', { id: reasonId, type: 'text', maxlength: 2000, autocomplete: 'off' })
  const answer = async (body) => {
    for (const each of buttons) each.disabled = true
    try {
      const after = await call('POST', `/v1/approvals/${request.id}/decision`, {
        seen: request.binding.digest,
        ...body,
      })
      notify(`It is ${after.state.kind}.`)
    } catch (error) {
      notify(`Not answered: ${error.message}`, true)
      for (const each of buttons) each.disabled = false
    }
  }
  const buttons = [
    make('button', { type: 'button', class: 'grant', click: () => answer({ answer: 'grant' }) }, 'Approve once'),
    make(
      'button',
      { type: 'button', class: 'refuse', click: () => answer({ answer: 'refuse', reason: reason.value }) },
      'Refuse',
    ),
    make(
      'button',
      {
        type: 'button',
        class: 'refuse',
        click: () => answer({ answer: 'refuse', reason: reason.value, stopsSession: true }),
      },
      'Refuse and stop the session',
    ),
  ]
  buttons[0].disabled = true
  setTimeout(() => {
    buttons[0].disabled = false
  }, SETTLE_MS)
  return make(
    'article',
    { class: 'pending', 'aria-labelledby': titleId },
    make('h3', { id: titleId }, request.shown.reason),
    ...whatRuns(request),
    make('p', {}, 'Answer within ', make('span', { class: 'left', 'data-until': request.answerByMs }), `; it may then wait ${Math.round(request.runWithinMs / 1000)} s to start.`),
    ...(request.persons > 1
      ? [make('p', {}, `${state.grants.length} of ${request.persons} persons said yes.`)]
      : []),
    make('label', { for: reasonId }, 'Why not (whoever asked reads it)'),
    reason,
    make('div', {}, ...buttons),
  )
}

function whatRuns({ shown: run, requester, agent, session, binding, policy }) {
  return [
    make('h4', {}, 'Would run'),
    ...run.commands.map((argv) =>
      make('ol', { class: 'argv', start: 0 }, ...argv.map((word) => make('li', {}, word === '' ? '‹empty›' : word))),
    ),
    ...(run.line === null ? [] : [make('h4', {}, 'As bash gets it'), make('pre', {}, ...linesOf(run.line))]),
    ...run.extras.map((extra) => make('p', {}, extra)),
    ...(run.words === null
      ? []
      : [make('h4', {}, 'The agent says (nobody checked that)'), make('blockquote', {}, run.words)]),
    terms([
      ['In', run.cwd],
      ['Risk', make('strong', { class: run.risk }, run.risk)],
      ['Rules', run.rules.join(', ')],
      ['Sandbox', run.backend === 'none' ? 'none: nothing is held back' : run.backend],
      ['Network', run.network],
      ['Asked by', [requester, agent && `agent ${agent}`, session && `session ${session}`].filter(Boolean).join(', ')],
      ['Not bound', run.unbound.join(', ')],
    ]),
    make(
      'details',
      {},
      make('summary', {}, 'What a yes is bound to'),
      terms([
        ['Binding', binding.digest],
        ['Policy', policy],
        ...Object.entries(binding.files).map(([path, digest]) => [path, digest === null ? 'no file' : digest.slice(0, 16)]),
      ]),
    ),
  ]
}

/** A line may have line ends of its own: those stay. */
function linesOf(text) {
  return text.split('\n').flatMap((line, at) => (at === 0 ? [line] : [document.createElement('br'), line]))
}

function overCard({ request, state }) {
  const by = state.kind === 'refused' ? state.refusal.by : (state.grants ?? []).map((each) => each.by).join(', ')
  const why = state.kind === 'refused' ? state.refusal.reason : state.reason
  const [argv = []] = request.shown.commands
  return make(
    'article',
    {},
    make('h3', {}, `${state.kind}: `, make('code', {}, argv.join(' '))),
    terms([
      ['By', by],
      ['Why', why],
      ['Asked', new Date(request.askedMs).toLocaleString()],
    ]),
  )
}

/** Countdowns. */
export function tick() {
  for (const left of document.querySelectorAll('[data-until]')) {
    const seconds = Math.max(0, Math.ceil((Number(left.dataset.until) - Date.now() - skewMs) / 1000))
    left.replaceChildren(shown(seconds > 90 ? `${Math.ceil(seconds / 60)} min` : `${seconds} s`))
  }
}
