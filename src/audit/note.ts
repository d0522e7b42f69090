/**
 * Signed notes and checkpoints as text. Pure but for the cryptography.
 * Source: C2SP signed-note and tlog-checkpoint (Ed25519, signature type 1).
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'

/** A tree head as a checkpoint says it. */
export interface TreeHead {
  readonly origin: string
  /** Records covered. */
  readonly size: number
  /** 64 hex digits. */
  readonly root: string
}

/** A checkpoint read from text, its signatures not yet checked. */
export interface Note {
  readonly head: TreeHead
  /** The exact text that was signed, its final newline included. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

export interface NoteSignature {
  readonly name: string
  /** First four bytes of the key's hash, 8 hex digits. */
  readonly keyId: string
  readonly signature: Buffer
}

/** The name that signs the checkpoints of a log. */
export function originOf(log: string): string {
  return `openagent.local/audit/${log}`
}

const ED25519 = Buffer.from([1])
const DASH = '\u2014'

/** 8 hex digits that name a key under a name. */
export function keyIdOf(name: string, publicKey: Buffer): string {
  const digest = createHash('sha256').update(`${name}\n`).update(ED25519).update(publicKey).digest()
  return digest.toString('hex', 0, 4)
}

/** The verifier key as people keep it: `name+keyid+base64`. */
export function printKey(name: string, publicKey: Buffer): string {
  const key = Buffer.concat([ED25519, publicKey]).toString('base64')
  return `${name}+${keyIdOf(name, publicKey)}+${key}`
}

/** A verifier key read back; undefined when it is none or its parts do not fit. */
export function readKey(
  text: string,
): { readonly name: string; readonly publicKey: Buffer } | undefined {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim())
  if (!found) return undefined
  const [, name = '', keyId, encoded = ''] = found
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.length !== 33 || bytes[0] !== 1) return undefined
  const publicKey = bytes.subarray(1)
  return keyIdOf(name, publicKey) === keyId ? { name, publicKey } : undefined
}

/** A signed checkpoint: origin, size, root, a blank line, one signature. */
export function printCheckpoint(head: TreeHead, key: KeyObject): string {
  const root = Buffer.from(head.root, 'hex').toString('base64')
  const text = `${head.origin}\n${head.size}\n${root}\n`
  const keyId = Buffer.from(keyIdOf(head.origin, publicOf(key)), 'hex')
  const signature = Buffer.concat([keyId, sign(null, Buffer.from(text), key)]).toString('base64')
  return `${text}\n${DASH} ${head.origin} ${signature}\n`
}

/** Reads every checkpoint of a text; what is none is counted, not guessed at. */
export function readCheckpoints(text: string): {
  readonly notes: readonly Note[]
  readonly unreadable: number
} {
  const notes: Note[] = []
  let unreadable = 0
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; ) {
    if (lines[at] === '') {
      at++
      continue
    }
    let end = at
    while (end < lines.length && lines[end] !== '') end++
    let last = end + 1
    while (last < lines.length && isSignatureLine(lines[last])) last++
    // A signature must end in a newline, or it may be cut.
    const isWhole = last < lines.length
    const note = readNote(lines.slice(at, end), lines.slice(end + 1, last))
    if (note && isWhole) {
      notes.push(note)
      at = last
    } else {
      unreadable++
      at = end + 1
    }
  }
  return { notes, unreadable }
}

function isSignatureLine(line: string | undefined): boolean {
  return line?.startsWith(`${DASH} `) === true
}

function readNote(body: readonly string[], signed: readonly string[]): Note | undefined {
  const [origin, size, root] = body
  if (body.length !== 3 || signed.length === 0 || origin === undefined) return undefined
  if (!/^(?:0|[1-9]\d{0,14})$/.test(size ?? '')) return undefined
  const bytes = Buffer.from(root ?? '', 'base64')
  if (bytes.length !== 32 || bytes.toString('base64') !== root) return undefined
  const signatures = signed.map(readSignature)
  if (!signatures.every((each) => each !== undefined)) return undefined
  const head = { origin, size: Number(size), root: bytes.toString('hex') }
  return { head, text: `${body.join('\n')}\n`, signatures }
}

function readSignature(line: string): NoteSignature | undefined {
  const found = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line)
  if (!found) return undefined
  const bytes = Buffer.from(found[2] ?? '', 'base64')
  if (bytes.length < 5 || bytes.toString('base64') !== found[2]) return undefined
  return { name: found[1] ?? '', keyId: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) }
}

/** Whether a raw public key signed the bytes. */
export function isSignedBy(publicKey: Buffer, text: string, signature: Buffer): boolean {
  try {
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') },
      format: 'jwk',
    })
    return verify(null, Buffer.from(text), key, signature)
  } catch {
    return false
  }
}

/** A new private key. */
export function makeKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey
}

/** The raw 32 bytes of a private key's public half. */
export function publicOf(key: KeyObject): Buffer {
  return Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url')
}

export function exportKey(key: KeyObject): string {
  return key.export({ format: 'der', type: 'pkcs8' }).toString('base64')
}

/** Throws when it is no key. */
export function importKey(text: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' })
}

export function signText(key: KeyObject, text: string): string {
  return sign(null, Buffer.from(text), key).toString('base64')
}
