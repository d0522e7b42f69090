/**
 * What someone wants to do, before it is analysed.
 */
import type { Facts } from './analysis.ts'

export interface Request {
  readonly id?: string
  readonly subject: RequestSubject
  /** Absolute. */
  readonly cwd: string
  readonly facts: Facts
}

export type RequestSubject =
  /** A shell command line. */
  | { readonly kind: 'line'; readonly line: string }
  /** One program with its arguments, no shell. */
  | { readonly kind: 'argv'; readonly argv: readonly string[] }
  /** One action by itself: what file tools and MCP calls ask. */
  | {
      readonly kind: 'path'
      readonly action: 'read' | 'write' | 'delete' | 'persist'
      readonly path: string
    }
  | { readonly kind: 'connect'; readonly host: string; readonly port: number | null }
  | {
      readonly kind: 'name'
      readonly action: 'elevate' | 'set' | 'call' | 'load'
      readonly name: string
      /** Arguments of a tool call, as options. */
      readonly options: Readonly<Record<string, string>>
    }

/** Facts when nobody said anything: a request without a role has none. */
export const NO_FACTS: Facts = {
  roles: [],
  user: null,
  agent: null,
  session: null,
  machine: null,
  isInteractive: null,
  isCi: null,
  nowMs: null,
  env: null,
}
