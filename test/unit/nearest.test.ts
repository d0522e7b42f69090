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

test('the nearest wins, of equals the first; the word itself is no advice', () => {
  assert.is(nearest('wars', ['wart', 'warn']), 'wart')
  assert.is(nearest('override', ['overrides', 'overriden']), 'overrides')
  assert.is(nearest('deny', ['deny']), undefined)
})

test('distances', () => {
  assert.is(editDistance('', 'abc'), 3)
  assert.is(editDistance('kitten', 'sitting'), 3)
  assert.is(editDistance('abcd', 'abdc'), 1)
})

test.run()
