/** Tree → text for what stands inside a line: words, patterns, conditions, lines of blocks. */
import { RESERVED_WORDS } from '../../grammar/tokens.ts'
import { unreachable } from '../base/diagnostic.ts'
import type {
  ActionWord,
  Condition,
  Entry,
  Except,
  FactCondition,
  Pattern,
  PatternWord,
  Stage,
} from './ast.ts'
import { quote } from './build-words.ts'

/** A name as a bare word where that reads back as the same name, else quoted. */
export function printName(text: string): string {
  const isBare = /^[A-Za-z0-9_.~/][\w./:+~-]*$/.test(text) && !NEVER_BARE.has(text)
  return isBare ? text : quote(text)
}

const NEVER_BARE: ReadonlySet<string> = new Set([...RESERVED_WORDS, 'and', 'or', 'not', 'in'])

export function printWord(word: PatternWord): string {
  switch (word.kind) {
    case 'word':
      return word.isQuoted ? quote(word.text) : word.text
    case 'set':
      return `@${word.name}`
    case 'group':
      return `{ ${printMembers(word.members).join(', ')} }`
    default:
      return unreachable(word)
  }
}

export function printMembers(members: readonly (readonly PatternWord[])[]): string[] {
  return members.map((words) => words.map(printWord).join(' '))
}

export function printPattern(pattern: Pattern): string {
  if (pattern.kind === 'text') return `text /${pattern.regex.value}/`
  return pattern.stages.map(printStage).join(' | ')
}

function printStage(stage: Stage): string {
  return `${stage.words.map(printWord).join(' ')}${stage.isOnly ? ' only' : ''}`
}

export function printActions(actions: readonly ActionWord[]): string {
  return actions.map((each) => each.action).join(', ')
}

export function printExcept(except: Except): string {
  const actions = printActions(except.actions)
  return `${actions}${actions ? ' ' : ''}${printPattern(except.pattern)}`
}

/** A condition with only the parentheses that it needs. */
export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'fact':
      return printFact(condition)
    case 'not':
      return `not ${wrap(condition.operand, ['fact', 'not'])}`
    case 'and':
      return `${wrap(condition.left, ['fact', 'not', 'and'])} and ${wrap(condition.right, ['fact', 'not'])}`
    case 'or': {
      const right = wrap(condition.right, ['fact', 'not', 'and'])
      return `${printCondition(condition.left)} or ${right}`
    }
    default:
      return unreachable(condition)
  }
}

function wrap(condition: Condition, bare: readonly Condition['kind'][]): string {
  const text = printCondition(condition)
  return bare.includes(condition.kind) ? text : `(${text})`
}

function printFact(fact: FactCondition): string {
  const name = fact.name ? ` ${fact.name.value}` : ''
  const members: string[] = []
  for (const value of fact.values) {
    const text = printWord(value)
    // A time zone stands beside the range that it belongs to.
    const isZone = fact.fact.value === 'time' && members.length > 0 && !/^[\d"@]/.test(text)
    if (isZone) members.push(`${members.pop()} ${text}`)
    else members.push(text)
  }
  const values = members.length === 1 ? members.join('') : `{ ${members.join(', ')} }`
  return `${fact.fact.value}${name} ${fact.operator} ${values}`
}

/** A line of a block. */
export function printEntry(entry: Entry): string {
  let text = entry.key.value
  for (const word of entry.words) {
    const [only, ...more] = word.kind === 'group' ? word.members : []
    // WHY: after a key, `{ a b }` would be a block; the comma makes it alternatives.
    const isBlocklike = only !== undefined && more.length === 0 && only.length > 1
    const written = isBlocklike ? printWord(word).replace(/ \}$/, ', }') : printWord(word)
    text += `${word.isAfterComma ? ',' : ''} ${written}`
  }
  return text
}
