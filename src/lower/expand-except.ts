/**
 * The except that merely adds an option. Options are a set, so whoever wants past `deny git push except git push
 * --dry-run` only has to add one. Allowed is an option that, by knowledge, takes the denied one back.
 */
import type { RunPattern } from '../model/pattern.ts'
import type { Except } from '../syntax/ast.ts'
import { findOption, findSubcommand } from './expand-options.ts'
import type { PatternIr } from './ir.ts'
import type { PatternContext } from './lower-pattern.ts'

export interface ExceptPair {
  readonly except: Except
  /** Rows of the rule. */
  readonly patterns: readonly PatternIr[]
  /** Rows of the except. */
  readonly found: readonly PatternIr[]
  readonly context: PatternContext
}

/** Reports OA2008. */
export function reportAddedOptions({ except, patterns, found, context }: ExceptPair): void {
  for (const row of found) {
    if (row.kind !== 'run') continue
    for (const pattern of patterns) {
      if (pattern.kind !== 'run') continue
      const added = addedOption(pattern.run, row.run, context)
      if (added === undefined) continue
      const message = `anyone who adds \`${added}\` would be excepted from this rule`
      const help = 'name what is excepted by words or paths, or write a second rule for the option'
      context.reporter.report('OA2008', message, except.span, { help })
      return
    }
  }
}

/** The option that alone tells the except from the rule, undefined if words do or the option is a replacement. */
function addedOption(
  rule: RunPattern,
  except: RunPattern,
  context: PatternContext,
): string | undefined {
  const added = except.options.filter(
    (each) => !rule.options.some((other) => other.name === each.name),
  )
  const [first] = added
  if (!first || !covers(except, rule)) return undefined
  const replaces = added.some((each) => takesBack(each.name, rule, except, context))
  return replaces ? undefined : first.name
}

/** Words alone, the except matches whatever the rule matches. */
function covers(except: RunPattern, rule: RunPattern): boolean {
  if (except.isOnly || (except.program !== rule.program && except.program !== '*')) return false
  const isPrefix = except.words.every(
    (word, index) => JSON.stringify(word) === JSON.stringify(rule.words[index]),
  )
  if (!isPrefix) return false
  if (!except.rest) return true
  return (
    JSON.stringify(except.rest) === JSON.stringify(rule.rest) &&
    except.words.length === rule.words.length
  )
}

/** Knowledge says that the option negates one that the rule names, or the rule's that one. */
function takesBack(
  name: string,
  rule: RunPattern,
  except: RunPattern,
  context: PatternContext,
): boolean {
  const base = rule.program.slice(rule.program.lastIndexOf('/') + 1)
  const program = Object.hasOwn(context.commands, base) ? context.commands[base] : undefined
  if (!program) return false
  const levels = [program]
  for (const word of except.words) {
    const level = levels.at(-1)
    const inner = level && word.kind === 'text' ? findSubcommand(level, word.text) : undefined
    if (!inner) break
    levels.push(inner)
  }
  const negated = findOption(levels, name)?.negates
  return rule.options.some(
    (each) => each.name === negated || findOption(levels, each.name)?.negates === name,
  )
}
