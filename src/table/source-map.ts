/**
 * The source map of an artifact: where its rules are written and their words. It is no part of the artifact, which
 * depends on the meaning alone; it follows it in memory and in caches, and lies beside it as `X.oat.map`.
 *
 * u32 magic `OAM1`, u32 byte length of the text, the artifact's own hash (32 bytes), sha256 of the text, the text (JSON).
 */
import { createHash } from 'node:crypto'
import { ARTIFACT_LENGTH_AT, BODY_HASH_AT, DIGEST_AT } from './format.ts'

export const MAP_MAGIC = 0x314d414f
export const MAP_HEADER_BYTES = 72
const ARTIFACT_HASH_AT = 8
const TEXT_HASH_AT = 40

/** One rule as people wrote it. */
export interface RuleOrigin {
  readonly id: string
  readonly text: string
  readonly because: string | null
  readonly instead: string | null
}

export interface SourceMap {
  /** The policy's name. */
  readonly name: string
  readonly rules: readonly RuleOrigin[]
  /** For each row its rules: indexes into `rules`. */
  readonly rows: readonly (readonly number[])[]
}

export const NO_MAP: SourceMap = { name: '', rules: [], rows: [] }

/** The map's bytes for an artifact. */
export function encodeMap(artifact: Uint8Array, map: SourceMap): Uint8Array {
  const text = Buffer.from(JSON.stringify(map))
  const out = Buffer.alloc(MAP_HEADER_BYTES + text.length)
  out.writeUInt32LE(MAP_MAGIC, 0)
  out.writeUInt32LE(text.length, 4)
  out.set(artifact.subarray(BODY_HASH_AT, DIGEST_AT), ARTIFACT_HASH_AT)
  out.set(sha256(text), TEXT_HASH_AT)
  out.set(text, MAP_HEADER_BYTES)
  return out
}

/** Splits what was joined at the length that the artifact says; without a map, the second is empty. */
export function splitMap(bytes: Uint8Array): readonly [artifact: Uint8Array, map: Uint8Array] {
  if (bytes.length < ARTIFACT_LENGTH_AT + 4) return [bytes, bytes.subarray(bytes.length)]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(ARTIFACT_LENGTH_AT, true)
  const isJoined =
    length + MAP_HEADER_BYTES <= bytes.length && view.getUint32(length, true) === MAP_MAGIC
  return isJoined
    ? [bytes.subarray(0, length), bytes.subarray(length)]
    : [bytes, bytes.subarray(bytes.length)]
}

/** Whether a map is whole and belongs to the artifact, whose hash was checked. */
export function isMapOf(map: Uint8Array, artifact: Uint8Array): boolean {
  if (map.length < MAP_HEADER_BYTES) return false
  const head = Buffer.from(map.buffer, map.byteOffset, map.byteLength)
  const text = head.subarray(MAP_HEADER_BYTES)
  return (
    head.readUInt32LE(0) === MAP_MAGIC &&
    head.readUInt32LE(4) === text.length &&
    head
      .subarray(ARTIFACT_HASH_AT, TEXT_HASH_AT)
      .equals(artifact.subarray(BODY_HASH_AT, DIGEST_AT)) &&
    head.subarray(TEXT_HASH_AT, MAP_HEADER_BYTES).equals(sha256(text))
  )
}

/** What a map that belongs says. */
export function readMap(map: Uint8Array): SourceMap {
  return JSON.parse(Buffer.from(map.subarray(MAP_HEADER_BYTES)).toString()) as SourceMap
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
