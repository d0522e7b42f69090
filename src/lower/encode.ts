/**
 * The artifact's bytes (table/format.ts says how they lie).
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../base/canonical.ts'
import { compareText } from '../base/diagnostic.ts'
import type { CommandKnowledge } from '../model/knowledge.ts'
import {
  BODY_HASH_AT,
  DIGEST_AT,
  DIRECTORY_ENTRY_BYTES,
  FORMAT_VERSION,
  HEADER_BYTES,
  hashEdge,
  hashText,
  IS_STAR,
  MAGIC,
  NODE,
  NODE_WORDS,
  PLAIN_RECORD_BYTES_MAX,
  SECTION,
} from '../table/format.ts'
import { packCommand } from '../table/knowledge-record.ts'
import type { Literals } from '../table/literals.ts'
import type { Row, TableMeta } from '../table/row.ts'
import { packRow } from '../table/row-record.ts'
import { packBytes } from './pack.ts'
import { powerOfTwo } from './power-of-two.ts'
import type { TrieBuilder } from './trie-builder.ts'

export interface ArtifactParts {
  readonly digest: Uint8Array
  readonly rows: readonly Row[]
  readonly commands: Readonly<Record<string, CommandKnowledge>>
  readonly trie: TrieBuilder
  /** Records of the regular expressions. */
  readonly regexes: readonly Uint8Array[]
  readonly literals: Literals
  readonly meta: TableMeta
}

/** Strings by canonical order, so that ids do not depend on the order of the source. */
class Interner {
  readonly #ids = new Map<string, number>()
  readonly strings: readonly string[]

  constructor(strings: Iterable<string>) {
    this.strings = [...new Set(strings)].sort(compareText)
    for (const [id, text] of this.strings.entries()) this.#ids.set(text, id)
  }

  id(text: string): number {
    const id = this.#ids.get(text)
    if (id === undefined) throw new Error(`a string that was not interned: ${text}`)
    return id
  }
}

/** Encodes all sections into one buffer with its header and hash. */
export function encodeArtifact(parts: ArtifactParts): Uint8Array {
  const names = commandNames(parts.commands)
  const interner = new Interner([
    ...names.keys(),
    ...parts.trie.nodes.flatMap((node) => [...node.literal.keys(), ...node.globs.keys()]),
  ])
  const { nodes, edges, edgeSlots, globEdges, accepts } = encodeTrie(parts.trie, interner)
  const { rows, bases } = encodeRows(parts.rows)
  const regexes = joinRecords(parts.regexes)
  const strings = encodeRecords(interner.strings)
  const packed = new Map([...names].map(([name, each]) => [name, canonicalJson(packCommand(each))]))
  const knowledge = [...new Set(packed.values())]
  const commands = joinRecords(knowledge.map(shorten))
  const positions = new Map(knowledge.map((each, index) => [each, index]))
  const index = [...packed]
    .map(([name, found]) => [interner.id(name), positions.get(found) ?? 0] as const)
    .sort((a, b) => a[0] - b[0])
    .flat()
  return assemble(parts.digest, [
    [SECTION.stringEnds, words(strings.ends)],
    [SECTION.stringBytes, strings.bytes],
    [SECTION.symbols, words(encodeSymbols(interner))],
    [SECTION.edges, words(edges)],
    [SECTION.edgeSlots, words(edgeSlots)],
    [SECTION.nodes, words(nodes)],
    [SECTION.globEdges, words(globEdges)],
    [SECTION.accepts, words(accepts)],
    [SECTION.rowEnds, words(rows.ends)],
    [SECTION.rowBytes, rows.bytes],
    [SECTION.baseEnds, words(bases.ends)],
    [SECTION.baseBytes, bases.bytes],
    [SECTION.commands, words(index)],
    [SECTION.commandEnds, words(commands.ends)],
    [SECTION.commandBytes, commands.bytes],
    [SECTION.regexEnds, words(regexes.ends)],
    [SECTION.regexBytes, regexes.bytes],
    [SECTION.literalStates, words(parts.literals.states)],
    [SECTION.literalSlots, words(parts.literals.slots)],
    [SECTION.literalRows, words(parts.literals.rows)],
    [SECTION.meta, Buffer.from(canonicalJson(parts.meta))],
  ])
}

/** Every name and alias with its knowledge, in canonical order. */
function commandNames(
  commands: Readonly<Record<string, CommandKnowledge>>,
): Map<string, CommandKnowledge> {
  const names = new Map<string, CommandKnowledge>()
  for (const name of Object.keys(commands).sort(compareText)) {
    const found = commands[name]
    if (!found) continue
    for (const each of [name, ...found.aliases]) if (!names.has(each)) names.set(each, found)
  }
  return names
}

interface Records {
  readonly ends: readonly number[]
  readonly bytes: Uint8Array
}

/** Rows, and what the rows of each rule share, once. */
function encodeRows(all: readonly Row[]): { rows: Records; bases: Records } {
  const bases = new Map<string, number>()
  const rows = all.map((row) => {
    const { pattern: _, ...base } = row
    const text = canonicalJson(base)
    const number = bases.get(text) ?? bases.size
    bases.set(text, number)
    return canonicalJson(packRow(row, number))
  })
  return { rows: encodeRecords(rows), bases: encodeRecords([...bases.keys()]) }
}

/** Long records are packed: reading and hashing them whole would cost more than unpacking the few that are used. */
function shorten(text: string): Uint8Array {
  const plain = Buffer.from(text)
  return plain.length <= PLAIN_RECORD_BYTES_MAX ? plain : packBytes(plain)
}

function encodeRecords(texts: readonly string[]): Records {
  return joinRecords(texts.map((text) => Buffer.from(text)))
}

function joinRecords(chunks: readonly Uint8Array[]): Records {
  const ends: number[] = []
  let end = 0
  for (const chunk of chunks) {
    end += chunk.length
    ends.push(end)
  }
  return { ends, bytes: Buffer.concat(chunks) }
}

function words(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  for (let index = 0; index < values.length; index++)
    view.setUint32(index * 4, values[index] ?? 0, true)
  return bytes
}

function encodeSymbols(interner: Interner): Uint32Array {
  const slots = powerOfTwo(interner.strings.length * 2 + 1)
  const table = new Uint32Array(slots)
  for (const [id, text] of interner.strings.entries()) {
    let at = hashText(text) & (slots - 1)
    while (table[at] !== 0) at = (at + 1) & (slots - 1)
    table[at] = id + 1
  }
  return table
}

interface EncodedTrie {
  readonly nodes: Uint32Array
  readonly edges: Uint32Array
  readonly edgeSlots: Uint32Array
  readonly globEdges: readonly number[]
  readonly accepts: readonly number[]
}

function encodeTrie(trie: TrieBuilder, interner: Interner): EncodedTrie {
  const nodes = new Uint32Array((trie.nodes.length + 1) * NODE_WORDS)
  const edges: number[] = []
  const globEdges: number[] = []
  const accepts: number[] = []
  const starts = (index: number): void => {
    nodes[index * NODE_WORDS + NODE.firstEdge] = edges.length / 2
    nodes[index * NODE_WORDS + NODE.firstGlob] = globEdges.length / 2
    nodes[index * NODE_WORDS + NODE.firstAccept] = accepts.length
  }
  for (const [index, node] of trie.nodes.entries()) {
    starts(index)
    nodes[index * NODE_WORDS + NODE.star] = (node.star | (node.isStar ? IS_STAR : 0)) >>> 0
    nodes[index * NODE_WORDS + NODE.globRoot] = node.globRoot
    nodes[index * NODE_WORDS + NODE.index] = node.index
    for (const each of sortedEdges(node.literal, interner)) edges.push(...each)
    for (const each of sortedEdges(node.globs, interner)) globEdges.push(...each)
    for (const each of [...node.accepts].sort((a, b) => a - b)) accepts.push(each)
  }
  starts(trie.nodes.length)
  return {
    nodes,
    edges: Uint32Array.from(edges),
    edgeSlots: encodeEdgeSlots(nodes, edges),
    globEdges,
    accepts,
  }
}

function sortedEdges(
  edges: ReadonlyMap<string, number>,
  interner: Interner,
): readonly (readonly [number, number])[] {
  return [...edges]
    .map(([text, child]) => [interner.id(text), child] as const)
    .sort((a, b) => a[0] - b[0])
}

function encodeEdgeSlots(nodes: Uint32Array, edges: readonly number[]): Uint32Array {
  const slots = powerOfTwo(edges.length + 1)
  const table = new Uint32Array(slots)
  for (let node = 0; node + 1 < nodes.length / NODE_WORDS; node++) {
    const start = nodes[node * NODE_WORDS + NODE.firstEdge] ?? 0
    const end = nodes[(node + 1) * NODE_WORDS + NODE.firstEdge] ?? 0
    for (let edge = start; edge < end; edge++) {
      let at = hashEdge(node, edges[edge * 2] ?? 0) & (slots - 1)
      while (table[at] !== 0) at = (at + 1) & (slots - 1)
      table[at] = edge + 1
    }
  }
  return table
}

function assemble(
  digest: Uint8Array,
  sections: readonly (readonly [number, Uint8Array])[],
): Uint8Array {
  let at = HEADER_BYTES + sections.length * DIRECTORY_ENTRY_BYTES
  const offsets = sections.map(([, bytes]) => {
    const offset = at
    at += Math.ceil(bytes.length / 4) * 4
    return offset
  })
  const out = new Uint8Array(at)
  const view = new DataView(out.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, FORMAT_VERSION, true)
  view.setUint32(8, sections.length, true)
  view.setUint32(12, at, true)
  out.set(digest, DIGEST_AT)
  for (const [index, [id, bytes]] of sections.entries()) {
    const entry = HEADER_BYTES + index * DIRECTORY_ENTRY_BYTES
    const offset = offsets[index] ?? 0
    view.setUint32(entry, id, true)
    view.setUint32(entry + 4, offset, true)
    view.setUint32(entry + 8, bytes.length, true)
    out.set(bytes, offset)
  }
  const hash = createHash('sha256')
    .update(out.subarray(0, BODY_HASH_AT))
    .update(out.subarray(DIGEST_AT))
    .digest()
  out.set(hash, BODY_HASH_AT)
  return out
}
