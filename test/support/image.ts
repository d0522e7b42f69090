/**
 * An image for container tests, made of this machine's own programs and imported from a file: no registry is asked.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const IMAGE = 'localhost/oa-test:1'

const PROGRAMS = [
  ...['bash', 'dash', 'perl', 'cat', 'grep', 'touch', 'mkdir', 'rmdir', 'ln', 'mv', 'rm', 'ls'],
  ...['sort', 'seq', 'sleep', 'head', 'printf', 'stat', 'env', 'id', 'mount', 'umount', 'unshare'],
  ...['mknod', 'setsid', 'script', 'tr', 'readlink'],
]

/** Makes the image's tree in `folder` and gives the path of a tar of it. */
export function makeImageTar(folder: string): string {
  const tree = join(folder, 'tree')
  for (const name of [
    'usr/bin',
    'usr/lib',
    'usr/lib64',
    'proc',
    'dev',
    'sys',
    'tmp',
    'run',
    'etc',
  ]) {
    mkdirSync(join(tree, name), { recursive: true })
  }
  for (const name of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(tree, name))
  for (const name of PROGRAMS) copyWithLibraries(`/usr/bin/${name}`, tree)
  symlinkSync('dash', join(tree, 'usr/bin/sh'))
  for (const modules of [
    '/usr/lib/x86_64-linux-gnu/perl-base',
    '/usr/lib/aarch64-linux-gnu/perl-base',
  ]) {
    if (existsSync(modules)) cpSync(modules, join(tree, modules), { recursive: true })
  }
  const tar = join(folder, 'image.tar')
  execFileSync('tar', ['-C', tree, '-cf', tar, '.'])
  rmSync(tree, { recursive: true, force: true })
  return tar
}

/** Runs podman as this account, with its own store; throws what it says. */
export function podman(words: readonly string[]): void {
  execFileSync('podman', words, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' })
}

function copyWithLibraries(program: string, tree: string): void {
  if (!existsSync(program)) return
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' })
  for (const path of [program, ...(stdout.match(/\/\S+/g) ?? [])]) {
    const to = join(tree, path.startsWith('/lib') ? `/usr${path}` : path)
    if (existsSync(to) || !existsSync(path)) continue
    mkdirSync(dirname(to), { recursive: true })
    cpSync(realpathSync(path), to)
  }
}
