/**
 * Python one-liners: `python -c`, and code on its standard input.
 */

import { PYTHON_LIBRARY, PYTHON_MODULES, PYTHON_PACKAGES } from './python-library.ts'
import { parsePython } from './python-tree.ts'
import type { CodeReading } from './read.ts'
import { added, decodedText, joinedPath, repeated, text } from './static-folds.ts'
import type { ImportedModule, StaticLanguage } from './static-language.ts'
import { readStatic } from './static-run.ts'
import { LibraryTable } from './static-table.ts'
import { entity, known, unknown } from './static-values.ts'

/** Made when first needed. */
let python: { readonly home: string; readonly language: StaticLanguage } | null = null

/** What Python code does, as far as it is static. */
export function readPython(code: string, options: ReadonlySet<string>, home: string): CodeReading {
  if (python?.home !== home) python = { home, language: pythonOf(home) }
  const read = readStatic(python.language, code)
  // `-I` and `-P`: nothing is looked for beside the code.
  if (!options.has('-I') && !options.has('-P')) return read
  return { ...read, uses: read.uses.filter((each) => each.kind !== 'beside') }
}

/** Modules that the interpreter has inside itself: nothing is looked up for them. */
const INSIDE = new Set([
  'sys',
  'builtins',
  'time',
  'marshal',
  'posix',
  'errno',
  '__main__',
  '__future__',
])

const ALIASES: readonly (readonly [string, string])[] = [
  ['builtins.', ''],
  ['__builtins__.', ''],
  ['posixpath.', 'os.path.'],
  ['posix.', 'os.'],
  ['genericpath.', 'os.path.'],
  ['json.decoder.', 'json.'],
  ['json.encoder.', 'json.'],
]

/** Members that lead from any object to the interpreter's own. */
const DOORS =
  /^_|^(?:tb_frame|gi_frame|gi_code|cr_frame|ag_frame|[fc]_globals|f_(?:locals|back|builtins)|func_globals|mro)$/

function pythonOf(home: string): StaticLanguage {
  const table = new LibraryTable(PYTHON_LIBRARY)
  return {
    name: 'python',
    parse: parsePython,
    decoders: new Set([
      'chr',
      'base64.b64decode',
      'base64.standard_b64decode',
      'base64.b16decode',
      'bytes.fromhex',
      'binascii.unhexlify',
      'binascii.a2b_base64',
    ]),
    table,
    hasOpenMembers: false,
    callsTexts: false,
    hasUrlPaths: false,
    urlIn: () => null,
    isDoor: (name) => DOORS.test(name),
    canonical(name) {
      const alias = ALIASES.find(([from]) => name.startsWith(from))
      return alias ? `${alias[1]}${name.slice(alias[0].length)}` : name
    },
    global(name) {
      if (name === '__name__') return known('__main__')
      if (name === '__builtins__') return entity('__builtins__')
      return !name.includes('.') && table.row(name) ? entity(name) : null
    },
    module: (name) => moduleOf(name, table),
    folds: {
      '+': added,
      '*': repeated,
      'data.join': (glue, ...parts) =>
        typeof glue === 'string' && parts.length > 1 ? parts.join(glue) : undefined,
      'data.decode': (data) => data ?? undefined,
      'data.encode': (data) => data ?? undefined,
      'data.lower': (data) => text(data)?.toLowerCase(),
      'data.upper': (data) => text(data)?.toUpperCase(),
      'data.strip': (data, ...more) => (more.length === 0 ? text(data)?.trim() : undefined),
      'data.replace': (data, from, to, ...more) =>
        more.length === 0
          ? text(data)?.replaceAll(text(from) ?? '', () => text(to) ?? '')
          : undefined,
      chr: (code) => (typeof code === 'number' ? String.fromCodePoint(code) : undefined),
      str: (data) => (typeof data === 'string' ? data : undefined),
      'base64.b64decode': (data) => decodedText(data, 'base64'),
      'base64.standard_b64decode': (data) => decodedText(data, 'base64'),
      'base64.b16decode': (data) => decodedText(data, 'hex'),
      'bytes.fromhex': (data) => decodedText(data, 'hex'),
      'binascii.unhexlify': (data) => decodedText(data, 'hex'),
      'binascii.a2b_base64': (data) => decodedText(data, 'base64'),
      'os.path.join': joinedPath,
      'os.path.expanduser': (path) => text(path)?.replace(/^~(?=\/|$)/, () => home),
      'os.path.abspath': (path) => (text(path)?.startsWith('/') ? path : undefined),
      'os.path.normpath': (path) => path,
      'os.fspath': (path) => path,
    },
  }
}

function moduleOf(name: string, table: LibraryTable): ImportedModule {
  const [root = ''] = name.split('.')
  const uses = INSIDE.has(root) ? [] : [{ kind: 'beside' as const, names: besideOf(root) }]
  if (table.isClass(name) || table.isClass(root) || PYTHON_MODULES.has(root)) {
    return { value: entity(name), uses, unknown: null }
  }
  if (PYTHON_PACKAGES.has(root)) return { value: entity(name), uses, unknown: null }
  return {
    value: unknown(`the module ${name}`),
    uses,
    unknown: `imports \`${root}\`, which oa does not know`,
  }
}

let beside: readonly string[] | null = null

/** WHY: a module of the library imports others, and any of them may lie beside the code. */
function besideOf(root: string): readonly string[] {
  beside ??= [...PYTHON_MODULES, ...PYTHON_PACKAGES].flatMap(filesOf)
  return PYTHON_MODULES.has(root) ? beside : [...beside, ...filesOf(root)]
}

const filesOf = (name: string): readonly string[] => [
  ...[`${name}.py`, `${name}.pyc`, `${name}.so`],
  // A folder without it comes last.
  `${name}/__init__.py`,
]
