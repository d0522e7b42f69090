/**
 * The library: a policy to a table, a request to a decision, a log to a verdict. See docs/api.md.
 *
 * The compiler half is loaded by `compile` alone; a program that only decides never loads it.
 */

import type { Outcome } from './base/diagnostic.ts'
import { OaError } from './base/diagnostic.ts'
import { type Analysed, analyse as analyseIn } from './command/analyse.ts'
import { layeredKnowledge } from './command/layered-knowledge.ts'
import { decide as decideAnalysis } from './decide/decide.ts'
import type { Decision } from './model/decision.ts'
import type { Request } from './model/request.ts'
import { Table } from './table/table.ts'
import { nodeWorld } from './world/node-world.ts'

export { type AuditReport, type VerifyOptions, verifyAudit as verify } from './audit/verify.ts'
export { CODES, type Code, type Severity } from './base/codes.ts'
export { type Diagnostic, OaError, type Outcome } from './base/diagnostic.ts'
export { neutralise } from './base/neutral.ts'
export { type DiagnosticFormat, renderDiagnostics } from './base/render.ts'
export type { Analysed } from './command/analyse.ts'
export type { World } from './command/world.ts'
export type { Action, Analysis, Facts } from './model/analysis.ts'
export type { ActionDecision, Decision, DecisionResult } from './model/decision.ts'
export { NO_FACTS, type Request, type RequestSubject } from './model/request.ts'
export { Table } from './table/table.ts'

/** A policy: a file, or a text whose imports come from a folder (null: it has none by path). */
export type Policy =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'text'
      /** Its ending says the spelling: `.oa`, `.yaml` or `.yml`. */
      readonly name: string
      readonly text: string
      readonly folder: string | null
    }

export interface Compiled {
  readonly table: Table
  /** The artifact; `open` reads it back without the compiler. */
  readonly artifact: Uint8Array
}

/**
 * Compiles a policy and runs its tests. Total: what is wrong with the policy is in `diagnostics`; `value` is there
 * exactly if no error is among them.
 */
export async function compile(policy: Policy): Promise<Outcome<Compiled>> {
  const [{ compileTable }, { policyReader }] = await Promise.all([
    import('./compile-table.ts'),
    import('./policy-reader.ts'),
  ])
  const { value, diagnostics } = compileTable(policy, policyReader())
  if (!value) return { value: undefined, diagnostics }
  return { value: { table: value.table, artifact: value.bytes }, diagnostics }
}

/**
 * Opens an artifact.
 *
 * @throws OaError OA3003 (damaged), OA3004 (another format version)
 */
export function open(artifact: Uint8Array): Table {
  return Table.open(artifact)
}

/** Where `~` and relative paths of a policy are anchored; both absolute real paths. */
export interface Place {
  readonly home: string
  /** Empty: none, and relative paths of the policy match nothing. */
  readonly workspace: string
}

/** What a request would do, as this machine answers. `tables` are layers, highest first. Runs nothing. */
export function analyse(tables: readonly Table[], request: Request, place: Place): Analysed {
  if (!request.cwd.startsWith('/')) throw new OaError('OA4006', '`cwd` is not absolute')
  const world = nodeWorld({ ...place, path: process.env['PATH'] ?? '' })
  return analyseIn(layeredKnowledge(tables), request, world)
}

/**
 * Decides a request, or what `analyse` made of one. Every fault inside is a `deny` with its reason.
 *
 * @throws OaError OA4006 where `cwd` is not absolute
 */
export function decide(tables: readonly Table[], asked: Request, place: Place): Decision
export function decide(tables: readonly Table[], asked: Analysed): Decision
export function decide(
  tables: readonly Table[],
  asked: Request | Analysed,
  place: Place = { home: '/', workspace: '' },
): Decision {
  if ('analysis' in asked) return decideAnalysis(tables, asked.analysis)
  return decideAnalysis(tables, analyse(tables, asked, place).analysis, asked.id)
}
