/**
 * `node shell-fuzz.ts COUNT SEED`: walks mutated lines and prints what came of them as JSON. A process of its own, so
 * that its memory can be bounded from outside and a fatal error is seen as one.
 */
import fc from 'fast-check'
import { LINE_BYTES_MAX } from '../../src/base/limits.ts'
import { printNode } from '../../src/command/shell/print.ts'
import {
  initialScope,
  STEPS_BASE,
  STEPS_PER_CHARACTER,
  walk,
} from '../../src/command/shell/walk.ts'
import { dialectLine } from '../support/shell-dialect-lines.ts'
import { shellLine } from '../support/shell-lines.ts'

const [count = 0, seed = 0] = process.argv.slice(2).map(Number)
const DIALECTS = ['bash', 'bash', 'bash', 'sh', 'zsh', 'other'] as const
const PIECES =
  '| & ; ( ) < > { } [ ] $ ` " \' \\ ! * ? ~ # = , $( ${ $(( <<E <<<  <( $\' && || ;; if then fi for in do done case esac eval [[ ]] f() 2>& >| \n \t V=$V$V; "$@" ${V//a/b} {1..99} {a,b} é \u00a0'.split(
    ' ',
  )

const seeds = [
  ...fc.sample(shellLine, { numRuns: 3000, seed }),
  ...fc.sample(dialectLine, { numRuns: 1000, seed }),
].map((each) => each.line)

let state = seed >>> 0
/** A whole number below `limit`: a small generator, since a million lines take many. */
function below(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((state / 2 ** 32) * limit)
}
const chosen = <T>(from: readonly T[]): T => from[below(from.length)] as T

function mutated(text: string): string {
  const at = below(text.length + 1)
  const end = at + below(6)
  switch (below(7)) {
    case 0:
      return text.slice(0, at) + text.slice(end)
    case 1:
      return text.slice(0, at) + chosen(PIECES) + text.slice(at)
    case 2:
      return text.slice(0, at) + chosen(PIECES) + text.slice(end)
    case 3:
      return text.slice(0, at) + text.slice(at, end).repeat(2 + below(4)) + text.slice(end)
    case 4:
      return text.slice(0, at) + chosen(seeds).slice(below(20))
    case 5:
      return `${text}${chosen(['; ', '\n', ' | ', ' && ', ' '])}${chosen(seeds)}`
    default:
      // Sometimes many times over, up to and beyond the bound.
      return below(400) === 0 ? text.repeat(1 + below(3000)).slice(0, LINE_BYTES_MAX + 8) : text
  }
}

const result = { refused: 0, unknown: 0, whole: 0, stepsPerCharacter: 0, faults: [] as string[] }
const scope = initialScope({ cwds: ['/w'] })
for (let index = 0; index < count; index++) {
  let line = chosen(seeds)
  for (let times = 1 + below(5); times > 0; times--) line = mutated(line)
  try {
    const dialect = chosen(DIALECTS)
    const walked = walk({ text: line, dialect, scope, home: '/h', glob: () => ['a', 'b c'] })
    printNode(walked)
    const reasons = [walked.refused, ...walked.unknowns].flatMap((each) => each?.reason ?? [])
    if (reasons.includes('')) result.faults.push(`no reason: ${line}`)
    if (walked.steps > STEPS_BASE + (STEPS_PER_CHARACTER + 1) * line.length) {
      result.faults.push(`${walked.steps} steps: ${line}`)
    }
    result.stepsPerCharacter = Math.max(result.stepsPerCharacter, walked.steps / (64 + line.length))
    if (walked.refused) result.refused++
    else if (walked.unknowns.length > 0) result.unknown++
    else result.whole++
  } catch (error) {
    result.faults.push(`${String(error)}: ${line}`)
  }
}
process.stdout.write(JSON.stringify(result))
