/**
 * Temporary folders for tests; all are removed when the process ends.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const folders: string[] = []

process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A new empty folder; its path is absolute and has no symbolic link in it. */
export function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'oa-test-')))
  folders.push(folder)
  return folder
}

/**
 * Writes files into a folder and gives the folder back.
 *
 * @param files - text or bytes by path relative to `folder`; missing folders are made
 */
export function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

/** A new folder that holds these files. */
export function tempFiles(files: Readonly<Record<string, string | Uint8Array>>): string {
  return writeFiles(tempFolder(), files)
}
