/** `oa test`. */
import { OaError } from '../../base/diagnostic.ts'

export async function run(): Promise<number> {
  throw new OaError('OA8001', 'this command is being built')
}
