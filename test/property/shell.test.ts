/**
 * The shell walk against real bash: what bash ran is what the walk said, or the walk said that it does not know.
 */
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compareText } from '../../src/base/diagnostic.ts'
import { printNode } from '../../src/command/shell/print.ts'
import { initialScope, walk } from '../../src/command/shell/walk.ts'
import { openRecorder } from '../support/bash-recorder.ts'
import { judge, listingGlob, walkIn } from '../support/shell-judge.ts'
import { FILES, type ShellLine, shellLine } from '../support/shell-lines.ts'
import { isDeep, skip } from '../support/skip.ts'

const test = suite('shell lines')
const NAMES = FILES.map((name) => name.replace(/\/$/, ''))

interface Tally {
  sure: number
  all: number
}

function lines(count: number): readonly ShellLine[] {
  const seed = isDeep() ? Date.now() % 2 ** 31 : 7
  process.stdout.write(`(seed ${seed}) `)
  const unique = new Map<string, ShellLine>()
  for (const line of fc.sample(shellLine, { numRuns: 2 * count, seed })) unique.set(line.line, line)
  return [...unique.values()].slice(0, count)
}

test('every line runs in bash as the walk says, or is unknown', () => {
  const recorder = openRecorder()
  if (!recorder) return skip('bash is not installed')
  const wrong: string[] = []
  const tallies = new Map<string, Tally>()
  try {
    for (const each of lines(isDeep() ? 10_500 : 300)) {
      const recording = recorder.run(each.line, FILES)
      const names = listingGlob(NAMES)
      const glob = (pattern: string, cwd: string): readonly string[] | null =>
        cwd === recording.cwd ? names(pattern, cwd) : null
      const walked = walkIn(each.line, { cwd: recording.cwd, home: recorder.home, glob })
      const verdict = judge(walked, recording, NAMES)
      if (verdict.kind === 'wrong') wrong.push(`${JSON.stringify(each.line)}: ${verdict.why}`)
      const tally = tallies.get(each.kind) ?? { sure: 0, all: 0 }
      tallies.set(each.kind, {
        sure: tally.sure + (verdict.kind === 'sure' ? 1 : 0),
        all: tally.all + 1,
      })
    }
  } finally {
    recorder.close()
  }
  assert.equal(wrong, [])
  const all = [...tallies.values()]
  const share =
    all.reduce((sum, each) => sum + each.sure, 0) / all.reduce((sum, each) => sum + each.all, 0)
  process.stdout.write(`(${(100 * share).toFixed(1)} % sure`)
  for (const [kind, { sure, all: count }] of tallies) {
    process.stdout.write(`, ${kind} ${sure}/${count}`)
  }
  process.stdout.write(') ')
  assert.ok(share >= 0.65, `only ${share} of the lines are sure`)
  for (const [kind, { sure, all: count }] of tallies) {
    const isStatic = !DYNAMIC.has(kind)
    if (isStatic && count >= 10)
      assert.ok(sure / count >= 0.5, `${kind}: only ${sure} of ${count} are sure`)
  }
})

/** Classes whose lines mostly have no meaning before the run. */
const DYNAMIC = new Set(['process substitution', 'awkward', 'arrays by name'])

test('a printed line runs in bash as the original does', () => {
  const recorder = openRecorder()
  if (!recorder) return skip('bash is not installed')
  const different: string[] = []
  try {
    for (const each of lines(isDeep() ? 3000 : 100)) {
      const setting = { cwd: '/nowhere', home: recorder.home, glob: () => null }
      const printed = printNode(walkIn(each.line, setting))
      if (printed === null || /\$|&(?:\s|$)|cd|pushd|PWD/.test(each.line)) continue
      const original = recorder.run(each.line, FILES)
      const again = recorder.run(printed, FILES)
      const shown = (run: typeof original): string =>
        JSON.stringify([
          run.executions.map((one) => JSON.stringify([one.argv, one.stdin])).sort(compareText),
          run.files,
        ])
      if (shown(original) !== shown(again))
        different.push(`${JSON.stringify(each.line)} → ${JSON.stringify(printed)}`)
    }
  } finally {
    recorder.close()
  }
  assert.equal(different, [])
})

test('any text gives a result', () => {
  const token = fc.constantFrom(
    ...'|&;()<>{}[]$`"\'\\\n !*?~#=,a1',
    '$(',
    '${',
    '$((',
    '<<E',
    '<<<',
    '<(',
    "$'",
    '&&',
    '||',
    ';;',
    'if ',
    'then ',
    'fi',
    'for i in ',
    'do ',
    'done',
    'case ',
    'esac',
    'E\n',
    'eval ',
    'x=',
    'cd ',
    '[[ ',
    ' ]]',
    'f()',
    '2>',
    '>&',
    '{1..9}',
    '\u00a0',
    '\ud800',
  )
  const text = fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(''))
  const scope = initialScope({ cwds: ['/w'] })
  fc.assert(
    fc.property(
      text,
      fc.constantFrom('bash' as const, 'sh' as const, 'zsh' as const, 'other' as const),
      (line, dialect) => {
        const walked = walk({ text: line, dialect, scope, home: '/h', glob: () => null })
        printNode(walked)
        return walked.refused !== undefined || walked.tree !== null || walked.commands.length === 0
      },
    ),
    { numRuns: isDeep() ? 50_000 : 2000 },
  )
})

test.run()
