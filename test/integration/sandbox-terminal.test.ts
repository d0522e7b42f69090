/**
 * On a terminal Ctrl-C reaches the command, which may handle it, and its exit code comes back.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { quoteWord } from '../../src/sandbox/prelude.ts'
import { ROOT } from '../support/corpus.ts'
import { skip } from '../support/skip.ts'
import { tempFolder } from '../support/temp.ts'
import { missingBubblewrap } from './sandbox-fixture.ts'

const test = suite('sandbox on a terminal')
const SCRIPT = '/usr/bin/script'

interface Seen {
  readonly text: string
  readonly result: { readonly exitCode: number; readonly session: string }
}

/** Runs a script on a new terminal and presses Ctrl-C when it says `up`. */
async function pressControlC(backend: 'bwrap' | 'none', script: string): Promise<Seen> {
  const resultFile = join(tempFolder(), 'result')
  const program = join(ROOT, 'test/programs/run-on-terminal.ts')
  const words = [process.execPath, '--import', 'tsx', program, backend, script, resultFile]
  const child = spawn(SCRIPT, ['-qec', words.map(quoteWord).join(' '), '/dev/null'], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let text = ''
  let isPressed = false
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (isPressed || !text.includes('up')) return
    isPressed = true
    child.stdin.write('\u0003')
  })
  await new Promise((resolve) => child.once('close', resolve))
  return { text, result: JSON.parse(readFileSync(resultFile, 'utf8')) as Seen['result'] }
}

for (const backend of ['bwrap', 'none'] as const) {
  test(`a command handles Ctrl-C, ${backend}`, async () => {
    const missing = backend === 'bwrap' ? missingBubblewrap() : undefined
    if (missing !== undefined) return skip(missing)
    if (!existsSync(SCRIPT)) return skip('script is not installed')
    const handler = 'trap "sleep 0.1; echo handled; exit 9" INT'
    const { text, result } = await pressControlC(
      backend,
      `${handler}; tty; echo up; while :; do sleep 0.02; done`,
    )
    assert.is(result.session, 'terminal')
    assert.is(result.exitCode, 9)
    assert.match(text, 'handled')
    return undefined
  })
}

test.run()
