/**
 * The options that a help text or a manual page documents, as far as its layout says so.
 *
 * In: the text as printed. Out: the options of every line that begins with one. Prose is not read; of an option's line
 * only what stands before the description.
 */

/** `optional`: only when glued. `unclear`: the layout does not tell. */
export type Arity = 'none' | 'required' | 'optional' | 'unclear'

/** The names of one option, each with the value that it takes. */
export type DocumentedOption = ReadonlyMap<string, Arity>

/** `-x`, `-name`, `--name`. */
const NAME = /^--?[A-Za-z0-9?@#%](?:[\w.?+@#%:-]*[\w?+@#%])?/
/** How a value is written behind a name; what is in capitals or angles is a value for certain. */
const VALUES: readonly (readonly [RegExp, Arity])[] = [
  [/^\[=?[^\]]*\]/, 'optional'],
  [/^=?<[^>]*>+(?:\S*)/, 'required'],
  [/^=[A-Z"'{(]\S*/, 'required'],
  // `--indicator-style=slash`: a value, or the one value that a short name means.
  [/^=\S+/, 'unclear'],
  [/^ (?:<[^>]+>|[A-Z][A-Z0-9_:+/.-]*(?![a-z])|'[^']+'|"[^"]+")/, 'required'],
  [/^ \[[^\]]*\]\S*/, 'unclear'],
]
const LINE_MAX = 400

/** One entry per line that documents an option. */
export function readHelpText(text: string): readonly DocumentedOption[] {
  const lines = withoutMarks(text).split('\n')
  return lines.flatMap((line) => {
    const isOption = /^\s+-/.test(line) && line.length <= LINE_MAX
    const option = isOption ? readLine(line.trim()) : null
    return option ? [option] : []
  })
}

/** Overstrikes of manual pages and colours taken away. */
function withoutMarks(text: string): string {
  const [backspace, escape] = [String.fromCharCode(8), String.fromCharCode(27)]
  const overstruck = text.split(backspace)
  const struck = overstruck.map((part, at) =>
    at < overstruck.length - 1 ? part.slice(0, -1) : part,
  )
  const [first = '', ...coloured] = struck.join('').split(escape)
  return first + coloured.map((part) => part.replace(/^\[[0-9;]*m/, '')).join('')
}

function readLine(line: string): DocumentedOption | null {
  const names: [string, Arity][] = []
  let rest = line
  for (;;) {
    // `--[no-]name` is both.
    const isNegatable = rest.startsWith('--[no-]')
    if (isNegatable) rest = `--${rest.slice('--[no-]'.length)}`
    const [name] = NAME.exec(rest) ?? []
    if (name === undefined) break
    const [value, length] = readValue(rest.slice(name.length))
    names.push([name, value])
    if (isNegatable) names.push([`--no-${name.slice(2)}`, 'none'])
    rest = rest.slice(name.length + length)
    const [separator] = /^(?:, ?|\||\/| or | , | {1,3}(?=-))/.exec(rest) ?? []
    if (separator === undefined) break
    rest = rest.slice(separator.length)
  }
  if (names.length === 0) return null
  // Two blanks part the description from the names; anything else may be a value in words of its own.
  const isDone = rest === '' || /^(?: {2}|\t|:| - )/.test(rest)
  return new Map(shareValues(names, isDone))
}

function readValue(rest: string): readonly [Arity, number] {
  for (const [pattern, value] of VALUES) {
    const [matched] = pattern.exec(rest) ?? []
    if (matched !== undefined) return [value, matched.length]
  }
  return ['none', 0]
}

/** `-o, --output=FILE`: what the last name needs all need; what else one name has says nothing of the others. */
function shareValues(
  names: readonly (readonly [string, Arity])[],
  isDone: boolean,
): readonly (readonly [string, Arity])[] {
  const values = names.map(([, value]) => value)
  const shared: Arity = values.at(-1) === 'required' ? 'required' : 'unclear'
  const isPlain = isDone && values.every((value) => value === 'none')
  return names.map(([name, value]) => [name, value === 'none' && !isPlain ? shared : value])
}
