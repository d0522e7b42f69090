/** What two policies set differently, apart from their rules: mode, defaults, answers to risks, and blocks. */
import { canonicalJson } from '../base/canonical.ts'
import { joinSettings } from '../decide/settings.ts'
import type { PolicyIr } from '../lower/ir.ts'
import type { Settings } from '../model/settings.ts'
import type { ActionKind, Decision, Mode, Risk } from '../model/vocabulary.ts'
import { rank } from './side.ts'

/** A setting that is not the same: `default write`, `limits timeMs`. */
export interface SettingChange {
  readonly name: string
  readonly before: string | null
  readonly after: string | null
  /** It may let something through, or lets it run under less. */
  readonly isWeaker: boolean
}

/** One for each setting that differs, in the order of the policy's head and then of its blocks. */
export function settingChanges(a: PolicyIr, b: PolicyIr): readonly SettingChange[] {
  const [before, after] = [flatten(a), flatten(b)]
  const names = [...new Set([...before.keys(), ...after.keys()])]
  return names.flatMap((name) => {
    const [one, two] = [before.get(name), after.get(name)]
    if (one?.text === two?.text) return []
    const isWeaker = (one ?? two)?.isWeaker(a, b) ?? false
    return [{ name, before: one?.text ?? null, after: two?.text ?? null, isWeaker }]
  })
}

interface Setting {
  readonly text: string
  readonly isWeaker: (before: PolicyIr, after: PolicyIr) => boolean
}

function flatten(ir: PolicyIr): ReadonlyMap<string, Setting> {
  const flat = new Map<string, Setting>()
  if (ir.mode !== null) flat.set('mode', { text: ir.mode, isWeaker: hasWeakerMode })
  for (const [action, text] of Object.entries(ir.defaults)) {
    flat.set(action === '*' ? 'default' : `default ${action}`, {
      text,
      isWeaker: (a, b) =>
        rank(defaultOf(b, action as ActionKind)) < rank(defaultOf(a, action as ActionKind)),
    })
  }
  for (const [risk, text] of Object.entries(ir.on)) {
    const answer = (each: PolicyIr): number => rank(each.on[risk as Risk] ?? 'allow')
    flat.set(`on ${risk}`, { text, isWeaker: (a, b) => answer(b) < answer(a) })
  }
  if (ir.override !== null) {
    const text = ir.override === 'off' ? 'off' : `by ${ir.override.role}`
    const isBy = ({ override }: PolicyIr): boolean => override !== null && override !== 'off'
    flat.set('override', { text, isWeaker: (_, b) => isBy(b) })
  }
  for (const section of Object.keys(ir.settings) as (keyof Settings)[]) {
    for (const [key, value] of Object.entries(ir.settings[section] ?? {})) {
      flat.set(`${section} ${key}`, {
        text: Array.isArray(value) ? value.join(' ') : String(value),
        isWeaker: (a, b) =>
          !isAsStrict(only(b, section, key), only(a, section, key)) &&
          // `required` says more than `on`.
          !isAsStrict({ [section]: b.settings[section] }, { [section]: a.settings[section] }),
      })
    }
  }
  return flat
}

const MODES: readonly Mode[] = ['execute', 'approve', 'explain']

function hasWeakerMode(before: PolicyIr, after: PolicyIr): boolean {
  const place = ({ mode }: PolicyIr): number => MODES.indexOf(mode ?? 'approve')
  return place(after) < place(before)
}

function defaultOf({ defaults, mode }: PolicyIr, action: ActionKind | '*'): Decision {
  return defaults[action] ?? defaults['*'] ?? (mode === 'execute' ? 'allow' : 'ask')
}

function only({ settings }: PolicyIr, section: keyof Settings, key: string): Settings {
  const value = (settings[section] as Readonly<Record<string, unknown>> | undefined)?.[key]
  return value === undefined ? {} : { [section]: { [key]: value } }
}

/** Whether a run under the first is held by all that the second asks for: joining it adds nothing. */
export function isAsStrict(first: Settings, second: Settings): boolean {
  const [quota, other] = [first.audit?.quotaPerHour, second.audit?.quotaPerHour]
  if (other !== undefined && (quota === undefined || quota > other)) return false
  return isKept(first, second) && wrapOf([first, second], false) === wrapOf([first], false)
}

/** Every variable that the first lets through is one that the second does, as they are written. */
function isKept(first: Settings, second: Settings): boolean {
  const keep = second.env?.keep
  if (keep === undefined || keep.includes('*')) return true
  return first.env?.keep?.every((each) => keep.includes(each)) === true
}

/** What a run is wrapped in, as one text: equal for equal demands. Who is told of an approval is none. */
export function wrapOf(settings: readonly Settings[], needsSandbox: boolean): string {
  const { keepLists: _, approval, ...joined } = joinSettings(settings, needsSandbox)
  const { notify: __, ...asked } = approval
  return canonicalJson([joined, asked])
}
