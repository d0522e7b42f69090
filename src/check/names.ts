/**
 * Sets: which `let` an `@name` means in which file. A `let` belongs to its file; those of the shipped library are
 * exported to whoever imports it. Sets are expanded by `lower/`; here they are only bound.
 */
import type { Reporter } from '../base/diagnostic.ts'
import { didYouMean } from '../base/nearest.ts'
import type { LetStatement, PolicyFile, SetWord } from '../syntax/ast.ts'
import type { LoadedFile } from './modules.ts'

export interface SetBinding {
  readonly statement: LetStatement
  /** Where the names inside the set's members are looked up. */
  readonly scope: SetScope
}

export interface SetScope {
  readonly find: (name: string) => SetBinding | undefined
  readonly names: () => readonly string[]
}

/** A scope without names. */
export const EMPTY_SCOPE: SetScope = { find: () => undefined, names: () => [] }

/**
 * The scope of every file. Reports unknown sets (OA2003) at each use, sets defined twice (OA2002) and sets that
 * contain themselves (OA2011).
 */
export function bindSets(
  files: readonly LoadedFile[],
  reporter: Reporter,
): ReadonlyMap<PolicyFile, SetScope> {
  const scopes = new Map<PolicyFile, SetScope>()
  /** What an importer of the file sees. */
  const exported = new Map<LoadedFile, ReadonlyMap<string, SetBinding>>()
  for (const loaded of files) {
    const visible = importedSets(loaded, exported, reporter)
    const own = new Map<string, SetBinding>()
    const scope: SetScope = {
      find: (name) => own.get(name) ?? visible.get(name),
      names: () => [...own.keys(), ...visible.keys()],
    }
    for (const statement of loaded.file.statements) {
      if (statement.kind === 'let') define(statement, { own, visible, scope, reporter })
    }
    scopes.set(loaded.file, scope)
    exported.set(loaded, loaded.isStd ? new Map([...visible, ...own]) : new Map())
    reportUnknownSets(loaded.file, scope, reporter)
    reportRecursion(own, reporter)
  }
  return scopes
}

function importedSets(
  loaded: LoadedFile,
  exported: ReadonlyMap<LoadedFile, ReadonlyMap<string, SetBinding>>,
  reporter: Reporter,
): Map<string, SetBinding> {
  const visible = new Map<string, SetBinding>()
  for (const imported of loaded.imports) {
    for (const [name, binding] of exported.get(imported) ?? []) {
      const known = visible.get(name)
      if (known && known.statement !== binding.statement) {
        const { span } = binding.statement.name
        reporter.report('OA2002', `two imported files define the set \`@${name}\``, span, {
          notes: [{ message: 'the other definition', span: known.statement.name.span }],
        })
        continue
      }
      visible.set(name, binding)
    }
  }
  return visible
}

interface Definitions {
  readonly own: Map<string, SetBinding>
  readonly visible: ReadonlyMap<string, SetBinding>
  readonly scope: SetScope
  readonly reporter: Reporter
}

function define(statement: LetStatement, into: Definitions): void {
  const { value, span } = statement.name
  const mine = into.own.get(value)
  if (mine) {
    into.reporter.report('OA2002', `the set \`@${value}\` is defined twice`, span, {
      notes: [{ message: 'first defined here', span: mine.statement.name.span }],
    })
    return
  }
  const imported = into.visible.get(value)
  if (imported) {
    into.reporter.report('OA2002', `\`@${value}\` is the name of an imported set`, span, {
      help: `give it another name: \`let my-${value} = …\``,
      notes: [{ message: 'imported from here', span: imported.statement.name.span }],
    })
    return
  }
  into.own.set(value, { statement, scope: into.scope })
}

function reportUnknownSets(file: PolicyFile, scope: SetScope, reporter: Reporter): void {
  for (const statement of file.statements) {
    for (const use of setUses(statement)) {
      if (scope.find(use.name)) continue
      const otherwise = `define it: \`let ${use.name} = { … }\`, or \`import std\` for the shipped sets`
      const names = scope.names().map((each) => `@${each}`)
      const help = didYouMean(`@${use.name}`, names, otherwise)
      reporter.report('OA2003', `no set is named \`@${use.name}\``, use.span, { help })
    }
  }
}

/** Every `@name` below a node of the tree, in source order. */
function setUses(node: unknown): readonly SetWord[] {
  if (Array.isArray(node)) return node.flatMap(setUses)
  if (node === null || typeof node !== 'object') return []
  if ('kind' in node && node.kind === 'set') return [node as SetWord]
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'span' || key === 'source' ? [] : setUses(value),
  )
}

/** A set can contain itself only through sets of its own file: imports have no cycles. */
function reportRecursion(own: ReadonlyMap<string, SetBinding>, reporter: Reporter): void {
  const done = new Set<string>()
  const visit = (name: string, open: readonly string[]): void => {
    const binding = own.get(name)
    if (!binding || done.has(name)) return
    for (const use of setUses(binding.statement.members)) {
      if (use.name === name || open.includes(use.name)) {
        const from = use.name === name ? [] : open.slice(open.indexOf(use.name))
        const chain = [...from, name, use.name].map((each) => `\`@${each}\``).join(' → ')
        reporter.report('OA2011', `the set contains itself: ${chain}`, use.span, {
          help: 'write the members out where the circle starts',
        })
      } else {
        visit(use.name, [...open, name])
      }
    }
    done.add(name)
  }
  for (const name of own.keys()) visit(name, [])
}
