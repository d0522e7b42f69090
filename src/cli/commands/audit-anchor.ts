/** `oa audit anchor`: signs what is recorded, and keeps the tree head where the log cannot be rewritten from. */
import { openLog } from '../../audit/log.ts'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { keepAnchor, placeOf } from '../anchor-places.ts'
import { existingLog } from '../existing-log.ts'
import { EXIT } from '../exit.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'

export async function run(given: GivenOptions): Promise<number> {
  const places = given.texts('to')
  if (given.operands.length > 0 || given.rest !== null || places.length === 0) {
    throw usageError(
      '`oa audit anchor` needs a place to keep the tree head in',
      '`--to FILE`, `--to https://…`, `--to git`, `--to git:DIR` or `--to journald`',
    )
  }
  // Before anything is signed: a place that is none needs no checkpoint.
  const kept = places.map(placeOf)
  const log = openLog({ directory: await existingLog() })
  try {
    const checkpoint = log.checkpoint()
    for (const place of kept) await keepAnchor(place, checkpoint.text)
    const { size, root, epoch } = checkpoint
    process.stdout.write(
      given.flag('json')
        ? `${neutraliseJson(JSON.stringify({ size, root, epoch, kept: places }))}\n`
        : `records 0–${size - 1}, root ${root}, kept in ${neutralise(places.join(', '))}\n`,
    )
  } finally {
    await log.close()
  }
  return EXIT.done
}
