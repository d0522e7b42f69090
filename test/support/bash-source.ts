/**
 * The test scripts of bash itself, from Debian's source package. They are fetched, never copied into the project.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The scripts by name; a text says why they cannot be had here. */
export function bashTests(folder: string): ReadonlyMap<string, string> | string {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const codename = /^VERSION_CODENAME="?(\w+)/m.exec(release)?.[1]
  if (!existsSync('/usr/bin/apt-get') || codename === undefined) return 'this is not Debian'
  const [lists, cache, source] = ['lists/partial', 'cache/archives/partial', 'source'].map(
    (name) => {
      const path = join(folder, name)
      mkdirSync(path, { recursive: true, mode: 0o755 })
      return path
    },
  ) as [string, string, string]
  const list = join(folder, 'sources.list')
  writeFileSync(list, `deb-src http://deb.debian.org/debian ${codename} main\n`)
  // Lists of its own, so that the machine's configuration stays as it is.
  const own = [
    ...['-o', `Dir::Etc::sourcelist=${list}`, '-o', 'Dir::Etc::sourceparts=-'],
    ...['-o', `Dir::State::lists=${join(lists, '..')}`, '-o', `Dir::Cache=${join(cache, '../..')}`],
    ...['-o', 'APT::Sandbox::User=root', '-o', 'Acquire::http::Timeout=20'],
  ]
  const run = (command: string, args: readonly string[]): boolean =>
    spawnSync(command, args, { cwd: source, stdio: 'ignore', timeout: 300_000 }).status === 0
  if (!run('apt-get', [...own, 'update'])) return "Debian's list of sources cannot be had"
  if (!run('apt-get', [...own, 'source', '--download-only', 'bash'])) {
    return "bash's source package cannot be had"
  }
  const archive = readdirSync(source).find((name) => /\.orig\.tar\.\w+$/.test(name))
  if (archive === undefined || !run('tar', ['-xf', archive, '--wildcards', '*/tests/*'])) {
    return "bash's source package cannot be unpacked"
  }
  const unpacked = readdirSync(source).find((name) => existsSync(join(source, name, 'tests')))
  if (unpacked === undefined) return "bash's source package holds no tests"
  const tests = join(source, unpacked, 'tests')
  const names = readdirSync(tests).filter((name) => /\.(?:tests|sub)$/.test(name))
  return new Map(names.map((name) => [name, readFileSync(join(tests, name), 'utf8')]))
}
