/**
 * Redirections of a command or compound, and the standard input that they leave.
 */
import { type Word } from '../../model/word.ts'
import { type Context, noteUnknown, type Span, spanOf, within } from './context.ts'
import { expandArgument, expandBody, expandWhole } from './expand.ts'
import type { Redirection } from './nodes.ts'
import { noteSpecial } from './special-variables.ts'
import { withVariables } from './state.ts'
import type { Redirect } from './walked.ts'

/** The redirections in order, their words expanded; behind one that may fail only perhaps. */
export function expandRedirects(context: Context, nodes: readonly Redirection[]): Redirect[] {
  const redirects: Redirect[] = []
  for (const node of nodes) {
    const isConditional = context.place.isConditional || mayFail(redirects)
    redirects.push(within(context, { isConditional }, () => expandRedirect(context, node)))
  }
  return redirects
}

function expandRedirect(context: Context, node: Redirection): Redirect {
  const { start, end } = spanOf(context, node)
  const named = node.descriptor?.type === 'FileDescriptorVariable'
  const given = node.descriptor?.type === 'FileDescriptor' ? node.descriptor.value : undefined
  if (node.descriptor?.type === 'FileDescriptorVariable')
    setDescriptor(context, node.descriptor.name, { start, end })
  const fd = (usual: number): number | null => (named ? null : (given ?? usual))
  if (node.type === 'HereDoc') {
    const target = expandBody(context, node)
    return { kind: 'data', direction: 'read', fd: fd(0), isBoth: false, target, start, end }
  }
  if (node.type === 'HereString') {
    const word = node.target ? expandWhole(context, node.target) : unknownTarget(start, end)
    const target: Word =
      word.kind === 'known'
        ? { ...word, text: `${word.text}\n` }
        : {
            ...word,
            suffix: `${word.suffix}\n`,
            ...(word.values ? { values: word.values.map((value) => `${value}\n`) } : {}),
          }
    return { kind: 'data', direction: 'read', fd: fd(0), isBoth: false, target, start, end }
  }
  const target = fileTarget(context, node.target, start, end)
  const both = { start, end, target, isBoth: true, fd: 1, kind: 'file' as const }
  switch (node.operator) {
    case '<':
      return { kind: 'file', direction: 'read', fd: fd(0), isBoth: false, target, start, end }
    case '<>':
      return { kind: 'file', direction: 'read-write', fd: fd(0), isBoth: false, target, start, end }
    case '>':
    case '>|':
      return {
        kind: 'file',
        direction: 'write',
        fd: fd(1),
        isBoth: false,
        ...(node.operator === '>|' ? { isForced: true as const } : {}),
        target,
        start,
        end,
      }
    case '>>':
      return { kind: 'file', direction: 'append', fd: fd(1), isBoth: false, target, start, end }
    case '&>':
      return { ...both, direction: 'write' }
    case '&>>':
      return { ...both, direction: 'append' }
    case '<&':
    case '>&': {
      const isOutput = node.operator === '>&'
      const direction = isOutput ? 'write' : 'read'
      const text = target.kind === 'known' ? target.text : null
      if (text === '-')
        return {
          kind: 'close',
          direction,
          fd: fd(isOutput ? 1 : 0),
          isBoth: false,
          target,
          start,
          end,
        }
      const isDescriptor = text !== null && /^\d+$/.test(text)
      if (isOutput && !isDescriptor && given === undefined && !named) return { ...both, direction }
      return { kind: 'fd', direction, fd: fd(isOutput ? 1 : 0), isBoth: false, target, start, end }
    }
    default:
      return {
        kind: 'file',
        direction: 'read-write',
        fd: fd(1),
        isBoth: false,
        target: unknownTarget(start, end),
        start,
        end,
      }
  }
}

/** `{name}>`: the variable gets the number of the descriptor. */
function setDescriptor(context: Context, name: string, span: Span): void {
  if (!/^[A-Za-z_]\w*$/.test(name)) noteUnknown(context, `\`{${name}}\` is evaluated as code`, span)
  noteSpecial(context, name, null, span)
  context.state = withVariables(context.state, [{ name, values: null, isInteger: true }])
}

function unknownTarget(
  start: number,
  end: number,
  reason = 'the target of a redirection is not one known word',
): Word {
  return { kind: 'unknown', prefix: '', suffix: '', isMany: false, reason, start, end }
}

/** A target that becomes several words, or none, is an error in bash: whatever it is, it is not known. */
function fileTarget(
  context: Context,
  node: Parameters<typeof expandArgument>[1] | undefined,
  start: number,
  end: number,
): Word {
  const words = node ? expandArgument(context, node) : []
  const [word] = words
  if (!word || words.length > 1) return unknownTarget(start, end)
  return word.kind === 'unknown' && word.isMany ? { ...word, isMany: false } : word
}

/** What a command reads: the last redirection of descriptor 0, else what it inherits. */
export function stdinAfter(
  redirects: readonly Redirect[],
  inherited: Word | undefined,
): Word | undefined {
  let stdin = inherited
  for (const redirect of redirects) {
    const isInput = redirect.fd === 0 || (redirect.fd === null && redirect.direction !== 'write')
    if (isInput) stdin = redirect.kind === 'data' && redirect.fd === 0 ? redirect.target : undefined
  }
  return stdin
}

/** A file that cannot be opened keeps everything behind its redirection from running. */
export function mayFail(redirects: readonly Redirect[]): boolean {
  return redirects.some(({ kind, target }) => {
    const text = target.kind === 'known' ? target.text : null
    if (kind === 'file') return text !== '/dev/null'
    return kind === 'fd' && !/^[012]$/.test(text ?? '')
  })
}

/** Does the standard output still go where the surrounding sends it? */
export function keepsOutput(redirects: readonly Redirect[]): boolean {
  return redirects.every(
    (redirect) =>
      !redirect.isBoth && (redirect.kind === 'data' || redirect.fd === 2) && redirect.kind !== 'fd',
  )
}
