/**
 * Scripts of the command line: a txtar case whose section `commands` is run line by line by bash, in a folder that
 * holds the other sections as files, with the built `oa` on a short PATH. The section `output` is what came out.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type Archive, ROOT } from './corpus.ts'
import { tempFolder, writeFiles } from './temp.ts'

/** Sections that are no files. */
const OWN = new Set(['commands', 'output'])

export const isBuilt = (): boolean => existsSync(join(ROOT, 'dist/cli.js'))

export interface CliPlace {
  /** Where commands run. */
  readonly folder: string
  readonly home: string
  readonly env: NodeJS.ProcessEnv
}

/** A blank home, a folder to work in, and `oa` on the PATH. */
export function cliPlace(): CliPlace {
  const base = tempFolder()
  const [folder, bin, home] = ['work', 'bin', 'home'].map((name) => join(base, name)) as [
    string,
    string,
    string,
  ]
  for (const each of [folder, bin, home]) mkdirSync(each)
  symlinkSync(join(ROOT, 'bin/oa'), join(bin, 'oa'))
  symlinkSync(process.execPath, join(bin, 'node'))
  const PATH = `${bin}:/usr/local/bin:/usr/bin:/bin`
  return {
    folder,
    home,
    env: { PATH, HOME: home, OPENAGENT_HOME: home, LANG: 'C.UTF-8', TERM: 'dumb', OA_ROOT: ROOT },
  }
}

/** Runs a case; gives `$ command`, its output of both streams and `exit N`, for each of its commands. */
export function runScript(archive: Archive): string {
  const place = cliPlace()
  const files = [...archive.sections].filter(([name]) => !OWN.has(name))
  writeFiles(place.folder, Object.fromEntries(files))
  const commands = (archive.sections.get('commands') ?? '')
    .split('\n')
    .filter((line) => line !== '')
  return commands.map((command) => `$ ${command}\n${runCommand(command, place)}`).join('')
}

function runCommand(command: string, { folder, home, env }: CliPlace): string {
  const { stdout, status } = spawnSync('bash', ['-c', `exec 2>&1\n${command}`], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  })
  const shown = stdout
    .replaceAll(folder, '<work>')
    .replaceAll(home, '<home>')
    .replaceAll(ROOT, '<oa>')
    .replace(/sha256:[0-9a-f]{64}/g, 'sha256:…')
  const text = shown === '' || shown.endsWith('\n') ? shown : `${shown}\n`
  return status === 0 ? text : `${text}exit ${status}\n`
}
