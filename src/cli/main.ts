/**
 * Entry of the command line: finds the command, reads its options, sets the exit code. Commands are loaded when they
 * are called, so that `oa decide` never loads the compiler.
 */
import { OaError } from '../base/diagnostic.ts'
import { neutralise } from '../base/neutral.ts'
import { EXIT } from './exit.ts'
import { type CommandSpec, readOptions } from './options.ts'
import { COMMANDS } from './registry.ts'
import { VERSION } from './version.ts'

/** The command that the words name: two words before one. */
function findCommand(words: readonly string[]): CommandSpec | undefined {
  const name = words.slice(0, 2).join(' ')
  return (
    COMMANDS.find((each) => each.name === name) ?? COMMANDS.find((each) => each.name === words[0])
  )
}

async function main(words: readonly string[]): Promise<number> {
  const [first] = words
  const spec = findCommand(words)
  const own = spec ? words.slice(spec.name.split(' ').length) : words
  const end = own.indexOf('--')
  const asked = end < 0 ? own : own.slice(0, end)
  if (first === undefined || asked.includes('--help') || asked.includes('-h') || first === 'help') {
    const { helpText } = await import('./help.ts')
    process.stdout.write(helpText(COMMANDS, spec ?? findCommand(words.slice(1)) ?? null))
    return first === undefined ? EXIT.usage : EXIT.done
  }
  if (first === '--version' || first === '-V') {
    process.stdout.write(`oa ${VERSION}\n`)
    return EXIT.done
  }
  if (!spec) {
    const { nearest } = await import('../base/nearest.ts')
    const near = nearest(
      first,
      COMMANDS.map((each) => each.name),
    )
    throw new OaError('OA8001', `there is no command \`${neutralise(first)}\``, {
      help: near === undefined ? 'see `oa --help`' : `did you mean \`oa ${near}\`?`,
    })
  }
  const { run } = await spec.load()
  return run(readOptions(spec, own))
}

/** A failure of the world is one line with its code; anything else is a bug of ours. */
function fail(error: unknown): number {
  const isExec = process.argv[2] === 'exec'
  if (error instanceof OaError) {
    const help = error.help === undefined ? '' : `\n  help: ${neutralise(error.help)}`
    process.stderr.write(`oa: ${error.code} ${neutralise(error.message)}${help}\n`)
    if (isExec) return error.code === 'OA8001' ? EXIT.usage : EXIT.failed
    return error.code === 'OA8001' ? EXIT.usage : EXIT.findings
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `oa: OA9001 a bug in oa ${VERSION}: ${neutralise(detail.split('\n', 1)[0] ?? '')}\n` +
      '  help: please report it with the command that caused it\n',
  )
  if (process.env['OPENAGENT_DEBUG'] !== undefined) process.stderr.write(`${detail}\n`)
  return isExec ? EXIT.failed : EXIT.bug
}

// A reader that closed its end (`oa … | head`) ends us quietly, as it ends other programs.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A decision that nobody could read allows nothing.
  if (process.argv[2] === 'decide' || process.argv[2] === 'explain') process.exit(EXIT.denied)
  if (error.code === 'EPIPE') process.exit(EXIT.done)
  process.stderr.write(`oa: standard output cannot be written (${error.code})\n`)
  process.exit(EXIT.findings)
})

// Until the command has ended. No `await` out here: this file is also bundled as a script, which cannot.
process.exitCode = process.argv[2] === 'exec' ? EXIT.failed : EXIT.bug
void main(process.argv.slice(2))
  .catch(fail)
  .then((code) => {
    process.exitCode = code
  })
