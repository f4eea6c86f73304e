/** The short form of `npm run test:migrate`: a small account, two servers of ours, each in a process of its own. */
import {deepEqual} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {temporaryFolder} from '../temporary-folder.ts'
import {belongingsAt, makeAccount} from './belongings.ts'
import {openHomes} from './homes.ts'
import {byGoat, byUs, goatHint, hasGoat, isAtHome} from './moves.ts'

suite('an account moves between servers in processes of their own', {timeout: 100_000}, () => {
  for (const [program, name, by] of [
    ['wholesky', 'alice', byUs],
    ['goat', 'gustav', byGoat],
  ] as const) {
    const missing = by === byGoat && !hasGoat ? goatHint : false
    test(`by ${program} account migrate`, {skip: missing}, async context => {
      const folder = temporaryFolder(`migrate-${name}`)
      const homes = await openHomes(folder, false)
      context.after(homes.stop)
      const {first: from, second: to} = homes.homes
      const did = await makeAccount(from, name, 450, 9)
      const before = await belongingsAt(from.url, did)
      await by(homes, {did, name, from, to, folder})
      deepEqual(await belongingsAt(to.url, did), before)
      await isAtHome(to, did)
    })
  }
})
