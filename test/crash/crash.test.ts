/** The short crash tests: a few rounds of what `npm run test:crash` does for longer. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {runSeed} from '../random.ts'
import {crashAccounts} from './accounts/accounts.ts'
import {crash, type CrashOptions} from './crash.ts'
import {oauthCrash} from './oauth.ts'
import {crashView, viewNames} from './views.ts'

const cases: readonly [string, Omit<CrashOptions, 'seed' | 'folder'>][] = [
  ['killed as one process', {rounds: 4, together: true}],
  ['killed one by one', {rounds: 2}],
  ['killed while they start', {rounds: 2, mode: 'kill-start', together: true}],
  ['out of room', {rounds: 3, mode: 'full-disk', together: true}],
  ['set back an hour', {rounds: 2, mode: 'clock-back', together: true}],
]

for (const [name, options] of cases) {
  test(`the network loses and repeats nothing: ${name}`, {timeout: 170_000}, async context => {
    const folder = mkdtempSync(join(tmpdir(), 'wholesky-crash-'))
    try {
      await crash({...options, seed: runSeed, folder})
    } catch (error) {
      context.diagnostic(`SEED=${runSeed}; the data is in ${folder}`)
      throw error
    }
    rmSync(folder, {recursive: true})
  })
}

const ofPds = [
  ['no code is good twice and no session is lost: killed while apps come for tokens', oauthCrash, {rounds: 4}],
  [
    'nothing of an account is lost or half-made: killed while people do all they can',
    crashAccounts,
    {rounds: 2, people: 4},
  ],
] as const

for (const [name, run, options] of ofPds) {
  test(name, {timeout: 170_000}, async context => {
    const folder = mkdtempSync(join(tmpdir(), 'wholesky-crash-'))
    try {
      await run({...options, seed: runSeed, folder})
    } catch (error) {
      context.diagnostic(`SEED=${runSeed}; the data is in ${folder}`)
      throw error
    }
    rmSync(folder, {recursive: true})
  })
}

for (const on of viewNames) {
  test(`no gap, nothing out of order, each thing at least once: a ${on} without power, and killed`, async () => {
    for (const mode of ['power-loss', 'kill-step'] as const) {
      await crashView({on, mode, rounds: 2, seed: runSeed, folder: ''})
    }
  })
}
