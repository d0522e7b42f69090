/**
 * Hosts in words: URLs, `host:port`, `user@host:path`.
 */
import { normalHost } from '../base/host.ts'

export interface HostPort {
  /** In normal form (base/host.ts). */
  readonly host: string
  readonly port: number | null
}

const SCHEME_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ftp: 21,
  ftps: 990,
  ssh: 22,
  sftp: 22,
  git: 9418,
  'git+ssh': 22,
  'git+https': 443,
  ws: 80,
  wss: 443,
  ldap: 389,
  telnet: 23,
  rsync: 873,
  redis: 6379,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mongodb: 27017,
}

/** The host a word names, or null when it names none that can be told. */
export function hostOf(text: string): HostPort | null {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)
  if (scheme) {
    const name = (scheme[1] ?? '').toLowerCase()
    const authority = text.slice(scheme[0].length).split(/[/?#]/, 1)[0] ?? ''
    return splitAuthority(authority, SCHEME_PORTS[name] ?? null)
  }
  const remote = /^(?:[^@/\s]+@)?(\[[^\]]+\]|[^/:@\s]+):/.exec(text)
  if (remote?.[1] && !/:\d+(?:\/|$)/.test(text)) return plainHost(remote[1], 22)
  return splitAuthority(text.split('/', 1)[0] ?? '', null)
}

/** A URL or `[user@]host:path`, as git, scp and rsync tell remotes from paths. */
export function isRemote(text: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return !/^file:/i.test(text)
  const colon = text.indexOf(':')
  return colon > 0 && !text.slice(0, colon).includes('/')
}

function splitAuthority(authority: string, defaultPort: number | null): HostPort | null {
  const bare = authority.slice(authority.lastIndexOf('@') + 1)
  const match = /^(\[[^\]]+\]|[^:\s[\]]+)(?::(\d{1,5}))?$/.exec(bare)
  if (!match?.[1]) return null
  return plainHost(match[1], match[2] === undefined ? defaultPort : Number(match[2]))
}

function plainHost(host: string, port: number | null): HostPort | null {
  const normal = normalHost(host)
  return normal === null ? null : { host: normal, port }
}
