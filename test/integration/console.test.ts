/** The console in a real browser: log in, see a run wait, answer it; and what the page must not do. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROOT } from '../support/corpus.ts'
import { call, type TestServer, testServer } from '../support/server.ts'
import { skip } from '../support/skip.ts'
import { CLI, type ExecWorld, execEnv, execWorld, startExec } from './exec-fixture.ts'

const test = suite('console')

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync)
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Kept in the documentation; written anew by `npm run test:update`. */
const IMAGES = join(ROOT, 'docs/images')

const world: ExecWorld = execWorld(
  'allow id\nask id -u because "shows who you are"\nsandbox { off }\n',
)
let server: TestServer
let browser: Browser | null = null

test.before(async () => {
  if (CHROMIUM === undefined) return
  server = await testServer({ own: join(world.home, '.openagent'), auditDirectory: world.audit })
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
})
test.after(async () => {
  await browser?.close()
  if (CHROMIUM !== undefined) await server.serving.stop()
})

interface Opened {
  readonly page: Page
  /** What the browser complained of. */
  readonly complaints: readonly string[]
}

async function open(at: Browser, options: Parameters<Browser['newPage']>[0] = {}): Promise<Opened> {
  const page = await at.newPage(options)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(`${server.serving.address}/console`)
  return { page, complaints }
}

async function logIn(page: Page): Promise<void> {
  await page.getByLabel('One-time code').fill(server.serving.newCode())
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Waiting for an answer' }).waitFor()
}

/** Serious faults that axe finds on the page as it is. */
async function faults(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE)
  return page.evaluate(`axe.run().then(({ passes, violations }) => [
    ...(passes.length < 10 ? ['only ' + passes.length + ' checks were made'] : []),
    ...violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes[0].html),
  ])`)
}

async function picture(page: Page, name: string): Promise<void> {
  if (process.env['OA_UPDATE'] !== '1') return
  mkdirSync(IMAGES, { recursive: true })
  await page.screenshot({ path: join(IMAGES, `${name}.png`), fullPage: true })
}

test('a run that waits appears by itself, is approved, and runs', async () => {
  if (!browser) return skip('chromium is not installed')
  const { page, complaints } = await open(browser, { viewport: { width: 1100, height: 800 } })
  await logIn(page)
  assert.is(await page.locator('#waiting article').count(), 0)
  const why = 'I want to know \u202ewho\u200b I am <img src=x onerror=alert(1)>'
  const words = ['--wait-approval', '--why', why, '--', 'id', '-u']
  const { ended } = startExec(world, words)
  const card = page.locator('#waiting article')
  await card.waitFor()
  const shown = await card.innerText()
  for (const part of [
    'shows who you are',
    '/usr/bin/id',
    '-u',
    world.work,
    '\\u{202e}',
    '\\u{200b}',
    '<img src=x',
    'nobody checked that',
  ]) {
    assert.ok(shown.includes(part), `${part} is missing in\n${shown}`)
  }
  assert.is(await card.locator('img').count(), 0)
  assert.equal(await faults(page), [])
  await picture(page, 'console-desktop')
  await card.getByRole('button', { name: 'Approve once' }).click()
  const run = await ended
  assert.is(run.code, 0, run.err)
  assert.is(run.out, `${process.geteuid?.()}\n`)
  await page.locator('#answered article', { hasText: 'used' }).waitFor()
  assert.equal(complaints, [])
  await page.close()
})

test('with the keyboard on a phone: a refusal goes back with its reason', async () => {
  if (!browser) return skip('chromium is not installed')
  const { page } = await open(browser, {
    viewport: { width: 360, height: 740 },
    colorScheme: 'dark',
  })
  await logIn(page)
  const { ended } = startExec(world, ['--wait-approval', '--', 'id', '-u', '-r'])
  const card = page.locator('#waiting article')
  await card.waitFor()
  const wide = await page.evaluate(`[...document.querySelectorAll('body *')]
    .filter((each) => each.getBoundingClientRect().right > 360)
    .map((each) => each.outerHTML.slice(0, 100))`)
  assert.equal(wide, [])
  assert.is(await page.evaluate('document.documentElement.scrollWidth'), 360)
  assert.equal(await faults(page), [])
  await picture(page, 'console-phone')
  await card.getByLabel('Why not').focus()
  await page.keyboard.type('not on a phone')
  await page.keyboard.press('Tab')
  for (let at = 0; at < 3; at++) {
    const named = await page.evaluate('document.activeElement.textContent')
    if (named === 'Refuse') break
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  const run = await ended
  assert.is(run.code, 126)
  assert.match(run.err, /console refused: not on a phone/)
  await page.close()
})

test('decisions are drawn, a line is explained as it is typed, a policy is checked', async () => {
  if (!browser) return skip('chromium is not installed')
  const { page, complaints } = await open(browser, { viewport: { width: 1100, height: 800 } })
  await logIn(page)
  await page.getByRole('link', { name: 'Try it' }).click()
  await page.getByLabel('A command line').pressSequentially('ls | id')
  const explained = page.locator('#explained')
  await explained.getByText('shows who you are').first().waitFor()
  assert.match(await explained.innerText(), /ask/)
  assert.equal(await faults(page), [])
  await picture(page, 'console-try')
  await page.getByRole('link', { name: 'Decisions' }).click()
  await page.locator('#report svg rect').first().waitFor()
  assert.equal(await faults(page), [])
  assert.equal(complaints, [])
  await page.close()
})

test('a wrong code logs nobody in, and leaving forgets the session', async () => {
  if (!browser) return skip('chromium is not installed')
  const { page } = await open(browser)
  await page.getByLabel('One-time code').fill('WRONG')
  await page.keyboard.press('Enter')
  await page.getByText('Not logged in').waitFor()
  assert.equal(await faults(page), [])
  await logIn(page)
  const kept = await page.evaluate('[document.cookie, localStorage.length, sessionStorage.length]')
  assert.equal(kept, ['', 0, 0])
  await page.reload()
  assert.ok(await page.getByLabel('One-time code').isVisible())
  await page.close()
})

test('a page of another site cannot ask, answer or frame anything', async () => {
  if (!browser) return skip('chromium is not installed')
  const { page } = await open(browser)
  await page.goto('data:text/html,<p>elsewhere')
  const body = { code: server.serving.newCode() }
  const tried: string[] = []
  for (const type of ['text/plain', 'application/json']) {
    tried.push(
      await page.evaluate(
        ([address, json, contentType]) =>
          fetch(`${address}/console/login`, {
            method: 'POST',
            body: json ?? '',
            headers: { 'Content-Type': contentType ?? '' },
          }).then(
            ({ status }) => String(status),
            () => 'failed',
          ),
        [server.serving.address, JSON.stringify(body), type],
      ),
    )
  }
  assert.equal(tried, ['failed', 'failed'])
  // Nothing of it reached the code.
  assert.is((await call(server, 'POST', '/console/login', { body })).status, 200)
  await page.close()
})

const PYTHON = `
import os, pty, re, select, signal, sys, time
pid, master = pty.fork()
if pid == 0:
    os.execvp('sh', ['sh', '-c', 'exec "$0" "$@" serve --port 0 >"$OUT/out" 2>"$OUT/err"', *sys.argv[1:]])
seen = b''
while b'code' not in seen or not seen.endswith(b'\\n'):
    seen += os.read(master, 4096)
print(seen.decode())
os.kill(pid, signal.SIGTERM)
os.waitpid(pid, 0)
`

test('the one-time code is shown on the terminal and nowhere else', () => {
  if (spawnSync('python3', ['-c', 'import pty']).status !== 0) {
    return skip('python3 is not installed')
  }
  const { stdout, stderr } = spawnSync('python3', ['-c', PYTHON, process.execPath, CLI], {
    cwd: world.work,
    env: execEnv(world, { OUT: world.home }),
    encoding: 'utf8',
  })
  const code = /for ten minutes: (\S{14})/.exec(stdout)?.[1]
  assert.ok(code, `${stdout}${stderr}`)
  assert.match(stdout, /console: http:\/\/127\.0\.0\.1:\d+\/console/)
  for (const name of ['out', 'err']) {
    assert.not.ok(readFileSync(join(world.home, name), 'utf8').includes(code))
  }
})

test.run()
