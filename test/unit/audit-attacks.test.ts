import fs from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Anchor, appendAnchor, readAnchors } from '../../src/audit/anchor.ts'
import { firstKey } from '../../src/audit/checkpoint.ts'
import { openLog } from '../../src/audit/log.ts'
import { MerkleTree } from '../../src/audit/merkle.ts'
import { keyIdOf, printKey, readCheckpoints, readKey } from '../../src/audit/note.ts'
import { GENESIS, leafHash } from '../../src/audit/record.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import { decide, logOf, names, segments } from '../support/audit.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('audit attacks')

const RECORDS = 130
const EVERY = 20
const SETTINGS = { segmentBytes: 12_000, checkpointRecords: EVERY, reserveBytes: 0 }

interface Victim {
  readonly directory: string
  readonly snapshot: string
}

const file = (victim: Victim, name: string): string => path.join(victim.directory, name)

const linesOf = (directory: string): string[] =>
  segments(directory).flatMap((each) => fs.readFileSync(each, 'utf8').split('\n').filter(Boolean))

/** Puts other lines in place of a log's, chained anew or as they are, in the same segments. */
function rewrite(victim: Victim, lines: readonly string[], options: { rechain: boolean }): void {
  const bySegment = segments(victim.directory).map((each) => path.basename(each))
  for (const each of segments(victim.directory)) fs.rmSync(each)
  let hash = GENESIS
  let last = { segment: '', bytes: 0, seq: -1, ts: '' }
  for (const [seq, each] of lines.entries()) {
    const line = options.rechain
      ? each.replace(/^\{"prev":"[0-9a-f]{64}"/, `{"prev":"${hash}"`)
      : each
    hash = leafHash(line)
    const segment = bySegment.findLast((name) => Number(name.slice(4, 20)) <= seq) ?? ''
    fs.appendFileSync(file(victim, segment), `${line}\n`, { mode: 0o600 })
    const bytes = fs.statSync(file(victim, segment)).size
    last = { segment, bytes, seq, ts: line }
  }
  const head = JSON.parse(fs.readFileSync(file(victim, 'HEAD'), 'utf8')) as object
  const fixed = { ...head, segment: last.segment, bytes: last.bytes, seq: last.seq, hash }
  fs.writeFileSync(file(victim, 'HEAD'), `${JSON.stringify(fixed).padEnd(511)}\n`)
}

/** The lines with one changed; a negative number counts from the end. */
function edited(lines: readonly string[], seq: number): string[] {
  return lines.map((each, at) =>
    at === (seq < 0 ? lines.length + seq : seq) ? each.replace('git push', 'git pull') : each,
  )
}

/** Sizes of the checkpoints, oldest first. */
function signed(victim: Victim): readonly number[] {
  const text = fs.readFileSync(file(victim, 'checkpoints'), 'utf8')
  return readCheckpoints(text).notes.map((each) => each.head.size)
}

/** Drops checkpoints after the first `count`, and the keys that only they used. */
function dropCheckpoints(victim: Victim, count: number): void {
  const text = fs.readFileSync(file(victim, 'checkpoints'), 'utf8')
  const parts = text.split('\n\n').slice(0, 2 * count)
  fs.writeFileSync(file(victim, 'checkpoints'), `${parts.join('\n\n')}\n\n`)
  const epochs = fs.readFileSync(file(victim, 'epochs'), 'utf8').split('\n')
  fs.writeFileSync(file(victim, 'epochs'), `${epochs.slice(0, count + 1).join('\n')}\n`)
}

function signAnew(victim: Victim): void {
  fs.rmSync(file(victim, 'tree.json'), { force: true })
  const log = openLog({ directory: victim.directory, ...SETTINGS, checkpointRecords: 0 })
  log.checkpoint()
  void log.close()
}

type Catches = '----' | '---A' | '--CA' | '-HCA' | 'LHCA'

/** Source: the matrix measured in the design's research; letters are chain, head, checkpoint, anchor. */
const ATTACKS: readonly (readonly [
  name: string,
  catches: Catches,
  attack: (victim: Victim) => void,
])[] = [
  [
    'edit one byte',
    'LHCA',
    (victim) => {
      const [, target = ''] = segments(victim.directory)
      const bytes = fs.readFileSync(target)
      bytes[700] = (bytes[700] ?? 0) ^ 1
      fs.writeFileSync(target, bytes)
    },
  ],
  [
    'delete one line inside',
    'LHCA',
    (victim) => {
      const [, target = ''] = segments(victim.directory)
      const lines = fs.readFileSync(target, 'utf8').split('\n')
      fs.writeFileSync(target, lines.filter((_, at) => at !== 5).join('\n'))
    },
  ],
  [
    'swap two lines',
    'LHCA',
    (victim) => {
      const [, target = ''] = segments(victim.directory)
      const lines = fs.readFileSync(target, 'utf8').split('\n')
      ;[lines[5], lines[6]] = [lines[6] ?? '', lines[5] ?? '']
      fs.writeFileSync(target, lines.join('\n'))
    },
  ],
  [
    'delete a segment in the middle',
    'LHCA',
    (victim) => fs.rmSync(segments(victim.directory)[1] ?? ''),
  ],
  [
    'cut the tail, records only',
    '-HCA',
    (victim) => {
      const target = segments(victim.directory).at(-1) ?? ''
      const lines = fs.readFileSync(target, 'utf8').split('\n')
      fs.writeFileSync(target, `${lines.slice(0, -4).join('\n')}\n`)
    },
  ],
  [
    'cut the tail past a checkpoint, mend the head',
    '--CA',
    (victim) => rewrite(victim, linesOf(victim.directory).slice(0, 70), { rechain: false }),
  ],
  [
    'cut the tail after the last checkpoint, mend the head',
    '---A',
    (victim) => rewrite(victim, linesOf(victim.directory).slice(0, -1), { rechain: false }),
  ],
  [
    'edit an old record, chain all anew, mend the head',
    '--CA',
    (victim) => rewrite(victim, edited(linesOf(victim.directory), 10), { rechain: true }),
  ],
  [
    'edit after the last checkpoint, chain anew, mend the head',
    '---A',
    (victim) => rewrite(victim, edited(linesOf(victim.directory), -2), { rechain: true }),
  ],
  [
    'rewrite everything under new keys',
    '--CA',
    (victim) => {
      rewrite(victim, edited(linesOf(victim.directory), 10), { rechain: true })
      for (const each of ['epoch.key', 'epochs', 'checkpoints']) fs.rmSync(file(victim, each))
      signAnew(victim)
      signAnew(victim)
    },
  ],
  [
    'take the current key, rewrite old records, sign again',
    '--CA',
    (victim) => {
      rewrite(victim, edited(linesOf(victim.directory), 10), { rechain: true })
      fs.rmSync(file(victim, 'checkpoints'))
      signAnew(victim)
    },
  ],
  [
    'take the current key, rewrite what it has not signed yet',
    '---A',
    (victim) => {
      rewrite(victim, edited(linesOf(victim.directory), -2), { rechain: true })
      signAnew(victim)
    },
  ],
  [
    'cut to an old checkpoint, drop the later ones, leave the key',
    '--CA',
    (victim) => {
      rewrite(victim, linesOf(victim.directory).slice(0, signed(victim)[2]), { rechain: false })
      dropCheckpoints(victim, 3)
    },
  ],
  [
    'the same, delete the key and leave the log dead',
    '---A',
    (victim) => {
      rewrite(victim, linesOf(victim.directory).slice(0, signed(victim)[2]), { rechain: false })
      dropCheckpoints(victim, 3)
      fs.rmSync(file(victim, 'epoch.key'))
    },
  ],
  [
    'set the whole directory back to an earlier copy',
    '---A',
    (victim) => {
      fs.rmSync(victim.directory, { recursive: true })
      fs.renameSync(victim.snapshot, victim.directory)
    },
  ],
  [
    'delete everything',
    '--CA',
    (victim) => {
      fs.rmSync(victim.directory, { recursive: true })
      fs.mkdirSync(victim.directory, { mode: 0o700 })
    },
  ],
]

/** A log with an earlier copy of itself, its first key, and an anchor over all of it. */
async function victimOf(): Promise<{
  victim: Victim
  pinnedKey: string
  anchors: readonly Anchor[]
}> {
  const directory = path.join(tempFolder(), 'log')
  const snapshot = path.join(tempFolder(), 'copy')
  const log = openLog({ directory, ...SETTINGS })
  for (let number = 0; number < RECORDS; number++) {
    log.appendSync(decide(number))
    if (number === 90) fs.cpSync(directory, snapshot, { recursive: true })
  }
  // Some records that no checkpoint covers yet.
  const head = (): number => log.appendSync(decide(0)).seq
  while (head() < (signed({ directory, snapshot }).at(-1) ?? 0) + 4);
  await log.close()
  const tree = new MerkleTree()
  const lines = linesOf(directory)
  for (const line of lines) tree.push(leafHash(line))
  assert.ok((signed({ directory, snapshot }).at(-1) ?? 0) < lines.length - 3)
  const anchors = [{ size: tree.size, root: tree.root(), source: 'elsewhere' }]
  return { victim: { directory, snapshot }, pinnedKey: firstKey(directory) ?? '', anchors }
}

for (const [name, catches, attack] of ATTACKS) {
  test(`${name}: ${catches}`, async () => {
    const { victim, pinnedKey, anchors } = await victimOf()
    assert.is(names(verifyAudit(victim.directory, { pinnedKey, anchors })), '')
    attack(victim)
    const layers = verifyAudit(victim.directory, { pinnedKey, anchors }).layers
    const broken = (layer: string): boolean =>
      layers.some((each) => each.layer === layer && each.state === 'broken')
    // Each column of the matrix has the evidence of those before it.
    const chain = broken('chain')
    const head = chain || broken('head')
    const checkpoint = head || broken('checkpoint')
    const anchor = checkpoint || broken('anchor')
    const seen = [chain && 'L', head && 'H', checkpoint && 'C', anchor && 'A']
    assert.is(seen.map((each) => each || '-').join(''), catches)
  })
}

test('what sealed verification skips it has digests for', async () => {
  const { victim, pinnedKey, anchors } = await victimOf()
  const report = verifyAudit(victim.directory, { pinnedKey, anchors, mode: 'sealed' })
  assert.is(names(report), '')
  assert.is(report.records, report.lastSeq + 1)
  for (const target of segments(victim.directory)) {
    const whole = fs.readFileSync(target)
    const changed = Buffer.from(whole)
    changed[600] = (changed[600] ?? 0) ^ 1
    fs.writeFileSync(target, changed)
    assert.not.ok(verifyAudit(victim.directory, { pinnedKey, mode: 'sealed' }).isIntact)
    fs.writeFileSync(target, whole)
  }
})

test('a log rewritten with digests to match is found by the checkpoint in sealed mode too', async () => {
  const { victim, pinnedKey } = await victimOf()
  rewrite(victim, edited(linesOf(victim.directory), 10), { rechain: true })
  assert.not.ok(verifyAudit(victim.directory, { pinnedKey, mode: 'sealed' }).isIntact)
})

test('the report says what could still be forged, and less of it with more evidence', async () => {
  const { victim, pinnedKey, anchors } = await victimOf()
  const bare = verifyAudit(victim.directory)
  assert.match(bare.couldBeForged.join('\n'), 'all records could be rewritten')
  assert.match(bare.couldBeForged.join('\n'), 'pin the first one')
  const pinned = verifyAudit(victim.directory, { pinnedKey })
  assert.match(pinned.couldBeForged.join('\n'), /records from \d+ on could be rewritten/)
  const anchored = verifyAudit(victim.directory, { pinnedKey, anchors })
  assert.is(anchored.couldBeForged.length, 1)
})

test('a kill between checkpoint and next key leaves two checkpoints of one epoch, and no alarm', async () => {
  const directory = await logOf(5, { checkpointRecords: 0 })
  const log = openLog({ directory, reserveBytes: 0 })
  log.checkpoint()
  const keyFile = path.join(directory, 'epoch.key')
  const key = fs.readFileSync(keyFile)
  const epochs = fs.readFileSync(path.join(directory, 'epochs'))
  log.checkpoint()
  fs.writeFileSync(keyFile, key)
  fs.writeFileSync(path.join(directory, 'epochs'), epochs)
  log.checkpoint()
  assert.is(names(verifyAudit(directory)), '')
  fs.writeFileSync(path.join(directory, 'epochs'), epochs)
  assert.is(names(verifyAudit(directory)), '', 'the announcement in the key file counts')
  log.checkpoint()
  await log.close()
  assert.is(names(verifyAudit(directory)), '')
})

test('a checkpoint file cut inside is a warning, and the next checkpoint is whole', async () => {
  const directory = await logOf(45, { checkpointRecords: 20 })
  const checkpoints = path.join(directory, 'checkpoints')
  fs.appendFileSync(checkpoints, 'openagent.local/audit/00\n12')
  assert.is(names(verifyAudit(directory)), 'checkpoint-torn')
  const log = openLog({ directory, reserveBytes: 0 })
  log.checkpoint()
  await log.close()
  assert.ok(verifyAudit(directory).isIntact)
})

test('a signing key that others may read signs nothing', async () => {
  const directory = await logOf(5)
  const log = openLog({ directory, reserveBytes: 0 })
  log.checkpoint()
  fs.chmodSync(path.join(directory, 'epoch.key'), 0o644)
  assert.throws(() => log.checkpoint(), 'may be used by others')
  await log.close()
})

test('an anchor kept in a file speaks for the log', async () => {
  const directory = await logOf(10)
  const anchor = path.join(tempFolder(), 'anchor')
  const log = openLog({ directory, reserveBytes: 0 })
  appendAnchor(anchor, log.checkpoint().text)
  await log.close()
  const anchors = readAnchors(fs.readFileSync(anchor, 'utf8'), anchor)
  assert.is(anchors[0]?.size, 12)
  assert.is(names(verifyAudit(directory, { anchors })), '')
  assert.throws(() => readAnchors('nothing', 'x'), 'no checkpoint')
})

test('tree heads are those of RFC 6962', () => {
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ]
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]
  const tree = new MerkleTree()
  for (const [at, leaf] of leaves.entries()) {
    tree.push(leafHash(Buffer.from(leaf, 'hex')))
    assert.is(tree.root(), roots[at])
  }
})

test('key ids are those of signed notes', () => {
  const raw = Buffer.from('Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8', 'base64').subarray(1)
  assert.is(keyIdOf('sum.golang.org', raw), '033de0ae')
  const printed = printKey('sum.golang.org', raw)
  assert.is(printed, 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8')
  assert.ok(readKey(printed)?.publicKey.equals(raw))
  assert.is(readKey(printed.replace('033', '034')), undefined)
})

test.run()
