/**
 * The pages do what they say. In `README.md` and `docs/*.md`
 *
 * - a block ` ```oa FILE ` (or `yaml FILE`, `json FILE`) is written to that file,
 * - a block ` ```sh run ` is run by bash, in the order of the page, all blocks of a page in one temporary folder,
 * - a block ` ```text ` right after it is its output, both streams; `…` stands for anything within a line, a line `…`
 *   for any lines. ` ```text exit=3 ` also names its exit code, else 0.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROOT } from './support/corpus.ts'
import { skip } from './support/skip.ts'
import { readText } from './support/sources.ts'
import { tempFolder, writeFiles } from './support/temp.ts'

const test = suite('docs')

interface Fence {
  readonly language: string
  /** What stands after the language: `run`, a file name, `exit=3`. */
  readonly argument: string
  readonly text: string
  /** Only blank lines stand between it and the fence before. */
  readonly isNext: boolean
}

function fences(page: string): readonly Fence[] {
  let end = 0
  return [...page.matchAll(/^```(\w+)(?: +(\S+))?\n([^]*?)^```$/gm)].map((match) => {
    const isNext = page.slice(end, match.index).trim() === ''
    end = match.index + match[0].length
    return { language: match[1] ?? '', argument: match[2] ?? '', text: match[3] ?? '', isNext }
  })
}

/** The expected output as an expression over the actual one. */
function outputPattern(expected: string): RegExp {
  const escaped = expected.trimEnd().replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const pattern = escaped.replace(/^…$/gm, '[^]*?').replaceAll('…', '.*?')
  return new RegExp(`^${pattern}$`)
}

interface Place {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
}

/** A home, a folder to work in, and `oa` on a short PATH. */
function place(): Place {
  const base = tempFolder()
  const folder = join(base, 'project')
  const bin = join(base, 'bin')
  const home = join(base, 'home')
  for (const each of [folder, bin, home]) mkdirSync(each)
  symlinkSync(join(ROOT, 'bin/oa'), join(bin, 'oa'))
  symlinkSync(process.execPath, join(bin, 'node'))
  const PATH = `${bin}:/usr/local/bin:/usr/bin:/bin`
  const OPENAGENT_HOME = join(home, '.openagent')
  return { folder, env: { PATH, HOME: home, OPENAGENT_HOME, LANG: 'C.UTF-8', TERM: 'dumb' } }
}

function runBlock({ folder, env }: Place, block: Fence, expected: Fence | undefined): void {
  const { stdout, status } = spawnSync('bash', ['-c', `exec 2>&1\n${block.text}`], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output = stdout.trimEnd()
  if (expected && !outputPattern(expected.text).test(output))
    assert.fixture(output, expected.text.trimEnd())
  const wanted = Number(/^exit=(\d+)$/.exec(expected?.argument ?? '')?.[1] ?? 0)
  assert.is(status, wanted, `exit ${status}, not ${wanted}, of:\n${block.text}\n${output}`)
}

function runPage(text: string): void {
  const blocks = fences(text)
  const where = place()
  for (const [at, block] of blocks.entries()) {
    if (['oa', 'yaml', 'json'].includes(block.language) && block.argument !== '') {
      writeFiles(where.folder, { [block.argument]: block.text })
    }
    if (block.language !== 'sh' || block.argument !== 'run') continue
    const next = blocks[at + 1]
    runBlock(where, block, next?.language === 'text' && next.isNext ? next : undefined)
  }
}

const hasRuns = (text: string): boolean => fences(text).some((each) => each.argument === 'run')
const isBuilt = ['dist/cli.js', 'src/cli/commands/decide.ts'].every((path) =>
  existsSync(join(ROOT, path)),
)
const docs = existsSync(join(ROOT, 'docs')) ? readdirSync(join(ROOT, 'docs')) : []
const pages = ['README.md', ...docs.map((name) => join('docs', name))].filter(
  (path) => path.endsWith('.md') && existsSync(join(ROOT, path)),
)

for (const path of pages.filter((each) => hasRuns(readText(each)))) {
  test(`${path} does what it says`, () => {
    if (!isBuilt) return skip('the CLI is not built')
    runPage(readText(path))
  })
}

const page = (output: string): string =>
  `\`\`\`sh run\necho a; echo b >&2\n\`\`\`\n\n\`\`\`text\n${output}\n\`\`\`\n`

/** uvu's own `throws` lets assertion errors through. */
function fails(text: string): boolean {
  try {
    runPage(text)
    return false
  } catch {
    return true
  }
}

test('a page that says something else than happens fails', () => {
  runPage(page('a\nb'))
  runPage(page('…\nb'))
  assert.ok(fails(page('a\nc')))
  assert.ok(fails('```sh run\nexit 3\n```\n'))
  runPage('```sh run\nexit 3\n```\n```text exit=3\n```\n')
})

test('files of a page are there for its commands', () => {
  runPage('```oa p.oa\ndefault deny\n```\n```sh run\ncat p.oa\n```\n```text\ndefault deny\n```\n')
})

test.run()
