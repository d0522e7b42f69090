/** `oa init`: a policy for this project to start from. Never overwrites one. */

import { realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OaError } from '../../base/diagnostic.ts'
import { makeFolders } from '../../base/make-folders.ts'
import { neutralise } from '../../base/neutral.ts'
import { EXIT } from '../exit.ts'
import { folders, isSystemFolder, policyIn } from '../folders.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import { presetNamed, presetText } from '../presets.ts'
import { cannotWrite } from '../write-file.ts'

export async function run(given: GivenOptions): Promise<number> {
  const folder = projectFolder(given, 'init')
  const preset = presetNamed(given.text('preset') ?? 'standard')
  const place = join(folder, '.openagent')
  const there = policyIn(place)
  if (there !== null) {
    throw new OaError('OA8004', `\`${there}\` is there already`, {
      help: `read it with \`oa check ${there}\`, or move it away`,
    })
  }
  const path = join(place, 'policy.oa')
  try {
    makeFolders(place, 0o755)
    writeFileSync(path, presetText(preset), { flag: 'wx' })
  } catch (error) {
    throw cannotWrite(path, error)
  }
  process.stdout.write(
    [
      `wrote ${neutralise(path)}, from the preset ${preset}`,
      '',
      'Next:',
      `  oa check ${neutralise(path)}`,
      `  oa trust ${neutralise(folder)}`,
      "  oa explain -c 'git status'",
      '',
      'It holds once it is trusted, and again after each change only when it is trusted again.',
      '',
    ].join('\n'),
  )
  return EXIT.done
}

/**
 * The real path of the folder that a command about a project names, the current one where it names none.
 *
 * @throws OaError OA8001 for what is no project: home, `/`, folders of the system
 */
export function projectFolder(given: GivenOptions, command: string): string {
  const [asked = '.', ...more] = [...given.operands, ...(given.rest ?? [])]
  if (more.length > 0) throw usageError(`\`oa ${command}\` takes one folder`)
  let folder: string
  try {
    folder = realpathSync(asked)
    // Fails for what is no folder.
    realpathSync(`${folder}/.`)
  } catch (error) {
    throw new OaError('OA8001', `there is no folder \`${asked}\``, {
      cause: error,
      help: `write \`oa ${command} DIR\`, or call it inside the project`,
    })
  }
  if (isSystemFolder(folder, folders().home)) {
    throw usageError(
      `\`${folder}\` holds more than a project`,
      command === 'init'
        ? 'go into the project; a policy of your own for everywhere: `oa policy standard`'
        : 'go into the project that you mean',
    )
  }
  return folder
}
