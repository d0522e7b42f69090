/**
 * Who may do what: one table from rights to roles. Every route names its right; nothing else decides.
 */

export const ROLES = ['user', 'runner', 'approver', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** `open`: nobody needs to be known. */
export type Right =
  | 'open'
  | 'decide'
  | 'exec'
  | 'see-policy'
  | 'see-own-approvals'
  | 'see-approvals'
  | 'answer'
  | 'see-audit'
  | 'see-system'

const MAY: Readonly<Record<Exclude<Right, 'open'>, readonly Role[]>> = {
  decide: ['user', 'runner', 'approver', 'admin'],
  exec: ['runner'],
  'see-policy': ['user', 'runner', 'approver', 'admin'],
  'see-own-approvals': ['user', 'runner', 'approver', 'admin'],
  'see-approvals': ['approver', 'admin'],
  answer: ['approver', 'admin'],
  'see-audit': ['admin'],
  'see-system': ['admin'],
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text)
}

/** Whether somebody with these roles has a right. */
export function mayDo(right: Right, roles: readonly Role[]): boolean {
  return right === 'open' || roles.some((role) => MAY[right].includes(role))
}
