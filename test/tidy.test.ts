/**
 * The shape of the repository. A check of something that is not there yet passes and comes alive when it lands.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CODES } from '../src/base/codes.ts'
import { ROOT } from './support/corpus.ts'
import { brokenLinks, headings, pages } from './support/pages.ts'
import {
  filesBelow,
  type Import,
  isOwnFile,
  packageOf,
  readSources,
  readText,
  type Source,
} from './support/sources.ts'

const test = suite('tidy')

/** Which folders a folder may import; of itself it always may. Compiler half, waist, run-time half, then the edges. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  grammar: ['chevrotain'],
  'src/base': [],
  'src/model': ['src/base'],
  'src/syntax': ['grammar', 'src/model', 'src/base', 'chevrotain', 'yaml'],
  'src/check': ['src/syntax', 'src/model', 'src/base', '@eslint-community/regexpp'],
  'src/lower': [
    ...['src/check', 'src/syntax', 'src/table', 'src/model', 'src/base'],
    '@eslint-community/regexpp',
  ],
  'src/policy-reader.ts': ['src/check', 'src/base'],
  'src/table': ['src/model', 'src/base'],
  'src/command': ['src/table', 'src/model', 'src/base', 'unbash', '@lezer/common'],
  'src/decide': ['src/table', 'src/model', 'src/base'],
  'src/world': ['src/model', 'src/base'],
  'src/sandbox': ['src/model', 'src/base'],
  'src/audit': ['src/model', 'src/base', 'fs-native-extensions'],
  'src/run': [
    ...['src/decide', 'src/command', 'src/sandbox', 'src/audit', 'src/table', 'src/world'],
    ...['src/model', 'src/base', 'execa'],
  ],
  'src/approve': ['src/model', 'src/base'],
  'src/server': [
    'src/approve',
    ...['src/run', 'src/decide', 'src/command', 'src/audit', 'src/table', 'src/world'],
    ...['src/model', 'src/base', 'prom-client', 'jose'],
  ],
  'src/compile.ts': [
    ...['src/policy-reader.ts', 'src/syntax', 'src/check', 'src/lower', 'src/command'],
    ...['src/decide', 'src/table'],
    ...['src/world', 'src/model', 'src/base'],
  ],
  'src/analysis': [
    ...['src/lower', 'src/decide', 'src/command', 'src/table', 'src/world'],
    ...['src/model', 'src/base'],
  ],
  'src/policy-tests.ts': [
    ...[
      'src/lower',
      'src/decide',
      'src/command',
      'src/table',
      'src/world',
      'src/model',
      'src/base',
    ],
  ],
  'src/compile-table.ts': [
    ...['src/analysis', 'src/policy-tests.ts', 'src/compile.ts', 'src/check', 'src/lower'],
    ...['src/table', 'src/base'],
  ],
  // Reached by `import()` only, when a policy text must be compiled.
  'src/cli/compile-for-run.ts': [
    ...['src/compile-table.ts', 'src/policy-reader.ts', 'src/cli', 'src/table', 'src/base'],
  ],
  'src/cli': [
    ...[
      'src/server',
      'src/approve',
      'src/run',
      'src/decide',
      'src/command',
      'src/sandbox',
      'src/audit',
      'src/table',
      'src/world',
    ],
    ...['src/model', 'src/base', 'cac', 'execa', 'pino'],
  ],
  'src/index.ts': [
    ...[
      'src/run',
      'src/decide',
      'src/command',
      'src/sandbox',
      'src/audit',
      'src/table',
      'src/world',
    ],
    ...['src/model', 'src/base'],
  ],
}

/** Imports of types that are wider than the arrows: gone at run time, and the contract between the two folders. */
const TYPE_ARROWS: Readonly<Record<string, readonly string[]>> = {
  'src/world': ['src/command'],
  // What a guarded run hands to those who answer.
  'src/approve': ['src/run'],
  'src/cli': [
    ...['src/compile.ts', 'src/compile-table.ts', 'src/policy-tests.ts'],
    ...['src/analysis', 'src/check', 'src/syntax', 'src/lower'],
  ],
  'src/index.ts': ['src/compile.ts', 'src/compile-table.ts'],
}

/** What only `import()` may reach: the compiler half from the edges. */
const DYNAMIC_ARROWS: Readonly<Record<string, readonly string[]>> = {
  'src/cli': [
    ...['src/compile.ts', 'src/compile-table.ts', 'src/policy-tests.ts', 'src/policy-reader.ts'],
    ...['src/cli/compile-for-run.ts', 'src/analysis', 'src/syntax', 'src/check', 'src/lower'],
  ],
  'src/index.ts': ['src/compile.ts', 'src/compile-table.ts', 'src/policy-reader.ts'],
}

/** Packages that are imported in these places only: a path, or the start of one. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  execa: [
    // Asks git and the journal to keep tree heads.
    'src/cli/anchor-places.ts',
    // Compiles the server's policy, so that the server never holds the compiler.
    'src/cli/serve-policy.ts',
  ],
  'prom-client': ['src/server/'],
  jose: ['src/server/'],
  pino: ['src/cli/'],
  'node:child_process': [
    'src/run/spawn.ts',
    // Starts the commands of a strict run from inside the sandbox.
    'src/run/strict/runner.ts',
    // Starts flock(1), and nothing else, where the native addon does not load.
    'src/audit/lock.ts',
    'test/',
    'scripts/',
    'bench/',
  ],
  chevrotain: ['grammar/', 'src/syntax/', 'scripts/'],
  yaml: ['src/syntax/'],
  ajv: ['scripts/', 'test/'],
  minimatch: ['src/table/', 'test/'],
  unbash: ['src/command/shell/'],
  '@lezer/common': ['src/command/code/'],
  '@eslint-community/regexpp': ['src/check/', 'src/lower/', 'src/table/'],
  'fs-native-extensions': ['src/audit/'],
}

const COMPILER_PACKAGES = ['chevrotain', '@chevrotain', 'lodash-es', 'yaml', 'ajv']
const ENTRIES = ['src/cli/main.ts', 'src/index.ts', 'src/run/strict/runner.ts']
const LINES_MAX = 400

const sources = readSources('grammar', 'src')
const everything = [...sources, ...readSources('test', 'scripts', 'bench')]

/** The key of `ARROWS` that a file of ours belongs to. */
function folderOf(path: string): string {
  if (path.startsWith('grammar/')) return 'grammar'
  if (Object.hasOwn(ARROWS, path)) return path
  return path.split('/').slice(0, 2).join('/')
}

function isAllowed(from: string, target: string, kind: Import['kind']): boolean {
  if (target.startsWith('node:')) return true
  const to = isOwnFile(target) ? folderOf(target) : packageOf(target)
  if (to === from) return true
  const wider = kind === 'type' ? TYPE_ARROWS : kind === 'dynamic' ? DYNAMIC_ARROWS : {}
  const allowed = [...(ARROWS[from] ?? []), ...(wider[from] ?? [])]
  return allowed.includes(to)
}

/** Fails with one line for each finding, so that the message says what to do. */
function none(findings: readonly string[], advice: string): void {
  assert.ok(findings.length === 0, `${advice}\n      ${findings.join('\n      ')}`)
}

test('every folder imports only what the arrows allow', () => {
  const wrong = sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ target, kind }) => !isAllowed(folderOf(path), target, kind))
      .map(({ target, kind }) => `${path} → ${target} (${kind})`),
  )
  none(wrong, 'imports against the arrows of test/tidy.test.ts:')
})

test('every folder of src/ has its arrows', () => {
  const folders = new Set(sources.map(({ path }) => folderOf(path)))
  none(
    [...folders].filter((folder) => !(folder in ARROWS)),
    'add these to ARROWS:',
  )
})

test('no file imports itself through others', () => {
  none(cycles(sources), 'import cycles:')
})

test('a package stays where it belongs', () => {
  const wrong = everything.flatMap(({ path, imports }) =>
    imports
      .map(({ target }) => packageOf(target))
      .filter((name) => ONLY_IN[name] && !ONLY_IN[name].some((place) => path.startsWith(place)))
      .map((name) => `${path} imports ${name}, which belongs in ${ONLY_IN[name]?.join(', ')}`),
  )
  none(wrong, 'packages out of place:')
})

test('tokens and codes are compared as hashes of one length, in constant time, in one place', () => {
  const { text = '' } = sources.find(({ path }) => path === 'src/server/tokens.ts') ?? {}
  const compares = [...text.matchAll(/timingSafeEqual\(([^\n]*)\)/g)].map((match) => match[1] ?? '')
  assert.equal(compares, [
    "Buffer.from(entry.sha256, 'hex'), hash)",
    'hashOf(given), hashOf(wanted)',
  ])
  const wrong = sources
    .filter(({ path }) => path.startsWith('src/server/') || path.startsWith('src/cli/'))
    .filter((source) =>
      /\b(?:token|secret|code|sha256|password)\b\s*[!=]==\s*(?!undefined|null|'')[\w.]*(?:token|secret|text|sha256|password|given)\b/i.test(
        source.text,
      ),
    )
    .map(({ path }) => path)
  none(wrong, 'secrets compared character by character:')
})

test('only the CLI writes to the console', () => {
  const wrong = sources
    .filter(({ path }) => !path.startsWith('src/cli/'))
    .filter(({ text }) => /^[^/*]*\bconsole\.\w+\(/m.test(text))
    .map(({ path }) => path)
  none(wrong, 'console outside src/cli/:')
})

test('every file is imported by another or is an entry', () => {
  if (!ENTRIES.every((path) => existsSync(join(ROOT, path)))) return
  const imported = new Set(everything.flatMap(({ imports }) => imports.map(({ target }) => target)))
  const alone = sources
    .map(({ path }) => path)
    .filter((path) => !path.endsWith('.d.ts'))
    .filter((path) => !imported.has(path) && !ENTRIES.includes(path))
  none(alone, 'nothing imports these:')
})

test('every diagnostic code has a section in docs/diagnostics.md, and every section a code', () => {
  const wanted = Object.entries(CODES).map(([code, { name }]) => `${code} ${name}`)
  const found = headings(readText('docs/diagnostics.md')).filter((each) => each.startsWith('OA'))
  none(
    wanted.filter((each) => !found.includes(each)),
    'docs/diagnostics.md has no section:',
  )
  none(
    found.filter((each) => !wanted.includes(each)),
    'docs/diagnostics.md has a section without a code:',
  )
})

test('every bound of limits.ts is used', () => {
  const names = [...readText('src/base/limits.ts').matchAll(/^export const (\w+)/gm)]
  const others = everything.filter(({ path }) => path !== 'src/base/limits.ts')
  if (!ENTRIES.every((path) => existsSync(join(ROOT, path)))) return
  const unused = names
    .map((match) => match[1] ?? '')
    .filter((name) => !others.some(({ text }) => text.includes(name)))
  none(unused, 'bounds that nothing reads:')
})

test('every page has one title, and its links lead somewhere', () => {
  const untitled = pages().filter((path) => headings(readText(path), 1).length !== 1)
  none(untitled, 'pages without exactly one `#` title:')
  none(pages().flatMap(brokenLinks), 'links that lead nowhere:')
})

test('every test file runs its suites, all of them', () => {
  const tests = everything.filter(({ path }) => path.endsWith('.test.ts') && !isFixture(path))
  const silent = tests.filter(({ text }) => {
    const suites = [...text.matchAll(/^const (\w+) = suite\b/gm)].map((match) => match[1] ?? '')
    return suites.length === 0 || suites.some((name) => !text.includes(`\n${name}.run()`))
  })
  none(
    silent.map(({ path }) => path),
    'a suite has no .run() in:',
  )
  const narrowed = tests.filter(({ text }) => /^\s*\w+\.only\(/m.test(text))
  none(
    narrowed.map(({ path }) => path),
    '.only in:',
  )
})

test('no source holds characters that hide others', () => {
  const hidden =
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/
  none(
    everything.filter(({ text }) => hidden.test(text)).map(({ path }) => path),
    'write these characters as escapes in:',
  )
})

test('generated validators bring nothing with them and make no code', () => {
  const wrong = filesBelow('src/model/schemas', '.gen.js').filter((path) =>
    /^import\b|^(?:var|const) .*= require\(|new Function|\beval\(/m.test(readText(path)),
  )
  none(wrong, 'not self-contained:')
})

test('long files are seen', () => {
  const long = everything
    .filter(({ path }) => !path.includes('.gen.'))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > LINES_MAX)
  // A warning: a long file is a question to its author, not an error.
  for (const { path, lines } of long) console.log(`\n  long: ${path} has ${lines} lines`)
})

test('the decide path of the bundle holds nothing of the compiler half', () => {
  if (!existsSync(join(ROOT, 'dist/meta.json'))) return
  none(compilerParts('src/cli/commands/decide.ts'), 'in what `oa decide` loads:')
  none(compilerParts('src/cli/main.ts'), 'in what every `oa` loads:')
})

test('the start script holds `oa decide` and nothing of the compiler half', () => {
  if (!existsSync(join(ROOT, 'dist/hot.json'))) return
  const { outputs } = JSON.parse(readText('dist/hot.json')) as Metafile
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs))
  assert.ok(inputs.includes('src/cli/commands/decide.ts'), 'the script lacks `oa decide`')
  none(inputs.filter(isCompilerPart), 'in dist/hot.cjs:')
})

interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly entryPoint?: string
        readonly inputs: Readonly<Record<string, unknown>>
        readonly imports: readonly { readonly path: string; readonly kind: string }[]
      }
    >
  >
}

/** Sources of the compiler half that load at once with the output of `entry`; dynamic imports do not count. */
function compilerParts(entry: string): readonly string[] {
  const { outputs } = JSON.parse(readText('dist/meta.json')) as Metafile
  const seen = new Set<string>()
  const todo = Object.keys(outputs).filter((path) => outputs[path]?.entryPoint === entry)
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    const next = outputs[path]?.imports.filter(({ kind }) => kind === 'import-statement') ?? []
    todo.push(...next.map((each) => each.path))
  }
  return [...seen]
    .flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}))
    .filter(isCompilerPart)
}

const isCompilerPart = (input: string): boolean =>
  COMPILER_PACKAGES.some((name) => input.includes(`node_modules/${name}/`)) ||
  /^(?:grammar|src\/(?:syntax|check|lower))\//.test(input)

const isFixture = (path: string): boolean => path.startsWith('test/fixtures/')

/** Cycles of imports that remain at run time, each once, as `a → b → a`. */
function cycles(files: readonly Source[]): readonly string[] {
  const next = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(({ kind }) => kind === 'value').map(({ target }) => target),
    ]),
  )
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      found.push([...trail.slice(at), path].join(' → '))
      return
    }
    if (done.has(path)) return
    for (const target of next.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const { path } of files) visit(path, [])
  return found
}

test('the cycle finder finds a cycle', () => {
  const file = (path: string, target: string): Source => ({
    path,
    text: '',
    imports: [{ target, kind: 'value' }],
  })
  assert.equal(cycles([file('a', 'b'), file('b', 'c'), file('c', 'b')]), ['b → c → b'])
})

test('the sources are found with their imports', () => {
  assert.ok(filesBelow('src/base', '.ts').includes('src/base/codes.ts'))
  const diagnostic = sources.find(({ path }) => path === 'src/base/diagnostic.ts')
  assert.ok(diagnostic?.imports.some(({ target }) => target === 'src/base/codes.ts'))
  assert.ok(diagnostic?.imports.some(({ kind }) => kind === 'type'))
})

test.run()
