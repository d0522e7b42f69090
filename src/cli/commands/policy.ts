/** `oa policy`: your own policy from a preset, or what holds here. */

import { copyFileSync, existsSync, renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { OaError } from '../../base/diagnostic.ts'
import { makeFolders } from '../../base/make-folders.ts'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { digestOf } from '../../decide/decide.ts'
import { strictestMode } from '../../decide/report.ts'
import { EXIT } from '../exit.ts'
import { folders, policyIn } from '../folders.ts'
import { installedSetting, type Setting } from '../layers.ts'
import { logPlaceOf } from '../log-place.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import { requirePerson } from '../people.ts'
import { compileFile, counted, showDiagnostics } from '../policies.ts'
import { PRESETS, type Preset, presetNamed, presetPath, presetText } from '../presets.ts'
import { cannotWrite, replaceFile } from '../write-file.ts'

export async function run(given: GivenOptions): Promise<number> {
  const [asked, ...more] = [...given.operands, ...(given.rest ?? [])]
  if (asked === undefined || more.length > 0) {
    throw usageError(
      '`oa policy` needs one word',
      `write \`oa policy show\`, or a preset: ${PRESETS.join(', ')}`,
    )
  }
  if (asked === 'show') return show(given)
  const preset = presetNamed(asked)
  if (given.flag('json')) throw usageError('`--json` belongs to `oa policy show`')
  requirePerson(`policy ${preset}`)
  return install(preset)
}

async function install(preset: Preset): Promise<number> {
  const { own } = folders()
  const { value, diagnostics } = await compileFile(presetPath(preset))
  if (!value) {
    showDiagnostics(
      diagnostics.filter((each) => each.severity === 'error'),
      process.stderr,
    )
    throw new OaError('OA8003', `the preset \`${preset}\` has errors`, { help: 'install oa again' })
  }
  const path = join(own, 'policy.oa')
  try {
    makeFolders(own, 0o700)
    const kept = backUp(path)
    replaceFile(path, presetText(preset), 0o600)
    const moved = setAside(own, path)
    for (const each of [...kept, ...moved]) process.stdout.write(`kept ${neutralise(each)}\n`)
  } catch (error) {
    throw error instanceof OaError ? error : cannotWrite(path, error)
  }
  process.stdout.write(
    `wrote ${neutralise(path)}, from the preset ${preset}\n  policy ${value.table.digest}\n`,
  )
  return EXIT.done
}

/** A copy of what is there, under the first free name. */
function backUp(path: string): readonly string[] {
  if (!existsSync(path)) return []
  const copy = freeName(path)
  copyFileSync(path, copy)
  return [copy]
}

/** Other spellings would be read before it; until each is moved it still holds, so there is never no policy. */
function setAside(own: string, path: string): readonly string[] {
  const moved: string[] = []
  for (let other = policyIn(own); other !== null && other !== path; other = policyIn(own)) {
    const copy = freeName(other)
    renameSync(other, copy)
    moved.push(copy)
  }
  return moved
}

function freeName(path: string): string {
  for (let number = 1; ; number += 1) {
    const name = join(dirname(path), `${basename(path)}.backup-${number}`)
    if (!existsSync(name)) return name
  }
}

async function show(given: GivenOptions): Promise<number> {
  const setting = await installedSetting(undefined)
  const shown = shownSetting(setting)
  if (given.flag('json')) {
    process.stdout.write(`${neutraliseJson(JSON.stringify(shown))}\n`)
    return EXIT.done
  }
  const lines = [
    ...shown.layers.map(
      (each) =>
        `${each.layer.padEnd(10)}${neutralise(each.path)}\n` +
        `          "${neutralise(each.name)}", ${counted(each.rules, 'rule')}, ${each.digest}`,
    ),
    `mode      ${shown.mode}`,
    `digest    ${shown.digest}`,
    `here      ${neutralise(shown.cwd)}`,
    shown.workspace === null
      ? 'workspace none: no trusted folder is around this one (`oa trust`)'
      : `workspace ${neutralise(shown.workspace)}`,
    `audit     ${neutralise(shown.audit)}`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  return EXIT.done
}

function shownSetting(setting: Setting): {
  readonly layers: readonly {
    readonly layer: string
    readonly path: string
    readonly name: string
    readonly mode: string | null
    readonly rules: number
    readonly digest: string
  }[]
  readonly mode: string
  readonly digest: string
  readonly cwd: string
  readonly workspace: string | null
  readonly audit: string
} {
  return {
    layers: setting.layers.map(({ name, path, table }) => ({
      layer: name,
      path,
      name: table.name,
      mode: table.meta.mode,
      rules: table.ruleCount,
      digest: table.digest,
    })),
    mode: strictestMode(setting.tables),
    digest: digestOf(setting.tables),
    cwd: setting.cwd,
    workspace: setting.workspace === '' ? null : setting.workspace,
    audit: logPlaceOf(setting.folders, setting.layers).directory,
  }
}
