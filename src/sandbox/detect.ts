/**
 * Which backend serves a profile: the first that works, shown by running one. Presence proves nothing: a tool may be
 * there and refuse, or worse, run the command without isolation; the prelude's proof catches that.
 */
import { diagnostic, type Outcome } from '../base/diagnostic.ts'
import { BACKENDS, type BackendName, type SandboxProfile } from '../model/profile.ts'
import { IMAGE_SHELL } from './container.ts'
import type { TrialMemory } from './host.ts'
import { isPlainPath } from './mounts.ts'
import { planRun } from './plan.ts'
import type { Plan, PlanFacts } from './plan-types.ts'

/** The order of `auto`. A container needs an image, so it is never guessed. */
const AUTO_ORDER: readonly BackendName[] = ['bwrap', 'firejail', 'unshare']

/** What a trial run told. */
export interface TrialResult {
  readonly exitCode: number
  /** True when the prelude proved the plan and the command started. */
  readonly isStarted: boolean
  readonly failure?: string | undefined
}

/** The outside, passed in. */
export interface DetectHost {
  findTool(backend: BackendName): string | undefined
  facts(chosen: { backend: BackendName | 'none'; tool: string }): PlanFacts
  run(plan: Plan): Promise<TrialResult>
  trialKey(tool: string): string
  readonly memory: TrialMemory
}

export interface Detected {
  readonly backend: BackendName | 'none'
  /** Absolute path of its program; empty for `none`. */
  readonly tool: string
  /** Why each backend tried before was passed over. */
  readonly passedOver: readonly string[]
}

/**
 * Finds the backend for a profile. OA5001 when a named backend does not work, and when one is required and none does;
 * `none` only where neither is so.
 */
export async function detectBackend(
  profile: SandboxProfile,
  host: DetectHost,
): Promise<Outcome<Detected>> {
  const isNamed = profile.backend !== 'auto'
  const candidates = profile.backend === 'auto' ? AUTO_ORDER : [profile.backend]
  const passedOver: string[] = []
  for (const backend of candidates) {
    const tool = host.findTool(backend)
    const reason =
      tool === undefined
        ? 'it is not installed'
        : await tryBackend({ backend, tool, image: profile.image }, host)
    if (tool !== undefined && reason === undefined) {
      return { value: { backend, tool, passedOver }, diagnostics: [] }
    }
    passedOver.push(`${backend}: ${reason ?? 'it does not work'}`)
  }
  if (!isNamed && !profile.required) {
    return { value: { backend: 'none', tool: '', passedOver }, diagnostics: [] }
  }
  const subject = isNamed ? `the sandbox backend \`${profile.backend}\`` : 'a sandbox'
  const message = `${subject} is required and does not work here (${passedOver.join('; ')})`
  const help = 'install bubblewrap (`apt-get install bubblewrap`) or name another backend'
  return { value: undefined, diagnostics: [diagnostic('OA5001', message, undefined, { help })] }
}

export interface Trial {
  readonly backend: BackendName
  readonly tool: string
  readonly image: string | undefined
}

/** Why a backend does not work; undefined when it does. */
async function tryBackend(
  { backend, tool, image }: Trial,
  host: DetectHost,
): Promise<string | undefined> {
  const ofTool = host.trialKey(tool)
  const key = image === undefined || ofTool === '' ? ofTool : `${ofTool} ${image}`
  if (host.memory.has(key)) return undefined
  const facts = host.facts({ backend, tool })
  const { value: plan, diagnostics } = planRun(
    trialProfile({ backend, tool, image }, facts),
    trialCommand(facts),
    facts,
  )
  if (!plan) return diagnostics[0]?.message ?? 'it cannot hold the smallest plan'
  const { exitCode, isStarted, failure } = await host.run(plan)
  if (!isStarted || exitCode !== 0) return failure ?? `a trial run gave the exit code ${exitCode}`
  host.memory.add(key)
  return undefined
}

/** The smallest profile: what a backend must hold at least. */
export function trialProfile({ backend, image }: Trial, facts: PlanFacts): SandboxProfile {
  const home = facts.environment['HOME'] ?? '/'
  return {
    backend,
    required: true,
    ...(image === undefined ? {} : { image }),
    network: 'off',
    writable: [],
    hidden: [],
    readOnlyPins: [],
    workspace: '/',
    home: isPlainPath(home) ? home : '/',
    env: { keep: [], set: {} },
    secretNames: [],
    limits: { openFiles: 64, timeMs: 60_000, outputBytes: 65_536 },
  }
}

function trialCommand(facts: PlanFacts): Parameters<typeof planRun>[1] {
  const { path } = facts.backend === 'container' ? IMAGE_SHELL : facts.shell
  return { executable: path, argv0: path, args: ['-c', 'exit 0'], cwd: '/', env: {} }
}

/** True for a word that names a backend. */
export function isBackendName(word: string): word is BackendName {
  return (BACKENDS as readonly string[]).includes(word)
}
