/**
 * Where tree heads are kept so that whoever can write the log cannot change them: a file on other storage, a web
 * service, notes of a git repository, the journal of the system.
 */
import { readFileSync } from 'node:fs'
import { execa } from 'execa'
import { type Anchor, appendAnchor, readAnchors } from '../audit/anchor.ts'
import { OaError } from '../base/diagnostic.ts'
import { neutralise } from '../base/neutral.ts'
import { codeOf } from './write-file.ts'

/** The notes of git that hold tree heads, and the name in the journal. */
const GIT_NOTES = 'oa-audit'
const JOURNAL_NAME = 'oa-audit'
/** Bytes of anchors that are read from elsewhere; a tree head has about 300. */
const ANCHORS_BYTES_MAX = 16 * 1024 * 1024
/** Milliseconds that another machine gets to answer. */
const ANSWER_MS_MAX = 30_000

/** A place, and how it was named. */
export type Place = { readonly written: string } & (
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: URL }
  | { readonly kind: 'git'; readonly folder: string }
  | { readonly kind: 'journald' }
)

/** Keeps a checkpoint's text in a place. Throws OA6001 when the place did not take it. */
export async function keepAnchor(place: Place, text: string): Promise<void> {
  const where = place.written
  switch (place.kind) {
    case 'file':
      return appendAnchor(place.path, text)
    case 'url':
      await ask(place.url, {
        method: 'POST',
        body: text,
        headers: { 'content-type': 'text/plain' },
      })
      return
    case 'git':
      await start('git', [...gitNotes(place.folder), 'append', '-m', text.trim(), 'HEAD'], where)
      return
    case 'journald':
      await start('systemd-cat', ['-t', JOURNAL_NAME], where, journalLine(text))
  }
}

/** The tree heads that a place holds. Throws OA6007 when it holds none or cannot be read. */
export async function readAnchorsFrom(where: string): Promise<readonly Anchor[]> {
  return readAnchors(await textFrom(placeOf(where), where), where)
}

function textFrom(place: Place, where: string): string | Promise<string> {
  switch (place.kind) {
    case 'file':
      return fileText(place.path)
    case 'url':
      return ask(place.url, {})
    case 'git':
      return gitText(place.folder, where)
    case 'journald':
      return journalText(where)
  }
}

/** Reads a place's name. Throws OA8001 for what is none. */
export function placeOf(written: string): Place {
  if (written === 'journald') return { kind: 'journald', written }
  if (written === 'git') return { kind: 'git', folder: '.', written }
  if (written.startsWith('git:')) {
    return { kind: 'git', folder: written.slice('git:'.length), written }
  }
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(written)) return { kind: 'file', path: written, written }
  const url = URL.canParse(written) ? new URL(written) : null
  const isLocal = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) {
    return { kind: 'url', url, written }
  }
  throw new OaError('OA8001', `\`${neutralise(written)}\` is no place for an anchor`, {
    help: 'a file, an https URL, `git`, `git:DIR` or `journald`',
  })
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new OaError('OA6007', `the anchor \`${path}\` cannot be read (${codeOf(cause)})`, {
      cause,
    })
  }
}

async function ask(url: URL, request: RequestInit): Promise<string> {
  try {
    // WHY no redirects: they could lead to a place nobody named.
    const answer = await fetch(url, {
      ...request,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    })
    if (!answer.ok) throw new Error(`it answered ${answer.status}`)
    const bytes = await answer.arrayBuffer()
    if (bytes.byteLength > ANCHORS_BYTES_MAX) throw new Error('its answer is too long')
    return Buffer.from(bytes).toString('utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new OaError(
      'OA6007',
      `\`${url.origin}\` cannot be used as an anchor: ${neutralise(reason)}`,
      {
        cause,
      },
    )
  }
}

function gitNotes(folder: string): readonly string[] {
  return ['-C', folder, 'notes', `--ref=${GIT_NOTES}`]
}

/** The notes of all commits, whatever order git lists them in. */
async function gitText(folder: string, where: string): Promise<string> {
  const listed = await start('git', [...gitNotes(folder), 'list'], where)
  const notes = listed.split('\n').flatMap((line) => /^[0-9a-f]+/.exec(line)?.[0] ?? [])
  const texts = await Promise.all(
    notes.map((note) => start('git', ['-C', folder, 'cat-file', 'blob', note], where)),
  )
  return texts.map((each) => `${each}\n`).join('\n')
}

/** The journal keeps lines: a checkpoint becomes one. */
function journalLine(text: string): string {
  return Buffer.from(text).toString('base64')
}

async function journalText(where: string): Promise<string> {
  const lines = await start('journalctl', ['-t', JOURNAL_NAME, '-o', 'cat', '--no-pager'], where)
  return lines
    .split('\n')
    .map((line) => Buffer.from(line, 'base64').toString('utf8'))
    .join('\n')
}

async function start(
  program: string,
  argv: readonly string[],
  where: string,
  input?: string,
): Promise<string> {
  const { stdout, stderr, failed, code } = await execa(program, argv, {
    reject: false,
    timeout: ANSWER_MS_MAX,
    maxBuffer: ANCHORS_BYTES_MAX,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  })
  if (!failed) return stdout
  const reason = code === 'ENOENT' ? `there is no \`${program}\`` : (stderr.split('\n', 1)[0] ?? '')
  throw new OaError('OA6007', `\`${where}\` cannot be used as an anchor: ${neutralise(reason)}`)
}
