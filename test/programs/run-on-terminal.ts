/**
 * Runs a bash script in bubblewrap (or, with `none`, without) on the terminal it was started on, and writes the result
 * to a file: `run-on-terminal.ts BACKEND SCRIPT RESULT-FILE`.
 */
import { writeFileSync } from 'node:fs'
import { spawnPlan } from '../../src/run/spawn.ts'
import { findTool, hostFacts } from '../../src/sandbox/host.ts'
import { planRun } from '../../src/sandbox/plan.ts'

const [backend, script = '', resultFile = ''] = process.argv.slice(2)
const chosen =
  backend === 'bwrap'
    ? ({ backend: 'bwrap', tool: findTool('bwrap') ?? '' } as const)
    : ({ backend: 'none', tool: '' } as const)
const { value: plan, diagnostics } = planRun(
  {
    backend: 'auto',
    required: false,
    network: 'off',
    writable: [],
    hidden: [],
    readOnlyPins: [],
    workspace: '/usr',
    home: '/nonexistent',
    env: { keep: [], set: { PATH: '/usr/bin:/bin' } },
    secretNames: [],
    limits: { outputBytes: 10_000 },
  },
  { executable: '/bin/bash', argv0: 'bash', args: ['-c', script], cwd: '/usr', env: {} },
  hostFacts(chosen),
)
if (!plan) throw new Error(diagnostics.map((each) => each.message).join('\n'))
writeFileSync(resultFile, JSON.stringify({ session: plan.session, ...(await spawnPlan(plan)) }))
