/**
 * `npm run test:crash [-- --mode kill|kill-start|full-disk|clock-back|oauth|accounts] [--together] [--rounds N] [--seed S]`:
 * the long crash test, by default 200 rounds that kill one, some or all services, each a process of its own; in the last
 * two the PDS alone; 50 in the other modes. Exits 1 when a round finds something lost, repeated or out of order, and then
 * says where the data is kept.
 *
 * `npm run test:crash -- --mode kill|kill-step|power-loss --on relay|jetstream|tap`: one service that follows a seeded
 * crowd, 100 rounds of it; killed as a process of its own (`kill -9`), or in this process between any two steps of what it
 * does, with or without the power of its disk (`views.ts`).
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
import {crashView, viewModes, viewNames, type ViewMode, type ViewName} from './views.ts'

const {values: options} = parseArgs({
  options: {
    mode: {type: 'string', default: 'kill'},
    on: {type: 'string'},
    together: {type: 'boolean', default: false},
    rounds: {type: 'string'},
    seed: {type: 'string', default: String(runSeed)},
  },
})
const {mode, together, on} = options
const ofPds: Readonly<Record<string, typeof oauthCrash>> = {oauth: oauthCrash, accounts: crashAccounts}
const all: readonly string[] = on === undefined ? [...modes, ...Object.keys(ofPds)] : viewModes
if (on !== undefined && !viewNames.some(name => name === on)) throw new Error(`--on is one of ${viewNames.join(', ')}`)
if (!all.includes(mode)) throw new Error(`--mode is one of ${all.join(', ')}`)
const rounds = Number(
  options.rounds ?? (on !== undefined ? 100 : mode === 'kill' || Object.hasOwn(ofPds, mode) ? 200 : 50),
)
const seed = Number(options.seed)
const folder = mkdtempSync(join(tmpdir(), 'wholesky-crash-'))
console.log(
  `${rounds} rounds, --mode ${mode}${on === undefined ? '' : ` --on ${on}`}${together ? ' --together' : ''} --seed ${seed}`,
)
const began = performance.now()
const say = (line: string): void => console.log(line)
try {
  if (on !== undefined) await crashView({rounds, seed, folder, on: on as ViewName, mode: mode as ViewMode, say})
  else if (Object.hasOwn(ofPds, mode)) await ofPds[mode]({rounds, seed, folder, say})
  else await crash({rounds, seed, folder, mode: mode as Mode, together, mayMount: true, say})
  rmSync(folder, {recursive: true})
  const seconds = (performance.now() - began) / 1_000
  console.log(`nothing was lost, repeated or out of order; ${(seconds / rounds).toFixed(1)} seconds a round`)
} catch (error) {
  console.error(error)
  console.error(`--mode ${mode} --seed ${seed}; the data is in ${folder}`)
  process.exitCode = 1
}
