/**
 * Command lines that match a pattern, for trying invariants until they are proved (issue: questions over all inputs).
 */
import type { RunPattern, WordPattern } from '../model/pattern.ts'
import type { PatternIr } from './ir.ts'

/** Lines that surely match: plain, and in the disguises that a wrapper, a shell or quoting gives. */
export function examplesOf(pattern: PatternIr): readonly string[] {
  switch (pattern.kind) {
    case 'run':
      return runLines(pattern.run).flatMap(disguises)
    case 'pipe': {
      const lines = pattern.stages.map((stage) => stage.flatMap((run) => runLines(run)[0] ?? []))
      return combine(lines, ' | ').flatMap((line) => [
        line,
        `cd . && ${line}`,
        `bash -c ${quoted(line)}`,
      ])
    }
    case 'path': {
      const path = pathText(pattern.path)
      return [`cat ${path}`, `echo x > ${path}`, `rm ${path}`, `cp a ${path}`]
    }
    default:
      return []
  }
}

/** Every first with every second …, at most `COMBINED_MAX`. */
function combine(lists: readonly (readonly string[])[], joint: string): readonly string[] {
  let found: readonly string[] = lists[0] ?? []
  for (const list of lists.slice(1)) {
    found = found.flatMap((before) => list.map((each) => `${before}${joint}${each}`))
    found = found.slice(0, COMBINED_MAX)
  }
  return found
}

const COMBINED_MAX = 64

function runLines(run: RunPattern): readonly string[] {
  const program = /[*?[]/.test(run.program) ? 'some-program' : run.program
  const options = run.options.map((option) =>
    option.value === null
      ? option.name
      : option.name.startsWith('--')
        ? `${option.name}=${wordText(option.value)}`
        : `${option.name} ${wordText(option.value)}`,
  )
  const words = run.words.map(wordText)
  const rest = run.rest ? run.rest.map(wordText) : [null]
  return rest.map((last) =>
    [program, ...words, ...options, ...(last === null ? [] : [last])].join(' '),
  )
}

function disguises(line: string): readonly string[] {
  return [
    line,
    `sudo ${line}`,
    `env A=b ${line}`,
    `timeout 5 ${line}`,
    `bash -c ${quoted(line)}`,
    `true; ${line}`,
    `(${line})`,
    `echo "$(${line})"`,
    line.replace(/^(\S)(\S*)/, "'$1'$2"),
  ]
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function wordText(word: WordPattern): string {
  switch (word.kind) {
    case 'text':
      return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word.text) ? word.text : quoted(word.text)
    case 'glob':
      return globText(word.glob)
    case 'path':
      return pathText(word.path)
    case 'any':
      return 'x'
  }
}

function globText(glob: string): string {
  return glob
    .replace(/\*+/g, 'x')
    .replace(/\?/g, 'x')
    .replace(/\[!?\^?([^\]])[^\]]*\]/g, '$1')
}

function pathText(path: {
  readonly root: '/' | 'workspace' | 'home'
  readonly segments: readonly string[]
}): string {
  const start = { '/': '/', workspace: './', home: '~/' }[path.root]
  return `${start}${path.segments.map(globText).join('/')}`
}
