/**
 * Other shells: what they read differently from bash is noted as unknown; the rest is analysed as bash.
 */
import { type AnyNode, type Context, noteUnknown, noteUnknownAt } from './context.ts'
import { commandDiffers } from './dialect-commands.ts'
import { differsInSh } from './dialect-sh.ts'
import { differsInZsh } from './dialect-zsh.ts'
import { forEachChild } from './nodes.ts'

/** Notes everything in a parsed text that the dialect may read in another way. */
export function inspectDialect(context: Context, script: AnyNode, source: string): void {
  const { dialect } = context.input
  if (dialect === 'bash') return
  const whole = context.place.fixedSpan ?? { start: 0, end: source.length }
  if (dialect === 'other') {
    if (!isPlain(source)) noteUnknown(context, 'code of a shell that oa does not read', whole)
    return
  }
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(source)) {
    noteUnknown(context, `a backslash at the end is read differently by ${dialect}`, whole)
  }
  const differs = dialect === 'sh' ? differsInSh : differsInZsh
  const visit = (node: AnyNode, parent: AnyNode | null): void => {
    context.stepsLeft--
    const what =
      differs(node, parent) ?? (node.type === 'Command' ? commandDiffers(node, dialect) : null)
    if (what !== null) noteUnknownAt(context, `${what} is read differently by ${dialect}`, node)
    forEachChild(node, (child) => visit(child, node))
  }
  visit(script, null)
}

/** First words that some shell takes as its own: keywords, prefixes, and what changes the shell. */
const MEANT_ELSEWHERE = new Set(
  (
    'abbr alias and bg bind builtin call case catch chdir class const continue coproc data def default dirs do ' +
    'else end enum eval exec exit export export-env extern fg filter finally for foreach from function functions ' +
    'glob goto hide history if import in jobs let limit match module mut nice nohup not notify onintr or out-file ' +
    'overlay param popd process pushd register rehash repeat return sched set setenv shift source switch throw ' +
    'time trap try unalias unset unsetenv until use using wait where while workflow begin command'
  ).split(' '),
)

/**
 * One program with plain words: every shell starts it with them. Not so `a=b` and `@a` at the start, and `-a.b` and
 * `-a:b`, which PowerShell splits.
 */
function isPlain(source: string): boolean {
  if (!/^[\w./:+-]+(?: +[\w./:+=-]+)*$/.test(source) || / -[^ ]*[.:]/.test(source)) return false
  const [program = ''] = source.split(' ')
  return !MEANT_ELSEWHERE.has(program) && /^[\w./-]*[A-Za-z][\w./+-]*$/.test(program)
}
