/**
 * What one call of a library does with its arguments, as uses.
 */
import { hostOf } from '../hosts.ts'
import { type Call, foldTexts, type Reader } from './static-reader.ts'
import type { Row, RowEffect, Which } from './static-table.ts'
import type { Literal } from './static-tree.ts'
import { DATA, isContainer, textsOf, type Value } from './static-values.ts'

interface Effecting {
  readonly name: string
  readonly effect: RowEffect
  readonly argument: (which: Which) => Value | undefined
  readonly self: Value | null
  readonly call: Call
}

/** Adds what this effect of the call does. */
export function addEffect(reader: Reader, of: Effecting): void {
  const { effect, argument, name } = of
  const [first, second] = effect.args
  const value = first === undefined ? undefined : argument(first)
  const other = second === undefined ? undefined : argument(second)
  switch (effect.verb) {
    case 'read':
    case 'write':
    case 'delete':
      return addPaths(reader, value, effect.verb, false)
    case 'readtree':
      return addPaths(reader, value ?? { kind: 'known', of: ['.'] }, 'read', true)
    case 'glob':
      return addPaths(reader, foldTexts([value ?? DATA], globFolder), 'read', true)
    case 'temporary':
      return addPaths(reader, value ?? { kind: 'known', of: ['/tmp'] }, 'write', false)
    case 'writetree':
      return addPaths(reader, value, 'write', true)
    case 'deletetree':
      return addPaths(reader, value, 'delete', true)
    case 'into':
      return addInto(reader, value, other)
    case 'open':
      return addOpened(reader, value, other)
    case 'url':
      return addUrl(reader, value)
    case 'host': {
      const parts = of.call.args.find((each) => each.kind === 'map')
      if (parts) return addUrlParts(reader, parts)
      return addHosts(reader, textsOf(value), textsOf(other))
    }
    case 'address': {
      const [host, port] = value?.kind === 'list' ? value.items : []
      return addHosts(reader, textsOf(host), textsOf(port))
    }
    case 'shell':
      return addShell(reader, value)
    case 'process':
      return addProcess(reader, value, shellOption(of.call))
    case 'program':
      return addProgram(reader, value, wordsOf(other), shellOption(of.call))
    case 'words':
      return addProgram(
        reader,
        value,
        of.call.isOpen ? null : of.call.args.slice(wordStart(first)),
        'no',
      )
    case 'replace':
      return addProgram(reader, value, wordsOf(other)?.slice(1) ?? null, 'no')
    case 'code':
      return addCode(reader, value)
    case 'script':
      for (const path of textsOf(value) ?? []) {
        if (reader.language.urlIn(path) !== null) reader.doubt(`runs \`${path}\`, which is no file`)
        reader.use({ kind: 'script', path })
      }
      if (!textsOf(value)) reader.doubt('runs a file that only the run knows')
      return
    case 'set': {
      const names = textsOf(value)
      for (const each of names ?? [null]) {
        reader.use({ kind: 'set', name: each?.split('=', 1)[0] ?? null })
      }
      return
    }
    case 'elevate':
      return reader.use({ kind: 'elevate' })
    case 'calls':
      if (value) reader.call(value, { args: [], named: new Map(), isOpen: true })
      return
    case 'move':
      return reader.doubt('changes the directory while it runs')
    case 'hidden':
      return reader.doubt(`\`${name}\` leads to what oa cannot follow`)
  }
}

const wordStart = (which: Which | undefined): number =>
  typeof which === 'object' ? which.at + 2 : 0

/** The constants of a path; null: others as well. Numbers are files that are open already. */
function pathsOf(value: Value): readonly string[] | null {
  const path = value.kind === 'instance' ? (value.from ?? value) : value
  if (path.kind !== 'known') return null
  return path.of.flatMap((each) => (typeof each === 'string' ? [each === '' ? '.' : each] : []))
}

function addPaths(
  reader: Reader,
  value: Value | undefined,
  kind: 'read' | 'write' | 'delete',
  isTree: boolean,
): void {
  if (!value) return
  for (const path of pathsOf(value) ?? [null]) {
    const url = path === null ? null : reader.language.urlIn(path)
    if (url === null) reader.use({ kind, path, isTree })
    if (path === null && reader.language.hasUrlPaths) addUrl(reader, undefined)
    if (url === null) continue
    if (url === '?') reader.doubt(`opens \`${path}\`, which is no path`)
    else if (url !== '') addUrl(reader, { kind: 'known', of: [url] })
  }
}

/** What stands before the first name with a wildcard. */
function globFolder(pattern: Literal): string {
  const [start = ''] = String(pattern).split(/[*?[{]/, 1)
  return start.slice(0, start.lastIndexOf('/') + 1) || '.'
}

/** Into a folder under the name that it has, or over a file. */
function addInto(reader: Reader, folder: Value | undefined, source: Value | undefined): void {
  addPaths(reader, folder, 'write', false)
  const folders = folder && pathsOf(folder)
  const sources = source && pathsOf(source)
  if (!folders || !sources) return
  for (const each of folders) {
    for (const path of sources) {
      const name = path.replace(/\/+$/, '').split('/').at(-1) ?? ''
      reader.use({ kind: 'write', path: `${each}/${name}`, isTree: false })
    }
  }
}

function addOpened(reader: Reader, path: Value | undefined, mode: Value | undefined): void {
  const modes = mode ? textsOf(mode) : ['r']
  const isAny = modes === null
  if (isAny || modes.some((each) => !/^[waxc]/.test(each) || each.includes('+'))) {
    addPaths(reader, path, 'read', false)
  }
  if (isAny || modes.some((each) => !/^r[bts]*(?:[:|]\w*)?$|^[UN]/.test(each))) {
    addPaths(reader, path, 'write', false)
  }
}

function addUrl(reader: Reader, value: Value | undefined): void {
  if (value && isContainer(value)) return addUrlParts(reader, value)
  const texts =
    value && (value.kind === 'instance' ? textsOf(value.from ?? undefined) : textsOf(value))
  for (const text of texts ?? [null]) {
    const file = text === null ? null : /^file:(?:\/\/[^/]*)?(\/.*)$/i.exec(text)
    if (file) reader.use({ kind: 'read', path: decoded(file[1] ?? ''), isTree: false })
    else if (text !== null && /^data:/i.test(text)) continue
    else {
      const host = text === null ? null : hostOf(text)
      reader.use({ kind: 'connect', host: host?.host ?? null, port: host?.port ?? null })
    }
  }
}

/** `{ hostname, port }` */
function addUrlParts(reader: Reader, value: Value): void {
  const part = (name: string): Value | undefined =>
    value.kind === 'map' ? value.entries.get(name) : undefined
  addHosts(reader, textsOf(part('hostname') ?? part('host')), textsOf(part('port')))
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function addHosts(
  reader: Reader,
  hosts: readonly string[] | null,
  ports: readonly string[] | null,
): void {
  for (const text of hosts ?? [null]) {
    for (const port of ports ?? [null]) {
      const host = text === null ? null : (hostOf(text)?.host ?? null)
      const number = port !== null && /^\d{1,5}$/.test(port) ? Number(port) : null
      reader.use({ kind: 'connect', host, port: number })
    }
  }
}

function addShell(reader: Reader, value: Value | undefined): void {
  const codes = textsOf(value)
  if (!codes) return reader.doubt('runs a shell line that only the run knows')
  for (const code of codes) {
    reader.doubtHidden(code)
    reader.use({ kind: 'shell', code })
  }
}

/** Words of a list; null: not all are told. */
function wordsOf(value: Value | undefined): readonly Value[] | null {
  if (!value) return []
  if (value.kind === 'list') return value.items
  return value.kind === 'map' ? [] : null
}

function addProcess(reader: Reader, value: Value | undefined, shell: 'yes' | 'no' | 'maybe'): void {
  if (shell !== 'no') {
    addShell(reader, value?.kind === 'list' ? value.items[0] : value)
    if (shell === 'yes') return
  }
  if (value && isContainer(value)) {
    const [program, ...words] = wordsOf(value) ?? []
    return addProgram(reader, program, value.kind === 'list' ? words : null, 'no')
  }
  addProgram(reader, value, [], 'no')
}

function addProgram(
  reader: Reader,
  program: Value | undefined,
  words: readonly Value[] | null,
  shell: 'yes' | 'no' | 'maybe',
): void {
  const names = program ? pathsOf(program) : null
  if (!names || !words) return reader.doubt('starts a program that only the run knows')
  const texts = words.map((each) => {
    const own = each.kind === 'instance' ? textsOf(each.from ?? undefined) : textsOf(each)
    return own?.length === 1 ? (own[0] ?? null) : null
  })
  for (const name of names) {
    reader.doubtHidden([name, ...texts].join(' '))
    if (shell !== 'no') addShellWords(reader, [name, ...texts])
    if (shell !== 'yes') reader.use({ kind: 'argv', words: [name, ...texts] })
  }
}

function addShellWords(reader: Reader, words: readonly (string | null)[]): void {
  if (words.includes(null)) return reader.doubt('runs a shell line that only the run knows')
  reader.use({ kind: 'shell', code: words.join(' ') })
}

function addCode(reader: Reader, value: Value | undefined): void {
  if (!value) return
  const codes = textsOf(value)
  if (!codes) return reader.doubt('runs code that only the run knows')
  for (const code of codes) {
    reader.doubtHidden(code)
    reader.read(code)
  }
}

/** Keyword arguments and those of maps among the arguments. */
function optionsIn(call: Call): ReadonlyMap<string, Value> {
  const all = new Map(call.named)
  for (const each of call.args)
    if (each.kind === 'map') for (const own of each.entries) all.set(...own)
  return all
}

function shellOption(call: Call): 'yes' | 'no' | 'maybe' {
  const value = optionsIn(call).get('shell')
  if (!value) return call.isOpen ? 'maybe' : 'no'
  if (value.kind !== 'known') return 'maybe'
  const are = new Set(
    value.of.map((each) => each !== null && each !== false && each !== 0 && each !== ''),
  )
  return are.size > 1 ? 'maybe' : are.has(true) ? 'yes' : 'no'
}

const STARTING: readonly string[] = ['shell', 'process', 'program', 'words', 'replace']

/** Options of a program's start that make it another. */
export function optionsOf(reader: Reader, row: Row, call: Call): void {
  if (!row.effects.some((each) => STARTING.includes(each.verb))) return
  const options = optionsIn(call)
  if (call.args.slice(1).some((each) => each.kind === 'data' || each.kind === 'bag')) {
    reader.doubt('starts a program with words or options that only the run knows')
  }
  const shell = textsOf(options.get('shell'))
  if (shell?.some((each) => !/^(?:true|false|0|1|\/(?:usr\/)?bin\/(?:ba|da|z)?sh|)$/.test(each))) {
    reader.doubt('runs its line in a shell of another name')
  }
  for (const name of ['executable', 'argv0', 'cwd', 'pass_fds', 'process_group'] as const) {
    const value = options.get(name)
    if (
      value &&
      !textsOf(value)?.every((each) => each === 'None' || (name === 'cwd' && each === '.'))
    )
      reader.doubt(`starts a program with another ${name}`)
  }
  for (const name of ['user', 'group', 'uid', 'gid']) {
    if (options.has(name)) reader.use({ kind: 'elevate' })
  }
  addEnvironment(reader, options.get('env'))
}

function addEnvironment(reader: Reader, env: Value | undefined): void {
  if (!env || textsOf(env)?.every((each) => each === 'None')) return
  if (env.kind === 'instance' && env.of === 'Environ') return
  const names = env.kind === 'map' ? [...env.entries.keys()] : [null]
  for (const name of names) reader.use({ kind: 'set', name })
}
