/**
 * What a language's library does, as lines of text:
 *
 *     os.rename os.replace : delete 0/src, write 1/dst
 *     urllib.request.urlopen : url 0/url -> Response
 *     sys.argv = data
 *     math.* :
 *
 * Before the colon are names; `x.*` is everything directly in `x`. An effect is a verb with its arguments: a position, a
 * `position/keyword`, or `self`. After `->` is the result: `data` where nothing is said, a class, `[class]`, and
 * `class@argument` for an object that stands for an argument. `with class` is what functions among the arguments get.
 * `name = result` is a value, not a function. Besides classes a result may be `text` (data, whatever the arguments are),
 * `same`, `element`, `elements` or `member` of an argument, `module` of its name, `pairs` of elements, `result`, `results` or `outcome`
 * of the functions among the arguments: beside the argument, as elements, or in its place.
 */

export const VERBS = [
  'read',
  'readtree',
  /** The folder that a pattern looks through. */
  'glob',
  'write',
  'writetree',
  'into',
  /** In the folder that is named, or in that for such files. */
  'temporary',
  'delete',
  'deletetree',
  /** Path and mode. */
  'open',
  'url',
  /** Host and port. */
  'host',
  /** A pair of host and port. */
  'address',
  'shell',
  /** Words of a program in a list, or a line for a shell: options say which. */
  'process',
  /** A program and the list of its arguments. */
  'program',
  /** A program, and all arguments after the next: its words from the second on. */
  'words',
  /** A program, and the list of its words. */
  'replace',
  'code',
  'script',
  'set',
  'elevate',
  /** Calls the argument. */
  'calls',
  /** Later relative paths are others. */
  'move',
  /** Not understood. */
  'hidden',
] as const
export type Verb = (typeof VERBS)[number]

/** Which argument: by position, also by keyword; `self`: what a method belongs to. */
export type Which = { readonly at: number; readonly keyword: string | null } | 'self' | 'all'

export interface RowEffect {
  readonly verb: Verb
  readonly args: readonly Which[]
}

export interface RowResult {
  /** A class of the table, or `data`. */
  readonly of: string
  readonly isMany: boolean
  /** What it stands for. */
  readonly from: Which | null
}

export interface Row {
  readonly isValue: boolean
  readonly effects: readonly RowEffect[]
  readonly result: RowResult
  /** What functions among the arguments are called with. */
  readonly gives: string
}

export class LibraryTable {
  readonly #rows = new Map<string, Row>()
  readonly #modules = new Set<string>()

  constructor(lines: string) {
    for (const line of lines.split('\n')) {
      const text = line.trim()
      if (text !== '' && !text.startsWith('#')) this.#add(text)
    }
  }

  #add(line: string): void {
    const found = /^(.+?)\s([:=])(?:\s+(.*))?$/.exec(line)
    if (!found) throw new Error(`not a line of a table: ${line}`)
    const [, names = '', sign, rest = ''] = found
    const row = sign === '=' ? valueOf(rest) : callOf(rest)
    for (const name of names.split(/\s+/)) {
      this.#rows.set(name, row)
      for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
        this.#modules.add(name.slice(0, dot))
      }
    }
  }

  /** The row of a name, or that of `x.*` directly around it. */
  row(name: string): Row | null {
    const own = this.#rows.get(name)
    const dot = name.lastIndexOf('.')
    if (own || dot < 0) return own ?? null
    return this.#rows.get(`${name.slice(0, dot)}.*`) ?? null
  }

  /** The name has a line of its own. */
  has(name: string): boolean {
    return this.#rows.has(name)
  }

  /** There are lines for what is in it: a module, or a class with its methods. */
  isClass(name: string): boolean {
    return this.#modules.has(name)
  }
}

function valueOf(text: string): Row {
  return { isValue: true, effects: [], result: resultOf(text), gives: 'data' }
}

function callOf(text: string): Row {
  const [before = '', after = ''] = text.split('->')
  const [effects = '', gives = 'data'] = before.split(/\bwith\b/)
  return {
    isValue: false,
    effects: effects.split(',').flatMap((each) => (each.trim() === '' ? [] : [effectOf(each)])),
    result: resultOf(after),
    gives: gives.trim(),
  }
}

function effectOf(text: string): RowEffect {
  const [word, ...args] = text.trim().split(/\s+/)
  const verb = VERBS.find((each) => each === word)
  if (!verb) throw new Error(`no verb of a table: ${text}`)
  return { verb, args: args.map(whichOf) }
}

function whichOf(text: string): Which {
  if (text === 'self' || text === 'all') return text
  const [at, keyword = null] = text.split('/')
  return { at: Number(at), keyword }
}

function resultOf(text: string): RowResult {
  const [of = '', from] = text.trim().split('@')
  const isMany = of.startsWith('[')
  return {
    of: of === '' ? 'data' : of.replace(/^\[|\]$/g, ''),
    isMany,
    from: from === undefined ? null : whichOf(from),
  }
}
