/**
 * `npm run test:crash [-- --mode kill|kill-start|full-disk|clock-back|oauth|accounts] [--together] [--rounds N] [--seed S]`:
 * the long crash test, by default 200 rounds that kill one, some or all services, each a process of its own; in the last
 * two the PDS alone; 50 in the other modes. Exits 1 when a round finds something lost, repeated or out of order, and then
 * says where the data is kept.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {runSeed} from '../random.ts'
import {crashAccounts} from './accounts/accounts.ts'
import {crash} from './crash.ts'
import {modes, type Mode} from './faults.ts'
import {oauthCrash} from './oauth.ts'

const {values: options} = parseArgs({
  options: {
    mode: {type: 'string', default: 'kill'},
    together: {type: 'boolean', default: false},
    rounds: {type: 'string'},
    seed: {type: 'string', default: String(runSeed)},
  },
})
const {mode, together} = options
const ofPds: Readonly<Record<string, typeof oauthCrash>> = {oauth: oauthCrash, accounts: crashAccounts}
const all = [...modes, ...Object.keys(ofPds)]
if (!all.includes(mode)) throw new Error(`--mode is one of ${all.join(', ')}`)
const rounds = Number(options.rounds ?? (mode === 'kill' || Object.hasOwn(ofPds, mode) ? 200 : 50))
const seed = Number(options.seed)
const folder = mkdtempSync(join(tmpdir(), 'wholesky-crash-'))
console.log(`${rounds} rounds, --mode ${mode}${together ? ' --together' : ''} --seed ${seed}`)
const began = performance.now()
const say = (line: string): void => console.log(line)
try {
  if (Object.hasOwn(ofPds, mode)) await ofPds[mode]({rounds, seed, folder, say})
  else await crash({rounds, seed, folder, mode: mode as Mode, together, mayMount: true, say})
  rmSync(folder, {recursive: true})
  const seconds = (performance.now() - began) / 1_000
  console.log(`nothing was lost, repeated or out of order; ${(seconds / rounds).toFixed(1)} seconds a round`)
} catch (error) {
  console.error(error)
  console.error(`--mode ${mode} --seed ${seed}; the data is in ${folder}`)
  process.exitCode = 1
}
