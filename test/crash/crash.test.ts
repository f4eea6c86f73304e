/** The short crash test: a few rounds of what `npm run test:crash` does for longer. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {runSeed} from '../random.ts'
import {crash} from './crash.ts'

test('the network loses and repeats nothing, however it is killed', async context => {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-crash-'))
  try {
    await crash({rounds: 5, seed: runSeed, folder})
  } catch (error) {
    context.diagnostic(`SEED=${runSeed}; the data is in ${folder}`)
    throw error
  }
  rmSync(folder, {recursive: true})
})
