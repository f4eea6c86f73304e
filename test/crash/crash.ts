/**
 * The network is killed while many write to it, again and again, and loses and repeats nothing. Each round kills the
 * whole process (`kill -9`) at a random moment, sometimes once more while it starts, and then asks: is every
 * acknowledged record in its repository, once in the relay's log, and in order? Did a consumer that came back by its
 * cursor miss anything, or see it twice? Do Jetstream and the AppView's index say the same as the repositories?
 */
import assert from 'node:assert/strict'
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
import {killNetwork, spawnNetwork, startNetwork, stopNetwork, type NetworkProcess} from '../network-process.ts'
import {seeded} from '../random.ts'
import {Account} from './account.ts'
import {Calls} from './calls.ts'
import {checkIndex, indexedSeq} from './index-check.ts'
import {JetstreamConsumer, RelayConsumer} from './streams.ts'
import {Writer, type Known} from './writer.ts'

export interface CrashOptions {
  readonly rounds: number
  readonly seed: number
  /** For the data of the network. */
  readonly folder: string
  /** Hears of each round. */
  readonly say?: (line: string) => void
}

const accountsAtFirst = 4
const writersEach = 3
const writeMs = {min: 0, max: 600}
const startMs = {min: 50, max: 1_000}
const settleMs = 20_000
/** Of these rounds one is checked by the official packages too, and the relay's log is read again from its beginning. */
const thoroughEvery = 10
const password = 'correct horse'

export async function crash(options: CrashOptions): Promise<void> {
  useNativeCrypto()
  const ports = await freePorts()
  const env = networkEnv(options.folder, ports)
  const world = nodeWorld({userAgent: 'crash test'})
  try {
    await new CrashTest(options, world, env, ports).run()
  } finally {
    await world.close()
  }
}

class CrashTest {
  readonly #options: CrashOptions
  readonly #world: World
  readonly #env: Record<string, string>
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
    env: Record<string, string>,
    ports: {plc: number; pds: number; relay: number; jetstream: number},
  ) {
    this.#options = options
    this.#world = world
    this.#env = env
    this.#random = seeded(options.seed)
    this.#plcUrl = urlOf(ports.plc)
    this.#calls = new Calls(world, urlOf(ports.pds))
    this.#relay = new RelayConsumer(urlOf(ports.relay), did => this.#keyOf(did as Did))
    this.#jetstream = new JetstreamConsumer(urlOf(ports.jetstream))
  }

  async run(): Promise<void> {
    const {rounds, say = () => {}} = this.#options
    let network = await startNetwork(this.#env)
    try {
      for (let i = 0; i < accountsAtFirst; i++) assert.ok(await this.#signUp(writersEach))
      for (let round = 1; round <= rounds; round++) {
        const answered = await this.#writeUntilKilled(network)
        if (this.#random() < 0.25) await this.#killWhileStarting()
        const began = performance.now()
        network = await startNetwork(this.#env)
        const started = performance.now() - began
        await this.#check(round % thoroughEvery === 0 || round === rounds)
        const records = [...this.#accounts.values()].reduce((sum, {records}) => sum + records.size, 0)
        say(`round ${round}: ${answered} writes acknowledged, up in ${started.toFixed()} ms, ${records} records`)
      }
      assert.equal(await stopNetwork(network), 0, network.output())
    } catch (error) {
      await killNetwork(network)
      throw error
    }
  }

  /** The number of writes that were acknowledged. */
  async #writeUntilKilled(network: NetworkProcess): Promise<number> {
    const following = new AbortController()
    const consuming = this.#consume(following.signal)
    const before = this.#calls.answered
    const writing = Promise.all(this.#writers.map(writer => writer.run(() => this.#calls.killed)))
    writing.catch(() => {}) // waited for below
    const signUp = this.#random() < 0.5 ? this.#signUp(1) : undefined
    // The first answers of a new process take their time.
    await Promise.race([writing, this.#until(() => this.#calls.answered > before, 'a write is answered')])
    await this.#world.sleep(this.#between(writeMs))
    this.#calls.killed = true
    await killNetwork(network)
    await writing
    const handle = this.#handle
    const signedUp = await signUp
    following.abort()
    await consuming
    this.#calls.killed = false
    if (signedUp === false) this.#unanswered = handle
    return this.#calls.answered - before
  }

  #consume(signal: AbortSignal): Promise<unknown> {
    const consumers = [this.#relay, this.#jetstream]
    const consuming = Promise.all(consumers.map(consumer => consumer.follow(this.#world, signal)))
    consuming.catch(() => {}) // waited for by the caller
    return consuming
  }

  /** A handle that was asked for, without an answer. */
  #unanswered: string | undefined

  async #killWhileStarting(): Promise<void> {
    const network = spawnNetwork(this.#env)
    await this.#world.sleep(this.#between(startMs))
    await killNetwork(network)
  }

  get #handle(): string {
    return `person-${this.#signUps}.test`
  }

  /** A new account and its clients; false when nobody has answered. */
  async #signUp(writers: number): Promise<boolean> {
    this.#signUps++
    const handle = this.#handle
    const email = `${handle}@example.com`
    const made = await this.#calls.call('com.atproto.server.createAccount', {handle, email, password})
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
    const made = await this.#calls.call(`com.atproto.server.${method}`, body)
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
    const path = join(this.#options.folder, 'appview', 'appview.sqlite')
    await this.#until(() => indexedSeq(path) === this.#relay.last, 'the AppView has indexed everything')
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

  #between({min, max}: {min: number; max: number}): number {
    return min + this.#random() * (max - min)
  }
}
