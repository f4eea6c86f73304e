/**
 * Our PDS and others that are not written in JavaScript, under the load of `pds-load.ts`, in turn, on the same machine.
 * They are built elsewhere: `COCOON_BIN` is the program of cocoon (Go), made as `bench/peers/README.md` says; any other
 * one that runs already is named by `PEER_PDS_URL`, with `PEER_PDS_NAME` and, for its memory, `PEER_PDS_PID`. Its PLC
 * directory must be one of this machine. Without either it says so and ends.
 *
 * Ours makes durable what it acknowledges; cocoon does not sync.
 */
import {execFileSync, spawn} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {setTimeout as sleep} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {compare, figure, ours} from './measure.ts'
import type {LoadRow} from './pds-load.ts'
import {answers, ended, freePorts, highWaterMiB, residentMiB, startOurs} from './servers.ts'

const {values} = parseArgs({
  options: {
    rounds: {type: 'string', default: '2'},
    ms: {type: 'string', default: '4000'},
    row: {type: 'string', default: ''},
  },
  strict: false,
})
const {COCOON_BIN, PEER_PDS_URL, PEER_PDS_NAME = 'another PDS', PEER_PDS_PID} = process.env

interface Side {
  url: string
  pid: number | undefined
  stop(): Promise<void>
}

/** Rows in which each of the others is asked to be behind. */
const claimed =
  /^(?:createRecord|applyWrites|getRecord|listRecords|describeRepo|getRepo|getSession|replay of the same commits$)/
/** Milliseconds that no PDS takes for a call by its own work: cocoon asks DNS for the handle that it describes. */
const waitsMs = 3_000
/** Until a server that has just started is at rest. */
const idleMs = 6_000

if (COCOON_BIN === undefined && PEER_PDS_URL === undefined) {
  console.error('No other PDS is named by COCOON_BIN or PEER_PDS_URL: see bench/peers/README.md.')
} else {
  const directory = await startOurs('pds')
  const sides: Record<string, Side> = {
    [ours]: {url: directory.pds, pid: directory.pids.at(-1), stop: async () => {}},
  }
  try {
    if (COCOON_BIN !== undefined) sides['cocoon (Go)'] = await startCocoon(COCOON_BIN, directory.plc)
    if (PEER_PDS_URL !== undefined) {
      const pid = PEER_PDS_PID === undefined ? undefined : Number(PEER_PDS_PID)
      sides[PEER_PDS_NAME] = {url: PEER_PDS_URL, pid, stop: async () => {}}
    }
    await sleep(idleMs)
    for (const [name, {pid}] of Object.entries(sides)) {
      if (pid !== undefined) figure(`${name}: resident, ready`, residentMiB({pid}), 'MiB')
    }
    await inTurn(sides)
    for (const [name, {pid}] of Object.entries(sides)) {
      if (pid !== undefined) figure(`${name}: high-water memory under all of it`, highWaterMiB(pid), 'MiB')
    }
  } finally {
    await Promise.all(Object.values(sides).map(side => side.stop()))
    await directory.stop()
  }
}

async function inTurn(sides: Readonly<Record<string, Side>>): Promise<void> {
  const rows = new Map<string, {unit: string; rounds: Record<string, number>[]}>()
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, {url}] of Object.entries(sides)) {
      for await (const row of load(url)) {
        // What a server looks up elsewhere for each call is no measure of it where there is no network.
        if (row.p50 !== undefined && row.p50 > waitsMs) {
          figure(`${name}: ${row.name} left out, half of the calls take`, row.p50, 'ms')
          continue
        }
        const kept = rows.getOrInsertComputed(row.name, () => ({unit: row.unit, rounds: []}))
        kept.rounds[round] = {...kept.rounds[round], [name]: row.rate}
      }
    }
  }
  const others = Object.keys(sides).filter(name => name !== ours)
  for (const [name, {unit, rounds}] of rows) {
    const claims = claimed.test(name) ? Object.fromEntries(others.map(other => [other, 1])) : {}
    // One that lacks a method has no row of it.
    if (rounds.every(round => Object.keys(round).length > 1)) compare({title: `PDS: ${name}`, unit, claims}, rounds)
  }
}

async function* load(url: string): AsyncGenerator<LoadRow> {
  const args = [join(import.meta.dirname, 'pds-load.ts'), url, '--ms', String(values.ms), '--only', String(values.row)]
  const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'inherit']})
  const exit = new Promise(resolve => child.once('close', resolve))
  for await (const line of createInterface({input: child.stdout})) yield JSON.parse(line) as LoadRow
  // What it has told until then counts: a server may lack a method.
  if ((await exit) !== 0) console.error(`The load of ${url} broke off.`)
}

async function startCocoon(program: string, plc: string): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
  const [port] = await freePorts(1)
  const files = {rotation: join(folder, 'rotation.key'), jwk: join(folder, 'jwk.key')}
  // It wants to find its pages where it is started, and none of them is asked for here.
  mkdirSync(join(folder, 'server', 'templates'), {recursive: true})
  writeFileSync(join(folder, 'server', 'templates', 'none.html'), '')
  execFileSync(program, ['create-rotation-key', '--out', files.rotation], {cwd: folder})
  execFileSync(program, ['create-private-jwk', '--out', files.jwk], {cwd: folder})
  const child = spawn(program, ['run'], {
    cwd: folder,
    stdio: 'ignore',
    env: {
      ...process.env,
      COCOON_ADDR: `127.0.0.1:${port}`,
      COCOON_DID: 'did:web:pds.test',
      COCOON_HOSTNAME: 'pds.test',
      COCOON_ROTATION_KEY_PATH: files.rotation,
      COCOON_JWK_PATH: files.jwk,
      COCOON_CONTACT_EMAIL: 'me@pds.test',
      COCOON_ADMIN_PASSWORD: 'admin',
      COCOON_REQUIRE_INVITE: 'false',
      COCOON_SESSION_SECRET: randomBytes(32).toString('hex'),
      COCOON_LOG_LEVEL: 'error',
      COCOON_PLC_URL: plc,
    },
  })
  const url = `http://127.0.0.1:${port}`
  const stop = async (): Promise<void> => {
    await ended(child, () => child.kill('SIGTERM'))
    rmSync(folder, {recursive: true, force: true})
  }
  try {
    await answers(url, [child])
  } catch (error) {
    await stop()
    throw error
  }
  return {url, pid: child.pid, stop}
}
