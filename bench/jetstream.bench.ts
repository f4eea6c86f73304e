/**
 * What a Jetstream spends on its readers: a relay tells it 300 events a second for five seconds, and 1, 20 or 100
 * readers follow live, as texts or as zstd frames. Each Jetstream is a process of its own, over real sockets.
 * `WHOLESKY_BEFORE` names a checkout of an older commit, with its dependencies, to be measured in turn with this one.
 */
import {fork, spawn, type ChildProcess} from 'node:child_process'
import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {vector} from '../test/vectors.ts'
import type {HostsReady, SendFrames} from './firehose-hosts.ts'
import {figure, median, ours} from './measure.ts'
import {replay} from './raw-http.ts'
import {answers, cliFile, cpuSeconds, ended, freePorts} from './servers.ts'

const {values} = parseArgs({
  options: {rounds: {type: 'string', default: '3'}, only: {type: 'string', default: ''}},
  strict: false,
})
const rounds = Number(values.rounds)
const perSecond = 300
const eventCount = 1_500
const accountCount = 50
/** The first two commits of an account hold all of these; they come before anything is measured. */
const firstEvents = accountCount * 300
const loads = [1, 20, 100].flatMap(readers => [false, true].map(zstd => ({readers, zstd})))
const dictionary = vector('jetstream/v1.zdict')
const older = process.env.WHOLESKY_BEFORE
const before = 'the commit before'
const sides: Record<string, string> = {[ours]: cliFile, ...(older && {[before]: join(older, 'src/bin/wholesky.js')})}

for (const {readers, zstd} of loads) {
  const what = `${zstd ? 'zstd' : 'plain'}, ${readers} reader${readers === 1 ? '' : 's'}`
  if (!what.includes(String(values.only))) continue
  if (zstd && !existsSync(dictionary)) {
    console.error('The dictionary is not among the vectors: zstd is left out.')
    continue
  }
  const found: Record<string, number>[] = []
  for (let round = 0; round < rounds; round++) {
    const names = Object.keys(sides)
    const spent: Record<string, number> = {}
    for (let i = 0; i < names.length; i++) {
      const name = names[(round + i) % names.length]
      spent[name] = await cpuOf(sides[name], readers, zstd)
    }
    found.push(spent)
  }
  for (const name of Object.keys(sides)) {
    figure(`${what}: CPU, ${name}`, median(found.map(spent => spent[name])), 's')
  }
  if (!older) continue
  const ratio = median(found.map(spent => spent[ours] / spent[before]))
  figure(`${what}: ours ÷ before`, ratio, '', zstd && readers === 100 ? {atMost: 0.5} : {})
}

/** CPU seconds of a Jetstream, from when its readers are there until they have got everything. */
async function cpuOf(program: string, readers: number, zstd: boolean): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
  const options = {hosts: 1, accounts: accountCount, commits: accountCount * 2 + eventCount}
  const relay = fork(fileURLToPath(new URL('firehose-hosts.ts', import.meta.url)), [JSON.stringify(options)])
  let jetstream: ChildProcess | undefined
  try {
    const ready = await new Promise<HostsReady>((resolve, reject) => {
      relay.once('message', message => resolve(message as HostsReady)).once('exit', reject)
    })
    const [port] = await freePorts(1)
    const env = {
      ...process.env,
      JETSTREAM_PORT: `${port}`,
      JETSTREAM_UPSTREAM: `http://${ready.hosts[0]}`,
      ...(zstd && {JETSTREAM_DICTIONARY: dictionary}),
    }
    const child = (jetstream = spawn(process.execPath, [program, 'jetstream'], {cwd: folder, env, stdio: 'ignore'}))
    await answers(`http://localhost:${port}`, [child])
    const stream = `http://127.0.0.1:${port}/subscribe?compress=${zstd}`
    const send = (count: number): void => void relay.send({count, perSecond} satisfies SendFrames)
    const warm = replay(stream, firstEvents, 5_000)
    await sleep(300)
    send(accountCount * 2)
    await warm
    const following = Array.from({length: readers}, () => replay(stream, eventCount, 5_000))
    await sleep(1_500)
    const start = cpuSeconds(child)
    send(eventCount)
    const got = await Promise.all(following)
    const spent = cpuSeconds(child) - start
    const missed = got.findIndex(({frames}) => frames < eventCount)
    if (missed >= 0) throw new Error(`A reader got ${got[missed].frames} of ${eventCount} events.`)
    return spent
  } finally {
    if (jetstream) await ended(jetstream, () => jetstream?.kill('SIGTERM'))
    relay.disconnect()
    rmSync(folder, {recursive: true, force: true})
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
