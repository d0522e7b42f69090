/**
 * The built `oa` and what it runs in: the environment of every measurement, a compiled policy, a repository.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
export const OA = join(ROOT, 'bin/oa')

/** The same on every machine; above all without NODE_EXTRA_CA_CERTS, which costs node more than oa does. */
export const ENV: NodeJS.ProcessEnv = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: userInfo().homedir,
  LANG: 'C.UTF-8',
}

const folders: string[] = []
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A new folder that is removed at the end. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'oa-bench-')))
  folders.push(folder)
  return folder
}

/** Compiles a policy; gives the path of the artifact. Ends the bench where it has errors. */
export function compiled(policy: string, folder: string): string {
  if (!existsSync(join(ROOT, 'dist/cli.js'))) throw new Error('not built: run `npm run build`')
  const artifact = join(folder, 'policy.oat')
  const path = existsSync(policy) ? resolve(policy) : join(ROOT, policy)
  const { status, stderr } = spawnSync(process.execPath, [OA, 'compile', path, '-o', artifact], {
    env: ENV,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${policy} does not compile:\n${stderr}`)
  return artifact
}

const FILES: Readonly<Record<string, string>> = {
  'README.md': '# Example\n\nTODO: say what it does.\n',
  LICENSE: 'none\n',
  Makefile: 'all:\n\techo built\ntest:\n\techo tested\n',
  'package.json': JSON.stringify({
    name: 'example',
    version: '1.0.0',
    scripts: { test: 'node --test', build: 'node build.js', lint: 'node lint.js' },
  }),
  'tsconfig.json': '{}\n',
  'Cargo.toml': '[package]\nname = "example"\nversion = "0.1.0"\n',
  'pyproject.toml': '[project]\nname = "example"\n',
  'requirements.txt': 'requests\n',
  'go.mod': 'module example\n',
  'src/main.js': "console.log('hello') // TODO\n",
  'src/main.c': 'int main(void) { return 0; } // TODO\n',
  'src/main.py': 'print("hello")\n',
  'src/main.rs': 'fn main() {}\n',
  'src/index.ts': 'export {}\n',
  'tests/test_main.py': 'def test_main():\n    pass\n',
  'docs/index.md': '# Docs\n',
  'data.json': '{"a": [1, 2]}\n',
  'app.log': 'started\nstopped\n',
  '.gitignore': 'node_modules/\nbuild/\n',
}

/** A repository with one commit and the files that projects have. */
export function makeRepository(folder: string): string {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const git = (...args: readonly string[]): void => {
    const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org']
    const { status, stderr } = spawnSync('git', [...who, ...args], {
      cwd: folder,
      env: { ...ENV, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`git ${args.join(' ')} failed: ${stderr}`)
  }
  git('init', '--quiet', '--initial-branch=main', '.')
  git('add', '.')
  git('commit', '--quiet', '--message', 'start')
  return folder
}
