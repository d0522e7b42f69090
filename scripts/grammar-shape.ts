/** The parser's rules as plain data, for the EBNF and the railroad diagram. */
import type { ISerializedGast } from 'chevrotain'
import type { PolicyParser } from '../grammar/parser.ts'

export type Shape =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Shape[] }
  | { readonly kind: 'choice'; readonly parts: readonly Shape[] }
  | { readonly kind: 'optional'; readonly part: Shape }
  /** Zero or more; with `isSome` one or more. */
  | {
      readonly kind: 'repeat'
      readonly part: Shape
      readonly isSome: boolean
      readonly separator?: Shape
    }

export interface Rule {
  readonly name: string
  readonly shape: Shape
}

/** What chevrotain writes beyond the type that it declares. */
interface Gast extends ISerializedGast {
  readonly name?: string
  readonly label?: string
  readonly separator?: Gast
  readonly definition?: Gast[]
}

/** All rules in the order in which the parser defines them. */
export function grammarRules(parser: PolicyParser): readonly Rule[] {
  return (parser.getSerializedGastProductions() as Gast[]).map((each) => ({
    name: kebab(each.name ?? ''),
    shape: sequence(each.definition),
  }))
}

/** `ruleHead` → `rule-head`: names in the EBNF are for reading. */
function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function sequence(definition: readonly Gast[] = []): Shape {
  const parts = definition.map(shapeOf)
  const [first] = parts
  return first && parts.length === 1 ? first : { kind: 'sequence', parts }
}

function shapeOf(gast: Gast): Shape {
  switch (gast.type) {
    case 'Terminal':
      return terminal(gast.label ?? '')
    case 'NonTerminal':
      return { kind: 'rule', name: kebab(gast.name ?? '') }
    case 'Option':
      return { kind: 'optional', part: sequence(gast.definition) }
    case 'Alternation':
      return { kind: 'choice', parts: (gast.definition ?? []).map(shapeOf) }
    case 'Repetition':
      return { kind: 'repeat', part: sequence(gast.definition), isSome: false }
    case 'RepetitionMandatory':
      return { kind: 'repeat', part: sequence(gast.definition), isSome: true }
    case 'RepetitionMandatoryWithSeparator':
    case 'RepetitionWithSeparator': {
      const isSome = gast.type === 'RepetitionMandatoryWithSeparator'
      const separator = terminal(gast.separator?.label ?? ',')
      return { kind: 'repeat', part: sequence(gast.definition), isSome, separator }
    }
    default:
      return sequence(gast.definition)
  }
}

/** Labels in backticks are texts of the language. */
function terminal(label: string): Shape {
  const text = /^`(.+)`$/.exec(label)?.[1]
  return text === undefined ? { kind: 'token', text: label } : { kind: 'word', text }
}
