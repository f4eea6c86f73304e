/**
 * Something bad befalls the network while many write to it, again and again (`faults.ts`), and it loses and repeats
 * nothing. Each round kills servers (`kill -9`) at random moments, or fills their disk, or moves their clock, and then
 * asks: is every acknowledged record in its repository, once in the relay's log, and in order, and none that was
 * refused? Did a consumer that came back by its cursor miss anything, or see it twice? Do Jetstream and the AppView's
 * index say the same as the repositories?
 */
import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {verifyRepoCar} from '@atproto/repo'
import {formatDidKey, type PublicKey} from '#atp/crypto/key.ts'
import {parseDidDocument, signingKey} from '#atp/identity/did-document.ts'
import {verifyRepo} from '#atp/repo/verify.ts'
import type {Did} from '#atp/syntax/did.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import type {World} from '#std/world.ts'
import {freePorts, networkEnv, urlOf} from '../network-env.ts'
import {seeded} from '../random.ts'
import {Account} from './account.ts'
import {Calls} from './calls.ts'
import {faultOf, type Fault, type Mode, type Round} from './faults.ts'
import {checkIndex, indexedSeq} from './index-check.ts'
import {separateServers, togetherServers, type Servers} from './servers.ts'
import {JetstreamConsumer, RelayConsumer} from './streams.ts'
import {Writer, type Known} from './writer.ts'

export interface CrashOptions {
  readonly rounds: number
  readonly seed: number
  /** For the data of the network. */
  readonly folder: string
  readonly mode?: Mode
  /** Whether all services are one process; each is one of its own unless so. */
  readonly together?: boolean
  /** Whether a disk may be mounted, to be filled. */
  readonly mayMount?: boolean
  /** Hears of each round. */
  readonly say?: (line: string) => void
}

const accountsAtFirst = 4
const writersEach = 3
/** Whoever follows a server that was killed several times in a row waits up to a minute before the next try. */
/** How often the rows of the index are looked at while its cursor is behind. */
const rowsEveryMs = 3_000
const settleMs = 90_000
/** Of these rounds one is checked by the official packages too, and the relay's log is read again from its beginning. */
const thoroughEvery = 10
const password = 'correct horse'

export async function crash(options: CrashOptions): Promise<void> {
  useNativeCrypto()
  const ports = await freePorts()
  const {mode = 'kill', folder, rounds, mayMount = false, together = false} = options
  const fault = faultOf(mode, {folder, rounds, mayMount})
  const env = {...networkEnv(fault.folder, ports), ...fault.env}
  const world = nodeWorld({userAgent: 'crash test'})
  const servers = together ? togetherServers(env) : separateServers(env)
  try {
    await new CrashTest(options, world, fault, servers, ports).run()
  } finally {
    await world.close()
    fault.remove?.()
  }
}

class CrashTest {
  readonly #options: CrashOptions
  readonly #world: World
  readonly #fault: Fault
  readonly #servers: Servers
  /** Those that were killed and not started again. */
  readonly #down = new Set<string>()
  readonly #plcUrl: string
  readonly #calls: Calls
  readonly #relay: RelayConsumer
  readonly #jetstream: JetstreamConsumer
  readonly #random: () => number
  readonly #accounts = new Map<string, Account>()
  readonly #keys = new Map<string, PublicKey>()
  readonly #known: Known = {posts: [], dids: []}
  readonly #writers: Writer[] = []
  #signUps = 0

  constructor(
    options: CrashOptions,
    world: World,
    fault: Fault,
    servers: Servers,
    ports: {plc: number; pds: number; relay: number; jetstream: number},
  ) {
    this.#options = options
    this.#world = world
    this.#fault = fault
    this.#servers = servers
    this.#random = seeded(options.seed)
    this.#plcUrl = urlOf(ports.plc)
    this.#calls = new Calls(world, urlOf(ports.pds))
    this.#calls.mayBeFull = options.mode === 'full-disk'
    this.#relay = new RelayConsumer(urlOf(ports.relay), did => this.#keyOf(did as Did))
    this.#jetstream = new JetstreamConsumer(urlOf(ports.jetstream))
  }

  async run(): Promise<void> {
    const {rounds, say = () => {}} = this.#options
    const servers = this.#servers
    try {
      await servers.start(servers.names)
      for (let i = 0; i < accountsAtFirst; i++) assert.ok(await this.#signUp(writersEach))
      // A relay that has seen nothing of the time before cannot know that its clock was put back.
      await this.#check(false)
      for (let round = 1; round <= rounds; round++) {
        const began = performance.now()
        const answered = await this.#strike()
        await this.#fault.after?.({...this.#round, servers}, [...this.#down])
        const down = [...this.#down]
        const killed = performance.now()
        await servers.start(down)
        this.#down.clear()
        this.#calls.killed = false
        const started = performance.now()
        servers.areUp()
        await this.#check(round % thoroughEvery === 0 || round === rounds)
        servers.areUp()
        const records = [...this.#accounts.values()].reduce((sum, {records}) => sum + records.size, 0)
        const took = [killed - began, started - killed, performance.now() - started].map(ms => (ms / 1_000).toFixed(1))
        say(
          `round ${round}: ${answered} writes acknowledged, killed ${down.join(' ') || 'none'}; ${records} records; ` +
            `${took[0]} s, up in ${took[1]}, looked at in ${took[2]}`,
        )
      }
      for (const code of await servers.stop()) assert.equal(code, 0, servers.output())
    } catch (error) {
      const ended = this.#down.size > 0 ? undefined : thrownBy(() => servers.areUp())
      await servers.kill(servers.names)
      writeFileSync(join(this.#options.folder, 'output.log'), servers.output())
      throw ended ?? error
    }
  }

  readonly #round: Omit<Round, 'servers'> = {
    random: () => this.#random(),
    sleep: ms => this.#world.sleep(ms),
    kill: (names, withinMs) => this.#kill(names, withinMs),
    some: () => {
      const {names} = this.#servers
      const chosen = this.#random() < 0.25 ? names : names.filter(() => this.#random() < 0.4)
      return chosen.length > 0 ? [...chosen] : [names[Math.floor(this.#random() * names.length)]]
    },
    acknowledged: () => this.#acknowledged(),
  }

  /** The number of writes that were acknowledged while the fault struck. */
  async #strike(): Promise<number> {
    const following = new AbortController()
    const consuming = this.#consume(following.signal)
    const before = this.#calls.answered
    let isOver = false
    this.#writing = Promise.all(this.#writers.map(writer => writer.run(() => isOver)))
    this.#writing.catch(() => {}) // waited for below
    const signUp = this.#random() < 0.5 ? this.#signUp(1) : undefined
    const handle = this.#handle
    signUp?.catch(() => {}) // waited for below
    // The first answers of a new process take their time.
    await this.#acknowledged()
    await this.#fault.strike({...this.#round, servers: this.#servers})
    isOver = true
    await this.#writing
    const signedUp = await signUp
    following.abort()
    await consuming
    if (signedUp === false) this.#unanswered = handle
    return this.#calls.answered - before
  }

  /** The clients at work. */
  #writing: Promise<unknown> = Promise.resolve()

  async #acknowledged(): Promise<void> {
    const sent = this.#calls.answered + this.#writers.length
    await Promise.race([
      // A client that has failed ends the round; one that has ended has not.
      this.#writing.then(() => new Promise<never>(() => {})),
      this.#until(() => this.#calls.answered > sent, 'a write is answered'),
    ])
  }

  async #kill(names: readonly string[], withinMs: number): Promise<void> {
    this.#calls.killed = true
    for (const name of names) this.#down.add(name)
    await Promise.all(
      names.map(async name => {
        await this.#world.sleep(this.#random() * withinMs)
        await this.#servers.kill([name])
      }),
    )
  }

  #consume(signal: AbortSignal): Promise<unknown> {
    const consumers = [this.#relay, this.#jetstream]
    const consuming = Promise.all(consumers.map(consumer => consumer.follow(this.#world, signal)))
    consuming.catch(() => {}) // waited for by the caller
    return consuming
  }

  /** A handle that was asked for, without an answer. */
  #unanswered: string | undefined

  get #handle(): string {
    return `person-${this.#signUps}.test`
  }

  /** A new account and its clients; false when nobody has answered. */
  async #signUp(writers: number): Promise<boolean> {
    this.#signUps++
    const handle = this.#handle
    const email = `${handle}@example.com`
    const made = await this.#calls.callThrough('com.atproto.server.createAccount', {handle, email, password})
    if (!made) return false
    await this.#join(String(made.did) as Did, handle, String(made.accessJwt), writers)
    return true
  }

  async #join(did: Did, handle: string, token: string, writers: number): Promise<void> {
    const account = new Account(did, handle, token)
    this.#accounts.set(did, account)
    this.#known.dids.push(did)
    for (let i = 0; i < writers; i++) {
      const name = `${handle.split('.')[0]}-${i}`
      this.#writers.push(new Writer(account, name, this.#calls, seeded(this.#random() * 2 ** 31), this.#known))
    }
  }

  /** A sign-up without an answer has happened wholly, or can be made again. */
  async #settleSignUp(): Promise<void> {
    const handle = this.#unanswered
    if (handle === undefined) return
    this.#unanswered = undefined
    const found = await this.#calls.get('com.atproto.identity.resolveHandle', {handle})
    const method = found.ok ? 'createSession' : 'createAccount'
    const body = found.ok ? {identifier: handle, password} : {handle, email: `${handle}@example.com`, password}
    const made = await this.#calls.callThrough(`com.atproto.server.${method}`, body)
    await this.#join(String(made?.did) as Did, handle, String(made?.accessJwt), 1)
  }

  async #check(thorough: boolean): Promise<void> {
    await this.#settleSignUp()
    const heads = new Map<string, string>()
    const truth = new Map<string, string>()
    for (const did of await this.#listRepos()) {
      const car = await (await this.#calls.get('com.atproto.sync.getRepo', {did})).bytes()
      const key = await this.#keyOf(did)
      const found = new Map<string, string>()
      const repo = await verifyRepo(car, {did, key, onRecord: ({path, cid}) => void found.set(path, cid.toString())})
      assert.ok(repo.ok, `the export of ${did} is sound: ${repo.ok ? '' : repo.detail}`)
      if (thorough) await verifyRepoCar(car, did, formatDidKey(key))
      this.#accounts.get(did)?.settle(found)
      heads.set(did, repo.rev)
      for (const [path, cid] of found) truth.set(`${did} ${path}`, cid)
    }
    for (const did of this.#accounts.keys()) assert.ok(heads.has(did), `the account ${did} is there`)
    await this.#checkStreams(heads, thorough)
    await this.#checkIndex(truth)
    await this.#checkBlobs()
  }

  async #checkStreams(heads: ReadonlyMap<string, string>, thorough: boolean): Promise<void> {
    const following = new AbortController()
    const {signal} = following
    const consuming = this.#consume(signal)
    const told = (): number => this.#relay.commits.reduce((sum, {ops}) => sum + ops.length, 0)
    const isThere = (): boolean =>
      [...heads].every(([did, rev]) => this.#relay.chains.get(did)?.rev === rev) && this.#jetstream.ops.length >= told()
    try {
      await Promise.race([this.#until(isThere, 'the relay and Jetstream have told everything'), consuming])
    } finally {
      following.abort()
      await consuming
    }
    const commits = new Map(this.#relay.commits.map(({did, rev, commit}) => [`${did} ${rev}`, commit]))
    assert.equal(commits.size, this.#relay.commits.length, 'no commit is twice in the log of the relay')
    for (const {did, commits: acknowledged} of this.#accounts.values()) {
      for (const [rev, cid] of acknowledged)
        assert.equal(commits.get(`${did} ${rev}`), cid, `${did} ${rev} was passed on`)
    }
    const ops = this.#relay.commits.flatMap(({ops}) => ops)
    const differs = ops.findIndex((op, i) => op !== this.#jetstream.ops[i])
    assert.equal(differs, -1, `Jetstream tells ${this.#jetstream.ops[differs]}, the relay ${ops[differs]}`)
    assert.equal(this.#jetstream.ops.length, ops.length, 'Jetstream tells what the relay tells')
    const cursor = thorough ? 0 : Math.floor(this.#random() * this.#relay.last)
    await this.#relay.replay(this.#world, cursor, AbortSignal.timeout(settleMs))
  }

  async #checkIndex(truth: ReadonlyMap<string, string>): Promise<void> {
    const path = join(this.#fault.folder, 'appview', 'appview.sqlite')
    // The rows alone tell: where its repository was fetched before it came, the last event is dropped; where nobody could
    // check an event while the directory was away, its repository is fetched after the last one.
    let nextMs = performance.now() + rowsEveryMs
    let isAtLast = false
    const isWhole = (): boolean => {
      const wasAtLast = isAtLast
      isAtLast ||= indexedSeq(path) === this.#relay.last
      if (isAtLast === wasAtLast && performance.now() < nextMs) return false
      nextMs = performance.now() + rowsEveryMs
      try {
        checkIndex(path, truth)
        return true
      } catch (error) {
        if (error instanceof assert.AssertionError) return false
        throw error
      }
    }
    await this.#until(isWhole, 'the AppView has indexed everything')
    checkIndex(path, truth)
  }

  async #checkBlobs(): Promise<void> {
    for (const {did, blobs, records} of this.#accounts.values()) {
      for (const blob of blobs) {
        const {cid, bytes, path, record, isSeen} = blob
        const isHeld = records.get(path) === record
        if (isHeld && isSeen) continue
        const response = await this.#calls.get('com.atproto.sync.getBlob', {did, cid})
        const found = await response.bytes()
        if (isHeld) {
          assert.equal(response.status, 200, `the blob ${cid} is served`)
          assert.ok(Buffer.from(bytes).equals(found), `the blob ${cid} is whole`)
          blob.isSeen = true
        } else {
          assert.equal(response.status, 400, `the blob ${cid} is gone with ${path}`)
          blobs.delete(blob)
        }
      }
    }
  }

  async #listRepos(): Promise<Did[]> {
    const {repos} = (await (await this.#calls.get('com.atproto.sync.listRepos', {limit: '1000'})).json()) as {
      repos: {did: Did}[]
    }
    return repos.map(({did}) => did)
  }

  async #keyOf(did: Did): Promise<PublicKey> {
    let key = this.#keys.get(did)
    if (!key) {
      const response = await this.#world.fetch(new Request(`${this.#plcUrl}/${did}`))
      key = signingKey(parseDidDocument(await response.json(), did))
      assert.ok(key, `${did} has a key`)
      this.#keys.set(did, key)
    }
    return key
  }

  async #until(isSo: () => boolean, what: string): Promise<void> {
    const end = performance.now() + settleMs
    while (!isSo()) {
      assert.ok(performance.now() < end, `${what}: not within ${settleMs} ms`)
      await this.#world.sleep(10)
    }
  }
}

function thrownBy(act: () => void): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}
