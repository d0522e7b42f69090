/**
 * Path rules of the policy as paths of this machine, for the sandbox: patterns are expanded once, before the run,
 * within bounds; what each path then is, the policy decides as for any action.
 */
import fs from 'node:fs'
import { decide } from '../decide/decide.ts'
import { matchSegments } from '../decide/word-match.ts'
import type { Analysis, PathAction } from '../model/analysis.ts'
import type { PathPattern } from '../model/pattern.ts'
import type { Decision } from '../model/vocabulary.ts'
import { NO } from '../model/vocabulary.ts'
import { compileGlob, matchesGlob } from '../table/glob.ts'
import { below, matchPath, segmentsOf } from '../table/path-match.ts'
import { pathPatterns, type StoredSegment } from '../table/path-patterns.ts'
import type { Table } from '../table/table.ts'
import { EXPANDED_PATHS_MAX, PATTERNS_MAX, WALKED_ENTRIES_MAX } from './limits.ts'

/** A path that a pattern gave. */
export interface ExpandedPath {
  readonly path: string
  readonly isThere: boolean
}

/** A name that no rule mentions: what a new file in a folder would be. */
export const FRESH = 'oa-fresh-file-4f1d'

/** Where `**` patterns are looked for, and how deep. */
export interface Root {
  readonly path: string
  readonly depth: number
}

export interface PathPlace {
  readonly tables: readonly Table[]
  /** What the request was decided with: facts, home, workspace. */
  readonly analysis: Analysis
}

/** Expands patterns on the file system; says when a bound cut it short. */
export class Expansion {
  readonly #place: PathPlace
  readonly #found = new Map<string, ExpandedPath>()
  #left = WALKED_ENTRIES_MAX
  isComplete = true

  constructor(place: PathPlace) {
    this.#place = place
  }

  get paths(): readonly ExpandedPath[] {
    return [...this.#found.values()]
  }

  /**
   * Every path that patterns of the action name. Patterns that start with `**` are looked for below `roots` only,
   * down to their depth.
   */
  add(
    action: string,
    roots: readonly Root[],
    isWanted: (table: Table, row: number) => boolean,
  ): void {
    for (const table of this.#place.tables) {
      const { patterns, isComplete } = pathPatterns(table, action, PATTERNS_MAX)
      if (!isComplete) this.isComplete = false
      const wanted = patterns.filter((each) => each.rows.some((row) => isWanted(table, row)))
      const deep = wanted.filter((each) => isDeep(each.segments))
      for (const each of wanted) {
        if (!isDeep(each.segments)) this.#walk(this.#anchor(each), each.segments, 0)
        else if (each.segments[0]?.kind === 'star') {
          for (const { path } of roots) this.#walk(path, each.segments, 1)
        }
      }
      if (deep.length === 0) continue
      for (const root of roots) this.#search(table, action, root, isWanted)
    }
  }

  #anchor({ root }: Pick<PathPattern, 'root'>): string {
    const { home, workspace } = this.#place.analysis
    return root === '/' ? '/' : root === 'home' ? home : workspace
  }

  #note(path: string, isThere: boolean): void {
    if (this.#found.size >= EXPANDED_PATHS_MAX) {
      this.isComplete = false
      return
    }
    this.#found.set(path, { path, isThere })
  }

  /** One pattern from a folder on; names that are not there yet are kept where every segment left is literal. */
  #walk(folder: string, segments: readonly StoredSegment[], at: number): void {
    // The sandbox has processes and devices of its own; the host's are not there.
    if (folder === '' || folder === '/proc' || folder === '/dev') return
    const segment = segments[at]
    if (!segment || segment.kind === 'star') {
      if (segment && at < segments.length - 1) return
      this.#note(folder, isThere(folder))
      return
    }
    const base = folder === '/' ? '' : folder
    if (segment.kind === 'text') {
      this.#walk(`${base}/${segment.text}`, segments, at + 1)
      return
    }
    const glob = compileGlob(segment.text)
    for (const { name } of this.#list(folder)) {
      if (matchesGlob(glob, name)) this.#walk(`${base}/${name}`, segments, at + 1)
    }
  }

  /** Breadth first below a folder: every entry that a wanted row of the action matches. */
  #search(
    table: Table,
    action: string,
    root: Root,
    isWanted: (table: Table, row: number) => boolean,
  ): void {
    this.#sweep(root, (path) => {
      const { rows } = matchPath(table, action, factOf(path), this.#place.analysis)
      return [...rows].some(([row, { restrict }]) => restrict !== NO && isWanted(table, row))
    })
  }

  #sweep({ path: root, depth: depthMax }: Root, isMatch: (path: string) => boolean): void {
    const open = [{ path: root, depth: 0 }]
    for (let at = 0; at < open.length; at++) {
      const { path, depth } = open[at] ?? { path: root, depth: 0 }
      for (const { name, isFolder } of this.#list(path)) {
        const child = path === '/' ? `/${name}` : `${path}/${name}`
        if (isMatch(child)) this.#note(child, true)
        // Git's object store is large, and nothing in it is named by what it holds.
        const isStore = name === 'objects' && path.endsWith('/.git')
        if (isFolder && !isStore && depth + 1 < depthMax)
          open.push({ path: child, depth: depth + 1 })
      }
    }
  }

  /** Paths that permitting rules of the action leave out by `except`. */
  addExcepts(
    action: string,
    roots: readonly Root[],
    isWanted: (table: Table, row: number) => boolean,
  ): void {
    for (const table of this.#place.tables) {
      const { patterns } = pathPatterns(table, action, PATTERNS_MAX)
      const rows = new Set([
        ...patterns.flatMap((each) => each.rows),
        ...(table.meta.always[action] ?? []),
      ])
      for (const row of rows) {
        if (!isWanted(table, row)) continue
        for (const { pattern } of table.row(row).except) {
          if (pattern.kind === 'path') this.#addExcept(pattern, roots)
        }
      }
    }
  }

  #addExcept(pattern: PathPattern, roots: readonly Root[]): void {
    const segments = pattern.segments.map(storedSegment)
    const anchor = this.#anchor(pattern)
    if (!isDeep(segments)) {
      this.#walk(anchor, segments, 0)
      return
    }
    for (const root of roots) {
      if (segments[0]?.kind === 'star') this.#walk(root.path, segments, 1)
      this.#sweep(root, (path) => {
        const inside = anchor === '/' ? segmentsOf(path) : below(path, anchor)
        return inside !== null && matchSegments(pattern.segments, inside)
      })
    }
  }

  /** What a folder holds, within the bounds. */
  entriesOf(folder: string): readonly string[] {
    return this.#list(folder).map(({ name }) => (folder === '/' ? `/${name}` : `${folder}/${name}`))
  }

  #list(folder: string): readonly { readonly name: string; readonly isFolder: boolean }[] {
    if (this.#left <= 0) {
      this.isComplete = false
      return []
    }
    try {
      const entries = fs.readdirSync(folder, { withFileTypes: true })
      this.#left -= entries.length + 1
      return entries.map((each) => ({ name: each.name, isFolder: each.isDirectory() }))
    } catch {
      return []
    }
  }
}

function storedSegment(text: string): StoredSegment {
  if (text === '**') return { kind: 'star', text }
  return { kind: /[*?[\\]/.test(text) ? 'glob' : 'text', text }
}

/** A star before the last segment: it is searched for, not walked to. */
function isDeep(segments: readonly StoredSegment[]): boolean {
  return segments.slice(0, -1).some((each) => each.kind === 'star')
}

function isThere(path: string): boolean {
  try {
    fs.lstatSync(path)
    return true
  } catch {
    return false
  }
}

/** The real path of what is there, else of the deepest folder with the rest. */
export function realPathOf(path: string): string {
  let existing = path
  let rest = ''
  for (;;) {
    try {
      const real = fs.realpathSync.native(existing === '' ? '/' : existing)
      return rest === '' ? real : `${real === '/' ? '' : real}${rest}`
    } catch {
      const slash = existing.lastIndexOf('/')
      if (slash < 0 || existing === '/') return path
      rest = `${existing.slice(slash)}${rest}`
      existing = existing.slice(0, slash)
    }
  }
}

function factOf(path: string): PathAction['path'] {
  return { lexical: path, real: realPathOf(path), isTree: false, entries: null, isComplete: false }
}

/** What all layers together say of single actions on paths, each by itself. */
export function decidePaths(
  place: PathPlace,
  kind: PathAction['kind'],
  paths: readonly string[],
): readonly Decision[] {
  if (paths.length === 0) return []
  const actions = paths.map<PathAction>((path, id) => ({
    id,
    kind,
    path: factOf(path),
    shown: path,
    parent: null,
    operand: null,
    isFixed: false,
    isPossible: false,
    risks: [],
    unknown: null,
    via: 'sandbox',
    start: 0,
    end: 0,
  }))
  const analysis: Analysis = {
    ...place.analysis,
    actions,
    flows: [],
    unknowns: [],
    line: '',
    normal: '',
  }
  const { actions: decided } = decide(place.tables, analysis)
  return paths.map((_, index) => decided[index]?.decision ?? 'deny')
}
