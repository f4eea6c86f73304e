/**
 * A crowd's network on this machine's own ports, for any consumer to be pointed at: the directory, the servers, and a
 * relay. The same seed gives the same accounts, keys, records and revisions, wherever the ports are; only what people do
 * from then on, at a rate, has the time of the day. What each account has can be asked for (`/truth` of its server).
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {readConfig} from '#std/config.ts'
import type {Log} from '#std/log.ts'
import {Prng} from '#std/prng.ts'
import type {World} from '#std/world.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {withHealth} from '#runtime/health/health.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {listen, type Listener} from '#runtime/http/listener.ts'
import type {Service} from '#runtime/service.ts'
import {plcConfig} from '#services/plc/config.ts'
import {openPlc} from '#services/plc/plc.ts'
import {relayConfig} from '#services/relay/config.ts'
import {openRelay} from '#services/relay/relay.ts'
import {Spool} from '../ground/spool.ts'
import {Acts} from './acts.ts'
import {Crowd} from './crowd.ts'
import {HostLog, hostService} from './host.ts'
import {hostUrl} from './house.ts'
import {People} from './person.ts'

export interface ServedOptions {
  readonly seed: number
  readonly accounts: number
  /** Changes of records before anything is served, about. */
  readonly events: number
  readonly hosts: number
  /** The directory's port; the relay's is the next, and the servers' follow. 0 for any that are free. */
  readonly port: number
  /** Whether there is a relay. */
  readonly relay: boolean
  readonly world: World
  readonly log: Log
  /** Told how many changes there are, now and then. */
  readonly onFilled?: (events: number) => void
}

/** When the first of a crowd act; their clock stands still but for what they do. */
const beginMs = Date.UTC(2026, 0, 2)
/** Of one account in a row. */
const sessionActs = [1, 4] as const
const filledEvery = 1_000

export class ServedCrowd implements AsyncDisposable {
  readonly crowd: Crowd
  readonly plcUrl: string
  readonly hostUrls: readonly string[]
  /** Once it is open. */
  relayUrl: string | undefined
  readonly #options: ServedOptions
  readonly #acts: Acts
  readonly #chance: Prng
  readonly #closing: (() => Promise<void> | void)[]
  /** What the people's clock says; undefined for the world's. */
  #nowMs: number | undefined = beginMs
  #eventsMax: number
  #signal: AbortSignal | undefined
  #waitMs = 0
  /** Changes when somebody last slept. */
  #opsBefore = 0

  private constructor(
    options: ServedOptions,
    {
      crowd,
      acts,
      plcUrl,
      hostUrls,
      closing,
    }: {
      crowd: Crowd
      acts: (served: ServedCrowd) => Acts
      plcUrl: string
      hostUrls: readonly string[]
      closing: (() => Promise<void> | void)[]
    },
  ) {
    this.#options = options
    this.#eventsMax = options.events
    this.#chance = new Prng(`served crowd ${options.seed}`)
    this.crowd = crowd
    this.plcUrl = plcUrl
    this.hostUrls = hostUrls
    this.#closing = closing
    this.#acts = acts(this)
  }

  /** Opens all of it, with what people have done by then. */
  static async open(options: ServedOptions): Promise<ServedCrowd> {
    useNativeCrypto()
    const {seed, accounts, hosts: count, port, world, log} = options
    const folder = mkdtempSync(join(tmpdir(), 'wholesky-sim-'))
    const closing: (() => Promise<void> | void)[] = [() => rmSync(folder, {recursive: true, force: true})]
    try {
      const spool = new Spool(join(folder, 'spool'))
      closing.push(() => spool.close())
      const plc = await openPlc(readConfig(plcConfig, {env: {PLC_DATABASE: `sqlite:${folder}/plc.sqlite`}}), world, log)
      const plcListener = await opened(plc, port, log, closing)
      const prng = new Prng(`crowd ${seed}`)
      const crowd = new Crowd({accounts, hosts: count, prng: prng.of('crowd')})
      const logs = Array.from({length: count}, (_, i) => new HostLog(i, spool))
      const hostUrls: string[] = []
      for (const [i, hostLog] of logs.entries()) {
        const at = `localhost:${port === 0 ? 0 : port + 2 + i}`
        const listener = await opened(hostService({log: hostLog, crowd, at}), port && port + 2 + i, log, closing)
        hostUrls.push(`http://localhost:${listener.port}`)
      }
      const plcUrl = `http://localhost:${plcListener.port}`
      const peopleAt = (served: ServedCrowd): People =>
        new People({
          crowd,
          logs,
          urls: hostUrls,
          firstUrls: logs.map((_, i) => hostUrl(i)),
          sleep: ms => served.#sleep(ms),
          nowAt: () => served.#nowMs ?? world.now(),
          directory: directoryOf(plc, plcUrl),
        })
      const acts = (served: ServedCrowd): Acts =>
        new Acts({
          crowd,
          people: peopleAt(served),
          prng: served.#chance,
          sessionActs,
          sleep: ms => served.#sleep(ms),
          progressed: () => served.#progressed(),
          isOver: () => crowd.ops >= served.#eventsMax || (served.#signal?.aborted ?? false),
        })
      const served = new ServedCrowd(options, {crowd, acts, plcUrl, hostUrls, closing})
      await served.#fill()
      if (options.relay) await served.#openRelay(folder)
      return served
    } catch (error) {
      await closeAll(closing)
      throw error
    }
  }

  async #fill(): Promise<void> {
    await this.#acts.run(1)
    while (this.crowd.joined < this.crowd.members.length) await this.#acts.join()
    this.#options.onFilled?.(this.crowd.ops)
    this.#nowMs = undefined
  }

  async #openRelay(folder: string): Promise<void> {
    const {port, world, log} = this.#options
    const env = {
      RELAY_HOSTS: this.hostUrls.map(url => new URL(url).host).join(),
      RELAY_LOCAL_HOSTS: 'true',
      RELAY_PLC_URL: this.plcUrl,
      RELAY_HANDLE_RESOLVER: this.hostUrls[0],
      RELAY_DATABASE: `sqlite:${folder}/relay.sqlite`,
      RELAY_LOG: `file:${folder}/relay-log`,
    }
    const relay = await openRelay(readConfig(relayConfig, {env}), world, world, log, new Metrics())
    const listener = await opened(relay, port && port + 1, log, this.#closing)
    this.relayUrl = `http://localhost:${listener.port}`
  }

  /** Has people go on, about so many changes a second, until the signal aborts or there are `eventsMax` in all. */
  async live(perSecond: number, signal: AbortSignal, eventsMax = Infinity): Promise<void> {
    this.#eventsMax = eventsMax
    this.#signal = signal
    this.#waitMs = 1_000 / perSecond
    // What was written without waiting is not waited for.
    this.#opsBefore = this.crowd.ops
    await this.#acts.run(1).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
    this.#signal = undefined
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#nowMs !== undefined) {
      this.#nowMs += ms
      return
    }
    // As long as what was written last is to take.
    const due = (this.crowd.ops - this.#opsBefore) * this.#waitMs
    this.#opsBefore = this.crowd.ops
    await this.#options.world.sleep(Math.max(1, due), this.#signal)
  }

  #progressed(): void {
    const {ops} = this.crowd
    if (this.#nowMs !== undefined && ops % filledEvery < sessionActs[1]) this.#options.onFilled?.(ops)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return closeAll(this.#closing)
  }
}

/** Those that were opened last are closed first. */
async function closeAll(closing: (() => Promise<void> | void)[]): Promise<void> {
  for (const close of closing.splice(0).toReversed()) await close()
}

async function opened(
  service: Service,
  port: number,
  log: Log,
  closing: (() => Promise<void> | void)[],
): Promise<Listener> {
  await service.start()
  closing.push(() => service.stop())
  const listener = await listen(withHealth(service, {version: 'sim'}), {port, log})
  closing.push(() => listener.stop())
  return listener
}

/** The directory, asked in this process. */
const directoryOf = (plc: Service, url: string) => ({
  put: async (did: string, operation: object): Promise<boolean> => {
    const headers = {'content-type': 'application/json'}
    const request = new Request(`${url}/${did}`, {method: 'POST', headers, body: JSON.stringify(operation)})
    return (await plc.fetch(request)).ok
  },
  last: async (did: string): Promise<unknown> => {
    const response = await plc.fetch(new Request(`${url}/${did}/log/last`))
    return response.ok ? response.json() : undefined
  },
})
