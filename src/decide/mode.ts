/** The mode of all layers together. */
import { MODES, type Mode } from '../model/vocabulary.ts'
import type { Table } from '../table/table.ts'

/** The strictest mode of all layers; none said: approve. */
export function strictestMode(layers: readonly Table[]): Mode {
  let strictest: Mode | null = null
  for (const { meta } of layers) {
    if (meta.mode === null) continue
    if (strictest === null || MODES.indexOf(meta.mode) > MODES.indexOf(strictest))
      strictest = meta.mode
  }
  return strictest ?? 'approve'
}
