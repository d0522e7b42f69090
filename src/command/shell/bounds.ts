/**
 * What a command line must be before the parser may see it. The parser is quadratic on some texts and recursive on
 * nested ones, so both sizes are bounded here, in one linear pass.
 */
import type { Code } from '../../base/codes.ts'
import { LINE_BYTES_MAX, LINE_NESTING_MAX } from '../../base/limits.ts'

export interface Refusal {
  readonly code: Code
  readonly reason: string
}

// oxlint-disable-next-line no-control-regex -- these are the characters that are refused
const FORBIDDEN = /[\0-\x08\x0b-\x1f\x7f]/
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Why the text may not reach the parser, or null. Linear, total. */
export function refusalOf(text: string): Refusal | null {
  if (text.length > LINE_BYTES_MAX || Buffer.byteLength(text) > LINE_BYTES_MAX) {
    return { code: 'OA4002', reason: `the command line is longer than ${LINE_BYTES_MAX} bytes` }
  }
  if (text.trim() === '') return { code: 'OA4001', reason: 'the command line is empty' }
  const forbidden = FORBIDDEN.exec(text)
  if (forbidden) {
    const point = forbidden[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    return {
      code: 'OA4004',
      reason: `the command line holds the control character U+${point} at ${forbidden.index}`,
    }
  }
  // What the system hands over as bytes that are no UTF-8 arrives as this character: another name than was meant.
  if (text.includes('\ufffd')) {
    return { code: 'OA4004', reason: 'the command line is not valid UTF-8' }
  }
  if (LONE_SURROGATE.test(text)) {
    return { code: 'OA4004', reason: 'the command line is not valid Unicode' }
  }
  if (nestingOf(text) > LINE_NESTING_MAX) {
    return { code: 'OA4003', reason: `the command line nests deeper than ${LINE_NESTING_MAX}` }
  }
  return null
}

/** Brackets open at once, quotes not considered: never less than what the parser recurses into for honest lines. */
function nestingOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0x28 || unit === 0x7b) {
      depth++
      if (depth > deepest) deepest = depth
    } else if ((unit === 0x29 || unit === 0x7d) && depth > 0) depth--
  }
  return deepest
}
