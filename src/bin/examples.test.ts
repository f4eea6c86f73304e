/** Which examples there are, and what else is refused. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {exampleRows} from './examples.ts'
import {portOf, rows} from './rows.ts'

test('an example is a row like any other, with a port of its own, once', async () => {
  const [statusphere, ...more] = await exampleRows(['statusphere', 'statusphere'])
  assert.deepEqual([statusphere.name, more], ['statusphere', []])
  assert.ok(!rows.some(row => portOf(row, {}) === portOf(statusphere, {})))
})

for (const name of ['nope', '../src/services/pds', '']) {
  test(`"${name}" is refused`, async () => {
    await assert.rejects(exampleRows([name]), {
      name: 'ConfigError',
      faults: [`WHOLESKY_WITH has the item "${name}". Expected of: statusphere.`],
    })
  })
}
