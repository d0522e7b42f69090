/**
 * What an unknown word could bring as an option: everything that the listed options of a program can do.
 */
import type { RiskFact } from '../model/analysis.ts'
import type { CommandKnowledge, Effect, OptionKnowledge } from '../model/knowledge.ts'

export interface PossibleEffects {
  /** An option that runs code, or null. */
  readonly code: string | null
  /** On a value that nobody knows; each kind once. */
  readonly effects: readonly Effect[]
  /** On the operands that stand there. */
  readonly operandEffects: readonly Effect[]
  readonly risks: readonly RiskFact[]
}

const cache = new WeakMap<CommandKnowledge, PossibleEffects>()

/** Joins all options of the levels. */
export function possibleEffects(levels: readonly CommandKnowledge[]): PossibleEffects {
  const innermost = levels.at(-1)
  const known = innermost && cache.get(innermost)
  if (known) return known
  const options = levels.flatMap((level) => level.options)
  const found: PossibleEffects = {
    code: options.find(runsCode)?.names[0] ?? null,
    effects: distinct(options.flatMap((option) => option.effects.filter(isPlain))),
    operandEffects: distinct(
      options.flatMap((option) => option.operandEffects ?? []).filter(isPlain),
    ),
    risks: options.flatMap((option) =>
      option.risk === undefined
        ? []
        : [
            {
              risk: option.risk,
              subcommands: [],
              option: option.names[0] ?? null,
              isPossible: true,
            },
          ],
    ),
  }
  if (innermost) cache.set(innermost, found)
  return found
}

function runsCode(option: OptionKnowledge): boolean {
  return (
    option.stdin !== undefined ||
    option.fixed.some((each) => each.kind === 'code') ||
    option.effects.some(
      (each) =>
        each.kind === 'code' ||
        each.kind === 'argv' ||
        each.kind === 'joined' ||
        each.kind === 'script',
    )
  )
}

function isPlain(effect: Effect): boolean {
  return effect.kind === 'path' || effect.kind === 'connect' || effect.kind === 'elevate'
}

function distinct(effects: readonly Effect[]): readonly Effect[] {
  const seen = new Map<string, Effect>()
  for (const effect of effects) {
    seen.set(effect.kind === 'path' ? `path ${effect.action}` : effect.kind, effect)
  }
  return [...seen.values()]
}
