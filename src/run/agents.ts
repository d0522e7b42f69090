/**
 * Who started this: below an agent or another run of `oa` there is nobody to ask, whatever the terminal says
 * (language.md §3 rule 15). Looks at the environment and, where `/proc` lets it, at every ancestor.
 */
import fs from 'node:fs'
import { RUN_MARKER } from '../sandbox/environment.ts'

interface AgentSign {
  /** What `when agent is …` compares with. */
  readonly agent: string
  /** Variables that it sets for what it starts; a final `*` stands for any rest. */
  readonly variables: readonly string[]
  /** Basenames of its program. */
  readonly programs: readonly string[]
}

/** Agents that run commands for people, each with the marks that its documentation or source names. */
export const AGENTS: readonly AgentSign[] = [
  // CLAUDECODE=1 and CLAUDE_CODE_* are set for every command of the Bash tool and of hooks.
  { agent: 'claude-code', variables: ['CLAUDECODE', 'CLAUDE_CODE_*'], programs: ['claude'] },
  // CODEX_SANDBOX*, CODEX_THREAD_ID …: set for commands that Codex starts; CODEX_HOME alone is a person's setting.
  {
    agent: 'codex',
    variables: ['CODEX_SANDBOX*', 'CODEX_THREAD_ID', 'CODEX_CI', 'CODEX_INTERNAL_*'],
    programs: ['codex'],
  },
  // GEMINI_CLI=1 stands in the environment of run_shell_command.
  { agent: 'gemini', variables: ['GEMINI_CLI'], programs: ['gemini', 'qwen'] },
  // CURSOR_AGENT and CURSOR_TRACE_ID: the agent's terminal of the editor, and cursor-agent.
  { agent: 'cursor', variables: ['CURSOR_AGENT', 'CURSOR_TRACE_ID'], programs: ['cursor-agent'] },
  { agent: 'opencode', variables: ['OPENCODE'], programs: ['opencode'] },
  // GitHub's CLI and its cloud agent.
  {
    agent: 'copilot',
    variables: ['COPILOT_CLI', 'COPILOT_AGENT*', 'COPILOT_RUN_APP'],
    programs: ['copilot'],
  },
  // AIDER_… and most GOOSE_… variables are settings that people keep in their own shell: no sign.
  { agent: 'aider', variables: [], programs: ['aider'] },
  { agent: 'goose', variables: ['GOOSE_TERMINAL'], programs: ['goose', 'goosed'] },
  { agent: 'amp', variables: ['AMP_THREAD_ID'], programs: ['amp'] },
  { agent: 'cline', variables: ['CLINE_ACTIVE'], programs: ['cline'] },
  { agent: 'kiro', variables: [], programs: ['kiro-cli', 'qchat'] },
  { agent: 'crush', variables: ['CRUSH'], programs: ['crush'] },
  // The marks that several smaller agents agreed on.
  { agent: 'agent', variables: ['AI_AGENT', 'AGENT', 'OA_AGENT'], programs: [] },
]

/** Ancestors further away than this are not looked at. */
const ANCESTORS_MAX = 64
const ENVIRON_BYTES_MAX = 4 * 1024 * 1024

export interface Watcher {
  /** The agent's name; null: another run of `oa`. */
  readonly agent: string | null
  /** For people: how it was seen. */
  readonly sign: string
}

/** What is known of one ancestor; null where the kernel does not say. */
export interface Ancestor {
  readonly pid: number
  readonly words: readonly string[]
  readonly variables: readonly string[] | null
}

/** The agent or run of `oa` above, if there is one. */
export function watcherOf(
  env: Readonly<Record<string, string | undefined>>,
  ancestors: readonly Ancestor[],
): Watcher | null {
  const own = byVariables(
    Object.keys(env).filter((name) => env[name] !== undefined && env[name] !== ''),
  )
  if (own) return { ...own, sign: `the variable ${own.sign} is set` }
  for (const { pid, words, variables } of ancestors) {
    const found = byVariables(variables ?? [])
    if (found)
      return { ...found, sign: `the variable ${found.sign} is set for process ${pid} above` }
    const program = byProgram(words)
    if (program) return { agent: program, sign: `process ${pid} above is \`${program}\`` }
  }
  return null
}

function byVariables(names: readonly string[]): Watcher | null {
  if (names.includes(RUN_MARKER)) return { agent: null, sign: RUN_MARKER }
  for (const { agent, variables } of AGENTS) {
    const sign = names.find((name) => variables.some((glob) => matches(glob, name)))
    if (sign !== undefined) return { agent, sign }
  }
  return null
}

function matches(glob: string, name: string): boolean {
  return glob.endsWith('*') ? name.startsWith(glob.slice(0, -1)) : name === glob
}

/** The program itself, or the script that an interpreter was started with. */
function byProgram(words: readonly string[]): string | null {
  const [first = '', second = ''] = words
  const names = [first, second].map((word) => baseName(word).replace(/\.(?:[cm]?js|py)$/, ''))
  const isInterpreter = /^(?:node|bun|deno|python[\d.]*)$/.test(names[0] ?? '')
  const seen = isInterpreter ? names : names.slice(0, 1)
  return AGENTS.find(({ programs }) => programs.some((each) => seen.includes(each)))?.agent ?? null
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The parent of this process, its parent, and so on. */
export function ancestorsOf(pid: number): readonly Ancestor[] {
  const found: Ancestor[] = []
  let at = pid
  while (at > 1 && found.length < ANCESTORS_MAX) {
    found.push({ pid: at, words: splitWords(at, 'cmdline') ?? [], variables: namesOf(at) })
    at = parentOf(at)
  }
  return found
}

function parentOf(pid: number): number {
  try {
    // The name in brackets may hold anything; the parent is the second field behind the last bracket.
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
  } catch {
    return 0
  }
}

function namesOf(pid: number): readonly string[] | null {
  const pairs = splitWords(pid, 'environ')
  return (
    pairs?.filter((each) => !each.endsWith('=')).map((each) => each.split('=', 1)[0] ?? '') ?? null
  )
}

function splitWords(pid: number, file: 'cmdline' | 'environ'): readonly string[] | null {
  try {
    const text = fs.readFileSync(`/proc/${pid}/${file}`, 'latin1')
    return text
      .slice(0, ENVIRON_BYTES_MAX)
      .split('\0')
      .filter((each) => each !== '')
  } catch {
    return null
  }
}
