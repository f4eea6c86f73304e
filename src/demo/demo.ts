/**
 * `npm start -- --demo`: fifty people who live on the network, so that there is something to look at. They sign up at
 * the PDS over public XRPC, follow those who care about the same things, and write, with pictures; their first two days
 * are told in a burst, then they go on at a calm pace. The next start finds the same people and goes on with them. Who
 * they are and what they do follows from one seed. Real people who write beside them are welcomed.
 */
import type {Did} from '#atp/syntax/did.ts'
import {resolveHandle} from '#lex/gen/com/atproto/identity/resolveHandle.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import {Jetstream} from '#sdk/jetstream.ts'
import {PasswordSession} from '#sdk/session.ts'
import {mapConcurrent} from '#std/waiting/async.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {people, type Person} from './bank/people.ts'
import {Prng} from '#std/prng.ts'
import {drawPortrait} from './picture/portrait.ts'
import {bannerSize, drawScene} from './picture/scene.ts'
import {Resident} from './resident.ts'
import {Town} from './town.ts'

export interface DemoOptions {
  pds: string
  jetstream: string
  world: World
  log: Log
  /** Decides everything that is drawn by lot. */
  seed?: string
  /** How many of the fifty. */
  peopleMax?: number
  /** Milliseconds from one act to the next, about, once everybody is there. */
  paceMs?: number
}

/** Theirs all, and good for nothing but this. */
export const demoPassword = 'wholesky-demo'
export const demoHandle = `${people[0].name}.test`

const arrivingMax = 4
const paceMsDefault = 1_400
const banners = ['dusk', 'mountains', 'sea', 'fog', 'shore', 'meadow', 'rings', 'weave', 'night'] as const

export class Demo implements Service {
  readonly name = 'demo'
  readonly #options: DemoOptions
  readonly #tasks: Tasks
  readonly #prng: Prng
  /** Resolves when everybody is there and has been heard of. */
  readonly settled: Promise<void>
  readonly #settle: () => void

  constructor(options: DemoOptions) {
    this.#options = options
    this.#tasks = new Tasks(options.log)
    this.#prng = new Prng(options.seed ?? 'wholesky')
    const {promise, resolve} = Promise.withResolvers<void>()
    this.settled = promise
    this.#settle = resolve
  }

  get ended(): Promise<void> {
    return this.#tasks.ended
  }

  async fetch(): Promise<Response> {
    return new Response(null, {status: 404})
  }

  async start(): Promise<void> {
    this.#tasks.spawn('demo', signal => this.#live(signal))
  }

  stop(): Promise<void> {
    return this.#tasks.stop()
  }

  async #live(signal: AbortSignal): Promise<void> {
    const {world, log, paceMs = paceMsDefault, peopleMax = people.length} = this.#options
    const client = new Client({service: this.#options.pds, fetch: request => world.fetch(request)})
    const chosen = people.slice(0, peopleMax)
    const town = new Town(chosen, this.#prng, world)
    const settle = async (person: Person): Promise<Resident | undefined> => {
      const resident = await this.#arrive(person, client)
      if (resident) await town.join(resident)
      return resident
    }
    const arrived = await mapConcurrent(chosen, arrivingMax, settle, signal)
    const residents = arrived.filter(resident => resident !== undefined)
    await town.begin(signal)
    this.#settle()
    log.info('the demo lives', {people: residents.length})
    if (residents.length < 2) return
    void this.#welcome(town, residents, signal)
    const pace = this.#prng.of('pace')
    for (;;) {
      await world.sleep(paceMs * pace.between(0.4, 1.8), signal)
      try {
        await town.act()
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error
        log.warn('somebody of the demo was refused', {error})
      }
    }
  }

  /** Logs in, or signs up. `undefined` when the handle is somebody else's. */
  async #arrive(person: Person, client: Client): Promise<Resident | undefined> {
    const {pds: service, world, log} = this.#options
    const handle = `${person.name}.test`
    try {
      const session = (await isThere(handle, client))
        ? await PasswordSession.create({service, identifier: handle, password: demoPassword}, {world})
        : await PasswordSession.createAccount(
            {service, handle, email: `${person.name}@example.com`, password: demoPassword},
            {world},
          )
      const resident = new Resident(person, session)
      if (!(await resident.hasProfile())) await this.#introduce(resident)
      return resident
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      log.warn('a person of the demo stays away', {handle, error})
      return undefined
    }
  }

  async #introduce(resident: Resident): Promise<void> {
    const prng = this.#prng.of(resident.person.name)
    const avatar = await resident.upload(drawPortrait(prng.of('face')))
    const banner = await resident.upload(drawScene(prng.pick(banners), prng.of('banner'), bannerSize))
    await resident.introduce(avatar, banner, this.#options.world.now() - prng.between(3, 400) * 86_400_000)
  }

  /** Somebody from outside writes: some of the people like it, one answers, one follows. */
  async #welcome(town: Town, residents: readonly Resident[], signal: AbortSignal): Promise<void> {
    const {world, jetstream, log} = this.#options
    const ours = new Set<Did>(residents.map(({did}) => did))
    const events = new Jetstream({world, service: jetstream, signal, wantedCollections: ['app.bsky.feed.post']})
    try {
      for await (const event of events) {
        if (event.kind !== 'commit' || event.operation !== 'create' || ours.has(event.did) || !event.cid) continue
        const uri = `at://${event.did}/${event.collection}/${event.rkey}`
        try {
          await town.greet(event.did, {uri, cid: event.cid}, event.record?.reply as never, signal)
        } catch (error) {
          // A stranger's record may be anything, and what answers it then invalid, too: the next one is welcome.
          if (signal.aborted) return
          log.warn('somebody could not be welcomed', {uri, error})
        }
      }
    } catch (error) {
      if (!signal.aborted) log.warn('nobody is welcomed any more', {error})
    }
  }
}

async function isThere(handle: string, client: Client): Promise<boolean> {
  try {
    await client.query(resolveHandle, {handle})
    return true
  } catch (error) {
    if (error instanceof UpstreamError && error.status === 400) return false
    throw error
  }
}
