/** Bytes → text that can be parsed. What is refused here is never looked at further. */
import { type Diagnostic, diagnostic, type Outcome } from '../base/diagnostic.ts'
import { POLICY_BYTES_MAX } from '../base/limits.ts'
import type { SourceFile } from '../base/source.ts'

/**
 * The text of a policy file, without a byte order mark.
 *
 * Total. OA1003 over `POLICY_BYTES_MAX`, OA1002 for what is not UTF-8 text, with the place of the first fault.
 *
 * @param name - for people: a path as the user wrote it
 */
export function readPolicyText(name: string, bytes: Uint8Array): Outcome<SourceFile> {
  const empty: SourceFile = { name, text: '' }
  if (bytes.length > POLICY_BYTES_MAX) return failed(tooLarge(empty, bytes.length))
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return failed(notUtf8(name, bytes))
  }
  const source: SourceFile = { name, text }
  const found = checkText(source)
  return found ? failed(found) : { value: source, diagnostics: [] }
}

const failed = (found: Diagnostic): Outcome<never> => ({ value: undefined, diagnostics: [found] })

function tooLarge(source: SourceFile, bytes: number): Diagnostic {
  const message = `the policy has ${bytes} bytes, more than ${POLICY_BYTES_MAX}`
  const span = { source, start: 0, end: 0 }
  return diagnostic('OA1003', message, span, { help: 'split it and `import` the parts' })
}

function notUtf8(name: string, bytes: Uint8Array): Diagnostic {
  const text = new TextDecoder('utf-8').decode(bytes)
  const at = Math.max(text.indexOf('\ufffd'), 0)
  const isBinary = text.includes('\0')
  const message = isBinary ? 'the policy is binary data' : 'the policy is not valid UTF-8'
  return diagnostic(
    'OA1002',
    message,
    { source: { name, text }, start: at, end: at + 1 },
    {
      help: isBinary ? 'give the policy, not a compiled file' : 'save the file as UTF-8',
    },
  )
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f]/
/** Characters that make text look other than it is read (Unicode TR36, "trojan source"). */
const REORDERING = /[\u2028\u2029\u202a-\u202e\u2066-\u2069]/

/**
 * The first reason not to parse a text at all: too large, a control character, a character that reorders text.
 * Nothing when there is none.
 */
export function checkText(source: SourceFile): Diagnostic | undefined {
  const { text } = source
  // UTF-16 units never outnumber UTF-8 bytes, so the cheap test goes first.
  if (text.length > POLICY_BYTES_MAX || Buffer.byteLength(text) > POLICY_BYTES_MAX) {
    return tooLarge(source, Buffer.byteLength(text))
  }
  const control = CONTROL.exec(text)
  if (control) {
    const span = { source, start: control.index, end: control.index + 1 }
    const isBinary = control[0] === '\0'
    const message = isBinary
      ? 'the policy is binary data: it holds a NUL byte'
      : `the policy holds the control character ${codePoint(control[0])}`
    const help = isBinary
      ? 'give the policy, not a compiled file'
      : `remove it, or write \`\\u{${hex(control[0])}}\` in a string`
    return diagnostic('OA1002', message, span, { help })
  }
  const reordering = REORDERING.exec(text)
  if (!reordering) return undefined
  const span = { source, start: reordering.index, end: reordering.index + 1 }
  const message = `the policy holds ${codePoint(reordering[0])}, which changes how text is shown`
  const help = `remove it, or write \`\\u{${hex(reordering[0])}}\` in a string`
  return diagnostic('OA1014', message, span, { help })
}

const hex = (char: string): string => char.charCodeAt(0).toString(16)
const codePoint = (char: string): string => `U+${hex(char).toUpperCase().padStart(4, '0')}`
