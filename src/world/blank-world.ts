/**
 * A world without files: the same on every machine. Tests and invariants of a policy are decided in it, so that a policy
 * compiles everywhere or nowhere.
 */
import type { World } from '../command/world.ts'

export const BLANK_HOME = '/home/somebody'
export const BLANK_WORKSPACE = '/home/somebody/project'

export const BLANK_WORLD: World = {
  home: BLANK_HOME,
  workspace: BLANK_WORKSPACE,
  realpath: (path) => path,
  which: () => null,
  executable: () => null,
  list: () => [],
  tree: () => ({ entries: [], isComplete: false }),
  isDirectory: () => false,
  readScript: () => null,
  mayWrite: () => true,
}
