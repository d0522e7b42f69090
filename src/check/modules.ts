/**
 * Loads a policy with everything it imports: each file once, imports before importers. `import std` and `import
 * std/NAME` are files of the shipped library; `import "./x.oa"` is a regular file inside the importing policy's
 * folder, by real path, so that no link leads out of what a person reviewed.
 */
import { dirname, join, relative } from 'node:path/posix'
import { type Outcome, Reporter } from '../base/diagnostic.ts'
import { IMPORT_FILES_MAX } from '../base/limits.ts'
import { didYouMean } from '../base/nearest.ts'
import type { SourceFile } from '../base/source.ts'
import type { ImportStatement, PolicyFile } from '../syntax/ast.ts'
import { readPolicyText } from '../syntax/read.ts'
import type { PolicyReader } from './reader.ts'

export interface LoadedFile {
  /** Absolute real path; the name of the text where there is no file. */
  readonly path: string
  readonly file: PolicyFile
  /** Belongs to the shipped library: its sets are exported to importers. */
  readonly isStd: boolean
  /** What it imports, in the order written. */
  readonly imports: readonly LoadedFile[]
}

/** What a policy is read from: a file, or a text with the folder that its imports may come from (null: none). */
export type PolicyInput =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'text'
      readonly name: string
      readonly text: string
      readonly folder: string | null
    }

export interface ModuleOptions {
  readonly reader: PolicyReader
  /** Text to tree; the name's extension says which spelling it is. */
  readonly parse: (source: SourceFile) => Outcome<PolicyFile>
}

/**
 * All files, imports before importers; the root is the last. There is a value if every file could be read and has a
 * tree, though statements with syntax errors are missing from it. Errors: OA1001 to OA1003, OA2009, OA2010.
 */
export function loadModules(
  input: PolicyInput,
  options: ModuleOptions,
): Outcome<readonly LoadedFile[]> {
  const loader = new Loader(options)
  const root = loader.loadRoot(input)
  const { diagnostics } = loader.reporter
  return { value: root && loader.isComplete ? loader.files : undefined, diagnostics }
}

/** Where a file stands: what its relative imports are resolved in and how it is shown. */
interface Place {
  readonly path: string
  readonly shown: string
  readonly isStd: boolean
}

class Loader {
  readonly reporter = new Reporter()
  readonly files: LoadedFile[] = []
  isComplete = true
  readonly #options: ModuleOptions
  readonly #loaded = new Map<string, LoadedFile | undefined>()
  /** Paths of the files whose imports are being followed now, outermost first. */
  readonly #open: string[] = []
  #folder: string | null = null
  #folderShown = ''

  constructor(options: ModuleOptions) {
    this.#options = options
  }

  loadRoot(input: PolicyInput): LoadedFile | undefined {
    if (input.kind === 'text') {
      this.#folder = input.folder === null ? null : (this.#reader.realpath(input.folder) ?? null)
      const place = { path: input.name, shown: input.name, isStd: false }
      return this.#parse({ name: input.name, text: input.text }, place)
    }
    const path = this.#reader.realpath(input.path)
    if (path === undefined) {
      this.reporter.report('OA1001', `cannot read \`${input.path}\`: there is no such file`)
      return undefined
    }
    this.#folder = dirname(path)
    this.#folderShown = dirname(input.path)
    const isStd = isInside(path, this.#reader.std)
    const place = { path, shown: input.path, isStd }
    const text = this.#readText(place, (message) => this.reporter.report('OA1001', message))
    return text && this.#parse(text, place)
  }

  get #reader(): PolicyReader {
    return this.#options.reader
  }

  #parse(source: SourceFile, place: Place): LoadedFile | undefined {
    const parsed = this.#options.parse(source)
    this.reporter.add(parsed.diagnostics)
    if (!parsed.value) {
      this.#loaded.set(place.path, undefined)
      return undefined
    }
    this.#open.push(place.path)
    const imports: LoadedFile[] = []
    for (const statement of parsed.value.statements) {
      if (statement.kind !== 'import') continue
      const imported = this.#import(statement, place)
      if (imported) imports.push(imported)
      else this.isComplete = false
    }
    this.#open.pop()
    const loaded = { path: place.path, file: parsed.value, isStd: place.isStd, imports }
    this.#loaded.set(place.path, loaded)
    this.files.push(loaded)
    return loaded
  }

  #import(statement: ImportStatement, from: Place): LoadedFile | undefined {
    const { span } = statement.target
    const place = statement.isPath ? this.#byPath(statement, from) : this.#byName(statement)
    if (!place) return undefined
    if (this.#open.includes(place.path)) {
      const chain = [...this.#open.slice(this.#open.indexOf(place.path)), place.path]
      const shown = chain.map((each) => `\`${this.#show(each)}\``).join(' → ')
      this.reporter.report('OA2010', `this import leads back to its own file: ${shown}`, span, {
        help: 'move what both need into a third file',
      })
      return undefined
    }
    if (this.#loaded.has(place.path)) return this.#loaded.get(place.path)
    if (this.#loaded.size + this.#open.length >= IMPORT_FILES_MAX) {
      const message = `a policy may have at most ${IMPORT_FILES_MAX} files`
      this.reporter.report('OA2009', message, span, { help: 'join some of the files' })
      return undefined
    }
    const text = this.#readText(place, (message) => this.reporter.report('OA2009', message, span))
    if (!text) {
      this.#loaded.set(place.path, undefined)
      return undefined
    }
    return this.#parse(text, place)
  }

  /** `std`, or `std/NAME`: a file of the shipped library. */
  #byName(statement: ImportStatement): Place | undefined {
    const { value, span } = statement.target
    const names = ['std', ...this.#reader.stdNames().map((each) => `std/${each}`)]
    if (!names.includes(value)) {
      const help = didYouMean(
        value,
        names,
        `a file is imported in quotes: \`import "./${value}.oa"\``,
      )
      this.reporter.report('OA2009', `no shipped policy \`${value}\``, span, { help })
      return undefined
    }
    const name = value === 'std' ? 'std' : value.slice('std/'.length)
    const path = this.#reader.realpath(join(this.#reader.std, `${name}.oa`))
    if (path === undefined || !this.#reader.isRegularFile(path)) {
      const message = `the shipped policy \`${value}\` is missing from this installation`
      this.reporter.report('OA2009', message, span)
      return undefined
    }
    return { path, shown: `std/${name}.oa`, isStd: true }
  }

  /** A path in quotes: relative to the importing file, inside the root policy's folder. */
  #byPath(statement: ImportStatement, from: Place): Place | undefined {
    const { value, span } = statement.target
    const fail = (message: string, help?: string): undefined => {
      this.reporter.report('OA2009', message, span, { help })
      return undefined
    }
    if (!/^\.\.?\//.test(value)) {
      const help = value.startsWith('/')
        ? 'copy the file beside the policy'
        : `write \`import "./${value}"\``
      return fail('an imported path starts with `./`', help)
    }
    if (!/\.(?:oa|ya?ml)$/.test(value))
      return fail(`\`${value}\` does not end in .oa, .yaml or .yml`, 'rename the file')
    const folder = from.isStd ? this.#reader.std : this.#folder
    if (folder === null)
      return fail('a policy without a file cannot import by path', 'save it to a file')
    const base = this.#open.length > 1 || from.path.startsWith('/') ? dirname(from.path) : folder
    const path = this.#reader.realpath(join(base, value))
    if (path === undefined)
      return fail(`there is no file \`${value}\``, 'the path is read from the folder of this file')
    if (!isInside(path, folder)) {
      return fail(
        `\`${value}\` lies outside the folder of this policy`,
        'copy the file beside the policy',
      )
    }
    if (!this.#reader.isRegularFile(path))
      return fail(`\`${value}\` is not a regular file`, 'import a file')
    return { path, shown: this.#show(path), isStd: from.isStd }
  }

  /** A path for people: beside the root as the user wrote it, `std/…` for the library. */
  #show(path: string): string {
    if (isInside(path, this.#reader.std)) return join('std', relative(this.#reader.std, path))
    if (this.#folder === null || !isInside(path, this.#folder)) return path
    return join(this.#folderShown, relative(this.#folder, path))
  }

  /** `fail`: called once with why there is no text; faults of the text itself are reported where they are. */
  #readText(place: Place, fail: (message: string) => void): SourceFile | undefined {
    if (!this.#reader.isRegularFile(place.path)) {
      fail(`cannot read \`${place.shown}\`: it is not a regular file`)
      return undefined
    }
    const result = this.#reader.read(place.path)
    if (result.kind === 'error') {
      fail(`cannot read \`${place.shown}\`: ${result.message}`)
      return undefined
    }
    const text = readPolicyText(place.shown, result.bytes)
    this.reporter.add(text.diagnostics)
    return text.value
  }
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}
