/**
 * The policy in force: one snapshot a request, loaded anew when its files change. What cannot be loaded changes
 * nothing: the last good tables stay, and the fault is told.
 */
import { OaError } from '../base/diagnostic.ts'
import { digestOf, type Layers } from '../decide/decide.ts'
import type { Table } from '../table/table.ts'

/** Where the tables come from; the compiler runs elsewhere. */
export interface PolicySource {
  /** All layers, the highest first. Throws OaError when one of them cannot be used. */
  load(): Promise<readonly PolicyLayer[]>
  /** Changes when a file of the policy may have changed. */
  signature(): string
}

export interface PolicyLayer {
  readonly name: 'system' | 'user' | 'project' | 'session'
  readonly path: string
  readonly table: Table
}

/** What one request is decided with, from its first check to its last. */
export interface PolicySnapshot {
  readonly layers: readonly PolicyLayer[]
  readonly tables: Layers
  readonly digest: string
  readonly loadedMs: number
}

export interface PolicyKeeperDoors {
  /** Another policy is in force. */
  changed(snapshot: PolicySnapshot): Promise<void>
  /** A reload failed, or what failed is well again (null). */
  faulty(fault: string | null): void
}

export class PolicyKeeper {
  readonly #source: PolicySource
  readonly #doors: PolicyKeeperDoors
  #snapshot: PolicySnapshot
  #signature: string
  #fault: string | null = null
  #reloading: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null

  private constructor(
    source: PolicySource,
    doors: PolicyKeeperDoors,
    snapshot: PolicySnapshot,
    signature: string,
  ) {
    this.#source = source
    this.#doors = doors
    this.#snapshot = snapshot
    this.#signature = signature
  }

  /** Loads the policy for the first time; throws what the source throws. */
  static async open(source: PolicySource, doors: PolicyKeeperDoors): Promise<PolicyKeeper> {
    const snapshot = snapshotOf(await source.load())
    await doors.changed(snapshot)
    return new PolicyKeeper(source, doors, snapshot, source.signature())
  }

  get snapshot(): PolicySnapshot {
    return this.#snapshot
  }

  /** Why the files are not what is in force; null when they are. */
  get fault(): string | null {
    return this.#fault
  }

  /** Looks at the files now and then, and loads them when they changed. */
  watch(everyMs: number): void {
    this.#timer = setInterval(() => {
      const signature = this.#source.signature()
      if (signature !== this.#signature) void this.reload()
    }, everyMs)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
  }

  /** Loads again; never throws. Calls while one is under way share it. */
  reload(): Promise<void> {
    this.#reloading ??= this.#reload().finally(() => {
      this.#reloading = null
    })
    return this.#reloading
  }

  async #reload(): Promise<void> {
    // Taken first: a change while it loads is seen by the next look.
    this.#signature = this.#source.signature()
    try {
      const next = snapshotOf(await this.#source.load())
      if (next.digest !== this.#snapshot.digest) {
        await this.#doors.changed(next)
        this.#snapshot = next
      }
      this.#tell(null)
    } catch (error) {
      this.#tell(error instanceof OaError ? `${error.code} ${error.message}` : 'unknown fault')
    }
  }

  #tell(fault: string | null): void {
    if (fault === this.#fault) return
    this.#fault = fault
    this.#doors.faulty(fault)
  }
}

function snapshotOf(layers: readonly PolicyLayer[]): PolicySnapshot {
  const tables = layers.map((each) => each.table)
  return { layers, tables, digest: digestOf(tables), loadedMs: Date.now() }
}
