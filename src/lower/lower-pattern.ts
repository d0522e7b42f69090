/**
 * One pattern of a rule → its rows for one action. What a pattern may say depends on the action: commands, paths,
 * hosts, names.
 */
import { ALTERNATIVES_MAX } from '../base/limits.ts'
import type { RunPattern } from '../model/pattern.ts'
import { type ActionKind, isPathAction } from '../model/vocabulary.ts'
import type { CommandPattern, Pattern, Stage } from '../syntax/ast.ts'
import { expandWords, type Sequence } from './expand.ts'
import { lowerOption } from './expand-options.ts'
import { expandRun, type RunContext, sortUnique } from './expand-run.ts'
import type { PatternIr } from './ir.ts'
import { lowerHost } from './lower-host.ts'
import { lowerRegex } from './lower-regex.ts'
import { lowerName, lowerPath } from './lower-word.ts'

export interface PatternContext extends RunContext {
  /** The rule allows: no `text`, no `A | B`. */
  readonly isAllow: boolean
}

/** The rows, each once, in canonical order; undefined after an error. */
export function lowerPattern(
  pattern: Pattern,
  action: ActionKind,
  context: PatternContext,
): readonly PatternIr[] | undefined {
  const rows =
    pattern.kind === 'text'
      ? lowerText(pattern, action, context)
      : lowerCommand(pattern, action, context)
  return rows && sortUnique(rows)
}

function lowerText(
  pattern: Pattern & { kind: 'text' },
  action: ActionKind,
  context: PatternContext,
): readonly PatternIr[] | undefined {
  if (context.isAllow) {
    const help = 'name the programs that are meant: `allow NAME …`'
    context.reporter.report('OA2007', 'a `text` pattern may not stand in `allow`', pattern.span, {
      help,
    })
    return undefined
  }
  if (action !== 'run') {
    context.reporter.report(
      'OA2006',
      `\`${action}\` has no line that \`text\` could match`,
      pattern.span,
      { help: 'leave the action out' },
    )
    return undefined
  }
  const regex = lowerRegex(pattern.regex, context.reporter)
  return regex === undefined ? undefined : [{ kind: 'text', regex }]
}

function lowerCommand(
  pattern: CommandPattern,
  action: ActionKind,
  context: PatternContext,
): readonly PatternIr[] | undefined {
  const [stage, second] = pattern.stages
  if (!stage) return []
  if (!second)
    return action === 'run' ? lowerRun(stage, context) : lowerResource(stage, action, context)
  if (action !== 'run') {
    context.reporter.report(
      'OA2006',
      `\`${action}\` has no pipes; \`A | B\` is for \`run\``,
      pattern.span,
      { help: 'leave the action out' },
    )
    return undefined
  }
  if (context.isAllow) {
    const help = 'allow the programs on both sides by themselves'
    context.reporter.report('OA2007', '`A | B` may not stand in `allow`', pattern.span, { help })
    return undefined
  }
  return lowerPipe(pattern, context)
}

function lowerRun(stage: Stage, context: PatternContext): readonly PatternIr[] | undefined {
  return expandRun(stage, context)?.map((run) => ({ kind: 'run', run }))
}

function lowerPipe(
  pattern: CommandPattern,
  context: PatternContext,
): readonly PatternIr[] | undefined {
  const stages: (readonly RunPattern[])[] = []
  for (const stage of pattern.stages) {
    const found = expandRun(stage, context)
    if (!found) return undefined
    // Sorted already: the order of alternatives is no meaning.
    stages.push(found)
  }
  return [{ kind: 'pipe', stages }]
}

/** Patterns of all actions but `run`. */
function lowerResource(
  stage: Stage,
  action: ActionKind,
  context: PatternContext,
): readonly PatternIr[] | undefined {
  const { reporter } = context
  if (stage.isOnly) {
    reporter.report('OA2006', `\`only\` says nothing about \`${action}\``, stage.span, {
      help: 'remove `only`',
    })
    return undefined
  }
  const sequences = expandWords(stage.words, context.scope)
  if (!sequences) {
    const message = `the pattern stands for more than ${ALTERNATIVES_MAX} alternatives`
    reporter.report('OA2017', message, stage.span, { help: 'split it into several rules' })
    return undefined
  }
  const rows = sequences.map((sequence) => lowerOne(sequence, action, context))
  return rows.every((each) => each !== undefined) ? rows.flat() : undefined
}

function lowerOne(
  sequence: Sequence,
  action: ActionKind,
  context: PatternContext,
): readonly PatternIr[] | undefined {
  const { reporter } = context
  const [word, ...others] = sequence
  if (!word) return []
  const [extra] = others
  const takesOptions = action === 'call' || action === 'load'
  const wrong = takesOptions
    ? others.find((each) => each.isQuoted || !/^-./.test(each.text))
    : extra
  if (wrong) {
    const help = takesOptions
      ? 'write arguments as options: `--name=value`'
      : `separate patterns with commas: \`${word.text}, ${wrong.text}\``
    reporter.report('OA2006', `a pattern of \`${action}\` is one word`, wrong.span, { help })
    return undefined
  }
  if (word.text === '...' && !word.isQuoted) return [{ kind: 'any' }]
  if (!word.isQuoted && word.text.startsWith('-') && word.text.length > 1) {
    const help = isPathAction(action) ? `write \`./${word.text}\`` : `quote it: \`"${word.text}"\``
    reporter.report('OA2006', `\`${action}\` has no options`, word.span, { help })
    return undefined
  }
  if (isPathAction(action)) {
    const path = lowerPath(word, reporter)
    return path && [{ kind: 'path', path }]
  }
  if (action === 'connect') {
    const host = lowerHost(word, reporter)
    return host && [{ kind: 'host', ...host }]
  }
  return lowerNamed(sequence, action, context)
}

function lowerNamed(
  sequence: Sequence,
  action: ActionKind,
  context: PatternContext,
): readonly PatternIr[] | undefined {
  const [word, ...options] = sequence
  if (!word) return []
  const fail = (message: string, help: string): undefined => {
    context.reporter.report('OA2006', message, word.span, { help })
    return undefined
  }
  switch (action) {
    case 'set':
      if (word.text.includes('=')) {
        return fail(
          '`set` names variables, not values',
          `write \`set ${word.text.replace(/=.*/s, '')}\``,
        )
      }
      break
    case 'call':
    case 'load':
      if (!word.text.includes('/') && word.text !== '*') {
        const example = action === 'call' ? `SERVER/${word.text}` : `STORE/${word.text}`
        return fail(
          `\`${word.text}\` names no ${action === 'call' ? 'server' : 'store'}`,
          `write \`${action} ${example}\``,
        )
      }
      break
    default:
  }
  const lowered = options.flatMap((each) => lowerOption(each, [[]], context.reporter)[0] ?? [])
  return [{ kind: 'name', name: lowerName(word), options: sortUnique(lowered) }]
}

/** The pattern of a rule that names none: all of its action. */
export const ANY: PatternIr = { kind: 'any' }
