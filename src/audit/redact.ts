/**
 * Hiding secrets before anything is written or shown. What is hidden leaves a mark that says what stood there. Three
 * ways to know a secret: its own shape, the name it is given to, and that it was seen in such a place elsewhere in
 * the same record. Every pass is linear in the text.
 */
import type { AnyEntry } from './record.ts'

export interface Redactor {
  /** The text with every secret replaced by its mark. */
  text(text: string): string
  /** The same for every string in a record, however deep; what one string gives away is hidden in all of them. */
  record<T extends AnyEntry>(entry: T): T
}

export interface RedactorOptions {
  /** Name patterns as in `env { secret *TOKEN* }`: `*` stands for any characters, case does not matter. */
  readonly names?: readonly string[]
  /** Secrets known by value, from the environment for example; those under 8 characters are left alone. */
  readonly values?: readonly string[]
}

/** Matches every mark that a redactor leaves. */
export const REDACTION_MARK = /\{\{redacted:[a-z0-9-]+\}\}/g

/** The names that are secret whatever the policy says. */
export const SECRET_NAMES: readonly string[] = [
  '*TOKEN*',
  '*SECRET*',
  '*PASSWORD*',
  '*PASSWD*',
  '*PASSPHRASE*',
  '*API_KEY*',
  '*APIKEY*',
  '*ACCESS_KEY*',
  '*PRIVATE_KEY*',
  '*CREDENTIAL*',
]

/** Makes a redactor. Compiles its patterns once; keep it. */
export function makeRedactor(options: RedactorOptions = {}): Redactor {
  const isSecretName = namesMatcher([...SECRET_NAMES, ...(options.names ?? [])])
  const values = (options.values ?? []).filter((each) => each.length >= VALUE_CHARS_MIN)
  // Most strings of a record stand in every record: names of members, programs, folders.
  const clean = new Set<string>()
  const hide = (text: string, seen: Set<string>): string => {
    if (text.length < SECRET_CHARS_MIN || clean.has(text)) return text
    const before = seen.size
    const hidden = hideShapes(hideContexts(text, isSecretName, seen))
    if (text.length <= CLEAN_CHARS_MAX && hidden === text && seen.size === before) {
      if (clean.size >= CLEAN_TEXTS_MAX) clean.clear()
      clean.add(text)
    }
    return hidden
  }
  return {
    text: (text) => {
      const seen = new Set(values)
      return hideValues(hide(text, seen), longestFirst(seen))
    },
    record: (entry) => {
      const seen = new Set(values)
      const walk: Walk = { isSecretName, seen, hide: (text) => hide(text, seen) }
      const hidden = hideIn(entry, walk, 0)
      const known = longestFirst(seen)
      const done = known.length === 0 ? hidden : hideIn(hidden, valuesOnly(walk, known), 0)
      return { ...(done as typeof entry), ...fixedMembers(entry) }
    },
  }
}

/** Nothing shorter than this is taken for a secret anywhere. */
const SECRET_CHARS_MIN = 4
/** A value hidden wherever it stands must be long enough not to be an ordinary word. */
const VALUE_CHARS_MIN = 8
/** Strings that are remembered to have nothing to hide, and how long one may be. */
const CLEAN_TEXTS_MAX = 4096
const CLEAN_CHARS_MAX = 64
/** Records are shallow; deeper than this is hidden whole. */
const RECORD_DEPTH_MAX = 64

function mark(what: string): string {
  return `{{redacted:${what}}}`
}

/** Members that name things of the log itself; their values are `oa`'s own. */
function fixedMembers(entry: AnyEntry): Partial<AnyEntry> {
  const { kind, policy } = entry
  return policy === undefined ? { kind } : { kind, policy }
}

interface Shape {
  readonly name: string
  readonly pattern: string
}

/** Where a short prefix would otherwise be found inside ordinary words. */
const ALONE = '(?<![A-Za-z0-9])'

/**
 * Tokens known by their form. INVARIANT: a fixed prefix, then a run of one class that is long enough as soon as its
 * least length is reached; where something must follow a run, the run may not start inside another. So no text is
 * read more than a bounded number of times. Sources: the issuers' own pages; samples in docs/audit.md.
 */
const SHAPES: readonly Shape[] = [
  { name: 'anthropic-key', pattern: 'sk-ant-[A-Za-z0-9_-]{16,}' },
  { name: 'stripe-key', pattern: `${ALONE}[rs]k_(?:live|test)_[A-Za-z0-9]{10,}` },
  { name: 'openai-key', pattern: 'sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{16,}' },
  { name: 'openai-key', pattern: `${ALONE}sk-(?=[A-Za-z_-]{0,40}[0-9])[A-Za-z0-9_-]{20,}` },
  { name: 'github-token', pattern: 'gh[opusr]_[A-Za-z0-9]{20,}' },
  { name: 'github-token', pattern: 'github_pat_[A-Za-z0-9_]{20,}' },
  { name: 'gitlab-token', pattern: 'gl(?:pat|dt|rt|cbt|ptt|soat)-[A-Za-z0-9_.-]{16,}' },
  { name: 'huggingface-token', pattern: `${ALONE}hf_[A-Za-z0-9]{16,}` },
  { name: 'aws-key', pattern: `${ALONE}(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])` },
  { name: 'slack-token', pattern: 'xox[abeoprs]-[A-Za-z0-9-]{10,}' },
  { name: 'slack-token', pattern: 'xapp-[A-Za-z0-9-]{10,}' },
  { name: 'google-key', pattern: 'AIza[A-Za-z0-9_-]{30,}' },
  { name: 'google-token', pattern: 'ya29\\.[A-Za-z0-9_-]{20,}' },
  { name: 'npm-token', pattern: `${ALONE}npm_[A-Za-z0-9]{20,}` },
  { name: 'pypi-token', pattern: 'pypi-[A-Za-z0-9_-]{20,}' },
  { name: 'docker-token', pattern: 'dckr_pat_[A-Za-z0-9_-]{16,}' },
  { name: 'digitalocean-token', pattern: 'do[opr]_v1_[a-f0-9]{32,}' },
  { name: 'sendgrid-key', pattern: `${ALONE}SG\\.[A-Za-z0-9_-]{16,}(?:\\.[A-Za-z0-9_-]+)?` },
  {
    name: 'jwt',
    pattern: '(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{4,}(?:\\.[A-Za-z0-9_-]*)?',
  },
  { name: 'age-key', pattern: 'AGE-SECRET-KEY-1[A-Z0-9]{20,}' },
]

const SHAPE_TEXT = new RegExp(
  SHAPES.map((each, index) => `(?<s${index}>${each.pattern})`).join('|'),
  'g',
)
/** Cheap first look: most texts have none of these. */
const SHAPE_HINT = /[a-zA-Z]{2}[-_.]|A[KSBC][IC]A|AIza|eyJ/

function hideShapes(text: string): string {
  const withoutKeys = text.includes('-----BEGIN ') ? hidePem(text) : text
  if (!SHAPE_HINT.test(withoutKeys)) return withoutKeys
  return withoutKeys.replace(SHAPE_TEXT, (...more: unknown[]) => {
    const groups = more.at(-1) as Record<string, string | undefined>
    const index = SHAPES.findIndex((_, at) => groups[`s${at}`] !== undefined)
    return mark(SHAPES[index]?.name ?? 'token')
  })
}

/** Private keys in PEM armour; one that does not end is hidden to the end of the text. */
function hidePem(text: string): string {
  let out = ''
  let at = 0
  for (;;) {
    const start = text.indexOf('-----BEGIN ', at)
    if (start < 0) return out + text.slice(at)
    const label = text.slice(start, start + 80)
    const name = /^-----BEGIN ([A-Z0-9 ]{0,50})-----/.exec(label)
    if (!name?.[1]?.includes('PRIVATE KEY')) {
      out += text.slice(at, start + 11)
      at = start + 11
      continue
    }
    const closing = `-----END ${name[1]}-----`
    const end = text.indexOf(closing, start)
    out += text.slice(at, start) + mark('private-key')
    if (end < 0) return out
    at = end + closing.length
  }
}

type NameTest = (name: string) => boolean

/** One linear matcher for all name patterns: pieces must follow one another, the first and last at the ends. */
function namesMatcher(patterns: readonly string[]): NameTest {
  const pieces = patterns.map((each) => each.toUpperCase().split('*'))
  const known = new Map<string, boolean>()
  return (name) => {
    let answer = known.get(name)
    if (answer === undefined) {
      const upper = name.toUpperCase().replaceAll('-', '_')
      answer = pieces.some((each) => matchesPieces(upper, each))
      if (known.size > 4096) known.clear()
      known.set(name, answer)
    }
    return answer
  }
}

function matchesPieces(name: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? ''
  const last = pieces.at(-1) ?? ''
  if (pieces.length === 1) return name === first
  if (!name.startsWith(first) || !name.endsWith(last)) return false
  let at = first.length
  const end = name.length - last.length
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at)
    if (found < 0 || found + piece.length > end) return false
    at = found + piece.length
  }
  return at <= end
}

/** A shell word's text, quoted or not, at most one quoted part. */
const VALUE = `"[^"]*"|'[^']*'|[^\\s"'|;&<>()]+`
const ASSIGNED = new RegExp(
  `(?<![A-Za-z0-9_-])(-{0,2}[A-Za-z_][A-Za-z0-9_-]{1,80})([=:]\\s?)(${VALUE})`,
  'g',
)
const QUOTED_NAME = /"([A-Za-z_][A-Za-z0-9_-]{1,80})"(\s?:\s?)("[^"]*")/g
const OPTION_NAME =
  /^-{1,2}(?:[a-z]+-){0,3}(?:password|passwd|pass|passphrase|token|secret|api-?key|access-?key|secret-?key|auth)$/i
const SPACED_OPTION = new RegExp(
  `(?<![^\\s"'(])(-{1,2}[A-Za-z][A-Za-z0-9-]{1,80})(\\s+)(${VALUE})`,
  'g',
)
const HEADER =
  /\b((?:proxy-)?authorization|x-api-key|x-auth-token|private-token|cookie|set-cookie)(\s?:\s?)([^"'\r\n]+)/gi
const BEARER = /\b(bearer|basic)(\s+)([A-Za-z0-9._~+/=-]{8,})/gi
const URL_SECRET = /(:\/\/[^\s/:@"'{]*:)([^\s/@"']+)(?=@)/g
/** Programs whose `-p` takes a password glued to it. */
const PASSWORD_PROGRAM = /\b(?:mysql[a-z]*|mariadb[a-z-]*|sshpass|ldap[a-z]+|redis-cli)\b[^|;&\n]*/g
const GLUED_PASSWORD = new RegExp(`(\\s-[pwa])(${VALUE})`, 'g')
const USER_PROGRAM = /\b(?:curl|wget|http|https)\b[^|;&\n]*/g
const USER_SECRET = /(\s(?:-u|--user|--proxy-user|-U)[\s=]?["']?[^\s:"']+:)([^\s"']+)/g
/** Values that give nothing away. */
const PLAIN_VALUE = /^(?:|true|false|yes|no|on|off|null|none|\d{1,5}|\$[A-Za-z_{(].*)$/i

/** Hides what stands where secrets stand, and remembers it. */
function hideContexts(text: string, isSecretName: NameTest, seen: Set<string>): string {
  const secret = (value: string, what: string): string => {
    const bare = value.replace(/^["']|["']$/g, '')
    if (PLAIN_VALUE.test(bare) || bare.includes('{{redacted:')) return value
    if (bare.length >= VALUE_CHARS_MIN) seen.add(bare)
    const quote = bare.length < value.length ? (value[0] ?? '') : ''
    return `${quote}${mark(what)}${quote}`
  }
  let out = text
  if (/[=:]/.test(out)) {
    out = out
      .replace(HEADER, (_all, name: string, between: string, value: string) => {
        const scheme = /^(?:bearer|basic|token|digest)\s+/i.exec(value)?.[0] ?? ''
        return `${name}${between}${scheme}${secret(value.slice(scheme.length), 'header')}`
      })
      .replace(QUOTED_NAME, (all, name: string, between: string, value: string) =>
        isSecretName(name) ? `"${name}"${between}${secret(value, 'named')}` : all,
      )
      .replace(ASSIGNED, (all, name: string, between: string, value: string) =>
        isSecretName(name.replace(/^-+/, '')) || OPTION_NAME.test(`-${name}`)
          ? `${name}${between}${secret(value, 'named')}`
          : all,
      )
      .replace(
        URL_SECRET,
        (_all, before: string, value: string) => before + secret(value, 'password'),
      )
  }
  out = out.replace(BEARER, (_all, scheme: string, between: string, value: string) => {
    return `${scheme}${between}${secret(value, 'bearer')}`
  })
  if (!/\s-/.test(out)) return out
  return out
    .replace(SPACED_OPTION, (all, name: string, between: string, value: string) =>
      OPTION_NAME.test(name) && !value.startsWith('-')
        ? `${name}${between}${secret(value, 'option')}`
        : all,
    )
    .replace(PASSWORD_PROGRAM, (part) =>
      part.replace(GLUED_PASSWORD, (_all, option: string, value: string) => {
        return option + secret(value, 'password')
      }),
    )
    .replace(USER_PROGRAM, (part) =>
      part.replace(USER_SECRET, (_all, before: string, value: string) => {
        return before + secret(value, 'password')
      }),
    )
}

function hideValues(text: string, values: readonly string[]): string {
  let out = text
  for (const value of values) {
    if (out.includes(value)) out = out.replaceAll(value, mark('known'))
  }
  return out
}

function longestFirst(values: ReadonlySet<string>): readonly string[] {
  return [...values].sort((a, b) => b.length - a.length)
}

interface Walk {
  readonly isSecretName: NameTest
  readonly seen: Set<string>
  readonly hide: (text: string) => string
}

function valuesOnly(walk: Walk, values: readonly string[]): Walk {
  return { ...walk, hide: (text) => hideValues(text, values) }
}

function hideIn(value: unknown, walk: Walk, depth: number): unknown {
  if (typeof value === 'string') return walk.hide(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > RECORD_DEPTH_MAX) return mark('too-deep')
  if (Array.isArray(value)) return hideInList(value, walk, depth)
  const out: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const isHidden = typeof member === 'string' && isSecretMember(name, member, walk)
    if (isHidden && member.length >= VALUE_CHARS_MIN) walk.seen.add(member)
    // WHY define: `__proto__` is an ordinary name in JSON.
    Object.defineProperty(out, walk.hide(name), {
      value: isHidden ? mark('named') : hideIn(member, walk, depth + 1),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return out
}

function isSecretMember(name: string, value: string, walk: Walk): boolean {
  return walk.isSecretName(name) && !PLAIN_VALUE.test(value) && !value.startsWith('{{redacted:')
}

/** Words of a command: `--password hunter2` stands in two of them, `mysql -phunter2` starts in the first. */
function hideInList(list: readonly unknown[], walk: Walk, depth: number): unknown[] {
  const takesGlued = typeof list[0] === 'string' && GLUED_PROGRAM.test(list[0])
  return list.map((each, index) => {
    const before = list[index - 1]
    if (typeof each !== 'string') return hideIn(each, walk, depth + 1)
    const follows = typeof before === 'string' && OPTION_NAME.test(before) && !each.startsWith('-')
    if (follows && !PLAIN_VALUE.test(each) && !each.startsWith('{{redacted:')) {
      if (each.length >= VALUE_CHARS_MIN) walk.seen.add(each)
      return mark('option')
    }
    if (takesGlued && /^-[pwa]./.test(each) && !each.includes('{{redacted:')) {
      if (each.length >= VALUE_CHARS_MIN + 2) walk.seen.add(each.slice(2))
      return each.slice(0, 2) + mark('password')
    }
    return walk.hide(each)
  })
}

const GLUED_PROGRAM = /(?:^|\/)(?:mysql[a-z]*|mariadb[a-z-]*|sshpass|ldap[a-z]+|redis-cli)$/

/** Known shapes and the usual names; what a log uses that was given no other. */
export const DEFAULT_REDACTOR: Redactor = makeRedactor()
