/** `oa sandbox probe`: tries to get out of each backend on this machine and says what holds. */
import { BACKENDS, type BackendName } from '../../model/profile.ts'
import { ProbeGround, type ProbeResult, probeBackend } from '../../run/probe.ts'
import { spawnPlan } from '../../run/spawn.ts'
import { detectBackend, isBackendName, trialProfile } from '../../sandbox/detect.ts'
import { findTool, hostFacts, trialKey } from '../../sandbox/host.ts'
import { EXIT } from '../exit.ts'
import { type GivenOptions, usageError } from '../options.ts'

interface Probed {
  readonly backend: BackendName
  /** Why it does not work here; null when it does. */
  readonly missing: string | null
  readonly results: readonly ProbeResult[]
}

export async function run(given: GivenOptions): Promise<number> {
  const named = given.text('backend')
  if (named !== undefined && !isBackendName(named)) {
    throw usageError(`\`${named}\` is no backend`, `one of ${BACKENDS.join(', ')}`)
  }
  const image = given.text('image')
  const isJson = given.flag('json')
  const probed: Probed[] = []
  const ground = await ProbeGround.open()
  try {
    for (const backend of named === undefined ? BACKENDS : [named]) {
      const missing = await whyNot(backend, image)
      if (!isJson) print(`${backend}${missing === null ? '' : `: ${missing}`}`)
      const chosen = { backend, tool: findTool(backend) ?? '' }
      const withImage = backend === 'container' && image !== undefined ? { image } : {}
      const results =
        missing === null
          ? await probeBackend({ ...chosen, ...withImage }, ground, isJson ? () => {} : printResult)
          : []
      probed.push({ backend, missing, results })
      if (!isJson && missing === null) print(`  ${summary(results)}`)
    }
  } finally {
    ground.close()
  }
  if (isJson) print(JSON.stringify({ user: process.geteuid?.() ?? -1, backends: probed }))
  const isWhole = probed.every(({ results }) => results.every((each) => each.verdict === 'holds'))
  const isThere = named === undefined || probed[0]?.missing === null
  return isWhole && isThere ? EXIT.done : EXIT.findings
}

async function whyNot(backend: BackendName, image: string | undefined): Promise<string | null> {
  if (backend === 'container' && image === undefined) return 'it needs an image (--image)'
  const facts = hostFacts({ backend, tool: '' })
  const trial = { backend, tool: '', image: backend === 'container' ? image : undefined }
  const { value, diagnostics } = await detectBackend(trialProfile(trial, facts), {
    findTool,
    facts: (chosen) => ({ ...hostFacts(chosen), isTerminal: false }),
    run: (plan) =>
      spawnPlan(plan, { stdin: 'ignore', stdout: () => {}, stderr: () => {}, signals: null }),
    trialKey,
    // Asked for anew each time: what was found out before is no proof of now.
    memory: { has: () => false, add: () => {} },
  })
  return value ? null : (diagnostics[0]?.message ?? 'it does not work')
}

const MARKS = { holds: 'holds  ', fails: 'FAILS  ', unknown: 'unknown' } as const

function printResult({ name, verdict, why }: ProbeResult): void {
  print(`  ${MARKS[verdict]}  ${name}${why === '' ? '' : ` (${why})`}`)
}

function summary(results: readonly ProbeResult[]): string {
  const count = (verdict: ProbeResult['verdict']): number =>
    results.filter((each) => each.verdict === verdict).length
  return `${count('holds')} of ${results.length} hold, ${count('fails')} fail, ${count('unknown')} unknown`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
