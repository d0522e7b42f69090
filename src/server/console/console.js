/**
 * The console: logging in, and which page is shown.
 */
import { showApprovals, tellBy, tick } from './approvals.js'
import { call, listen, useToken } from './client.js'
import { showReport } from './decisions.js'
import { shown } from './dom.js'
import { checkPolicy, explainSoon } from './try.js'

const PAGES = ['approvals', 'decisions', 'try']
const byId = (id) => document.getElementById(id)
const nav = document.querySelector('nav')

let session = null

tellBy(tell)

/** Says something to everybody: to the eye and to a screen reader. */
function tell(text, isBad = false) {
  byId('status').replaceChildren(isBad ? '' : shown(text))
  byId('alert').replaceChildren(isBad ? shown(text) : '')
}

async function logIn(given) {
  if (given.startsWith('oa_')) useToken(given)
  else useToken((await call('POST', '/console/login', { code: given })).token)
  try {
    showApprovals(await call('GET', '/v1/approvals'))
  } catch (error) {
    useToken('')
    throw error
  }
  session = new AbortController()
  void listen(showApprovals, lost, session.signal)
  nav.hidden = false
  byId('login').hidden = true
  tell('Logged in.')
  showPage()
}

function lost(error) {
  if (error.status === 401 || error.status === 403) leave('The session is over.')
  else tell('The server does not answer; trying again.', true)
}

function leave(text) {
  session?.abort()
  session = null
  useToken('')
  nav.hidden = true
  for (const page of PAGES) byId(page).hidden = true
  byId('login').hidden = false
  byId('code').focus()
  tell(text)
}

function showPage() {
  if (!session) return
  const wanted = PAGES.find((page) => `#${page}` === location.hash) ?? PAGES[0]
  for (const page of PAGES) byId(page).hidden = page !== wanted
  for (const link of nav.querySelectorAll('a')) {
    if (link.hash === `#${wanted}`) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  byId('main').focus()
  if (wanted === 'decisions') void showReport()
}

document.querySelector('#login form').addEventListener('submit', (event) => {
  event.preventDefault()
  void submitCode()
})

async function submitCode() {
  const field = byId('code')
  const given = field.value.trim()
  field.value = ''
  try {
    await logIn(given)
  } catch (error) {
    tell(`Not logged in: ${error.message}`, true)
    field.focus()
  }
}

byId('leave').addEventListener('click', () => leave('You left.'))
byId('reload').addEventListener('click', () => void showReport())
byId('line').addEventListener('input', (event) => explainSoon(event.target.value))
byId('check').addEventListener('click', () => void checkPolicy(byId('policy').value))
window.addEventListener('hashchange', showPage)
setInterval(tick, 1000)
byId('code').focus()
