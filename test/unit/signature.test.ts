/** Signatures of artifacts: only the key that signed verifies, and keys that others may use are refused. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { OaError } from '../../src/base/diagnostic.ts'
import { checkSignature, signArtifact, signaturePath } from '../../src/cli/signature.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('signatures')
const ARTIFACT = Buffer.from('the bytes of an artifact')

function keyFile(folder: string, name: string, key: KeyObject): string {
  const path = join(folder, name)
  const type = key.type === 'private' ? 'pkcs8' : 'spki'
  writeFileSync(path, key.export({ type, format: 'pem' }), { mode: 0o600 })
  return path
}

function refusalOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof OaError && error.code === 'OA3007') return error.message
    throw error
  }
  return 'not refused'
}

test('what a key signed verifies with its public half, and with no other', () => {
  const folder = tempFolder()
  const [own, other] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
  const artifact = join(folder, 'p.oat')
  const key = keyFile(folder, 'own.key', own.privateKey)
  const publicKey = keyFile(folder, 'own.pub', own.publicKey)
  assert.match(
    refusalOf(() => checkSignature(artifact, ARTIFACT, publicKey)),
    'cannot be read',
  )
  writeFileSync(signaturePath(artifact), signArtifact(ARTIFACT, key))
  checkSignature(artifact, ARTIFACT, publicKey)
  assert.match(
    refusalOf(() => checkSignature(artifact, Buffer.concat([ARTIFACT, ARTIFACT]), publicKey)),
    'is not by the key',
  )
  const otherKey = keyFile(folder, 'other.pub', other.publicKey)
  assert.match(
    refusalOf(() => checkSignature(artifact, ARTIFACT, otherKey)),
    'is not by the key',
  )
  writeFileSync(signaturePath(artifact), 'no signature\n')
  assert.match(
    refusalOf(() => checkSignature(artifact, ARTIFACT, publicKey)),
    'is not by the key',
  )
})

test('keys of other kinds, and keys that others may use, are refused', () => {
  const folder = tempFolder()
  const { privateKey } = generateKeyPairSync('ed25519')
  const key = keyFile(folder, 'own.key', privateKey)
  chmodSync(key, 0o640)
  assert.match(
    refusalOf(() => signArtifact(ARTIFACT, key)),
    'others than its owner',
  )
  const rsa = keyFile(
    folder,
    'rsa.key',
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  )
  assert.match(
    refusalOf(() => signArtifact(ARTIFACT, rsa)),
    'not an Ed25519 key',
  )
  writeFileSync(rsa, 'no key\n', { mode: 0o600 })
  assert.match(
    refusalOf(() => signArtifact(ARTIFACT, rsa)),
    'no key in PEM form',
  )
  assert.match(
    refusalOf(() => signArtifact(ARTIFACT, join(folder, 'none'))),
    'cannot be read',
  )
})

test.run()
