/**
 * `npm run bench -- NAME …`: measurements of the built `oa`. Each ends with 1 where a bar does not hold.
 */
import { parseArgs } from 'node:util'
import { benchAudit } from './audit.ts'
import { benchCorpora } from './corpora.ts'
import { benchDecide } from './decide.ts'
import { benchExec } from './exec.ts'
import { benchServe } from './serve.ts'
import { benchShell } from './shell.ts'
import { benchStartup } from './startup.ts'

const USAGE = `usage: npm run bench -- audit [--records N] [--runs N]
       npm run bench -- corpora [DIR] [--policy P] [--list]
       npm run bench -- decide
       npm run bench -- exec [--runs N]
       npm run bench -- serve [--runs N] [--seconds N]
       npm run bench -- shell [--policy P] [--runs N]
       npm run bench -- startup [--policy P] [--runs N]

  audit     durable appends by many processes and in groups, and verification beside plain hashing
  corpora   decides the rows of dangerous.tsv and benign.tsv of DIR in a generated repository, counts by class, and
            holds each preset (or the policy P) to its bars
  decide    argv requests by the number of rules, beside other engines on the same rules
  exec      wall time of \`oa exec\` on bubblewrap with a compiled artifact, beside \`node -e 0\` and srt
  serve     \`POST /v1/decide\` with 64 in flight beside a bare node:http, with its log in memory and on the disk
  shell     how much of real lines is read, and what reading and deciding costs beside the bare parser
  startup   CPU time of \`oa decide\` with a compiled artifact, as a ratio to \`node -e 0\`
`

const STANDARD = 'policies/standard.oa'

const runsOf = (text: string | undefined, usual: number): number =>
  Math.max(1, Number(text ?? usual) || usual)

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      policy: { type: 'string' },
      list: { type: 'boolean' },
      runs: { type: 'string' },
      records: { type: 'string' },
      seconds: { type: 'string' },
    },
    allowPositionals: true,
  })
  const [name, folder, ...more] = positionals
  const { policy } = values
  if (name === 'audit' && folder === undefined) {
    const records = runsOf(values.records, 1_000_000)
    return benchAudit({ records, rounds: runsOf(values.runs, 5) })
  }
  if (name === 'corpora' && more.length === 0) {
    return benchCorpora({ folder, policy, isListing: values.list === true })
  }
  if (name === 'decide' && folder === undefined) return benchDecide()
  if (name === 'exec' && folder === undefined) return benchExec({ runs: runsOf(values.runs, 21) })
  if (name === 'serve' && folder === undefined) {
    const secondsPerRound = runsOf(values.seconds, 4)
    return benchServe({ rounds: runsOf(values.runs, 5), secondsPerRound })
  }
  if (name === 'shell' && folder === undefined) {
    return benchShell({ policy: policy ?? STANDARD, rounds: runsOf(values.runs, 5) })
  }
  if (name === 'startup' && folder === undefined) {
    return benchStartup({ policy: policy ?? STANDARD, runs: runsOf(values.runs, 15) })
  }
  process.stderr.write(USAGE)
  return 2
}

process.exitCode = await main()
