/**
 * The artifact: one little-endian buffer with a header, a directory of sections and the sections, each aligned to four
 * bytes. Reading makes views and checks lengths and the body's hash; it parses nothing.
 *
 * Header (96 bytes): magic `OAT1`, u32 format version, u32 section count, u32 total bytes, sha256 of everything after
 * the header (32 bytes), digest of the policy's meaning (32 bytes), 16 bytes zero.
 * Directory: per section u32 id, u32 offset, u32 byte length, u32 zero.
 */

export const MAGIC = 0x3154414f
export const FORMAT_VERSION = 2
/** Records of knowledge longer than this are packed (packed.ts); the first byte of a plain one is `{`. */
export const PLAIN_RECORD_BYTES_MAX = 512
export const HEADER_BYTES = 96
export const DIRECTORY_ENTRY_BYTES = 16
export const ARTIFACT_LENGTH_AT = 12
export const BODY_HASH_AT = 16
export const DIGEST_AT = 48

/** Sections by id. `u32`: an array of 32-bit words; `bytes`: UTF-8 text. */
export const SECTION = {
  /** u32: end offset of every string in `stringBytes`. */
  stringEnds: 1,
  stringBytes: 2,
  /** u32, a power of two long: open addressing from hash to string id + 1. */
  symbols: 3,
  /** u32, a power of two long: open addressing from node and string to the number of a literal edge + 1. */
  edgeSlots: 4,
  /** u32 × NODE_WORDS per node. */
  nodes: 5,
  /** u32 × 2: string id of the glob, child. */
  globEdges: 6,
  /** u32: row ids that nodes accept; at nodes below a glob root, the children that its globs lead to. */
  accepts: 7,
  /** u32: end offset of every row's record in `rowBytes`. */
  rowEnds: 8,
  /** JSON of each row, read when it is a candidate. */
  rowBytes: 9,
  /** u32 × 2: string id of a program, record number in `commandEnds`. Sorted by name bytes. */
  commands: 10,
  commandEnds: 11,
  commandBytes: 12,
  /** JSON: modes, defaults, settings, trie roots. */
  meta: 13,
  /** u32: end offset of every base in `baseBytes`: what rows share. */
  baseEnds: 15,
  baseBytes: 16,
  /** u32 × 2: string id, child. Literal edges of all tries, those of each node together. */
  edges: 17,
  /** u32: end offset of every record in `regexBytes`; each starts at a multiple of four. regex.ts says what is in it. */
  regexEnds: 18,
  regexBytes: 19,
  /** u32 × LITERAL.stateWords per state, and one more; literals.ts says how they are walked. */
  literalStates: 20,
  literalSlots: 21,
  /** u32: rows of `text` patterns. */
  literalRows: 22,
} as const

/** Node 0 is no node. One node more than there are ends the ranges of the last. */
export const NODE_WORDS = 6
/** Words of one node. What starts a range ends where that of the next node starts. */
export const NODE = {
  firstEdge: 0,
  firstGlob: 1,
  firstAccept: 2,
  /** Child of `**` (0: none), and `IS_STAR`. */
  star: 3,
  /** Trie over the characters of its many globs; 0: the globs are few, they are tried one by one. */
  globRoot: 4,
  /** Its many run rows by what they need (row-index.ts); 0: all are candidates. */
  index: 5,
} as const
/** The node itself stands for any number of segments. */
export const IS_STAR = 0x8000_0000
/** Edges of an index node. */
export const INDEX_EDGES = {
  option: 'option',
  word: 'word',
  paths: { '/': 'path /', workspace: 'path workspace', home: 'path home' },
} as const

/** One state of the automaton over required texts. */
export const LITERAL = {
  stateWords: 3,
  /** Where to go on when no edge fits. */
  fallback: 0,
  /** The next shorter state that has rows. */
  shorter: 1,
  firstRow: 2,
} as const

/** FNV-1a over UTF-16 code units: fast to compute at run time; equal hashes are always compared by their text. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  return hash >>> 0
}

/** Hash of a literal edge. */
export function hashEdge(node: number, symbol: number): number {
  const mixed = Math.imul(node ^ Math.imul(symbol, 0x9e3779b1), 0x85ebca6b)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
