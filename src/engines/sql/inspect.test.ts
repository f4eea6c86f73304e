/** What SQLite says of damage is told as lines of ours: each fault by itself. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {faultLines} from './inspect.ts'

test('tells each fault apart, without the heading that SQLite puts before them', () => {
  const said = [
    '*** in database main ***\nTree 5 page 8: btreeInitPage() returns error code 11\nPage 9: never used',
    'ok',
  ]
  assert.deepEqual(faultLines(said), ['Tree 5 page 8: btreeInitPage() returns error code 11', 'Page 9: never used'])
  assert.deepEqual(faultLines(['ok']), [])
})
