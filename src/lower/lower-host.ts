/**
 * Host patterns of `connect`: `host`, `*.host:443`, `[::1]:*`, `10.0.0.0/8`. One normal form for every spelling.
 */

import type { Reporter } from '../base/diagnostic.ts'
import { addressBits, addressOf, isRange, normalHost } from '../base/host.ts'
import { isGlob, type WrittenWord } from './lower-word.ts'

export interface HostPattern {
  readonly host: string
  /** Null: any. */
  readonly port: number | null
}

/** Undefined after an error (OA2006). */
export function lowerHost(word: WrittenWord, reporter: Reporter): HostPattern | undefined {
  const { text, span } = word
  const fail = (message: string, help?: string): undefined => {
    reporter.report('OA2006', message, span, { help })
    return undefined
  }
  const url = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?([^/?#]*)/i.exec(text)
  if (url)
    return fail(`\`${text}\` is a URL, not a host`, `write the host and port: \`${url[1]}:443\``)
  const { host, port } = split(text)
  if (host === '') return fail(`\`${text}\` names no host`, 'write `HOST`, `HOST:PORT` or `*`')
  const number = port === undefined || port === '*' ? null : Number(port)
  if (number !== null && !(/^\d{1,5}$/.test(port ?? '') && number >= 1 && number <= 65_535)) {
    return fail(`\`${port}\` is no port`, 'write a number from 1 to 65535, or `*`')
  }
  if (isRange(host)) {
    const range = normalRange(host)
    return 'range' in range ? { host: range.range, port: number } : fail(range.wrong, range.help)
  }
  const normal = isGlob(host) && !host.startsWith('[') ? normalGlob(host) : normalHost(host)
  if (normal === null)
    return fail(`\`${host}\` is no host name`, 'write a name such as `example.org`, or an address')
  return { host: normal, port: number }
}

function split(text: string): { readonly host: string; readonly port: string | undefined } {
  const bracketed = /^(\[[^\]]*\])(?::(.*))?$/.exec(text)
  if (bracketed && bracketed[1]?.includes(':')) return { host: bracketed[1], port: bracketed[2] }
  // More than one colon outside brackets: an IPv6 address, which has no port.
  if (/:.*:/.test(text)) return { host: `[${text}]`, port: undefined }
  const colon = text.lastIndexOf(':')
  if (colon < 0) return { host: text, port: undefined }
  return { host: text.slice(0, colon), port: text.slice(colon + 1) }
}

/** Globs are only put in lower case. */
function normalGlob(host: string): string | null {
  const lower = host
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/\*{2,}/g, '*')
  return /^[a-z0-9._*?[\]!-]+$/.test(lower) ? lower : null
}

/** How many bits stand before the IPv4 address that an IPv6 one carries. */
const MAPPED_BITS = 96

/** `ADDRESS/LENGTH` with no bit set behind the length. A range of one address is that address. */
function normalRange(
  text: string,
): { readonly range: string } | { readonly wrong: string; readonly help: string } {
  const bare = text.replace(/^\[|\]$/g, '')
  const [written = '', digits = '', ...more] = bare.split('/')
  const address = normalHost(written)
  const bits = address === null ? null : addressBits(address)
  const isLength = /^\d{1,3}$/.test(digits) && more.length === 0
  if (address === null || bits === null || !isLength) {
    return {
      wrong: `\`${bare}\` is no range of addresses`,
      help: 'write `10.0.0.0/8` or `2001:db8::/32`; with a port `10.0.0.0/8:443` or `[2001:db8::/32]:443`',
    }
  }
  const isMapped = written.includes(':') && !address.includes(':')
  const length = Number(digits) - (isMapped ? MAPPED_BITS : 0)
  if (length < 0 || length > bits.length - 1) {
    const [least, most] = isMapped ? [MAPPED_BITS, 128] : [0, bits.length - 1]
    return {
      wrong: `\`/${digits}\` is no length of this range`,
      help: `write a length from ${least} to ${most}`,
    }
  }
  if (bits.slice(1 + length).includes('1')) {
    const first = `${addressOf(bits.slice(0, 1 + length).padEnd(bits.length, '0'))}/${length}`
    return {
      wrong: `\`${bare}\` names an address within the range`,
      help: `write its first address: \`${first}\`, or the address alone`,
    }
  }
  return { range: length === bits.length - 1 ? address : `${address}/${length}` }
}
