/**
 * Cases kept as files. A case is a txtar archive: a comment that says what it proves, then sections `-- name --`.
 * `OA_UPDATE=1` rewrites the expected sections with what came out (`npm run test:update`); refused under CI.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'

/** The folder of the repository, without a slash at its end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

export interface Archive {
  /** The text above the first section. */
  readonly comment: string
  /** Text by section name, in the order of the file; each ends in a newline or is empty. */
  readonly sections: ReadonlyMap<string, string>
}

export interface Case extends Archive {
  /** Path of the file relative to `test/corpus/`, without its ending. */
  readonly name: string
  readonly path: string
}

/** Reads a txtar archive. Source: pkg.go.dev/golang.org/x/tools/txtar. */
export function parseArchive(text: string): Archive {
  const parts = text.split(/^-- (.+?) --\n/m)
  const sections = new Map<string, string>()
  for (let at = 1; at < parts.length; at += 2) {
    const name = parts[at] ?? ''
    if (sections.has(name)) throw new Error(`section ${name} stands twice`)
    sections.set(name, parts[at + 1] ?? '')
  }
  return { comment: (parts[0] ?? '').trim(), sections }
}

/** The text that `parseArchive` reads back. */
export function printArchive(archive: Archive): string {
  const sections = [...archive.sections].map(([name, text]) => `-- ${name} --\n${text}`)
  return `${archive.comment}\n\n${sections.join('')}`
}

/**
 * All cases below a folder of `test/corpus/`, sorted by name. None is an error: a suite over an empty corpus proves
 * nothing.
 */
export function readCases(folder: string): readonly Case[] {
  const base = join(ROOT, 'test/corpus', folder)
  const names = readdirSync(base, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.txtar'))
    .sort()
  if (names.length === 0) throw new Error(`no case in test/corpus/${folder}`)
  return names.map((name) => {
    const path = join(base, name)
    const archive = parseArchive(readFileSync(path, 'utf8'))
    return { ...archive, path, name: join(folder, name.replace(/\.txtar$/, '')) }
  })
}

/** A section that the case must have. */
export function section(archive: Archive, name: string): string {
  const text = archive.sections.get(name)
  if (text === undefined) throw new Error(`the case has no section ${name}`)
  return text
}

/** Asserts that a section is what came out, or rewrites it under `OA_UPDATE=1`. */
export function checkGolden(each: Case, name: string, actual: string): void {
  const text = actual === '' || actual.endsWith('\n') ? actual : `${actual}\n`
  if (!isUpdate()) return assert.fixture(text, each.sections.get(name) ?? '', each.name)
  const stored = parseArchive(readFileSync(each.path, 'utf8'))
  const sections = new Map(stored.sections).set(name, text)
  writeFileSync(each.path, printArchive({ comment: stored.comment, sections }))
}

function isUpdate(): boolean {
  if (process.env['OA_UPDATE'] !== '1') return false
  if (process.env['CI']) throw new Error('OA_UPDATE rewrites what CI should check')
  return true
}

/**
 * A corpus that stands beside the repository, in `../shared/corpora`, on machines that have it.
 *
 * @returns its absolute path, or nothing: then `skip()` the test with a reason
 */
export function sharedCorpus(name: string): string | undefined {
  const path = join(ROOT, '../shared/corpora', name)
  return existsSync(path) ? path : undefined
}
