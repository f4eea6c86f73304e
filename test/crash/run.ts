/**
 * `npm run test:crash [-- --rounds N] [--seed S]`: the long crash test, 200 rounds by default. Exits 1 when a round finds
 * something lost, repeated or out of order, and then says where the data is kept.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {runSeed} from '../random.ts'
import {crash} from './crash.ts'

const {values: options} = parseArgs({
  options: {rounds: {type: 'string', default: '200'}, seed: {type: 'string', default: String(runSeed)}},
})
const rounds = Number(options.rounds)
const seed = Number(options.seed)
const folder = mkdtempSync(join(tmpdir(), 'wholesky-crash-'))
console.log(`${rounds} rounds, --seed ${seed}`)
try {
  await crash({rounds, seed, folder, say: line => console.log(line)})
  rmSync(folder, {recursive: true})
  console.log('nothing was lost, repeated or out of order')
} catch (error) {
  console.error(error)
  console.error(`--seed ${seed}; the data is in ${folder}`)
  process.exitCode = 1
}
