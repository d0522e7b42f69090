/** Other operands for a command that is only stopped by what it touches: places and hosts that rules allow. */
import type { RuleIr } from '../lower/ir.ts'
import { pathClasses } from './path-classes.ts'
import { pathsOf } from './rules.ts'
import type { Side } from './side.ts'

const TRIED_MAX = 64

/** The command with an allowed place, or the address of an allowed host, in place of its last word or behind it. */
export function openOperands(
  { ir }: Side,
  argv: readonly string[],
): readonly (readonly string[])[] {
  const permits = ir.rules.filter((each) => each.effect === 'allow' || each.effect === 'warn')
  const words = [...placesOf(permits), ...hostsOf(permits)].slice(0, TRIED_MAX)
  return words.flatMap((word) => [
    [...argv, word],
    ...(argv.length > 1 ? [[...argv.slice(0, -1), word]] : []),
  ])
}

function placesOf(permits: readonly RuleIr[]): readonly string[] {
  const paths = permits.flatMap((each) =>
    ['read', 'write', 'delete'].includes(each.action) ? pathsOf(each) : [],
  )
  return pathClasses(paths.map((each) => ({ patterns: [each], isInFocus: true }))).members
}

function hostsOf(permits: readonly RuleIr[]): readonly string[] {
  return permits.flatMap((each) =>
    each.patterns.flatMap((pattern) => {
      if (pattern.kind !== 'host') return []
      const address = pattern.host.replace(/\/\d+$/, '').replace(/\*+/g, 'x')
      const host = address.includes(':') ? `[${address}]` : address
      return [
        `https://${host}${pattern.port === null || pattern.port === 443 ? '' : `:${pattern.port}`}/`,
        host,
      ]
    }),
  )
}
