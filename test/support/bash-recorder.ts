/**
 * A real shell as the judge: runs a line in an empty folder where the only programs are recorders, and tells what ran.
 */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One program that bash really started. */
export interface Execution {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly stdin: string
  /** The variables `VA`, `VB` and `VC` as it saw them; undefined: not set. */
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface Recording {
  /** In the order in which they ended. */
  readonly executions: readonly Execution[]
  /** Names in the folder afterwards. */
  readonly files: readonly string[]
  /** False when the shell says that the text is no shell code, or, for others than bash, complains of anything. */
  readonly isAccepted: boolean
  readonly stderr: string
}

/** Names under which the recorder can be run; `fail` ends with status 1. */
export const RECORDERS = ['rec', 'two', 'c-d', 'fail'] as const

/** Real programs whose output oa works out by itself. */
const TOOLS = ['base64', 'tr', 'rev', 'cat']

const SCRIPT = `#!/bin/sh
in=$(/bin/cat; printf x)
printf '%s\\0' "$#" "\${0##*/}" "$@" "$PWD" "\${in%x}" "\${VA+=$VA}" "\${VB+=$VB}" "\${VC+=$VC}" >>"$RECORDER_LOG"
case $0 in */fail) exit 1;; esac
`

/** A shell and how it is started without anybody's settings; the line follows. */
export interface Shell {
  readonly path: string
  readonly args: readonly string[]
}

export const BASH: Shell = { path: '/bin/bash', args: ['--norc', '--noprofile', '-c', '--'] }

/** Makes the recorders; call `close` at the end. Null where the shell is missing. */
export function openRecorder(shell: Shell = BASH): Recorder | null {
  if (!existsSync(shell.path) || !existsSync('/bin/sh')) return null
  const root = mkdtempSync(join(tmpdir(), 'oa-recorder-'))
  const programs = join(root, 'bin')
  mkdirSync(programs)
  for (const name of RECORDERS) {
    writeFileSync(join(programs, name), SCRIPT)
    chmodSync(join(programs, name), 0o755)
  }
  for (const tool of TOOLS) {
    if (existsSync(`/usr/bin/${tool}`)) symlinkSync(`/usr/bin/${tool}`, join(programs, tool))
  }
  mkdirSync(join(root, 'home'))
  return new Recorder(root, shell)
}

export class Recorder {
  readonly #root: string
  readonly #shell: Shell
  #count = 0

  constructor(root: string, shell: Shell) {
    this.#root = root
    this.#shell = shell
  }

  get home(): string {
    return join(this.#root, 'home')
  }

  /** Runs one line in a new folder that holds `files` (a name ending in `/` is a folder). */
  run(line: string, files: readonly string[]): Recording & { readonly cwd: string } {
    this.#count++
    const cwd = join(this.#root, `w${this.#count}`)
    mkdirSync(cwd)
    for (const name of files) {
      if (name.endsWith('/')) mkdirSync(join(cwd, name))
      else writeFileSync(join(cwd, name), '')
    }
    const log = join(this.#root, `log${this.#count}`)
    const env = {
      PATH: join(this.#root, 'bin'),
      HOME: this.home,
      LC_ALL: 'C.UTF-8',
      RECORDER_LOG: log,
    }
    const options = {
      cwd,
      env,
      stdio: 'pipe',
      input: '',
      killSignal: 'SIGKILL',
      timeout: 10_000,
    } as const
    const { path, args } = this.#shell
    const ended = spawnSync(path, [...args, line], options)
    const stderr = String(ended.stderr)
    const executions = existsSync(log) ? parseLog(readFileSync(log, 'utf8')) : []
    const found = readdirSync(cwd)
    rmSync(cwd, { recursive: true, force: true })
    rmSync(log, { force: true })
    const isAccepted =
      path === BASH.path
        ? !/syntax error|unexpected EOF|unexpected end of file/.test(stderr)
        : stderr === ''
    return { executions, files: found, isAccepted, stderr, cwd }
  }

  close(): void {
    rmSync(this.#root, { recursive: true, force: true })
  }
}

function parseLog(text: string): Execution[] {
  const fields = text.split('\0')
  const executions: Execution[] = []
  let at = 0
  while (at + 1 < fields.length) {
    const count = Number(fields[at])
    const argv = fields.slice(at + 1, at + 2 + count)
    at += 2 + count
    const [cwd = '', stdin = '', va = '', vb = '', vc = ''] = fields.slice(at, at + 5)
    at += 5
    const value = (field: string): string | undefined => (field === '' ? undefined : field.slice(1))
    executions.push({ argv, cwd, stdin, env: { VA: value(va), VB: value(vb), VC: value(vc) } })
  }
  return executions
}
