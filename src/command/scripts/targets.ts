/**
 * Which scripts of which file a command runs: `npm run x`, `yarn x`, `make x`.
 * Source: npm, yarn, pnpm, bun, composer, deno manuals on scripts; GNU make and just manuals.
 */
import type { ParsedArguments } from '../parsed.ts'

export type ScriptKind = 'json' | 'make' | 'just'

export interface Targets {
  readonly kind: ScriptKind
  /** Names of the file, the first that exists is read. */
  readonly files: readonly string[]
  /** Where its scripts stand in a JSON file. */
  readonly key: string
  /** What is run, in order; none: the first rule of the file. */
  readonly names: readonly string[]
  /** Words that are put behind the last line of the main script. */
  readonly more: readonly string[]
  readonly main: string | null
}

const PACKAGE_TOOLS = /^(?:npm|pnpm|yarn|yarnpkg|bun)$/
const NAMED = /^(?:test|start|stop|restart)$/
const INSTALL = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare']
/** Options that read another file or another folder: nothing is looked up then. */
const ELSEWHERE =
  /^--?(?:C|f|file|makefile|directory|dir|cwd|prefix|workspace|workspaces|ws|w|filter|F|r|recursive|justfile|working-directory|working-dir|d|eval|script-shell|config|c|ignore-scripts)$/

/** Null: the command runs no script of a file that oa reads, or which one is not known. */
export function targetsOf(base: string, parsed: ParsedArguments): Targets | null {
  if (
    parsed.mayHaveOptions !== 'none' &&
    parsed.operands.some((each) => each.word.kind !== 'known')
  ) {
    return null
  }
  if (parsed.options.some((each) => ELSEWHERE.test(each.name))) return null
  const words = parsed.operands.flatMap((each) =>
    each.isSubcommand || each.word.kind !== 'known' ? [] : [each.word.text],
  )
  // A subcommand that only a glob of knowledge has is the name of a script.
  const isName = parsed.level?.name === '*'
  const sub = isName ? undefined : parsed.subcommands[0]
  const [name] = parsed.subcommands
  if (isName && name !== undefined) words.unshift(name)
  if (PACKAGE_TOOLS.test(base)) return packageTargets(sub, words, base)
  switch (base) {
    case 'make':
    case 'gmake':
      return rules('make', ['GNUmakefile', 'makefile', 'Makefile'], words)
    case 'just':
      return rules('just', ['justfile', 'Justfile', '.justfile'], words.slice(0, 1))
    case 'composer':
      return sub === undefined || /^(?:run|run-script|test)$/.test(sub)
        ? json(['composer.json'], 'scripts', sub === 'test' ? ['test', ...words] : words)
        : null
    case 'deno':
      return sub === 'task' ? json(['deno.json'], 'tasks', words) : null
    default:
      return null
  }
}

function packageTargets(
  sub: string | undefined,
  words: readonly string[],
  base: string,
): Targets | null {
  const files = ['package.json']
  if (sub === 'install' || sub === 'ci') {
    return words.length > 0 ? null : { ...json(files, 'scripts', ['']), names: INSTALL, main: null }
  }
  if (sub === 'run' || sub === 'run-script')
    return words.length > 0 ? json(files, 'scripts', words) : null
  // `bun test` is bun's own runner.
  if (sub !== undefined && NAMED.test(sub) && base !== 'bun')
    return json(files, 'scripts', [sub, ...words])
  const isShort = sub === undefined && base !== 'npm' && words.length > 0
  return isShort ? json(files, 'scripts', words) : null
}

/** A script with what runs before and after it. */
function json(files: readonly string[], key: string, words: readonly string[]): Targets {
  const [name = '', ...more] = words
  const names = key === 'scripts' ? [`pre${name}`, name, `post${name}`] : [name]
  return { kind: 'json', files, key, names, more, main: name }
}

function rules(kind: 'make' | 'just', files: readonly string[], words: readonly string[]): Targets {
  const names = words.filter((each) => !each.includes('='))
  return { kind, files, key: '', names, more: [], main: null }
}
