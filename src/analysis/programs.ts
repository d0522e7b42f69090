/** Which programs a question is about: those that rules name, and where globs do, those that are known. */
import type { RunPattern } from '../model/pattern.ts'
import { mayNameProgram, programName, runsOf } from './rules.ts'
import type { Side } from './side.ts'

/** A name that no rule has and nobody described. */
export const NAMELESS = 'some-program'

export interface Programs {
  readonly names: readonly string[]
  readonly gaps: readonly string[]
}

/** Every program that one of the patterns may name. `sides`: where rules and knowledge of others are looked up. */
export function programsOf(patterns: readonly RunPattern[], sides: readonly Side[]): Programs {
  const names = new Set<string>()
  const gaps = new Set<string>()
  const open: RunPattern[] = []
  for (const pattern of patterns) {
    const name = programName(pattern)
    if (name !== null) names.add(name)
    else open.push(pattern)
    if (pattern.program.includes('/')) {
      gaps.add(`what lies at \`${pattern.program}\` is known only where it runs`)
    }
  }
  if (open.length === 0) return { names: [...names], gaps: [...gaps] }
  for (const name of knownPrograms(sides)) {
    if (open.some((each) => mayNameProgram(each, name))) names.add(name)
  }
  for (const pattern of open) {
    const sample = pattern.program.replace(/\[.*?\]/g, 'x').replace(/[*?]+/g, 'x')
    names.add(/^\*+$/.test(pattern.program) ? NAMELESS : sample)
  }
  return { names: [...names], gaps: [...gaps] }
}

function knownPrograms(sides: readonly Side[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { ir } of sides) {
    for (const name of Object.keys(ir.commands)) names.add(name)
    for (const rule of ir.rules) {
      for (const run of rule.patterns.flatMap(runsOf)) {
        const name = programName(run)
        if (name !== null) names.add(name)
      }
    }
  }
  return names
}
