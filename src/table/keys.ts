/**
 * The segments under which rows hang in the tries; the builder and the matchers use the same.
 */
import { below, type Roots } from './path-match.ts'

/** Labels from the last one; `*.example.com` covers every depth below, `*` every host. */
export function hostSegments(host: string): readonly string[] {
  if (host === '*' || host === '**') return ['**']
  if (/^[\d.]+$|:/.test(host)) return [host]
  const labels = host.split('.').reverse()
  return labels.at(-1) === '*' ? [...labels.slice(0, -1), '*', '**'] : labels
}

/**
 * The first edge of a run pattern. A program with a slash is written as its anchored path: relative ones are anchored
 * at the workspace.
 */
export function programKeys(program: string): string {
  if (!program.includes('/')) return program
  if (program.startsWith('~/')) return `home/${program.slice(2)}`
  if (program.startsWith('/')) return program
  return `workspace/${program.replace(/^\.\//, '')}`
}

/** All edges that a program's path may be written as. */
export function pathKeys(path: string, roots: Roots): readonly string[] {
  const keys = [path]
  const inWorkspace = below(path, roots.workspace)
  if (inWorkspace) keys.push(`workspace/${inWorkspace.join('/')}`)
  const inHome = below(path, roots.home)
  if (inHome) keys.push(`home/${inHome.join('/')}`)
  return keys
}
