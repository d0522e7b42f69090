/**
 * Bundles `oa` into `dist/`: one file per entry and one per part that entries or `import()` share.
 * Splitting keeps the compiler half out of what `oa decide` loads. `--types` also writes the declarations of the library.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { bundleHot, isCode, writeCode } from './hot.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** yaml and execa's dependencies still call `require` for Node's own modules; an ESM bundle has none by itself. */
const BANNER = [
  "import { createRequire as requireFrom } from 'node:module'",
  'const require = requireFrom(import.meta.url)',
].join('\n')

/** Entry by its name in `dist/`. An entry whose source is not there yet is left out. */
const ENTRIES = { cli: 'src/cli/main.ts', index: 'src/index.ts' }

async function bundle(): Promise<void> {
  const entries = Object.entries(ENTRIES).filter(([, path]) => existsSync(join(ROOT, path)))
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(entries),
    outdir: 'dist',
    // Flat: `new URL('..', import.meta.url)` is the package's folder in every file of dist/.
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // A native addon: it finds its binary beside its own package.json.
    external: ['fs-native-extensions'],
    banner: { js: BANNER },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  writeFileSync(join(ROOT, 'dist/meta.json'), JSON.stringify(result.metafile))
  await bundleRunner()
  // Given to browsers as they are.
  cpSync(join(ROOT, 'src/server/console'), join(ROOT, 'dist/console'), { recursive: true })
  const hot = await bundleHot(ROOT, result.metafile)
  writeFileSync(join(ROOT, 'dist/hot.json'), JSON.stringify(hot))
  const code = writeCode(ROOT)
  sweep(new Set([...Object.keys(result.metafile.outputs), `dist/${code}`]))
}

/** The strict runner is handed to `node -e` as one text: inside a sandbox `dist/` need not be there. */
async function bundleRunner(): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/run/strict/runner.ts'],
    outfile: 'dist/strict-runner.cjs',
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
}

/** Removes what earlier builds left; only afterwards, so that an `oa` that is starting meanwhile finds its files. */
function sweep(outputs: ReadonlySet<string>): void {
  for (const name of readdirSync(join(ROOT, 'dist'))) {
    if ((name.endsWith('.js') || isCode(name)) && !outputs.has(`dist/${name}`))
      rmSync(join(ROOT, 'dist', name))
  }
}

function declarations(): void {
  const args = ['--emitDeclarationOnly', '--noEmit', 'false', '-p', join(ROOT, 'tsconfig.json')]
  const { status } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), args, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

await bundle()
if (process.argv.includes('--types')) declarations()
