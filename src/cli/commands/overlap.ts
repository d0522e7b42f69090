/** `oa overlap`: rules that overlap with different decisions, with a command that both match. */
import type { Overlap } from '../../analysis/overlap.ts'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { askedPolicy } from '../asked-policy.ts'
import { EXIT } from '../exit.ts'
import { type GivenOptions, usageError } from '../options.ts'
import { counted, showDiagnostics } from '../policies.ts'
import { progressBar } from '../progress.ts'
import { hasColour, paint } from '../terminal.ts'

/** Exit 0: answered. 1: the policy has errors. */
export async function run(given: GivenOptions): Promise<number> {
  const files = [...given.operands, ...(given.rest ?? [])]
  const [file] = files
  if (file === undefined || files.length > 1) {
    throw usageError('`oa overlap` needs one policy', 'write `oa overlap policy.oa`')
  }
  const { value, errors } = await askedPolicy(file)
  if (!value) {
    showDiagnostics(errors, process.stderr)
    return EXIT.findings
  }
  const [{ overlapsOf }, { sideOf }] = await Promise.all([
    import('../../analysis/overlap.ts'),
    import('../../analysis/side.ts'),
  ])
  const progress = progressBar('requests')
  const { overlaps, gaps } = overlapsOf(sideOf(value.ir), (done, all) => progress.show(done, all))
  progress.end()
  if (given.flag('json')) {
    const json = { policy: file, overlaps: overlaps.map(jsonOf), gaps }
    process.stdout.write(`${neutraliseJson(JSON.stringify(json))}\n`)
    return EXIT.done
  }
  for (const each of overlaps) print(each)
  const write = (line: string): void => void process.stdout.write(`${line}\n`)
  write(
    `${counted(overlaps.length, 'pair')} of rules overlap with different decisions; the strictest wins`,
  )
  if (gaps.length > 0) write('there may be more, because')
  for (const gap of gaps) write(`  ${neutralise(gap)}`)
  return EXIT.done
}

function placeOf({ origin }: Overlap['stricter']): string {
  return `${origin.file}:${origin.line}`
}

function print({ stricter, weaker, command, decision }: Overlap): void {
  const isOn = hasColour(process.stdout)
  const write = (line: string): void => void process.stdout.write(`${line}\n`)
  write(`${paint(neutralise(command), 'bold', isOn)} is ${decision}`)
  write(`  wins   ${placeOf(stricter)}  ${neutralise(stricter.text)}`)
  write(`  loses  ${placeOf(weaker)}  ${neutralise(weaker.text)}`)
  write('')
}

function jsonOf({ stricter, weaker, command, decision, reason }: Overlap): object {
  const rule = (each: Overlap['stricter']): object => ({
    rule: placeOf(each),
    decision: each.effect,
    text: each.text,
  })
  return { command, decision, reason, wins: rule(stricter), loses: rule(weaker) }
}
