/**
 * JavaScript and TypeScript one-liners: `node -e`, `node -p`, `bun -e`, `deno eval`, `tsx -e`, and code on their input.
 */
import { JAVASCRIPT_GLOBALS, JAVASCRIPT_LIBRARY, NODE_MODULES } from './javascript-library.ts'
import { parseJavaScript } from './javascript-tree.ts'
import type { CodeReading, CodeUse } from './read.ts'
import { added, decodedText, joinedPath, text } from './static-folds.ts'
import type { ImportedModule, StaticLanguage } from './static-language.ts'
import { readStatic } from './static-run.ts'
import { LibraryTable } from './static-table.ts'
import { DATA, entity, unknown } from './static-values.ts'

/** Made when first needed. */
let javascript: { readonly home: string; readonly language: StaticLanguage } | null = null

/** What JavaScript code does, as far as it is static. */
export function readJavaScript(code: string, home: string): CodeReading {
  if (javascript?.home !== home) javascript = { home, language: javascriptOf(home) }
  return readStatic(javascript.language, code)
}

/** Members that lead from any object to the language's own. */
const DOORS =
  /^(?:constructor|prototype|__proto__|__(?:define|lookup)[GS]etter__|caller|callee|call|apply|bind|mainModule|prepareStackTrace)$/

function javascriptOf(home: string): StaticLanguage {
  const table = new LibraryTable(JAVASCRIPT_LIBRARY)
  return {
    name: 'node',
    parse: parseJavaScript,
    decoders: new Set(['String.fromCharCode', 'atob', 'Buffer.from']),
    table,
    hasOpenMembers: true,
    callsTexts: false,
    hasUrlPaths: false,
    urlIn: () => null,
    isDoor: (name) => DOORS.test(name),
    canonical: (name) =>
      name
        .replace(/^(?:global|globalThis)\./, '')
        .replace(/^fs\.promises\b/, 'fs')
        .replace(
          /^(?:fs-extra)\.(?=(?:exists|readFile|writeFile|unlink|stat|readdir|mkdir)Sync$)/,
          'fs.',
        )
        .replace(/\.default(?=\.|$)/, '') || 'globalThis',
    global: (name) =>
      NODE_MODULES.has(name) || JAVASCRIPT_GLOBALS.has(name) ? entity(name) : null,
    module: (name) => moduleOf(name),
    folds: {
      '+': (a, b) => added(a, b) ?? text(a, b),
      'data.toString': (data, ...more) =>
        more.length === 0 && typeof data === 'string' ? data : undefined,
      'data.concat': (...all) => text(...all),
      'data.toLowerCase': (data) => text(data)?.toLowerCase(),
      'data.toUpperCase': (data) => text(data)?.toUpperCase(),
      'data.trim': (data) => text(data)?.trim(),
      'String.fromCharCode': (...codes) =>
        codes.every((each) => typeof each === 'number') ? String.fromCharCode(...codes) : undefined,
      atob: (data) => decodedText(data, 'base64'),
      'Buffer.from': (data, encoding) =>
        encoding === 'base64' || encoding === 'hex' ? decodedText(data, encoding) : undefined,
      'path.join': (...parts) =>
        parts.every((each) => typeof each === 'string') ? parts.join('/') : undefined,
      'path.resolve': (...parts) => (parts.length > 0 ? joinedPath(...parts) : undefined),
      'path.normalize': (path) => path,
      'os.homedir': () => home,
      'os.tmpdir': () => '/tmp',
    },
  }
}

/** What is put before the names of modules that are inside. */
const INSIDE = /^(?:node|bun):/

function moduleOf(written: string): ImportedModule {
  const name = written.replace(INSIDE, '')
  const known = name
    .replace(/^fs\/promises$/, 'fs')
    .replace(/^(path|util|dns|stream|timers|readline)\/.*$/, '$1')
  if (NODE_MODULES.has(known)) return { value: entity(known), uses: [], unknown: null }
  if (INSIDE.test(written)) return unheard(written, [])
  if (/^\.{0,2}\/|^\.{1,2}$/.test(name)) {
    if (name.endsWith('.json')) {
      return { value: DATA, uses: [{ kind: 'read', path: name, isTree: false }], unknown: null }
    }
    return unheard(written, [{ kind: 'script', path: name }])
  }
  if (/^[a-z]+:/i.test(name)) return unheard(written, [])
  if (/\/package\.json$/.test(name)) {
    const path = `node_modules/${name}`
    return { value: DATA, uses: [{ kind: 'read', path, isTree: false }], unknown: null }
  }
  return unheard(written, [{ kind: 'script', path: `node_modules/${name}` }])
}

/** A module that oa knows nothing of. */
function unheard(name: string, uses: readonly CodeUse[]): ImportedModule {
  return {
    value: unknown(`the module ${name}`),
    uses,
    unknown: `loads \`${name}\`, which oa does not know`,
  }
}
