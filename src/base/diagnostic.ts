/**
 * The three kinds of failure: the user's text is wrong (`Diagnostic`, collected), the world fails (`OaError`,
 * thrown and caught at the edges), oa is wrong (`unreachable`, `assert`: a crash that the edge turns into `deny`).
 */
import { CODES, type Code, type Severity } from './codes.ts'
import type { Span } from './source.ts'

export interface Note {
  readonly message: string
  readonly span: Span
}

/** One finding. Frozen data; text is made in `render.ts` only. */
export interface Diagnostic {
  readonly code: Code
  readonly severity: Severity
  /** Lower case, one sentence, no final stop; user text in backticks. */
  readonly message: string
  readonly span?: Span
  /** Imperative and concrete; what stands in backticks can be pasted. */
  readonly help?: string
  readonly notes: readonly Note[]
}

export interface Outcome<T> {
  readonly value: T | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export interface DiagnosticExtras {
  readonly help?: string | undefined
  readonly notes?: readonly Note[]
}

/** Makes one diagnostic with the severity that its code has. */
export function diagnostic(
  code: Code,
  message: string,
  span?: Span,
  extras: DiagnosticExtras = {},
): Diagnostic {
  return Object.freeze({
    code,
    severity: CODES[code].severity,
    message,
    ...(span ? { span } : {}),
    ...(extras.help === undefined ? {} : { help: extras.help }),
    notes: extras.notes ?? [],
  })
}

/** Collects diagnostics, at most `DIAGNOSTICS_MAX` of them. */
export class Reporter {
  readonly #found: Diagnostic[] = []

  report(code: Code, message: string, span?: Span, extras?: DiagnosticExtras): void {
    this.#found.push(diagnostic(code, message, span, extras))
  }

  add(diagnostics: readonly Diagnostic[]): void {
    this.#found.push(...diagnostics)
  }

  get hasErrors(): boolean {
    return this.#found.some((each) => each.severity === 'error')
  }

  /** Everything found, by file, offset and code; the same input gives the same order. */
  get diagnostics(): readonly Diagnostic[] {
    return sortDiagnostics(this.#found)
  }
}

/** By file, then offset, then code. */
export function sortDiagnostics(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = (each: Diagnostic): string => each.span?.source.name ?? ''
  return [...found].sort(
    (a, b) =>
      compareText(key(a), key(b)) ||
      (a.span?.start ?? -1) - (b.span?.start ?? -1) ||
      compareText(a.code, b.code),
  )
}

/** Code-unit order, the same on every machine. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

const OA_ERROR = Symbol.for('openagent-policy.OaError')

/**
 * The world failed: a file, a lock, a process. Carries the code that the edge prints. `instanceof` goes by a mark: the
 * built CLI holds this class twice, in its script and in its modules, and an error may come from either.
 */
export class OaError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && OA_ERROR in value
  }

  readonly [OA_ERROR] = true
  readonly code: Code
  readonly help: string | undefined

  constructor(code: Code, message: string, options: { help?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'OaError'
    this.code = code
    this.help = options.help
  }
}

/** The end of a `switch` over a closed union. */
export function unreachable(value: never): never {
  throw new Error(`a value that cannot be: ${JSON.stringify(value)}`)
}
