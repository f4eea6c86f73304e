/**
 * `npm run test:migrate [-- --records N --blobs N --ours]`: an account of 20,000 records and 500 blobs moves between two
 * servers of ours, from there to the official PDS (where `bench/peers` is installed) and back to ours, and another one by
 * `goat` (where GOAT says where it is) from ours to ours, to the official one and back; a third while its command is
 * killed again and again. `--ours` leaves the others out. After each move the tree is the same, no blob is missing, and
 * the account can be used. Says how much memory each side took. Exits 1 when something of it does not hold.
 */
import {deepEqual} from 'node:assert/strict'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {hasPeers} from '../../bench/servers.ts'
import {belongingsAt, makeAccount} from './belongings.ts'
import {openHomes, type Home, type Homes} from './homes.ts'
import {byGoat, byKilled, byUs, goatHint, hasGoat, isAtHome, type Move, type Moved} from './moves.ts'

const {values} = parseArgs({
  options: {
    records: {type: 'string', default: '20000'},
    blobs: {type: 'string', default: '500'},
    ours: {type: 'boolean', default: false},
  },
})
const [records, blobs] = [Number(values.records), Number(values.blobs)]
/** Memory that a move may cost a server of ours. */
const growthMaxMiB = 64
const hashesAtOnce = 4
const folder = mkdtempSync(join(tmpdir(), 'wholesky-migrate-'))
let moves = 0
let faults = 0

const withOfficial = hasPeers && !values.ours
const withGoat = hasGoat && !values.ours
if (!hasPeers) console.log('SKIPPED: moves to and from the official PDS: see bench/peers/README.md')
if (!hasGoat) console.log(`SKIPPED: moves by goat: ${goatHint}`)
const homes = await openHomes(folder, withOfficial)
try {
  // A server that people live at: to hash a password leaves 17 MB to each thread that does it, however little moves.
  for (const name of ['first', 'second']) await settle(homes.homes[name])
  await travel('alice', ['first', 'second', ...(withOfficial ? ['official', 'first'] : ['first'])], byUs)
  await travel('karla', ['first', 'second'], byKilled)
  // goat makes an account at each place it comes to, so it never comes back to one.
  if (withGoat) await travel('gustav', ['second', 'first', ...(withOfficial ? ['official'] : [])], byGoat)
  if (withGoat && withOfficial) await travel('oscar', ['official', 'second'], byGoat)
} catch (error) {
  faults++
  console.error(error)
} finally {
  await homes.stop()
  rmSync(folder, {recursive: true, force: true})
}
console.log(`${moves} passed, ${faults} failed`)
process.exit(faults > 0 ? 1 : 0)

/** Makes as many accounts at once as threads hash passwords. */
async function settle(home: Home): Promise<void> {
  await Promise.all(Array.from({length: hashesAtOnce}, (_, i) => makeAccount(home, `dweller${i}`, 0, 0)))
}

/** One account, from place to place. */
async function travel(name: string, places: string[], by: (homes: Homes, move: Move) => Promise<Moved>): Promise<void> {
  const [first, ...rest] = places
  const how = by === byGoat ? 'goat' : by === byUs ? 'wholesky' : 'wholesky, killed again and again'
  let at = homes.homes[first]
  const did = await makeAccount(at, name, records, blobs)
  const before = await belongingsAt(at.url, did)
  deepEqual([before.recordCount, Object.keys(before.blobs).length], [records, blobs])
  for (const place of rest) {
    const to = homes.homes[place]
    const [fromMiB, toMiB] = [at.peakMiB(), to.peakMiB()]
    const began = performance.now()
    const {peakMiB} = await by(homes, {did, name, from: at, to, folder})
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    deepEqual(await belongingsAt(to.url, did), before)
    for (const [home, beforeMiB] of [
      [at, fromMiB],
      [to, toMiB],
    ] as const) {
      // The official server is not ours to hold to it.
      if (home.name === 'official') continue
      const grewMiB = home.peakMiB() - beforeMiB
      if (grewMiB > growthMaxMiB) throw new Error(`${home.name} took ${grewMiB.toFixed(0)} MiB more`)
    }
    const grew = `${at.name} +${(at.peakMiB() - fromMiB).toFixed(0)}, ${to.name} +${(to.peakMiB() - toMiB).toFixed(0)}`
    const client = peakMiB === undefined ? '' : `, the command ${peakMiB.toFixed(0)}`
    console.log(
      `✓ ${how}: ${name}, ${at.name} → ${to.name}: ${records} records, ${blobs} blobs, ${seconds} s, MiB: ${grew}${client}`,
    )
    await isAtHome(to, did)
    moves++
    at = to
  }
}
