/** "Did you mean": near enough, and nothing else. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { editDistance, nearest } from '../../src/base/nearest.ts'

const test = suite('nearest')
const WORDS = ['allow', 'warn', 'ask', 'deny', 'default', 'override']

test('a slip of one or two letters is understood, a swap counts once', () => {
  assert.is(nearest('alow', WORDS), 'allow')
  assert.is(nearest('dney', WORDS), 'deny')
  assert.is(nearest('DENY', WORDS), 'deny')
  assert.is(nearest('defualt', WORDS), 'default')
  assert.is(nearest('ovveride', WORDS), 'override')
})

test('what is far from every word has no nearest', () => {
  for (const word of ['', 'x', 'git', 'xyzzy', 'permit', 'a'.repeat(1000)]) {
    assert.is(nearest(word, WORDS), undefined, word)
  }
})

test('the nearest wins, of equals the first by name; the word itself is no advice', () => {
  assert.is(nearest('wars', ['wart', 'warn']), 'warn')
  assert.is(nearest('override', ['overridden', 'overrides']), 'overrides')
  assert.is(nearest('deny', ['deny']), undefined)
})

test('a third of the word may differ, one letter at least and three at most', () => {
  assert.is(nearest('wrm', ['warn']), undefined)
  assert.is(nearest('wrn', ['warn']), 'warn')
  assert.is(nearest('abcde', ['abxye']), undefined)
  assert.is(nearest('abcdef', ['abxyef']), 'abxyef')
  assert.is(nearest('abcdefghijklmno', ['abcdefghijk1234']), undefined)
})

test('distances', () => {
  assert.is(editDistance('', 'abc'), 3)
  assert.is(editDistance('kitten', 'sitting'), 3)
  assert.is(editDistance('abcd', 'abdc'), 1)
})

test.run()
