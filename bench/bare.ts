/**
 * A command line resolved with the bare parser: its commands as argv, assignments and redirections. Quotes, braces,
 * tildes of home and the marks of globs are read; variables and substitutions stay open. Nothing is followed through the
 * line and nothing is checked, which is what `oa` does besides.
 */
import { type Atom, atomsOf, bodyAtoms } from '../src/command/shell/atoms.ts'
import { expandBraces } from '../src/command/shell/braces.ts'
import { forEachChild, parse } from '../src/command/shell/nodes.ts'

type Node = Parameters<typeof forEachChild>[0]
type Command = Extract<Node, { type: 'Command' }>
type Redirect = Command['redirects'][number]

/** A word: its text, or what is known of it before and after what only the run knows. */
interface Resolved {
  readonly text: string | null
  readonly pieces: readonly (string | null)[]
  readonly isMany: boolean
}

interface BareCommand {
  readonly argv: readonly Resolved[]
  readonly assignments: readonly { readonly name: string; readonly value: Resolved }[]
  readonly redirects: readonly { readonly operator: string; readonly target: Resolved | null }[]
}

const HOME = '/home/u'

/** All commands of the line, those of substitutions among them. */
export function resolveBare(line: string): readonly BareCommand[] {
  const commands: BareCommand[] = []
  const visit = (node: Node): void => {
    if (node.type === 'Command') commands.push(commandOf(node))
    forEachChild(node, visit)
  }
  visit(parse(line))
  return commands
}

function commandOf(node: Command): BareCommand {
  const words = [...(node.name ? [node.name] : []), ...node.suffix]
  return {
    argv: words.flatMap((each) =>
      each.type === 'Word' ? expandBraces(withHome(atomsOf(each))).map(resolve) : [],
    ),
    assignments: node.prefix.flatMap((each) => {
      if (each.type !== 'Assignment' || each.value?.type !== 'Word') return []
      return [{ name: each.name ?? '', value: resolve(withHome(atomsOf(each.value))) }]
    }),
    redirects: node.redirects.map((each) => ({ operator: each.operator, target: targetOf(each) })),
  }
}

function targetOf(redirect: Redirect): Resolved | null {
  if (redirect.type === 'HereDoc') return resolve(bodyAtoms(redirect))
  return redirect.target ? resolve(withHome(atomsOf(redirect.target))) : null
}

/** `~` and `~/…` at the start. */
function withHome(atoms: Atom[]): Atom[] {
  const [first, ...rest] = atoms
  if (first?.kind !== 'text' || first.isQuoted || !/^~(?:\/|$)/.test(first.text)) return atoms
  const after: Atom = { ...first, text: first.text.slice(1) }
  return [{ kind: 'text', text: HOME, isQuoted: true }, after, ...rest]
}

function resolve(atoms: readonly Atom[]): Resolved {
  const pieces: (string | null)[] = []
  let isMany = false
  for (const atom of atoms) {
    const isGlob = atom.kind === 'text' && !atom.isQuoted && /[*?[]/.test(atom.text)
    if (isGlob || atom.kind === 'opaque' || (atom.kind === 'expansion' && !atom.isQuoted)) {
      isMany = true
    }
    pieces.push(atom.kind === 'text' && !isGlob ? atom.text : null)
  }
  return { text: pieces.includes(null) ? null : pieces.join(''), pieces, isMany }
}
