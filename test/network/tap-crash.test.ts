/**
 * A Tap that is killed (SIGKILL) again and again while people write and a consumer takes what comes: nothing is lost, a
 * number stands for one event for ever, and of each account events come in their order.
 */
import assert from 'node:assert/strict'
import {join} from 'node:path'
import {test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {WebSocket} from 'ws'
import {tidOf} from '#atp/syntax/tid.ts'
import {freePorts, networkEnv, urlOf} from '../network-env.ts'
import {killNetwork, startNetwork} from '../network-process.ts'
import {runSeed, seeded} from '../random.ts'
import {spawnService} from '../separate-processes.ts'
import {fold, type TapEvent} from '../tap-stores.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

const rounds = 6
const startMicros = Date.parse('2026-01-01T00:00:00Z') * 1_000
const writesPerRound = 15
const collection = 'app.bsky.feed.post'

/** Takes and acknowledges what comes, from whichever Tap is there, until it is closed. */
class Taker {
  /** The texts of events by their numbers, in the order in which they came first. */
  readonly events = new Map<number, string>()
  readonly #url: string
  #socket: WebSocket | undefined
  #isClosed = false

  constructor(port: number) {
    this.#url = `ws://127.0.0.1:${port}/channel`
    this.#connect()
  }

  #connect(): void {
    if (this.#isClosed) return
    const socket = (this.#socket = new WebSocket(this.#url))
    socket.on('error', () => {})
    socket.on('close', () => setTimeout(() => this.#connect(), 50))
    socket.on('message', (data: Buffer) => {
      const text = data.toString()
      const {id} = JSON.parse(text) as TapEvent
      const known = this.events.get(id)
      assert.ok(known === undefined || known === text, `${id} is another event than before`)
      this.events.set(id, text)
      socket.send(JSON.stringify({type: 'ack', id}))
    })
  }

  close(): void {
    this.#isClosed = true
    this.#socket?.terminate()
  }
}

test(
  'killed again and again, it loses nothing and keeps the order of each account',
  {timeout: 170_000},
  async context => {
    context.diagnostic(`SEED=${runSeed}`)
    const random = seeded(runSeed)
    const [ports, own] = [await freePorts(), await freePorts()]
    const folder = temporaryFolder('tap-crash')
    const network = await startNetwork(networkEnv(join(folder, 'network'), ports))
    context.after(() => killNetwork(network))
    const agent = new AtpAgent({service: urlOf(ports.pds)})
    await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'})
    const did = agent.assertDid
    const env = {
      TAP_PORT: `${own.tap}`,
      TAP_RELAY_URL: urlOf(ports.relay),
      TAP_PLC_URL: urlOf(ports.plc),
      TAP_HANDLE_RESOLVER: urlOf(ports.pds),
      TAP_LOCAL_HOSTS: 'true',
      TAP_COLLECTION_FILTERS: collection,
      WHOLESKY_DATA: join(folder, 'tap'),
    }
    let tap = spawnService('tap', env)
    context.after(() => killNetwork(tap))
    await tap.up
    const taker = new Taker(own.tap)
    context.after(() => taker.close())
    const added = await fetch(`${urlOf(own.tap)}/repos/add`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify({dids: [did]}),
    })
    assert.equal(added.status, 200)
    const wanted = new Map<string, string>()
    let made = 0
    const write = async (): Promise<void> => {
      const known = [...wanted.keys()]
      const key = known[Math.floor(random() * known.length * 2)]
      const rkey = key?.slice(did.length + 1) ?? tidOf(startMicros + made, 0)
      if (key !== undefined && random() < 0.4) {
        wanted.delete(key)
        await agent.com.atproto.repo.deleteRecord({repo: did, collection, rkey})
        return
      }
      const text = `text ${made++}`
      wanted.set(`${did}/${rkey}`, text)
      const record = {$type: collection, text, createdAt: new Date().toISOString()}
      await agent.com.atproto.repo.putRecord({repo: did, collection, rkey, record})
    }
    const foldNow = (): Map<string, string> =>
      fold([...taker.events.values()].map(text => JSON.parse(text) as TapEvent))
    const areSame = (): boolean => {
      const found = foldNow()
      return found.size === wanted.size && [...wanted].every(([key, text]) => found.get(key) === text)
    }
    for (let round = 0; round < rounds; round++) {
      const killAfter = Math.floor(random() * writesPerRound)
      for (let n = 0; n < writesPerRound; n++) {
        await write()
        if (n !== killAfter) continue
        await killNetwork(tap)
        tap = spawnService('tap', env)
        // It need not be up for people to write.
        if (random() < 0.5) await tap.up
      }
      await tap.up
    }
    await until(areSame, 'the consumer knows what there is').catch((error: unknown) => {
      assert.deepEqual(foldNow(), wanted)
      throw error
    })
    const revs = [...taker.events.values()].flatMap(text => {
      const {record} = JSON.parse(text) as TapEvent
      return record?.live ? [record.rev] : []
    })
    assert.deepEqual(revs, revs.toSorted(), 'of an account each comes after those before it')
  },
)
