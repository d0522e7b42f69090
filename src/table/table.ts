/**
 * The compiled policy as the run-time half sees it: views over the artifact's buffer. Opening checks the header, the
 * section bounds and the body's hash, and parses only the small `meta` section; rows and knowledge are read one by one.
 */
import { createHash } from 'node:crypto'
import { OaError } from '../base/diagnostic.ts'
import type { PathFact } from '../model/analysis.ts'
import type { CommandKnowledge } from '../model/knowledge.ts'
import type { Match } from '../model/vocabulary.ts'
import {
  BODY_HASH_AT,
  DIGEST_AT,
  DIRECTORY_ENTRY_BYTES,
  FORMAT_VERSION,
  HEADER_BYTES,
  hashEdge,
  hashText,
  MAGIC,
  NODE,
  NODE_WORDS,
  SECTION,
} from './format.ts'
import { compileGlob, type Glob } from './glob.ts'
import { unpackCommand } from './knowledge-record.ts'
import { literalRows } from './literals.ts'
import { unpackBytes } from './packed.ts'
import { matchPath, type PathNodes, ROOT_NAMES } from './path-match.ts'
import { Regex } from './regex.ts'
import type { Row, TableMeta } from './row.ts'
import { type PackedRow, type RowBase, unpackRow } from './row-record.ts'
import {
  isMapOf,
  NO_MAP,
  type RuleOrigin,
  readMap,
  type SourceMap,
  splitMap,
} from './source-map.ts'

/** `{`: the record is JSON as it stands. */
const PLAIN_START = 0x7b
/** Knowledge of one program, unpacked. */
const RECORD_BYTES_MAX = 16 * 1024 * 1024

const decoder = new TextDecoder('utf-8', { fatal: true })

function damaged(detail: string): OaError {
  return new OaError('OA3003', `the artifact is damaged: ${detail}`, {
    help: 'compile the policy again: `oa compile POLICY -o OUT`',
  })
}

/** The sections of an artifact after its header, lengths and hash were checked. */
function openSections(bytes: Uint8Array): Map<number, Uint8Array> {
  if (bytes.length < HEADER_BYTES) throw damaged('it is shorter than its header')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== MAGIC) {
    throw new OaError('OA3003', 'the file is not an artifact of oa')
  }
  const version = view.getUint32(4, true)
  if (version !== FORMAT_VERSION) {
    throw new OaError(
      'OA3004',
      `the artifact has format version ${version}, this oa reads ${FORMAT_VERSION}`,
      { help: 'compile the policy again with this oa' },
    )
  }
  if (view.getUint32(12, true) !== bytes.length) throw damaged('its length is not what it says')
  const hash = createHash('sha256')
    .update(bytes.subarray(0, BODY_HASH_AT))
    .update(bytes.subarray(DIGEST_AT))
    .digest()
  if (!hash.equals(bytes.subarray(BODY_HASH_AT, DIGEST_AT))) {
    throw damaged('its content does not have the hash that it says')
  }
  const count = view.getUint32(8, true)
  const sections = new Map<number, Uint8Array>()
  const end = HEADER_BYTES + count * DIRECTORY_ENTRY_BYTES
  if (count > 64 || end > bytes.length) throw damaged('its directory is longer than the file')
  for (let index = 0; index < count; index++) {
    const at = HEADER_BYTES + index * DIRECTORY_ENTRY_BYTES
    const offset = view.getUint32(at + 4, true)
    const length = view.getUint32(at + 8, true)
    if (offset % 4 !== 0 || offset < end || offset + length > bytes.length) {
      throw damaged('a section lies outside the file')
    }
    sections.set(view.getUint32(at, true), bytes.subarray(offset, offset + length))
  }
  return sections
}

/** One compiled policy. Immutable; what it reads lazily is cached. */
export class Table {
  readonly digest: string
  readonly #artifact: Uint8Array
  readonly meta: TableMeta
  readonly nodes: Uint32Array
  readonly edges: Uint32Array
  readonly globEdges: Uint32Array
  readonly accepts: Uint32Array
  readonly #sections: Map<number, Uint8Array>
  readonly #stringEnds: Uint32Array
  readonly #stringBytes: Uint8Array
  readonly #symbols: Uint32Array
  readonly #edgeSlots: Uint32Array
  readonly #rowEnds: Uint32Array
  readonly #rowBytes: Uint8Array
  readonly #strings = new Map<number, string>()
  readonly #globs = new Map<number, Glob>()
  readonly #pathNodes = new Map<string, PathNodes>()
  readonly #rows = new Map<number, Row>()
  readonly #bases = new Map<number, RowBase>()
  readonly #regexes = new Map<number, Regex>()
  readonly #commands = new Map<string, CommandKnowledge | null>()
  readonly #mapBytes: Uint8Array
  #map: SourceMap | null = null
  #artifactHash: string | null = null

  private constructor(bytes: Uint8Array, map: Uint8Array) {
    this.#sections = openSections(bytes)
    this.digest = `sha256:${Buffer.from(bytes.subarray(DIGEST_AT, DIGEST_AT + 32)).toString('hex')}`
    this.#artifact = bytes
    this.#mapBytes = map
    this.#stringEnds = this.#words(SECTION.stringEnds)
    this.#stringBytes = this.#bytes(SECTION.stringBytes)
    this.#symbols = this.#words(SECTION.symbols)
    this.edges = this.#words(SECTION.edges)
    this.#edgeSlots = this.#words(SECTION.edgeSlots)
    this.nodes = this.#words(SECTION.nodes)
    this.globEdges = this.#words(SECTION.globEdges)
    this.accepts = this.#words(SECTION.accepts)
    this.#rowEnds = this.#words(SECTION.rowEnds)
    this.#rowBytes = this.#bytes(SECTION.rowBytes)
    this.meta = this.#json(this.#bytes(SECTION.meta)) as TableMeta
  }

  /**
   * Opens an artifact, with its source map where that follows it.
   *
   * @throws OaError OA3003 (damaged) or OA3004 (another format version)
   */
  static open(bytes: Uint8Array): Table {
    // Views of 32-bit words need an aligned buffer; file reads mostly are.
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes)
    try {
      const [artifact, map] = splitMap(aligned)
      const table = new Table(artifact, map)
      if (map.length > 0 && !isMapOf(map, artifact)) {
        throw damaged('its source map is not whole, or belongs to another artifact')
      }
      return table
    } catch (error) {
      if (error instanceof OaError) throw error
      throw damaged(error instanceof Error ? error.message : 'unknown fault')
    }
  }

  /** The artifact, followed by its source map where there is one: what `open` takes. */
  get artifact(): Uint8Array {
    return this.#mapBytes.length === 0
      ? this.#artifact
      : Buffer.concat([this.#artifact, this.#mapBytes])
  }

  /** Whether it can say where its rules are written. */
  get hasMap(): boolean {
    return this.#mapBytes.length > 0
  }

  /** SHA-256 of the artifact's bytes. */
  get artifactHash(): string {
    this.#artifactHash ??= `sha256:${createHash('sha256').update(this.#artifact).digest('hex')}`
    return this.#artifactHash
  }

  #bytes(section: number): Uint8Array {
    const found = this.#sections.get(section)
    if (!found) throw damaged(`section ${section} is missing`)
    return found
  }

  #words(section: number): Uint32Array {
    const bytes = this.#bytes(section)
    if (bytes.length % 4 !== 0) throw damaged(`section ${section} has a wrong length`)
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  }

  #json(bytes: Uint8Array): unknown {
    return JSON.parse(decoder.decode(bytes)) as unknown
  }

  #record(ends: Uint32Array, bytes: Uint8Array, index: number): Uint8Array {
    const end = ends[index]
    const start = index === 0 ? 0 : ends[index - 1]
    if (end === undefined || start === undefined || start > end || end > bytes.length) {
      throw damaged('a record lies outside its section')
    }
    return bytes.subarray(start, end)
  }

  /** The interned string of an id. */
  string(id: number): string {
    let text = this.#strings.get(id)
    if (text === undefined) {
      text = decoder.decode(this.#record(this.#stringEnds, this.#stringBytes, id))
      this.#strings.set(id, text)
    }
    return text
  }

  /** The interned string of an id as a glob. */
  glob(id: number): Glob {
    let glob = this.#globs.get(id)
    if (!glob) {
      glob = compileGlob(this.string(id))
      this.#globs.set(id, glob)
    }
    return glob
  }

  /** The id of an interned string, or -1. Equal hashes are told apart by their text. */
  symbol(text: string): number {
    const mask = this.#symbols.length - 1
    for (let at = hashText(text) & mask, step = 0; step <= mask; at = (at + 1) & mask, step++) {
      const id = this.#symbols[at] ?? 0
      if (id === 0) return -1
      if (this.string(id - 1) === text) return id - 1
    }
    return -1
  }

  /** The child over a literal edge, or 0. */
  child(node: number, symbol: number): number {
    if (symbol < 0) return 0
    const first = this.nodes[node * NODE_WORDS + NODE.firstEdge] ?? 0
    const end = this.nodes[(node + 1) * NODE_WORDS + NODE.firstEdge] ?? 0
    if (first === end) return 0
    const mask = this.#edgeSlots.length - 1
    let at = hashEdge(node, symbol) & mask
    for (let step = 0; step <= mask; step++) {
      const edge = (this.#edgeSlots[at] ?? 0) - 1
      if (edge < 0) return 0
      if (edge >= first && edge < end && this.edges[edge * 2] === symbol) {
        return this.edges[edge * 2 + 1] ?? 0
      }
      at = (at + 1) & mask
    }
    return 0
  }

  row(id: number): Row {
    let row = this.#rows.get(id)
    if (!row) {
      const packed = this.#json(this.#record(this.#rowEnds, this.#rowBytes, id)) as PackedRow
      row = unpackRow(packed, this.#base(packed.b))
      this.#rows.set(id, row)
    }
    return row
  }

  #base(index: number): RowBase {
    let base = this.#bases.get(index)
    if (!base) {
      const ends = this.#words(SECTION.baseEnds)
      base = this.#json(this.#record(ends, this.#bytes(SECTION.baseBytes), index)) as RowBase
      this.#bases.set(index, base)
    }
    return base
  }

  /** Whether the regular expression with this number matches some part of the text. */
  matchesRegex(number: number, text: string): boolean {
    let regex = this.#regexes.get(number)
    if (!regex) {
      const record = this.#record(
        this.#words(SECTION.regexEnds),
        this.#bytes(SECTION.regexBytes),
        number,
      )
      regex = new Regex(record)
      this.#regexes.set(number, regex)
    }
    return regex.matches(text)
  }

  /** Rows of `text` patterns that may match the line, in order. */
  textRows(line: string): readonly number[] {
    const rows = literalRows(
      {
        states: this.#words(SECTION.literalStates),
        slots: this.#words(SECTION.literalSlots),
        rows: this.#words(SECTION.literalRows),
      },
      line,
    )
    return [...this.meta.texts, ...rows].sort((a, b) => a - b)
  }

  /** What the policy knows of a program, or null. */
  command(name: string): CommandKnowledge | null {
    const known = this.#commands.get(name)
    if (known !== undefined) return known
    const found = this.#findCommand(name)
    this.#commands.set(name, found)
    return found
  }

  #findCommand(name: string): CommandKnowledge | null {
    const symbol = this.symbol(name)
    if (symbol < 0) return null
    const index = this.#words(SECTION.commands)
    let low = 0
    let high = index.length / 2 - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const found = index[middle * 2] ?? 0
      if (found === symbol) {
        const ends = this.#words(SECTION.commandEnds)
        const bytes = this.#bytes(SECTION.commandBytes)
        const stored = this.#record(ends, bytes, index[middle * 2 + 1] ?? 0)
        const isPlain = stored[0] === PLAIN_START
        const record = this.#json(isPlain ? stored : unpackBytes(stored, RECORD_BYTES_MAX))
        return unpackCommand(record as Partial<CommandKnowledge>)
      }
      if (found < symbol) low = middle + 1
      else high = middle - 1
    }
    return null
  }

  /** Where the path patterns of an action start. */
  pathNodes(action: string): PathNodes {
    let nodes = this.#pathNodes.get(action)
    if (!nodes) {
      const [root = 0, workspace = 0, home = 0] = ROOT_NAMES.map(
        (name) => this.meta.roots[`${action} ${name}`] ?? 0,
      )
      nodes = [root, workspace, home]
      this.#pathNodes.set(action, nodes)
    }
    return nodes
  }

  /** Whether a path is a place whose change outlives a command. */
  persistMatch(
    path: PathFact,
    roots: { readonly home: string; readonly workspace: string },
  ): Match {
    return matchPath(this, 'place', path, roots).strongest
  }

  /** How the first rule of a row was written; without a source map, only the row's number. */
  origin(row: number): RuleOrigin {
    const rule = this.#sources.rules[this.#sources.rows[row]?.[0] ?? -1]
    return rule ?? { id: `row ${row}`, text: '', because: null, instead: null }
  }

  /** All rules as they are written; none without a source map. */
  get origins(): readonly RuleOrigin[] {
    return this.#sources.rules
  }

  /** The policy's name; empty without a source map. */
  get name(): string {
    return this.#sources.name
  }

  /** Rules as they are written; without a source map, rows. */
  get ruleCount(): number {
    return this.hasMap ? this.#sources.rules.length : this.rowCount
  }

  get rowCount(): number {
    return this.#rowEnds.length
  }

  get #sources(): SourceMap {
    this.#map ??= this.hasMap ? readMap(this.#mapBytes) : NO_MAP
    return this.#map
  }
}
