/**
 * Lists, pipelines, groups and everything below them: which command runs after which, in which state.
 */
import { knownWord } from '../../model/word.ts'
import { evaluate } from './arithmetic.ts'
import { addFlow, record, walkCommand } from './command.ts'
import {
  compoundRan,
  walkArithmeticFor,
  walkCase,
  walkFor,
  walkIf,
  walkTest,
  walkWhile,
} from './compound.ts'
import {
  type AnyNode,
  type Context,
  noteUnknownAt,
  type Ran,
  type ScriptNode,
  spanOf,
  takeStep,
  within,
} from './context.ts'
import { defineFunction } from './functions.ts'
import { runNested } from './nested.ts'
import type { AndOr, Coproc, Pipeline, Redirected, Statement } from './nodes.ts'
import { expandRedirects, keepsOutput, mayFail, stdinAfter } from './redirects.ts'
import { join, settled } from './settle.ts'
import { type State, withVariables } from './state.ts'
import { runTraps } from './traps.ts'
import type { ShellNode } from './walked.ts'

/** Runs any node that is a command or a list of commands. */
export function walkNode(context: Context, node: AnyNode): Ran {
  switch (node.type) {
    case 'Command':
      return walkCommand(context, node)
    case 'CompoundList':
      return walkStatements(context, node.commands)
    case 'Statement':
      return walkStatement(context, node)
    case 'AndOr':
      return walkAndOr(context, node)
    case 'Pipeline':
      return walkPipeline(context, node)
    default:
  }
  if (!takeStep(context, node)) return compoundRan(context, node, context.state, [])
  switch (node.type) {
    case 'Redirected':
      return walkRedirected(context, node)
    case 'Subshell':
      return walkSubshell(context, node)
    case 'BraceGroup': {
      const ran = walkNode(context, node.body)
      return { ...ran, tree: { kind: 'group', isSubshell: false, body: ran.tree, redirects: [] } }
    }
    case 'If':
      return walkIf(context, node)
    case 'For':
    case 'Select':
      return walkFor(context, node)
    case 'While':
      return walkWhile(context, node)
    case 'Case':
      return walkCase(context, node)
    case 'TestCommand':
      walkTest(context, node.expression)
      return compoundRan(context, node, context.state, [], '')
    case 'ArithmeticCommand':
      evaluate(context, node.expression)
      return compoundRan(context, node, context.state, [], '')
    case 'ArithmeticFor':
      return walkArithmeticFor(context, node)
    case 'Function': {
      const name = /^[^\s$`'"\\|&;()<>]+$/.test(node.name.text) ? node.name.text : null
      if (name === null) noteUnknownAt(context, 'the name of a function is not plain', node.name)
      const tree = defineFunction(context, name ?? '', node.body, spanOf(context, node))
      return { tree, success: context.state, failure: context.state, outputs: [], text: '' }
    }
    case 'Coproc':
      return walkCoproc(context, node)
    default:
      noteUnknownAt(context, 'a construct that oa does not know', node)
      runNested(context, node)
      return compoundRan(context, node, context.state, [])
  }
}

/** Runs a whole script in the current shell. */
export function walkStatements(context: Context, statements: readonly Statement[]): Ran {
  const parts: ShellNode[] = []
  const operators: (';' | '&')[] = []
  const outputs: number[] = []
  let text: string | null = ''
  let last: Pick<Ran, 'success' | 'failure'> = { success: context.state, failure: context.state }
  const start = context.place
  const { leaveCount } = context
  let isGone = false
  for (const statement of statements) {
    const ran: Ran = walkStatement(context, statement)
    parts.push(ran.tree)
    operators.push(statement.background === true ? '&' : ';')
    outputs.push(...ran.outputs)
    const isSure = !isGone && context.leaveCount === leaveCount && statement.background !== true
    text = text === null || ran.text === null || !isSure ? null : text + ran.text
    const state = settled(ran)
    last = isGone ? last : ran
    if (state) context.state = state
    else isGone = true
    const isConditional = isGone || context.leaveCount > leaveCount
    const isConcurrent = statement.background === true
    if (isConditional) context.place = { ...context.place, isConditional }
    if (isConcurrent) context.place = { ...context.place, isConcurrent }
  }
  // `exec <file` changes the input of the shell itself, not only of this list.
  const { stdin, isConcurrent } = context.place
  if (context.place !== start) context.place = { ...start, stdin, isConcurrent }
  const [only] = parts
  const isPlain = parts.length === 1 && only && operators[0] === ';'
  const tree: ShellNode = isPlain ? only : { kind: 'list', parts, operators }
  return { tree, success: last.success, failure: last.failure, outputs, text }
}

function walkStatement(context: Context, node: Statement): Ran {
  if (node.background !== true) return walkNode(context, node.command)
  const before = context.state
  const ran = within(context, { isConcurrent: true, stdin: undefined }, () =>
    inSubshell(context, () => walkNode(context, node.command)),
  )
  context.state = before
  return { ...ran, success: before, failure: before, text: null }
}

function walkAndOr(context: Context, node: AndOr): Ran {
  const [first, ...rest] = node.commands
  if (!first) return compoundRan(context, node, context.state, [])
  let ran = walkNode(context, first)
  const parts = [ran.tree]
  const outputs = [...ran.outputs]
  let { success, failure } = ran
  rest.forEach((command, index) => {
    const isAnd = node.operators[index] === '&&'
    const from = isAnd ? success : failure
    context.state = from ?? success ?? failure ?? context.state
    ran = within(context, { isConditional: true }, () => walkNode(context, command))
    parts.push(ran.tree)
    outputs.push(...ran.outputs)
    if (!from) return
    if (isAnd) {
      success = ran.success
      failure = join(failure, ran.failure)
    } else {
      success = join(success, ran.success)
      failure = ran.failure
    }
  })
  const tree: ShellNode = { kind: 'list', parts, operators: node.operators }
  return { tree, success, failure, outputs, text: null }
}

/** Runs `body` in a subshell: what it changes is gone afterwards, its exit traps have run. */
function inSubshell(context: Context, body: () => Ran): Ran {
  const { state, traps, locals, leaveCount } = context
  context.traps = []
  const ran = body()
  const text = context.traps.length > 0 ? null : ran.text
  runTraps(context, ran)
  context.traps = traps
  context.state = state
  context.locals = locals
  context.leaveCount = leaveCount
  return { ...ran, text, success: state, failure: state }
}

/** The last command of a pipeline: in ksh and zsh it runs in the shell itself, elsewhere in a subshell. */
function inLastStage(context: Context, command: AnyNode): Ran {
  const before = context.state
  if (context.input.dialect === 'bash') return inSubshell(context, () => walkNode(context, command))
  const ran = walkNode(context, command)
  context.state = join(before, settled(ran)) ?? before
  return { ...ran, success: context.state, failure: context.state }
}

function walkSubshell(context: Context, node: Extract<AnyNode, { type: 'Subshell' }>): Ran {
  const { place } = context
  const ran = inSubshell(context, () => walkNode(context, node.body))
  context.place = place
  return { ...ran, tree: { kind: 'group', isSubshell: true, body: ran.tree, redirects: [] } }
}

/** Runs a substitution's script. */
export function runScript(context: Context, script: ScriptNode): Ran {
  return inSubshell(context, () => walkStatements(context, script.commands))
}

function walkPipeline(context: Context, node: Pipeline): Ran {
  const isNegated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1
  const time = node.prefixes.find((prefix) => prefix.type === 'Time')
  const timed =
    time?.type === 'Time' ? { timed: time.posix ? ('posix' as const) : ('bash' as const) } : {}
  const [only] = node.commands
  if (node.commands.length === 1 && only) {
    const ran = walkNode(context, only)
    const tree: ShellNode = {
      kind: 'pipeline',
      stages: [ran.tree],
      isNegated,
      withStderr: [],
      ...timed,
    }
    const ends = isNegated ? { success: ran.failure, failure: ran.success } : {}
    return { ...ran, ...ends, tree, text: time ? null : ran.text }
  }
  const stages: ShellNode[] = []
  let previous: Ran | null = null
  node.commands.forEach((command, index) => {
    const first = context.commands.length
    const text: string | null = previous?.text ?? null
    const stdin =
      index === 0
        ? context.place.stdin
        : text === null
          ? undefined
          : knownWord(text, command.pos, command.end)
    const isLast = index === node.commands.length - 1
    const ran = within(context, { isConcurrent: true, stdin }, () =>
      isLast
        ? inLastStage(context, command)
        : inSubshell(context, () => walkNode(context, command)),
    )
    stages.push(ran.tree)
    for (const from of previous?.outputs ?? []) {
      for (let to = first; to < context.commands.length; to++)
        addFlow(context, { from, to, through: 'pipe' }, command)
    }
    const isMixed = node.operators[index] === '|&'
    previous = isMixed ? { ...ran, text: null } : ran
  })
  const last: Ran | null = previous
  const withStderr = node.operators.map((operator) => operator === '|&')
  const tree: ShellNode = { kind: 'pipeline', stages, isNegated, withStderr, ...timed }
  const { outputs, text }: Pick<Ran, 'outputs' | 'text'> = last ?? { outputs: [], text: null }
  return { tree, success: context.state, failure: context.state, outputs, text: time ? null : text }
}

function walkRedirected(context: Context, node: Redirected): Ran {
  const before = context.state
  const redirects = expandRedirects(context, node.redirects)
  const span = spanOf(context, node)
  // The redirections are a command of their own, so that their files are judged.
  record(context, { argv: [], assignments: [], redirects }, span, context.state)
  const stdin = stdinAfter(redirects, context.place.stdin)
  const ran = within(
    context,
    { stdin, isConditional: context.place.isConditional || mayFail(redirects) },
    () => walkNode(context, node.command),
  )
  const text = keepsOutput(redirects) ? ran.text : null
  const failure = mayFail(redirects) ? join(ran.failure, before) : ran.failure
  if (ran.tree.kind !== 'group') return { ...ran, failure, text }
  return {
    ...ran,
    failure,
    text,
    tree: { ...ran.tree, redirects: [...ran.tree.redirects, ...redirects] },
  }
}

function walkCoproc(context: Context, node: Coproc): Ran {
  const before = context.state
  within(context, { isConcurrent: true, stdin: undefined }, () =>
    inSubshell(context, () => walkNode(context, node.body)),
  )
  const name = node.name?.text ?? 'COPROC'
  const names = [name, `${name}_PID`].filter((each) => /^[A-Za-z_]\w*$/.test(each))
  const after: State = withVariables(
    before,
    names.map((each) => ({ name: each, values: null })),
  )
  context.place = { ...context.place, isConcurrent: true }
  return compoundRan(context, node, after, [], '')
}
