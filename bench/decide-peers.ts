/**
 * The engines that `oa` is compared with on rules over program and subcommand. Installed on first use into a folder of
 * the bench; one that cannot be had is left out with its reason.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ROOT } from './built.ts'

export interface BenchRule {
  readonly effect: 'allow' | 'deny'
  readonly program: string
  readonly subcommand: string
}

/** Decides one command; rules that deny win, and what no rule names is denied. */
export type Engine = (program: string, subcommand: string) => 'allow' | 'deny'

export interface Peer {
  readonly name: string
  readonly make: (rules: readonly BenchRule[]) => Promise<Engine>
  /** More rules take too long for one run of the bench. */
  readonly rulesMax: number
}

const FOLDER = join(ROOT, 'bench/peers')
const load = createRequire(join(FOLDER, 'package.json'))

/** Why the others of the field are not here. */
export const LEFT_OUT: readonly string[] = [
  '@open-policy-agent/opa-wasm: it runs modules that the program `opa` compiled, which is no npm package of its makers',
  '@google/gemini-cli-core: its rules come with the whole agent, telemetry and cloud clients included',
]

/** Installs the peers; false where the registry cannot be reached. */
export function installPeers(): boolean {
  if (existsSync(join(FOLDER, 'node_modules'))) return true
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  return spawnSync('npm', args, { cwd: FOLDER, stdio: 'ignore', timeout: 300_000 }).status === 0
}

export const regexpLoop: Peer = {
  name: 'RegExp loop',
  rulesMax: 100_000,
  make: async (rules) => {
    const all = rules.map(({ effect, program, subcommand }) => ({
      effect,
      regex: new RegExp(`^${program} ${subcommand}(?:\\s|$)`),
    }))
    return (program, subcommand) => {
      const line = `${program} ${subcommand} x`
      let found: 'allow' | 'deny' | null = null
      for (const { effect, regex } of all) {
        if (found !== 'deny' && regex.test(line)) found = effect
      }
      return found ?? 'deny'
    }
  },
}

interface CaslRule {
  readonly action: string
  readonly subject: string
  readonly inverted: boolean
  readonly conditions?: Readonly<Record<string, string | { readonly $regex: string }>>
}

interface Casl {
  readonly createMongoAbility: (rules: readonly CaslRule[]) => {
    can: (action: string, subject: unknown) => boolean
  }
  readonly subject: (type: string, fields: object) => unknown
}

/** The last rule that fits wins: denials come last. */
const denialsLast = (rules: readonly BenchRule[]): readonly BenchRule[] =>
  [...rules].sort((a, b) => a.effect.localeCompare(b.effect))

/** A command is a thing with fields, and a rule a condition on them: what options and operands would need, too. */
const casl: Peer = {
  name: 'CASL',
  rulesMax: 10_000,
  make: async (rules) => {
    const { createMongoAbility, subject } = load('@casl/ability') as Casl
    const ability = createMongoAbility(
      denialsLast(rules).map(({ effect, program, subcommand }) => ({
        action: 'run',
        subject: 'Command',
        inverted: effect === 'deny',
        conditions: { program, subcommand },
      })),
    )
    return (program, subcommand) =>
      ability.can('run', subject('Command', { program, subcommand })) ? 'allow' : 'deny'
  },
}

/** Every program a type and every subcommand an action: two look-ups in maps, for rules that name nothing else. */
const caslByName: Peer = {
  name: 'CASL, by names',
  rulesMax: 100_000,
  make: async (rules) => {
    const { createMongoAbility } = load('@casl/ability') as Casl
    const ability = createMongoAbility(
      denialsLast(rules).map(({ effect, program, subcommand }) => ({
        action: subcommand,
        subject: program,
        inverted: effect === 'deny',
      })),
    )
    return (program, subcommand) => (ability.can(subcommand, program) ? 'allow' : 'deny')
  },
}

/** Every program an action, the words behind it a condition: only the rules of one program are tried. */
const caslByProgram: Peer = {
  name: 'CASL, by program',
  rulesMax: 100_000,
  make: async (rules) => {
    const { createMongoAbility, subject } = load('@casl/ability') as Casl
    const ability = createMongoAbility(
      denialsLast(rules).map(({ effect, program, subcommand }) => ({
        action: program,
        subject: 'Command',
        inverted: effect === 'deny',
        conditions: { words: { $regex: `^${subcommand} ` } },
      })),
    )
    return (program, subcommand) =>
      ability.can(program, subject('Command', { words: `${subcommand} x` })) ? 'allow' : 'deny'
  },
}

interface Cedar {
  readonly preparsePolicySet: (id: string, set: { staticPolicies: string }) => { type: string }
  readonly statefulIsAuthorized: (call: object) => {
    readonly type: string
    readonly response?: { readonly decision: 'allow' | 'deny' }
  }
}

const cedar: Peer = {
  name: 'cedar-wasm',
  rulesMax: 10_000,
  make: async (rules) => {
    const { preparsePolicySet, statefulIsAuthorized } = load(
      '@cedar-policy/cedar-wasm/nodejs',
    ) as Cedar
    const id = `rules${rules.length}`
    const staticPolicies = rules
      .map(({ effect, program, subcommand }) => {
        const word = effect === 'allow' ? 'permit' : 'forbid'
        return `${word}(principal, action == Action::"${subcommand}", resource == Program::"${program}");`
      })
      .join('\n')
    const parsed = preparsePolicySet(id, { staticPolicies })
    if (parsed.type !== 'success') throw new Error('cedar refuses the rules')
    return (program, subcommand) => {
      const answer = statefulIsAuthorized({
        principal: { type: 'User', id: 'agent' },
        action: { type: 'Action', id: subcommand },
        resource: { type: 'Program', id: program },
        context: {},
        preparsedPolicySetId: id,
        entities: [],
      })
      if (!answer.response) throw new Error(`cedar does not answer: ${JSON.stringify(answer)}`)
      return answer.response.decision
    }
  },
}

interface Casbin {
  readonly newModelFromString: (text: string) => unknown
  readonly newEnforcer: (
    model: unknown,
    adapter: unknown,
  ) => Promise<{ enforceSync: (...request: readonly string[]) => boolean }>
  readonly StringAdapter: new (text: string) => unknown
}

const CASBIN_MODEL = `
[request_definition]
r = obj, act
[policy_definition]
p = obj, act, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.obj == p.obj && r.act == p.act
`

const casbin: Peer = {
  name: 'casbin',
  rulesMax: 10_000,
  make: async (rules) => {
    const { newModelFromString, newEnforcer, StringAdapter } = load('casbin') as Casbin
    const text = rules.map(
      ({ effect, program, subcommand }) => `p, ${program}, ${subcommand}, ${effect}`,
    )
    const enforcer = await newEnforcer(
      newModelFromString(CASBIN_MODEL),
      new StringAdapter(text.join('\n')),
    )
    return (program, subcommand) => (enforcer.enforceSync(program, subcommand) ? 'allow' : 'deny')
  },
}

export const PEERS: readonly Peer[] = [casl, caslByProgram, caslByName, cedar, casbin]
