/** The segments of a path depend on the path alone, whatever was split before it. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { segmentsOf } from '../../src/table/path-match.ts'

const test = suite('path segments')

test('the root has none, first and after any other path', () => {
  assert.equal(segmentsOf('/'), [])
  assert.equal(segmentsOf('/a/b'), ['a', 'b'])
  assert.equal(segmentsOf('/'), [])
})

test.run()
