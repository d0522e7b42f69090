/**
 * The builtins that the strict executor has: those that change the shell, and those whose output follows from their
 * words alone. `test` and `[` are programs there.
 */
import fs from 'node:fs'
import { absolutePath } from '../../command/paths.ts'
import { literalOutput } from '../../command/shell/literal-output.ts'
import { Leave, type Shell, type Told } from './shell.ts'
import { faultOf } from './streams.ts'

type Say = (fd: number, text: string) => Promise<Told>

/** Why words cannot be given to a builtin here; null when they can. */
export function builtinProblem(name: string, words: readonly string[]): string | null {
  const [first = '', ...more] = words
  switch (name) {
    case ':':
    case 'true':
    case 'false':
      return null
    case 'echo':
    case 'printf':
      return literalOutput([name, ...words], undefined, true) === null
        ? `\`${name}\` with these words`
        : null
    case 'pwd':
    case 'wait':
      return words.length === 0 ? null : `\`${name}\` with words`
    case 'cd':
      return words.length <= 1 && !first.startsWith('-') ? null : '`cd` with options'
    case 'exit':
      return words.length === 0 || (more.length === 0 && /^\d{1,9}$/.test(first))
        ? null
        : '`exit` with such a status'
    case 'export':
      return words.length > 0 && words.every((each) => /^[A-Za-z_]\w*(?:=(?!\().*)?$/s.test(each))
        ? null
        : '`export` with options'
    case 'unset':
      return words.every((each) => /^[A-Za-z_]\w*$/.test(each)) ? null : '`unset` with options'
    default:
      return `the builtin \`${name}\``
  }
}

/** Runs a builtin; `words` begin with its name. */
export async function builtin(
  name: string,
  words: readonly string[],
  shell: Shell,
  say: Say,
): Promise<number> {
  const [, ...rest] = words
  switch (name) {
    case 'false':
      return 1
    case 'echo':
    case 'printf': {
      const text = literalOutput([name, ...rest], undefined, true)
      if (text === null) throw new Error(`\`${name}\` was given words that it does not take here`)
      return text === '' || (await say(1, text)) === 'done' ? 0 : 1
    }
    case 'pwd':
      return (await say(1, `${shell.cwd}\n`)) === 'done' ? 0 : 1
    case 'cd':
      return changeFolder(rest, shell, say)
    case 'exit':
      throw new Leave(rest[0] === undefined ? shell.status : Number(rest[0]) & 255)
    case 'wait':
      await Promise.all(shell.background)
      return 0
    case 'export':
      for (const word of rest) exportOne(word, shell)
      return 0
    case 'unset':
      for (const each of rest) {
        shell.exported.delete(each)
        shell.own.delete(each)
      }
      return 0
    default:
      return 0
  }
}

function exportOne(word: string, { exported, own }: Shell): void {
  const at = word.indexOf('=')
  const name = at < 0 ? word : word.slice(0, at)
  const value = at < 0 ? own.get(name) : word.slice(at + 1)
  if (value !== undefined) exported.set(name, value)
  own.delete(name)
}

/** By the letters of the path, as bash does; every folder on the way has to be there. */
async function changeFolder(words: readonly string[], shell: Shell, say: Say): Promise<number> {
  const target = words[0] ?? shell.exported.get('HOME') ?? shell.own.get('HOME')
  if (target === undefined) {
    await say(2, 'oa: cd: HOME not set\n')
    return 1
  }
  if (target === '') return 0
  const path = target.startsWith('/') ? target : `${shell.cwd}/${target}`
  const fault = faultOnWay(path)
  if (fault !== null) {
    await say(2, `oa: cd: ${target}: ${fault}\n`)
    return 1
  }
  shell.exported.set('OLDPWD', shell.cwd)
  shell.cwd = absolutePath(path, '/')
  shell.exported.set('PWD', shell.cwd)
  return 0
}

/** Why a path cannot be entered, in the words of the system; null when it can. */
function faultOnWay(path: string): string | null {
  const names = path.split('/')
  const before = names.flatMap((name, at) =>
    name === '..' ? [absolutePath(names.slice(0, at).join('/'), '/')] : [],
  )
  for (const folder of [...before, absolutePath(path, '/')]) {
    try {
      if (!fs.statSync(folder).isDirectory()) return 'Not a directory'
      fs.accessSync(folder, fs.constants.X_OK)
    } catch (error) {
      return faultOf(error)
    }
  }
  return null
}
