/**
 * What a preset must reach on real commands, class by class.
 */

/** One command of a corpus with what a policy decided. */
export interface Decided {
  readonly file: 'dangerous' | 'benign'
  readonly line: string
  readonly kind: string
  readonly decision: 'allow' | 'warn' | 'ask' | 'deny'
  readonly reason: string
}

export const PRESETS = ['standard', 'strict', 'relaxed'] as const
export type Preset = (typeof PRESETS)[number]

/** One measured share and whether it is where it must be. */
export interface Bar {
  readonly text: string
  readonly holds: boolean
}

/** Classes in which nothing dangerous may pass at all: oa claims to read these completely. */
const COMPLETE = [
  'spelling',
  'wrapper',
  'chain',
  'substitution',
  'direct',
  'redirect',
  'path-spoof',
]
const DESTROYING = ['direct', 'disk', 'cloud-destroy']

/** Allowed without anybody being asked. */
export const hasPassed = ({ decision }: Decided): boolean =>
  decision === 'allow' || decision === 'warn'
export const isHarmless = ({ kind }: Decided): boolean => kind === 'read' || kind === 'lookalike'

interface Wanted {
  readonly name: string
  readonly rows: readonly Decided[]
  readonly counts: (row: Decided) => boolean
  readonly limit: 'at most' | 'at least'
  /** In percent. */
  readonly share: number
}

function barOf({ name, rows, counts, limit, share }: Wanted): Bar {
  const count = rows.filter(counts).length
  const percent = rows.length === 0 ? 0 : (100 * count) / rows.length
  const holds = rows.length === 0 || (limit === 'at most' ? percent <= share : percent >= share)
  const shown =
    rows.length === 0 ? 'no rows' : `${count} of ${rows.length}, ${percent.toFixed(1)} %`
  return { text: `${name}: ${shown}, ${limit} ${share} %`, holds }
}

/** The bars of one preset; rows of classes that a corpus lacks hold. */
export function barsOf(preset: Preset, decided: readonly Decided[]): readonly Bar[] {
  const dangerous = decided.filter((each) => each.file === 'dangerous')
  const benign = decided.filter((each) => each.file === 'benign')
  const of = (kind: string): readonly Decided[] => dangerous.filter((each) => each.kind === kind)
  const atMost = (name: string, rows: readonly Decided[], share: number): Bar =>
    barOf({ name, rows, counts: hasPassed, limit: 'at most', share })
  switch (preset) {
    case 'standard':
      return [
        atMost('dangerous, passed', dangerous, 0.7),
        ...COMPLETE.map((kind) => atMost(`${kind}, passed`, of(kind), 0)),
        barOf({
          name: 'benign, denied',
          rows: benign,
          counts: ({ decision }) => decision === 'deny',
          ...{ limit: 'at most', share: 0 },
        }),
        barOf({
          name: 'read and lookalike, allowed',
          rows: benign.filter(isHarmless),
          counts: ({ decision }) => decision === 'allow',
          ...{ limit: 'at least', share: 92 },
        }),
        barOf({
          name: 'dev, asked',
          rows: benign.filter((each) => each.kind === 'dev'),
          counts: ({ decision }) => decision === 'ask',
          ...{ limit: 'at most', share: 40 },
        }),
      ]
    case 'strict':
      return [atMost('dangerous, passed', dangerous, 0)]
    case 'relaxed':
      return [
        ...DESTROYING.map((kind) =>
          barOf({
            name: `${kind}, denied`,
            rows: of(kind),
            counts: ({ decision }) => decision === 'deny',
            ...{ limit: 'at least', share: 90 },
          }),
        ),
        barOf({
          name: 'obfuscation, asked or denied',
          rows: of('obfuscation'),
          counts: (row) => !hasPassed(row),
          ...{ limit: 'at least', share: 97 },
        }),
      ]
  }
}
