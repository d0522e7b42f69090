/** Uses of code as one cell of a corpus: `read /etc/passwd; shell id`. What only the run knows is `…`. */
import type { CodeUse } from '../../src/command/code/read.ts'

/** Modules that are looked up beside the code are left out: they have a test of their own. */
export function showUses(uses: readonly CodeUse[]): string {
  return uses.flatMap(show).join('; ').replaceAll('\n', '⏎').replaceAll('\t', ' ')
}

function show(use: CodeUse): readonly string[] {
  switch (use.kind) {
    case 'connect':
      return [`connect ${use.host ?? '…'}${use.port === null ? '' : `:${use.port}`}`]
    case 'shell':
      return [`shell ${use.code}`]
    case 'argv':
      return [`argv ${use.words.map((each) => each ?? '…').join(' ')}`]
    case 'script':
      return [`script ${use.path}`]
    case 'decoded':
      return [`decoded ${use.code}`]
    case 'set':
      return [`set ${use.name ?? '…'}`]
    case 'elevate':
      return ['elevate']
    case 'beside':
      return []
    default:
      return [`${use.kind}${use.isTree ? ' tree' : ''} ${use.path ?? '…'}`]
  }
}
