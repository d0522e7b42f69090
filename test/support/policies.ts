/** Policies as the sections of a case: `policy.oa` is the root, `std/…` the shipped library, the rest lies beside it. */
import { posix } from 'node:path'
import type { Outcome } from '../../src/base/diagnostic.ts'
import type { PolicyReader } from '../../src/check/reader.ts'
import { type CompiledPolicy, compilePolicy } from '../../src/compile.ts'
import type { PatternIr, PolicyIr } from '../../src/lower/ir.ts'
import { showPath } from '../../src/lower/lower-word.ts'
import type { OptionPattern, RunPattern, WordPattern } from '../../src/model/pattern.ts'

const ROOT = '/home/ann/policy'
const STD = '/lib/std'

export interface MemoryFiles {
  /** Text by name: `policy.oa`, `std/std.oa`. */
  readonly files: ReadonlyMap<string, string>
  /** Symbolic links: name → absolute path. */
  readonly links?: ReadonlyMap<string, string>
}

/** A reader over texts; everything else does not exist. */
export function memoryReader({ files, links = new Map() }: MemoryFiles): PolicyReader {
  const place = (name: string): string =>
    name.startsWith('std/') ? posix.join(STD, name.slice(4)) : posix.join(ROOT, name)
  const texts = new Map([...files].map(([name, text]) => [place(name), text]))
  const targets = new Map([...links].map(([name, path]) => [place(name), path]))
  const folders = new Set([...texts.keys()].map((path) => posix.dirname(path)))
  return {
    std: STD,
    stdNames: () =>
      [...texts.keys()]
        .filter((path) => path.startsWith(`${STD}/`) && path.endsWith('.oa'))
        .map((path) => path.slice(STD.length + 1, -'.oa'.length))
        .filter((name) => name !== 'std'),
    read: (path) => {
      const text = texts.get(path)
      if (text === undefined) return { kind: 'error', message: 'there is no such file' }
      return { kind: 'bytes', bytes: new TextEncoder().encode(text) }
    },
    realpath: (path) => {
      const target = targets.get(path) ?? (path.startsWith('/') ? path : place(path))
      const plain = posix.normalize(target)
      return texts.has(plain) || folders.has(plain) || targets.has(path) ? plain : undefined
    },
    isRegularFile: (path) => texts.has(path),
  }
}

/** Compiles `policy.oa` of the files. */
export function compileFiles(memory: MemoryFiles): Outcome<CompiledPolicy> {
  const root = memory.files.has('policy.yaml') ? 'policy.yaml' : 'policy.oa'
  return compilePolicy({ kind: 'file', path: root }, memoryReader(memory))
}

/** Compiles one text. */
export function compileText(text: string): Outcome<CompiledPolicy> {
  return compileFiles({ files: new Map([['policy.oa', text]]) })
}

/** A flat policy for people: one line a fact, rules with their rows below. */
export function showIr(ir: PolicyIr): string {
  const lines: string[] = []
  const json = JSON.stringify
  if (ir.mode) lines.push(`mode ${ir.mode}`)
  for (const [action, decision] of Object.entries(ir.defaults))
    lines.push(`default ${action} ${decision}`)
  for (const [risk, decision] of Object.entries(ir.on)) lines.push(`on ${risk} ${decision}`)
  if (ir.override) lines.push(`override ${json(ir.override)}`)
  for (const rule of ir.rules) {
    const effect = typeof rule.effect === 'string' ? rule.effect : `risk ${rule.effect.risk}`
    lines.push(`${effect} ${rule.action}`)
    lines.push(...rule.patterns.map((each) => `  ${showPattern(each)}`))
    lines.push(...rule.except.map((each) => `  except ${each.action} ${showPattern(each.pattern)}`))
    if (rule.when) lines.push(`  when ${json(rule.when)}`)
    if (Object.keys(rule.obligations).length > 0) lines.push(`  with ${json(rule.obligations)}`)
  }
  for (const never of ir.nevers)
    lines.push(`never${never.isAskToo ? ' ask' : ''} ${showPattern(never.pattern)}`)
  for (const place of ir.persistPlaces) lines.push(`place ${showPath(place)}`)
  for (const { origin: _, ...test } of ir.tests) lines.push(`test ${json(test)}`)
  if (Object.keys(ir.settings).length > 0) lines.push(`settings ${json(ir.settings)}`)
  return `${lines.join('\n')}\n`
}

export function showPattern(pattern: PatternIr): string {
  switch (pattern.kind) {
    case 'any':
      return 'any'
    case 'run':
      return showRun(pattern.run)
    case 'pipe':
      return pattern.stages.map((runs) => runs.map(showRun).join(' / ')).join(' | ')
    case 'text':
      return `text ${pattern.regex}`
    case 'path':
      return showPath(pattern.path)
    case 'host':
      return `host ${pattern.host} port ${pattern.port ?? 'any'}`
    case 'name':
      return [`name ${showWord(pattern.name)}`, ...pattern.options.map(showOption)].join(' ')
  }
}

function showRun(run: RunPattern): string {
  const words = [run.program, ...run.words.map(showWord)]
  if (run.rest) words.push(`rest(${run.rest.map(showWord).join(' ')})`)
  return [...words, ...run.options.map(showOption), ...(run.isOnly ? ['only'] : [])].join(' ')
}

function showOption({ name, value }: OptionPattern): string {
  return value ? `${name}:${showWord(value)}` : name
}

function showWord(word: WordPattern): string {
  if (word.kind === 'text') return JSON.stringify(word.text)
  if (word.kind === 'glob') return `glob(${word.glob})`
  return word.kind === 'path' ? `path(${showPath(word.path)})` : '...'
}
