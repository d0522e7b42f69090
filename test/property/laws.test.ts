/** The laws of docs/language.md 4, each on generated policies and requests. */
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decide } from '../../src/decide/decide.ts'
import { buildTable } from '../../src/lower/build.ts'
import type { Analysis } from '../../src/model/analysis.ts'
import { DECISIONS, type Decision } from '../../src/model/vocabulary.ts'
import { ask, type Compiled, compileBoth } from '../support/decide-both.ts'
import * as generator from '../support/policy-generator.ts'
import * as requests from '../support/request-generator.ts'
import { ANN, memoryWorld } from '../support/world.ts'

const isDeep = process.env['OA_TEST_DEEP'] !== undefined
const OPTIONS = isDeep ? { numRuns: 10_000 } : { numRuns: 200, seed: 4 }

/** A world where the account may write nothing: writable places are the same, none, whatever the policy. */
const HELD = memoryWorld({ ...ANN, writable: [] })

const test = suite('laws')

function answer(layers: readonly Compiled[], analysis: Analysis): Decision {
  const { decision, would } = decide(
    layers.map((each) => each.table),
    analysis,
  )
  if (decision !== 'explain') return decision
  if (would === undefined) throw new Error('explain without would')
  return would
}

const rank = (decision: Decision): number => DECISIONS.indexOf(decision)

function compiled(lines: readonly string[]): Compiled {
  const policy = compileBoth(generator.sources(lines))
  if (!policy) fc.pre(false)
  return policy as Compiled
}

test('a rule of decision D gives at least the weaker of D and the decision before', () => {
  fc.assert(
    fc.property(generator.statements, generator.rule, requests.request, (lines, rule, request) => {
      fc.pre(!rule.startsWith('risk'))
      const [before, after] = [compiled(lines), compiled([...lines, rule])]
      const { analysis } = ask([before], request, HELD)
      const own = DECISIONS.find((each) => rule.startsWith(each)) ?? 'allow'
      const least = Math.min(rank(own), rank(answer([before], analysis)))
      assert.ok(rank(answer([after], analysis)) >= least, `${analysis.line} with ${rule}`)
    }),
    OPTIONS,
  )
})

test('without an allow no decision is weaker', () => {
  fc.assert(
    fc.property(generator.statements, requests.request, fc.nat(), (lines, request, at) => {
      const allows = lines.filter((each) => each.startsWith('allow'))
      fc.pre(allows.length > 0)
      const removed = allows[at % allows.length] ?? ''
      const [before, after] = [compiled(lines), compiled(lines.filter((each) => each !== removed))]
      const { analysis } = ask([before], request, HELD)
      const message = `${analysis.line} without ${removed}`
      assert.ok(rank(answer([after], analysis)) >= rank(answer([before], analysis)), message)
    }),
    OPTIONS,
  )
})

test('order, comments, spacing and repetition change neither digest nor decision', () => {
  fc.assert(
    fc.property(
      generator.statements,
      requests.request,
      fc.infiniteStream(fc.nat()),
      (lines, request, numbers) => {
        const keyed = lines.map((text) => ({ text, key: numbers.next().value ?? 0 }))
        const shuffled = keyed.sort((a, b) => a.key - b.key).map((each) => each.text)
        const isRule = (text: string): boolean => /^(?:allow|warn|ask|deny|risk)\b/.test(text)
        const twin = shuffled.flatMap((text) => [
          '# a comment',
          `  ${text.replaceAll(' ', '  ')}   # another`,
          ...(isRule(text) ? ['', text] : []),
        ])
        const hasText = lines.some((each) => each.includes('text /'))
        const [one, two] = [compiled(lines), compiled(hasText ? shuffled : twin)]
        assert.is(one.table.digest, two.table.digest)
        assert.equal(buildTable(one.ir).artifact, buildTable(two.ir).artifact, 'other bytes')
        const { analysis } = ask([one], request)
        assert.is(answer([one], analysis), answer([two], analysis))
      },
    ),
    OPTIONS,
  )
})

test('a layer below never weakens', () => {
  fc.assert(
    fc.property(
      generator.statements,
      generator.statements,
      requests.request,
      (high, low, request) => {
        const [above, below] = [compiled(high), compiled(low)]
        const { analysis } = ask([above], request)
        assert.ok(
          rank(answer([above, below], analysis)) >= rank(answer([above], analysis)),
          analysis.line,
        )
      },
    ),
    OPTIONS,
  )
})

test('an unknown word never turns ask or deny into allow or warn', () => {
  const unknown = fc.constantFrom('$UNSET', '"$UNSET"', '$(cat unknown)')
  fc.assert(
    fc.property(
      generator.statements,
      requests.command,
      unknown,
      fc.nat(),
      (lines, command, word, at) => {
        const words = command.split(' ')
        fc.pre(words.length > 1 && !/["']/.test(command))
        const place = 1 + (at % (words.length - 1))
        // `text` rules read the line as it is written, so hiding a word hides it from them.
        const policy = compiled(lines.filter((each) => !each.includes('text /')))
        const analysed = (line: string): Analysis =>
          ask(
            [policy],
            { subject: { kind: 'line', line }, cwd: '/home/ann/project', facts: requests.NOBODY },
            HELD,
          ).analysis
        const decided = (line: string): Decision => answer([policy], analysed(line))
        // Unlisted options never count (language.md 3.4), and a word that is unknown already may become better known.
        fc.pre(!/^-|[$`*?[{]/.test(words[place] ?? ''))
        const hidden = words.map((each, index) => (index === place ? word : each)).join(' ')
        if (rank(decided(command)) < rank('ask')) return
        assert.ok(rank(decided(hidden)) >= rank('ask'), `${command} → ${hidden}`)
      },
    ),
    OPTIONS,
  )
})

test.run()
