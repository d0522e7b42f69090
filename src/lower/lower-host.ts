/**
 * Host patterns of `connect`: `host`, `*.host:443`, `[::1]:*`. One normal form for every spelling of a host.
 */
import type { Reporter } from '../base/diagnostic.ts'
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
  if (text.includes('/'))
    return fail(
      `\`${text}\` is no host: ranges of addresses are not matched`,
      'name hosts, or use a glob',
    )
  const { host, port } = split(text)
  if (host === '') return fail(`\`${text}\` names no host`, 'write `HOST`, `HOST:PORT` or `*`')
  const number = port === undefined || port === '*' ? null : Number(port)
  if (number !== null && !(/^\d{1,5}$/.test(port ?? '') && number >= 1 && number <= 65_535)) {
    return fail(`\`${port}\` is no port`, 'write a number from 1 to 65535, or `*`')
  }
  const normal = normalHost(host)
  if (normal === undefined)
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

/** Lower case, no final dot, punycode, addresses in their usual form; globs only in lower case. */
function normalHost(host: string): string | undefined {
  if (isGlob(host) && !host.startsWith('[')) {
    const lower = host
      .toLowerCase()
      .replace(/\.$/, '')
      .replace(/\*{2,}/g, '*')
    return /^[a-z0-9._*?[\]!-]+$/.test(lower) ? lower : undefined
  }
  try {
    const { hostname } = new URL(`http://${host}/`)
    const bare = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
    return bare === '' ? undefined : bare
  } catch {
    return undefined
  }
}
