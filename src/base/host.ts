/**
 * Hosts in one normal form: names in lower case without a final dot, addresses as they are usually written. Programs
 * read `0x7f.1`, `2130706433` and `::ffff:127.0.0.1` as 127.0.0.1, so rules must, too.
 */

/** Text that is no name and no address, and addresses that programs read differently (`010.0.0.1`): null. */
export function normalHost(text: string): string | null {
  const bare = text.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (!/^[a-z0-9._:%-]+$/i.test(bare)) return null
  // Some read an octal number, some a decimal one.
  if (/^[\dx.]+$/i.test(bare) && /(?:^|\.)0\d/.test(bare)) return null
  const zoneless = bare.includes(':') ? bare.replace(/%.*$/, '') : bare
  try {
    const { hostname } = new URL(`http://${zoneless.includes(':') ? `[${zoneless}]` : zoneless}/`)
    return withoutMapping(hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')) || null
  } catch {
    return null
  }
}

/** An IPv4 address within an IPv6 one (RFC 4291 2.5.5.2) is reached as the IPv4 address. */
function withoutMapping(host: string): string {
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(host)
  if (!mapped) return host
  const bits =
    Number.parseInt(mapped[1] ?? '', 16) * 0x1_0000 + Number.parseInt(mapped[2] ?? '', 16)
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.')
}

/** The bits of an address in normal form as `0` and `1`, first its version; null: a name. */
export function addressBits(host: string): string | null {
  if (host.includes(':'))
    return `6${groupsOf(host)
      .map((each) => bitsOf(each, 16))
      .join('')}`
  const octets = host.split('.')
  if (octets.length !== 4 || !octets.every((each) => /^\d{1,3}$/.test(each))) return null
  return `4${octets.map((each) => bitsOf(Number(each), 8)).join('')}`
}

/** The eight groups of an IPv6 address. */
function groupsOf(host: string): readonly number[] {
  const [head = '', tail] = host.split('::')
  const parse = (part: string): readonly number[] =>
    part === '' ? [] : part.split(':').map((each) => Number.parseInt(each, 16))
  const [first, last] = [parse(head), parse(tail ?? '')]
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length
  return [...first, ...Array.from({ length: zeros }, () => 0), ...last]
}

const bitsOf = (value: number, width: number): string => value.toString(2).padStart(width, '0')

/** The address in normal form that has these bits, its version first. */
export function addressOf(bits: string): string {
  const [width, radix, mark] = bits.startsWith('4') ? [8, 10, '.'] : [16, 16, ':']
  const parts = bits.slice(1).match(new RegExp(`.{${width}}`, 'g')) ?? []
  const text = parts.map((each) => Number.parseInt(each, 2).toString(radix)).join(mark)
  return normalHost(text) ?? text
}

/** `10.0.0.0/8` among hosts: no name has a slash. */
export function isRange(host: string): boolean {
  return host.includes('/')
}

/** The bits that all addresses of a range start with. */
export function rangeBits(range: string): string {
  const [address = '', length] = range.split('/')
  return (addressBits(address) ?? '').slice(0, 1 + Number(length))
}
