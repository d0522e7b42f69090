/**
 * Writes every generated file, or with `--check` fails when one is not what would be written now.
 * Each module of `scripts/generators/` exports `generate()`; a new one is found by being there.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** A file as it should be; `path` is relative to the repository. */
export interface GeneratedFile {
  readonly path: string
  readonly text: string
}

/** What a module of `scripts/generators/` exports. The same sources must give the same bytes. */
export interface Generator {
  readonly generate: () => Promise<readonly GeneratedFile[]>
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))

async function generators(): Promise<readonly Generator[]> {
  const folder = join(ROOT, 'scripts/generators')
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts'))
  const found: Generator[] = []
  for (const name of names.sort()) {
    const module = (await import(pathToFileURL(join(folder, name)).href)) as Partial<Generator>
    if (!module.generate) throw new Error(`scripts/generators/${name} does not export generate()`)
    found.push({ generate: module.generate })
  }
  return found
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

async function main(isCheck: boolean): Promise<void> {
  const files = (await Promise.all((await generators()).map((each) => each.generate()))).flat()
  const stale = files.filter((file) => readOrNothing(join(ROOT, file.path)) !== file.text)
  for (const file of stale) {
    console.log(`${isCheck ? 'stale' : 'wrote'}: ${file.path}`)
    if (isCheck) continue
    mkdirSync(dirname(join(ROOT, file.path)), { recursive: true })
    writeFileSync(join(ROOT, file.path), file.text)
  }
  console.log(`${files.length} generated files, ${stale.length} ${isCheck ? 'stale' : 'written'}`)
  if (isCheck && stale.length > 0) {
    console.log('run `npm run gen` and commit what it writes')
    process.exitCode = 1
  }
}

await main(process.argv.includes('--check'))
