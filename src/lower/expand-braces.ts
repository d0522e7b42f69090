/**
 * Braces glued to other text, as bash reads them: `/usr/{bin,sbin}/**`, nested, an empty member allowed. Braces
 * without a comma stand for themselves. No ranges: `{1..3}` is text.
 */

/**
 * The texts that a word stands for, in order. Undefined when there are more than `most`.
 */
export function expandBraces(text: string, most: number): readonly string[] | undefined {
  if (!text.includes('{')) return [text]
  const open = findGroup(text)
  if (!open) return [text]
  const before = text.slice(0, open.start)
  const after = expandBraces(text.slice(open.end), most)
  if (!after) return undefined
  const texts: string[] = []
  for (const member of open.members) {
    const middles = expandBraces(member, most)
    if (!middles || texts.length + middles.length * after.length > most) return undefined
    for (const middle of middles) for (const rest of after) texts.push(before + middle + rest)
  }
  return texts
}

interface Group {
  readonly start: number
  /** After the closing brace. */
  readonly end: number
  readonly members: readonly string[]
}

/** The first braces that hold a comma of their own. */
function findGroup(text: string): Group | undefined {
  for (let start = text.indexOf('{'); start >= 0; start = text.indexOf('{', start + 1)) {
    const group = readGroup(text, start)
    if (group && group.members.length > 1) return group
  }
  return undefined
}

function readGroup(text: string, start: number): Group | undefined {
  const members: string[] = []
  let depth = 0
  let from = start + 1
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    if (depth === 0) {
      members.push(text.slice(from, at))
      return { start, end: at + 1, members }
    }
    if (depth === 1 && character === ',') {
      members.push(text.slice(from, at))
      from = at + 1
    }
  }
  return undefined
}
