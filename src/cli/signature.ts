/**
 * Signatures of artifacts: Ed25519 over the artifact's bytes, base64 in `X.oat.sig` beside it. Keys are PEM files.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { OaError } from '../base/diagnostic.ts'
import { codeOf } from './write-file.ts'

/** Keys and signatures are some hundred bytes. */
const FILE_BYTES_MAX = 16_384

export function signaturePath(artifact: string): string {
  return `${artifact}.sig`
}

/**
 * The text of a signature.
 *
 * @param key - path of a private key that only its owner may read
 * @throws OaError OA3007
 */
export function signArtifact(artifact: Uint8Array, key: string): string {
  const pem = readSmall(key, 'key', 0o077)
  return `${sign(
    null,
    artifact,
    ed25519(key, () => createPrivateKey(pem)),
  ).toString('base64')}\n`
}

/**
 * Checks the signature beside an artifact.
 *
 * @param key - path of a public key that nobody but its owner may change
 * @throws OaError OA3007
 */
export function checkSignature(path: string, artifact: Uint8Array, key: string): void {
  const pem = readSmall(key, 'key', 0o022)
  const text = readSmall(signaturePath(path), 'signature', 0)
  const signature = Buffer.from(text.trim(), 'base64')
  if (
    !verify(
      null,
      artifact,
      ed25519(key, () => createPublicKey(pem)),
      signature,
    )
  ) {
    throw refusal(`the signature of \`${path}\` is not by the key \`${key}\``, SIGN)
  }
}

const SIGN = 'sign it with the key that belongs: `oa compile POLICY -o OUT --sign KEY`'

function refusal(message: string, help: string, cause?: unknown): OaError {
  return new OaError('OA3007', message, { help, cause })
}

function ed25519(path: string, read: () => KeyObject): KeyObject {
  let key: KeyObject
  try {
    key = read()
  } catch (cause) {
    throw refusal(`\`${path}\` is no key in PEM form`, KEY, cause)
  }
  if (key.asymmetricKeyType === 'ed25519') return key
  throw refusal(`the key \`${path}\` is not an Ed25519 key`, KEY)
}

const KEY =
  'make one: `openssl genpkey -algorithm ed25519 -out KEY`; its public half: `openssl pkey -pubout`'

/** `others`: permission bits that nobody but the owner may have. */
function readSmall(path: string, what: 'key' | 'signature', others: number): string {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (cause) {
    const help = what === 'key' ? KEY : SIGN
    throw refusal(`the ${what} \`${path}\` cannot be read (${codeOf(cause)})`, help, cause)
  }
  try {
    const { mode, size } = fstatSync(file)
    if (size > FILE_BYTES_MAX) throw refusal(`\`${path}\` is too large for a ${what}`, KEY)
    if ((mode & others) !== 0) {
      const help = `\`chmod ${others === 0o022 ? 'go-w' : 'go-rwx'} ${path}\``
      throw refusal(`others than its owner may use the key \`${path}\``, help)
    }
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}
