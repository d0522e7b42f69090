/**
 * Random rules over hosts and address ranges, and requests that often lie in them.
 */
import fc from 'fast-check'
import { NO_FACTS, type Request } from '../../src/model/request.ts'
import { decision, from, HOSTS, joined, maybe } from './policy-generator.ts'

/** Addresses that share some of their first bits. */
const address = fc.oneof(
  fc
    .tuple(fc.constantFrom(10, 11, 192), fc.constantFrom(0, 1, 128), fc.nat({ max: 3 }))
    .map(([a, b, c]) => `${a}.${b}.0.${c}`),
  fc
    .tuple(fc.constantFrom('2001:db8', '2001:db9', '0:0'), fc.nat({ max: 3 }))
    .map(([start, last]) => `${start}:0:0:0:0:0:${last}`),
)
/** A range by any of its addresses; the bits behind its length are taken away. */
const range = fc.tuple(address, fc.nat({ max: 128 })).map(([text, wanted]) => {
  const isLong = text.includes(':')
  const [width, radix, mark] = isLong ? [16, 16, ':'] : [8, 10, '.']
  const parts = text.split(mark).map((each) => Number.parseInt(each, radix))
  const length = wanted % (parts.length * width + 1)
  const kept = parts.map((part, index) => {
    const bits = Math.min(width, Math.max(0, length - index * width))
    return (part >> (width - bits)) << (width - bits)
  })
  return `${kept.map((each) => each.toString(radix)).join(mark)}/${length}`
})

/** Rules over hosts alone. */
export const hostRules: fc.Arbitrary<readonly string[]> = fc.array(
  joined(
    decision,
    fc.constant('connect'),
    fc.oneof(range, range, from(HOSTS)),
    maybe(fc.oneof(range, address).map((each) => `except ${each}`)),
  ),
  { minLength: 1, maxLength: 12 },
)
export const hostRequest: fc.Arbitrary<Request> = fc
  .tuple(
    fc.oneof(address, address, from(['hub.example', '::ffff:10.0.0.1', '$X'])),
    fc.constantFrom(null, 443),
  )
  .map(([host, port]) => ({
    subject: { kind: 'connect', host, port },
    cwd: '/',
    facts: NO_FACTS,
  }))
