/** Hosts of `connect` rules for the naive decider. */
import { globHolds, isStars } from './oracle-words.ts'

/** Labels from the last one; a first label `*` is at least one; addresses are one word. */
export function hostHolds(pattern: string, host: string): boolean {
  const isAddress = /^[\d.]+$|:/.test(host)
  if (isStars(pattern)) return true
  if (pattern.includes('/')) return isAddress && isWithin(host, pattern)
  if (isAddress || /^[\d.*?[\]!-]*\d[\d.*?[\]!-]*$|:/.test(pattern)) {
    return isAddress && globHolds(pattern, host)
  }
  const wanted = pattern.split('.').reverse()
  const labels = host.split('.').reverse()
  const isOpen = wanted.at(-1) === '*'
  if (isOpen ? labels.length < wanted.length : labels.length !== wanted.length) return false
  return wanted.every((label, index) => globHolds(label, labels[index] ?? ''))
}

/** Whether an address lies in a range: as numbers, without their last bits. */
function isWithin(address: string, range: string): boolean {
  const [first = '', length] = range.split('/')
  const isLong = first.includes(':')
  if (isLong !== address.includes(':')) return false
  const dropped = BigInt((isLong ? 128 : 32) - Number(length))
  return numberOf(address) >> dropped === numberOf(first) >> dropped
}

function numberOf(address: string): bigint {
  if (!address.includes(':')) {
    return address.split('.').reduce((sum, each) => sum * 256n + BigInt(each), 0n)
  }
  const missing = 8 - address.split(':').filter((each) => each !== '').length
  const zeros = Array.from({ length: missing }, () => '0').join(':')
  const full = address
    .replace('::', `:${zeros}:`)
    .split(':')
    .filter((each) => each !== '')
  return full.reduce((sum, each) => sum * 65_536n + BigInt(`0x${each}`), 0n)
}
