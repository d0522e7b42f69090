/**
 * Positional parameters that are not known.
 */
import type { Word } from '../../model/word.ts'

/** `$0` where it is not known. */
export const UNKNOWN_ZERO: Word = {
  kind: 'unknown',
  prefix: '',
  suffix: '',
  isMany: false,
  reason: '`$0` is not known',
  start: 0,
  end: 0,
}
