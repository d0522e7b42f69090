/**
 * Folders with those above them, made one by one.
 */
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and what is missing above it; one that is there is left as it is. Throws what the system says.
 *
 * WHY: Node's own `recursive` never ends below `/proc`, where a folder is there and nothing can be made in it.
 */
export function makeFolders(path: string, mode: number): void {
  const missing: string[] = []
  for (let at = path; !isFolder(at); at = dirname(at)) {
    missing.push(at)
    if (dirname(at) === at) break
  }
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder, { mode })
    } catch (error) {
      // Somebody else made it meanwhile.
      if (!isFolder(folder)) throw error
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
