/** The mode of all layers together. */
import { MODES, type Mode } from '../model/vocabulary.ts'
import type { Table } from '../table/table.ts'

/** The strictest mode of all layers. A highest layer that says none means approve; lower ones cannot loosen that. */
export function strictestMode(layers: readonly Table[]): Mode {
  return layers.reduce<Mode>((strictest, { meta }) => {
    const mode = meta.mode ?? strictest
    return MODES.indexOf(mode) > MODES.indexOf(strictest) ? mode : strictest
  }, layers[0]?.meta.mode ?? 'approve')
}
