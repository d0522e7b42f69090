/**
 * Bearer tokens: made once, shown once, kept as hashes. The file is the caller's own and nobody else's.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { OaError } from '../base/diagnostic.ts'
import { makeFolders } from '../base/make-folders.ts'
import { isRole, type Role } from './roles.ts'

export interface TokenEntry {
  readonly name: string
  readonly role: Role
  /** SHA-256 of the token, hex. A token has 256 random bits: nothing slower is needed. */
  readonly sha256: string
  /** Milliseconds since 1970. */
  readonly createdMs: number
  /** Absent: until it is removed. */
  readonly expiresMs?: number
}

/** Who a request comes from. */
export interface Caller {
  readonly name: string
  readonly roles: readonly Role[]
}

const PREFIX = 'oa_'
const TOKEN = /^oa_[A-Za-z0-9_-]{43}$/
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/
const TOKENS_MAX = 10_000

/** Where the tokens of an account are kept. */
export function tokensFile(own: string): string {
  return path.join(own, 'tokens.json')
}

/** The tokens that were made. Throws OA8101 for a file that others may read or that is no list of tokens. */
export function readTokens(own: string): readonly TokenEntry[] {
  const file = tokensFile(own)
  let fd: number
  try {
    fd = fs.openSync(
      file,
      fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK,
    )
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw broken(file, 'it cannot be opened', cause)
  }
  try {
    const found = fs.fstatSync(fd)
    if (!found.isFile() || found.uid !== process.geteuid?.() || (found.mode & 0o077) !== 0) {
      throw broken(file, 'it is not a file of yours alone (mode 0600)')
    }
    return parseTokens(fs.readFileSync(fd, 'utf8'), file)
  } finally {
    fs.closeSync(fd)
  }
}

/**
 * Makes a token.
 *
 * @returns the token itself, which is nowhere else
 * @throws OaError OA8101 when the name is taken or is none
 */
export function addToken(
  own: string,
  wanted: { readonly name: string; readonly role: Role; readonly expiresMs?: number },
  nowMs: number = Date.now(),
): string {
  const entries = readTokens(own)
  if (!NAME.test(wanted.name)) {
    throw new OaError('OA8101', `\`${wanted.name}\` is no name for a token`, {
      help: 'letters, digits and `. _ @ -`, 64 at most',
    })
  }
  if (entries.some((each) => each.name === wanted.name)) {
    throw new OaError('OA8101', `there is a token \`${wanted.name}\` already`, {
      help: `remove it first: \`oa token remove ${wanted.name}\``,
    })
  }
  const { token, sha256 } = makeToken()
  const entry: TokenEntry = { ...wanted, sha256, createdMs: nowMs }
  writeTokens(own, [...entries, entry])
  return token
}

/** Removes a token by its name; false when there is none. */
export function removeToken(own: string, name: string): boolean {
  const entries = readTokens(own)
  const left = entries.filter((each) => each.name !== name)
  if (left.length === entries.length) return false
  writeTokens(own, left)
  return true
}

/**
 * The caller that a token stands for. Takes as long whichever entry it is, and for none.
 */
export function callerOf(
  entries: readonly TokenEntry[],
  token: string,
  nowMs: number,
): Caller | null {
  const hash = hashOf(token)
  let found: TokenEntry | null = null
  for (const entry of entries) {
    if (timingSafeEqual(Buffer.from(entry.sha256, 'hex'), hash)) found = entry
  }
  if (!found || !TOKEN.test(token)) return null
  if (found.expiresMs !== undefined && found.expiresMs <= nowMs) return null
  return { name: found.name, roles: [found.role] }
}

/** A new token and what is kept of it. */
export function makeToken(): { readonly token: string; readonly sha256: string } {
  const token = `${PREFIX}${randomBytes(32).toString('base64url')}`
  return { token, sha256: hashOf(token).toString('hex') }
}

/** Whether two texts are the same; takes as long wherever they differ. */
export function sameSecret(given: string, wanted: string): boolean {
  return timingSafeEqual(hashOf(given), hashOf(wanted))
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function writeTokens(own: string, entries: readonly TokenEntry[]): void {
  const file = tokensFile(own)
  makeFolders(own, 0o700)
  const next = `${file}.${process.pid}`
  fs.writeFileSync(next, `${JSON.stringify({ version: 1, tokens: entries }, null, 2)}\n`, {
    mode: 0o600,
    flag: 'wx',
  })
  fs.renameSync(next, file)
}

function parseTokens(text: string, file: string): readonly TokenEntry[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw broken(file, 'it is not JSON', cause)
  }
  const list = (value as { readonly tokens?: unknown } | null)?.tokens
  if (!Array.isArray(list) || list.length > TOKENS_MAX || !list.every(isEntry)) {
    throw broken(file, 'it is no list of tokens')
  }
  return list
}

function isEntry(value: unknown): value is TokenEntry {
  if (typeof value !== 'object' || value === null) return false
  const { name, role, sha256, createdMs, expiresMs } = value as Readonly<Record<string, unknown>>
  return (
    typeof name === 'string' &&
    typeof role === 'string' &&
    isRole(role) &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    typeof createdMs === 'number' &&
    (expiresMs === undefined || typeof expiresMs === 'number')
  )
}

function broken(file: string, why: string, cause?: unknown): OaError {
  return new OaError('OA8101', `the tokens in \`${file}\` cannot be used: ${why}`, {
    ...(cause === undefined ? {} : { cause }),
    help: 'no token counts until it is mended or removed',
  })
}
