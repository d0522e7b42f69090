/**
 * The console's files: read once, given to anybody, without any data in them.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from './problem.ts'
import type { Reply } from './routes.ts'

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
}

/** Scripts and styles of this server only; it talks to this server only. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  // An empty icon, so that nobody asks for one.
  'img-src data:',
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

export class ConsoleFiles {
  readonly #files: ReadonlyMap<string, Reply>

  constructor(folder: string) {
    this.#files = new Map(
      readdirSync(folder).flatMap((name): readonly [string, Reply][] => {
        const type = TYPES[name.slice(name.lastIndexOf('.') + 1)]
        if (type === undefined) return []
        const body = readFileSync(join(folder, name))
        return [[name, { body, type, headers: { 'Content-Security-Policy': PAGE_POLICY } }]]
      }),
    )
  }

  get(name: string): Reply {
    const found = this.#files.get(name)
    if (found) return found
    throw new Problem(404, 'OA8106', 'there is no such file')
  }
}
