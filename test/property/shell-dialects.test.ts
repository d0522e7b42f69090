/**
 * Other shells than bash: where the walk is sure of a line, the shell runs exactly that.
 */
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { WalkInput } from '../../src/command/shell/walked.ts'
import { openRecorder, type Shell } from '../support/bash-recorder.ts'
import { dialectLine } from '../support/shell-dialect-lines.ts'
import { judge, listingGlob, walkIn } from '../support/shell-judge.ts'
import { FILES, type ShellLine, shellLine } from '../support/shell-lines.ts'
import { isDeep, skip } from '../support/skip.ts'

const test = suite('shell dialects')
const NAMES = FILES.map((name) => name.replace(/\/$/, ''))

const SHELLS: readonly (Shell & {
  readonly name: string
  readonly dialect: WalkInput['dialect']
  /** What it calls itself; left out: its path. */
  readonly zero?: string
})[] = [
  { name: 'dash', path: '/bin/dash', args: ['-c'], dialect: 'sh' },
  { name: 'busybox sh', path: '/bin/busybox', args: ['sh', '-c'], dialect: 'sh', zero: 'sh' },
  { name: 'ksh', path: '/bin/ksh', args: ['-c'], dialect: 'sh' },
  { name: 'bash as sh', path: '/bin/bash', args: ['--posix', '-c', '--'], dialect: 'sh' },
  { name: 'zsh', path: '/bin/zsh', args: ['-f', '-c'], dialect: 'zsh' },
  { name: 'fish', path: '/usr/bin/fish', args: ['--no-config', '-c'], dialect: 'other' },
]

/** Lines of the one and the other generator, each once. */
function lines(count: number): readonly string[] {
  const seed = isDeep() ? Date.now() % 2 ** 31 : 11
  process.stdout.write(`(seed ${seed}) `)
  const sample = (of: fc.Arbitrary<ShellLine>, share: number): string[] =>
    fc.sample(of, { numRuns: Math.round(share * count), seed }).map((each) => each.line)
  return [...new Set([...sample(dialectLine, 0.6), ...sample(shellLine, 0.4)])]
}

for (const { name, dialect, zero, ...shell } of SHELLS) {
  test(`${name} runs what the walk is sure of`, () => {
    const recorder = openRecorder(shell)
    if (!recorder) return skip(`${name} is not installed`)
    const wrong: string[] = []
    let sure = 0
    const all = lines(isDeep() ? 3000 : 120)
    try {
      for (const line of all) {
        const recording = recorder.run(line, FILES)
        const names = listingGlob(NAMES)
        const walked = walkIn(line, {
          cwd: recording.cwd,
          home: recorder.home,
          glob: (pattern, cwd) => (cwd === recording.cwd ? names(pattern, cwd) : null),
          shell: { zero: zero ?? shell.path, dialect },
        })
        const verdict = judge(walked, recording, NAMES)
        if (verdict.kind === 'wrong') wrong.push(`${JSON.stringify(line)}: ${verdict.why}`)
        if (verdict.kind === 'sure') sure++
      }
    } finally {
      recorder.close()
    }
    process.stdout.write(`(${((100 * sure) / all.length).toFixed(1)} % sure) `)
    assert.equal(wrong, [])
    assert.ok(sure > 0)
  })
}

test.run()
