/** The short form of `npm run test:hostile`: some cases of each family against all services in one process. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {runSeed, seeded, shuffled} from '../random.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {cases} from './cases.ts'
import {runHostile} from './hostile.ts'
import {openHostileNetwork} from './network.ts'

const ofEach = 10

test('nobody notices what hostile strangers try', {timeout: 110_000}, async context => {
  context.diagnostic(`SEED=${runSeed}`)
  const mixed = shuffled(cases, seeded(runSeed))
  const sample = [...new Set(cases.map(({family}) => family))].flatMap(name =>
    mixed.filter(({family}) => family === name).slice(0, ofEach),
  )
  const network = await openHostileNetwork('together', temporaryFolder('hostile'))
  try {
    const {faults, families} = await runHostile(network, sample, {settles: false})
    assert.deepEqual(faults, [])
    assert.ok([...families.values()].every(({tried}) => tried > 0))
  } finally {
    await network.stop()
  }
})

test('there are three hundred cases and more, of every kind and against every service', () => {
  assert.ok(cases.length >= 300)
  const names = cases.map(({family, on, name}) => `${family}, ${on}, ${name}`)
  assert.deepEqual(names, [...new Set(names)])
})
