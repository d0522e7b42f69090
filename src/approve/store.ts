/**
 * Approvals on disk. Every step is one file that is linked into place once: whoever links it won, whatever is killed
 * when. Nothing is rewritten; what an approval is follows from the files that are there.
 */
import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { makeFolders } from '../base/make-folders.ts'
import type { Approval, ApprovalRequest, ApprovalState, End, Grant } from './approval.ts'

const ID = /^[0-9a-f]{32}$/
/** How long files of an approval that is over are kept. */
const KEPT_MS = 7 * 86_400_000

export class ApprovalStore {
  readonly #folder: string
  readonly #now: () => number

  /** @param own - `~/.openagent`; the sandbox hides it from every run */
  constructor(own: string, now: () => number = Date.now) {
    this.#folder = path.join(own, 'approvals')
    this.#now = now
    makeFolders(this.#folder, 0o700)
  }

  now(): number {
    return this.#now()
  }

  add(wanted: Omit<ApprovalRequest, 'id' | 'askedMs'>): Approval {
    const id = randomBytes(16).toString('hex')
    const request: ApprovalRequest = { ...wanted, id, askedMs: this.#now() }
    this.#place(`${id}.request`, request)
    return { request, state: { kind: 'pending', grants: [] } }
  }

  /** Every approval that is known, oldest first. */
  list(): readonly Approval[] {
    const names = fs.readdirSync(this.#folder)
    const ids = names.flatMap((name) =>
      name.endsWith('.request') ? [name.slice(0, -'.request'.length)] : [],
    )
    const found = ids.flatMap((id) => this.#read(id, names) ?? [])
    return found.sort((a, b) => a.request.askedMs - b.request.askedMs)
  }

  get(id: string): Approval | null {
    return ID.test(id) ? this.#read(id, fs.readdirSync(this.#folder)) : null
  }

  /** False: this person said yes before. */
  addGrant(id: string, grant: Grant): boolean {
    return this.#place(`${id}.grant-${nameHash(grant.by)}`, grant)
  }

  /** False: it ended before. */
  end(id: string, end: End): boolean {
    return this.#place(`${id}.end`, end)
  }

  /** Removes what was over long ago. */
  sweep(): void {
    const before = this.#now() - KEPT_MS
    const names = fs.readdirSync(this.#folder)
    for (const { request } of this.list()) {
      if (request.answerByMs + request.runWithinMs > before) continue
      for (const name of names) {
        if (name.startsWith(`${request.id}.`))
          fs.rmSync(path.join(this.#folder, name), { force: true })
      }
    }
  }

  #read(id: string, names: readonly string[]): Approval | null {
    const request = this.#json<ApprovalRequest>(`${id}.request`)
    if (request?.id !== id) return null
    const grants = names
      .filter((name) => name.startsWith(`${id}.grant-`) && !name.endsWith('.new'))
      .flatMap((name) => this.#json<Grant>(name) ?? [])
    return { request, state: stateOf(request, grants, this.#json<End>(`${id}.end`), this.#now()) }
  }

  /** A file of the store; null where it is missing or no JSON. */
  #json<T>(name: string): T | null {
    try {
      return JSON.parse(fs.readFileSync(path.join(this.#folder, name), 'utf8')) as T
    } catch {
      return null
    }
  }

  /** Makes a file that is whole from its first moment; false when somebody else made it before. */
  #place(name: string, value: unknown): boolean {
    const file = path.join(this.#folder, name)
    const next = `${file}.${randomBytes(6).toString('hex')}.new`
    const fd = fs.openSync(next, 'wx', 0o600)
    try {
      fs.writeFileSync(fd, JSON.stringify(value))
      fs.fsyncSync(fd)
    } finally {
      fs.closeSync(fd)
    }
    try {
      fs.linkSync(next, file)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    } finally {
      fs.rmSync(next, { force: true })
    }
  }
}

function stateOf(
  request: ApprovalRequest,
  grants: readonly Grant[],
  end: End | null,
  now: number,
): ApprovalState {
  if (end?.kind === 'refused') return { kind: 'refused', refusal: end }
  if (end?.kind === 'void') return { kind: 'void', reason: end.reason, atMs: end.atMs }
  if (end) return { kind: 'used', grants, atMs: end.atMs }
  const counted = grants.filter((each) => each.atMs <= request.answerByMs)
  if (counted.length < request.persons) {
    return now > request.answerByMs ? { kind: 'expired' } : { kind: 'pending', grants: counted }
  }
  const runByMs = Math.max(...counted.map((each) => each.atMs)) + request.runWithinMs
  return now > runByMs ? { kind: 'expired' } : { kind: 'granted', grants: counted, runByMs }
}

/** One person counts once, and no name becomes a path. */
function nameHash(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32)
}
