/**
 * One service that follows a seeded crowd ends again and again while people write: a relay, a Jetstream or a Tap. After
 * each end it is started again, and before the next its readers have to have been told of everything: no gap, nothing out
 * of order within an account, each thing at least once. Two ways: in this process, between any two steps of what it does,
 * on a disk that may lose what was not synced; or as a process of its own that is killed (`kill -9`), over sockets.
 */
import assert from 'node:assert/strict'
import {join} from 'node:path'
import {nodeWorld} from '#runtime/node-world.ts'
import {silentLog} from '#std/log.ts'
import {JetstreamReader} from '#sim/crowd/readers/jetstream-reader.ts'
import type {Divergence, Reader} from '#sim/crowd/readers/reader.ts'
import {RelayReader} from '#sim/crowd/readers/relay-reader.ts'
import {crashRounds} from '#sim/crowd/rounds.ts'
import {ServedCrowd} from '#sim/crowd/served.ts'
import {TapReader} from '#sim/crowd/readers/tap-reader.ts'
import {freePorts, urlOf} from '../network-env.ts'
import {killNetwork, type NetworkProcess} from '../network-process.ts'
import {seeded} from '../random.ts'
import {spawnService} from '../separate-processes.ts'
import {until} from '../until.ts'

export const viewNames = ['relay', 'jetstream', 'tap'] as const
export type ViewName = (typeof viewNames)[number]
export const viewModes = ['kill', 'kill-step', 'power-loss'] as const
export type ViewMode = (typeof viewModes)[number]

export interface ViewCrashOptions {
  readonly on: ViewName
  readonly mode: ViewMode
  readonly rounds: number
  readonly seed: number
  /** For the data of processes. */
  readonly folder: string
  readonly say?: (line: string) => void
}

const crowd = {accounts: 12, hosts: 2}
const eventsPerRound = 60
const perSecond = 150
const killMsMax = 400
const settleMs = 60_000

export function crashView(options: ViewCrashOptions): Promise<void> {
  return options.mode === 'kill' ? killed(options) : ended(options)
}

async function ended({on, mode, rounds, seed, say = () => {}}: ViewCrashOptions): Promise<void> {
  const onRound = (round: number, events: number): void => {
    if (round % 10 === 0) say(`round ${round}: ${events} events`)
  }
  const outcome = await crashRounds({...crowd, seed, rounds, on, power: mode === 'power-loss', onRound})
  const {faults, newest, injected, crashPoints, told} = outcome
  assert.equal(faults.length, 0, `${faults.join('\n')}\nThe last of what happened:\n${newest.slice(-30).join('\n')}`)
  assert.equal(injected.of(mode === 'power-loss' ? mode : 'killed'), rounds, 'it has ended in each round')
  const points = [...crashPoints.counts].map(([name, count]) => `${name} ${count}`).toSorted()
  say(`${outcome.events} events; torn writes ${injected.of('torn-write')}; it has ended at ${points.join(', ')}`)
  say(
    `told: ${Object.entries(told)
      .map(([of, {events, repeated}]) => `${of} ${events}, again ${repeated}`)
      .join('; ')}`,
  )
}

/** What is killed, and what reads it; the other end of the crowd is in this process. */
async function killed({on, rounds, seed, folder, say = () => {}}: ViewCrashOptions): Promise<void> {
  const random = seeded(seed)
  const ports = await freePorts()
  await using world = nodeWorld({userAgent: 'crash test'})
  // A relay that is killed is a process of its own; the others follow one that stays.
  await using served = await ServedCrowd.open({
    ...crowd,
    seed,
    events: eventsPerRound,
    port: 0,
    relay: on !== 'relay',
    world,
    log: silentLog,
  })
  const env = envOf(on, served, ports[on], folder)
  const faults: Divergence[] = []
  const reader = readerOf(on, urlOf(ports[on]), {
    crowd: served.crowd,
    world,
    onDivergence: found => void faults.push(found),
  })
  let running: NetworkProcess = spawnService(on, env)
  try {
    await running.up
    const reading = reader.run()
    // What a Tap tells again, all of it in order, passes by what was before: so the whole is waited for, too.
    const isWhole = (): boolean => reader.behind().count === 0 && reader.misplaced().length === 0
    const whole = async (what: string): Promise<void> => {
      await until(() => faults.length > 0 || isWhole(), what, settleMs).catch(() => {
        const found = [reader.behind().example, ...reader.misplaced().slice(0, 5)].join('\n')
        assert.fail(`${what}: ${found}\n${running.output().slice(-3_000)}`)
      })
      assert.deepEqual(faults, [], what)
    }
    await whole('before the first round')
    for (let round = 1; round <= rounds; round++) {
      const stop = new AbortController()
      const acting = served.live(perSecond, stop.signal, served.crowd.ops + eventsPerRound)
      await world.sleep(random() * killMsMax)
      await killNetwork(running)
      running = spawnService(on, env)
      // It need not be up for people to write, and is killed once more as it starts, now and then.
      if (random() < 0.2) {
        await world.sleep(random() * killMsMax)
        await killNetwork(running)
        running = spawnService(on, env)
      }
      await running.up
      await acting
      await whole(`round ${round}`)
      say(`round ${round}: ${served.crowd.ops} events, told ${reader.told}, of them again ${reader.repeated}`)
    }
    reader.leave()
    await reading
  } finally {
    reader.leave()
    await killNetwork(running)
  }
}

function envOf(
  on: ViewName,
  {plcUrl, relayUrl = '', hostUrls}: ServedCrowd,
  port: number,
  folder: string,
): Record<string, string> {
  const data = {WHOLESKY_DATA: join(folder, on), LOG_LEVEL: 'info'}
  switch (on) {
    case 'relay':
      return {
        ...data,
        RELAY_PORT: `${port}`,
        RELAY_HOSTS: hostUrls.map(url => new URL(url).host).join(),
        RELAY_LOCAL_HOSTS: 'true',
        RELAY_PLC_URL: plcUrl,
        RELAY_HANDLE_RESOLVER: hostUrls[0],
      }
    case 'jetstream':
      return {...data, JETSTREAM_PORT: `${port}`, JETSTREAM_UPSTREAM: relayUrl, JETSTREAM_PLC_URL: plcUrl}
    case 'tap':
      return {
        ...data,
        TAP_PORT: `${port}`,
        TAP_RELAY_URL: relayUrl,
        TAP_PLC_URL: plcUrl,
        TAP_HANDLE_RESOLVER: hostUrls[0],
        TAP_LOCAL_HOSTS: 'true',
        TAP_FULL_NETWORK: 'true',
      }
  }
}

function readerOf(on: ViewName, url: string, deps: ConstructorParameters<typeof RelayReader>[2]) {
  const readers: Record<ViewName, () => Reader & {misplaced(): string[]}> = {
    relay: () => new RelayReader(on, url, deps),
    jetstream: () => new JetstreamReader(on, url, deps),
    tap: () => new TapReader(on, url, deps),
  }
  return readers[on]()
}
