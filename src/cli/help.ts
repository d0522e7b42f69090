/**
 * Help texts, laid out by cac from the registry of commands.
 */
import cac from 'cac'
import type { CommandSpec } from './options.ts'
import { VERSION } from './version.ts'

/** Help of one command, or of all (`spec` null). */
export function helpText(all: readonly CommandSpec[], spec: CommandSpec | null): string {
  if (spec === null) return overview(all)
  const program = cac('oa')
  const command = program.command(spec.name, spec.summary)
  command.usage(`${spec.name} ${spec.operands}`.trim())
  for (const option of spec.options) {
    const short = option.short === undefined ? '' : `-${option.short}, `
    const value =
      option.value === undefined
        ? ''
        : option.isValueOptional
          ? ` [${option.value}]`
          : ` <${option.value}>`
    command.option(`${short}--${option.name}${value}`, option.help)
  }
  const lines = [
    `oa ${spec.name}: ${spec.summary}`,
    '',
    `Usage: oa ${spec.name} ${spec.operands}`.trimEnd(),
    '',
    'Options:',
    ...command.options.map((each) => `  ${each.rawName.padEnd(24)} ${each.description}`),
    ...(spec.examples.length > 0
      ? ['', 'Examples:', ...spec.examples.map((each) => `  ${each}`)]
      : []),
  ]
  return `${lines.join('\n')}\n`
}

function overview(all: readonly CommandSpec[]): string {
  const width = Math.max(...all.map((each) => each.name.length)) + 2
  return `${[
    `oa ${VERSION}: decides each command before it runs, and holds it to the same rules while it runs`,
    '',
    'Usage: oa COMMAND [options]',
    '',
    'Commands:',
    ...all.map((each) => `  ${each.name.padEnd(width)} ${each.summary}`),
    '',
    'Run `oa COMMAND --help` for options and examples, `oa --version` for the version.',
    'Exit codes, files and environment variables: docs/cli.md.',
  ].join('\n')}\n`
}
