/**
 * What an app costs that came by OAuth, at ours and at the official PDS, in turn: each call with a proof of possession,
 * and each renewal of its tokens, durable on both. Needs what `bench/peers/README.md` says.
 */
import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {parseArgs} from 'node:util'
import {compare, ours} from './measure.ts'
import type {LoadRow} from './pds-load.ts'
import {hasPeers, startOfficial, startOurs} from './servers.ts'

const {values} = parseArgs({
  options: {rounds: {type: 'string', default: '3'}, ms: {type: 'string', default: '3000'}},
  strict: false,
})
const peer = 'the official one'
/**
 * How many times the official server's rate is asked of ours. A renewal is answered before the disk has it, and the next
 * one does not wait until it has; theirs waits for no disk.
 */
const claims: Readonly<Record<string, number>> = {
  'DPoP-bound getSession, 1': 5,
  'DPoP-bound getSession, 32': 5,
  'OAuth refresh, 1': 5,
  'OAuth refresh, 32': 5,
}

async function rowsOf(url: string, side: string): Promise<LoadRow[]> {
  const args = [join(import.meta.dirname, 'oauth-load.ts'), url, side, '--ms', String(values.ms)]
  const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'inherit']})
  const ended = new Promise(resolve => child.once('close', resolve))
  const rows: LoadRow[] = []
  for await (const line of createInterface({input: child.stdout})) rows.push(JSON.parse(line) as LoadRow)
  if ((await ended) !== 0) throw new Error(`The load on ${url} failed.`)
  return rows
}

if (!hasPeers) console.error('The official servers are not installed: see bench/peers/README.md.')
else {
  const sides = {[ours]: await startOurs('pds'), [peer]: await startOfficial('pds')}
  try {
    const rounds = new Map<string, Record<string, number>[]>()
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [name, {pds}] of Object.entries(sides)) {
        for (const row of await rowsOf(pds, name === ours ? 'ours' : 'official')) {
          const kept = rounds.getOrInsertComputed(row.name, () => [])
          kept[round] = {...kept[round], [name]: row.rate}
        }
      }
    }
    for (const [name, rates] of rounds) {
      const claim = claims[name]
      compare({title: name, unit: 'requests', ...(claim && {claims: {[peer]: claim}})}, rates)
    }
  } finally {
    await Promise.all(Object.values(sides).map(side => side.stop()))
  }
}
