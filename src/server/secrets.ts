/**
 * What is hidden from the log follows the policy in force.
 */
import { makeRedactor, type Redactor } from '../audit/redact.ts'
import { joinSettings } from '../decide/settings.ts'
import type { PolicySnapshot } from './policy-keeper.ts'

/** Hides what the policy in force calls secret. */
export class Secrets implements Redactor {
  #redactor = makeRedactor()

  use({ tables }: PolicySnapshot): void {
    const { secret } = joinSettings(
      tables.map((table) => table.meta.settings),
      false,
    )
    this.#redactor = makeRedactor({ names: secret })
  }

  text(text: string): string {
    return this.#redactor.text(text)
  }

  record: Redactor['record'] = (entry) => this.#redactor.record(entry)
}
