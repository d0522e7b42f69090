/**
 * The words that policy, table, decision and record share. A new kind of action is added here and nowhere else.
 */

/** From weakest to strongest; the order is the order of strictness. */
export const DECISIONS = ['allow', 'warn', 'ask', 'deny'] as const
export type Decision = (typeof DECISIONS)[number]

export const RISKS = ['low', 'medium', 'high', 'blocked'] as const
export type Risk = (typeof RISKS)[number]

/** From most to least permissive; the strictest of several layers wins. */
export const MODES = ['execute', 'approve', 'explain'] as const
export type Mode = (typeof MODES)[number]

/** Every kind of elementary thing that a request can do. */
export const ACTIONS = [
  'run',
  'read',
  'write',
  'delete',
  'connect',
  'elevate',
  'set',
  'persist',
  'call',
  'load',
] as const
export type ActionKind = (typeof ACTIONS)[number]

/** Actions whose resource is a path. `persist` is a write that outlives the command. */
export const PATH_ACTIONS = ['read', 'write', 'delete', 'persist'] as const
export type PathActionKind = (typeof PATH_ACTIONS)[number]

export function isPathAction(kind: ActionKind): kind is PathActionKind {
  return (PATH_ACTIONS as readonly ActionKind[]).includes(kind)
}

/** The stricter of two decisions. */
export function stricter(a: Decision, b: Decision): Decision {
  return DECISIONS.indexOf(a) >= DECISIONS.indexOf(b) ? a : b
}

/** The higher of two risks. */
export function riskier(a: Risk, b: Risk): Risk {
  return RISKS.indexOf(a) >= RISKS.indexOf(b) ? a : b
}

/** How a pattern matches: the numbers make conjunction `min`, disjunction `max`, negation `2 - x`. */
export const NO = 0
export const POSSIBLE = 1
export const SURE = 2
export type Match = typeof NO | typeof POSSIBLE | typeof SURE

export const both = (a: Match, b: Match): Match => (a < b ? a : b)
export const either = (a: Match, b: Match): Match => (a > b ? a : b)
export const not = (a: Match): Match => (2 - a) as Match
