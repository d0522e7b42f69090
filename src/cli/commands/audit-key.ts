/** `oa audit key`: the log's first public key, to be pinned elsewhere. */
import { printedKey } from '../audit-evidence.ts'
import { existingLog } from '../existing-log.ts'
import { EXIT } from '../exit.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'

export async function run(given: GivenOptions): Promise<number> {
  if (given.operands.length > 0 || given.rest !== null) {
    throw usageError(
      '`oa audit key` takes no words',
      'keep what it prints: `oa audit key > log.key`',
    )
  }
  process.stdout.write(`${printedKey(await existingLog())}\n`)
  return EXIT.done
}
