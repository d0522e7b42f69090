/**
 * Canonical JSON: keys sorted by code units, no spaces, strings in NFC. The same value gives the same text everywhere.
 */
import { compareText } from './diagnostic.ts'

/** Undefined members are left out; numbers are finite. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => compareText(a, b))
      .map(([key, member]) => `${JSON.stringify(key.normalize('NFC'))}:${canonicalJson(member)}`)
    return `{${members.join(',')}}`
  }
  return typeof value === 'string' ? JSON.stringify(value.normalize('NFC')) : JSON.stringify(value)
}
