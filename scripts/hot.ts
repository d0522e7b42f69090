/**
 * The start of `oa` as one CommonJS script, `dist/hot.cjs`, with the code V8 made of it beside it: what `oa decide` and
 * `oa exec` load. All else stays in the ES modules of `dist/` and is reached by `import()`.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'

/** Reached by `import()` in the sources and yet part of the script. */
const HOT = new Set([
  'src/cli/commands/decide.ts',
  'src/cli/commands/exec.ts',
  'src/cli/artifact-cache.ts',
])

/** The script is one function of these; `bin/oa` calls it. */
const HEAD = `(function (require, __filename, importModule) {
const moduleUrl = require('node:url').pathToFileURL(__filename).href;`
const FOOT = '})'

/** Name of the code that belongs to a script; any other script has another. */
const CODE_NAME = /^hot-[0-9a-f]{16}\.code$/

/** Whether a file of `dist/` is code of some script. */
export const isCode = (name: string): boolean => CODE_NAME.test(name)

/**
 * Bundles the script. `modules` is what the build of the ES modules told: an `import()` of anything not hot becomes one
 * of its files.
 */
export async function bundleHot(root: string, modules: Metafile): Promise<Metafile> {
  const files = new Map(
    Object.entries(modules.outputs).map(([path, { entryPoint }]) => [entryPoint, basename(path)]),
  )
  const cold: Plugin = {
    name: 'cold',
    setup(own) {
      own.onResolve({ filter: /^\./ }, ({ kind, resolveDir, path }) => {
        const target = relative(root, join(resolveDir, path))
        if (kind !== 'dynamic-import' || HOT.has(target)) return undefined
        const file = files.get(target)
        if (file === undefined) throw new Error(`${target} is not among the modules of dist/`)
        return { path: file, external: true }
      })
    },
  }
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/hot.cjs',
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['fs-native-extensions'],
    define: { 'import.meta.url': 'moduleUrl' },
    plugins: [cold],
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  const text = asAscii(`${HEAD}\n${withLoad(outputFiles[0]?.text ?? '')}${FOOT}\n`)
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const path = join(root, 'dist/hot.cjs')
  // By a rename: an `oa` that is starting meanwhile reads the one or the other.
  writeFileSync(`${path}.${process.pid}`, `//hot-${hash}.code\n${text}`)
  renameSync(`${path}.${process.pid}`, path)
  return metafile
}

/** WHY: in code that comes from a code cache `import()` is refused (nodejs/node#43663), so `bin/oa` does it. */
function withLoad(text: string): string {
  if (/\b(?:const|let|var|function|class)\s+importModule\b/.test(text)) {
    throw new Error('dist/hot.cjs has an `importModule` of its own')
  }
  const changed = text.replace(/\bimport\((?="[\w-]+\.js"\))/g, 'importModule(')
  if (/\bimport\("/.test(changed)) throw new Error('dist/hot.cjs has an import() that is no file')
  return changed
}

/** Plain ASCII is read without decoding. esbuild escapes text; this is for what it leaves: regular expressions, comments. */
function asAscii(text: string): string {
  return text.replace(
    /[^\n\t -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Commands whose functions are to be compiled already when they are called. */
const WARM: readonly (readonly string[])[] = [
  ['decide', '-c', 'git status'],
  ['decide', '--json', '--', 'ls', '-l', 'src'],
  ['exec', '--', 'true'],
  ['decide', '-c', 'cd src && grep -rn "TODO" . | sort > ../out.txt; rm -f "$HOME/x" || true'],
]

/** Runs the script inside a node of its own and keeps the code that V8 made meanwhile. */
const RUNNER = `
const { readFileSync, renameSync, writeFileSync } = require('node:fs')
const vm = require('node:vm')
const [filename, out, warm] = process.argv.slice(1)
const script = new vm.Script(readFileSync(filename, 'latin1'), { filename })
process.on('exit', (code) => {
  process.exitCode = 0
  writeFileSync(out + '.' + process.pid, script.createCachedData())
  renameSync(out + '.' + process.pid, out)
})
for (const words of JSON.parse(warm)) {
  process.argv = [process.argv[0], 'oa', ...words]
  script.runInThisContext()(require, filename)
}
`

/** Writes the code of the script, warm, and gives its name: without it `oa` starts all the same, slower. */
export function writeCode(root: string): string {
  const script = join(root, 'dist/hot.cjs')
  const name = readFileSync(script, 'latin1').split('\n', 1)[0]?.slice(2) ?? ''
  const home = mkdtempSync(join(tmpdir(), 'oa-build-'))
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, OPENAGENT_HOME: home }
  const node = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync(process.execPath, args, {
      env,
      cwd: home,
      encoding: 'utf8',
    })
    if (status === 0) return
    process.stderr.write(
      `build: dist/ has no code beside its script, oa starts slower: ${stderr}\n`,
    )
  }
  try {
    const table = join(home, 'policy.oat')
    node(join(root, 'dist/cli.js'), 'compile', join(root, 'policies/standard.oa'), '-o', table)
    const warm = WARM.map(([command = '', ...words]) => [command, '--policy', table, ...words])
    node('-e', RUNNER, script, join(root, 'dist', name), JSON.stringify(warm))
    return name
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
