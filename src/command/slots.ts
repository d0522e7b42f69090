/**
 * Gives every operand the effects of its slot.
 */
import type { CommandKnowledge, Effect, OperandSlot } from '../model/knowledge.ts'
import type { Word } from '../model/word.ts'
import { isSetting } from './arguments.ts'
import type { FoundOption, ParsedArguments } from './parsed.ts'

export interface FilledSlot {
  readonly slot: OperandSlot | null
  /** Index into all operands of the parse. */
  readonly operand: number
  readonly word: Word
  /** Positions may have shifted: the slot is one of several that it could be. */
  readonly isPossible: boolean
}

export interface FilledSlots {
  readonly filled: readonly FilledSlot[]
  /** More operands than the slots take. */
  readonly hasExtra: boolean
}

/** The slots that are left when options have taken the place of some. */
function openSlots(
  level: CommandKnowledge,
  options: readonly FoundOption[],
): readonly OperandSlot[] {
  const replaced = new Set(
    options.flatMap((each) =>
      each.isSure && each.knowledge?.replaces ? [each.knowledge.replaces] : [],
    ),
  )
  return level.operands.filter((slot) => !replaced.has(slot.name))
}

/** Fills the slots of the innermost level from both ends around the repeated one. */
export function fillSlots(parsed: ParsedArguments): FilledSlots {
  const own = parsed.operands.flatMap((operand, index) =>
    operand.isSubcommand ? [] : [{ word: operand.word, operand: index }],
  )
  const slots = parsed.level ? openSlots(parsed.level, parsed.options) : []
  if (slots.length === 0) {
    return {
      filled: own.map((each) => ({ ...each, slot: null, isPossible: false })),
      hasExtra: own.length > 0,
    }
  }
  const shifted = parsed.shiftedFrom
  const sure = shifted === null ? own : own.filter((each) => each.operand < shifted)
  if (sure.length < own.length) return fillShifted(slots, own, sure.length)
  return fillSure(slots, own)
}

function fillSure(
  slots: readonly OperandSlot[],
  own: readonly { word: Word; operand: number }[],
): FilledSlots {
  const filled: FilledSlot[] = []
  let at = 0
  let hasExtra = false
  for (const [index, slot] of slots.entries()) {
    const later = slots.slice(index + 1).filter((each) => !each.isOptional).length
    const available = own.length - at - later
    if (slot.isOptional && available <= 0) continue
    const takesSettings = slot.effects.some((each) => each.kind === 'set')
    const count = slot.isRepeated ? Math.max(available, 0) : 1
    for (let taken = 0; taken < count && at < own.length; taken++) {
      const each = own[at]
      if (!each || (takesSettings && !isSetting(each.word))) break
      filled.push({ ...each, slot, isPossible: false })
      at++
    }
  }
  for (const each of own.slice(at)) {
    hasExtra = true
    filled.push({ ...each, slot: slots.at(-1) ?? null, isPossible: true })
  }
  return { filled, hasExtra }
}

/** From the first word that may be any number of words, every later word may stand in every later slot. */
function fillShifted(
  slots: readonly OperandSlot[],
  own: readonly { word: Word; operand: number }[],
  sureCount: number,
): FilledSlots {
  const filled: FilledSlot[] = []
  const isUniform = slots.every((slot) => sameEffects(slot.effects, slots[0]?.effects ?? []))
  for (const [index, each] of own.entries()) {
    if (isUniform) {
      filled.push({ ...each, slot: slots[0] ?? null, isPossible: false })
      continue
    }
    for (const [place, slot] of slots.entries()) {
      const canStandHere = index < sureCount ? place <= index : true
      if (canStandHere) filled.push({ ...each, slot, isPossible: true })
    }
  }
  return { filled, hasExtra: false }
}

function sameEffects(a: readonly Effect[], b: readonly Effect[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
