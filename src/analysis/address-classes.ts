/**
 * Addresses that ranges tell apart: one of each class. Any set of addresses that ranges and single addresses cut out
 * starts at the first address of one, or behind the last.
 */
import { addressBits, addressOf, isRange, rangeBits } from '../base/host.ts'

/** IPv4 addresses within IPv6 ones are none of the latter. */
const MAPPED = '::ffff:0:0/96'

/** None where no pattern is a range. */
export function addressClasses(hosts: readonly string[]): readonly string[] {
  if (!hosts.some(isRange)) return []
  const found = new Set(['4'.padEnd(33, '0'), '6'.padEnd(129, '0')])
  for (const host of [...hosts, MAPPED]) {
    const bits = isRange(host) ? rangeBits(host) : addressBits(host)
    if (bits === null) continue
    const width = bits.startsWith('4') ? 32 : 128
    found.add(bits.padEnd(1 + width, '0'))
    // One digit more: there is none behind.
    const next = (BigInt(`0b1${bits.slice(1)}`) + 1n).toString(2)
    if (next.length === bits.length)
      found.add((bits.charAt(0) + next.slice(1)).padEnd(1 + width, '0'))
  }
  return [...found].map(addressOf)
}
