/**
 * The policies that come with oa, found beside the installed code.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OaError } from '../base/diagnostic.ts'
import { usageError } from './options.ts'

/** From most to least strict. */
export const PRESETS = ['strict', 'standard', 'relaxed'] as const
export type Preset = (typeof PRESETS)[number]

/** Folders above this file that are looked in: sources and bundles lie at different depths. */
const PARENTS_MAX = 4

/** @throws OaError OA8001 for another name */
export function presetNamed(name: string): Preset {
  const found = PRESETS.find((each) => each === name)
  if (found) return found
  throw usageError(`there is no preset \`${name}\``, `write one of: ${PRESETS.join(', ')}`)
}

/** Path of a preset's file. */
export function presetPath(preset: Preset): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (let step = 0; step < PARENTS_MAX; step += 1) {
    const path = join(folder, 'policies', `${preset}.oa`)
    if (existsSync(path)) return path
    folder = dirname(folder)
  }
  throw new OaError('OA1001', `the preset \`${preset}\` is missing from this installation of oa`, {
    help: 'install oa again',
  })
}

/** Text of a preset. */
export function presetText(preset: Preset): string {
  return readFileSync(presetPath(preset), 'utf8')
}
