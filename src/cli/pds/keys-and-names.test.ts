/** `pds rotate-keys` and `pds rename` on a server in this process: each goes on where it was interrupted. */
import assert from 'node:assert/strict'
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test, type TestContext} from 'node:test'
import type {AtpAgent} from '@atproto/api'
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {parseDidKey} from '#atp/crypto/key.ts'
import {verifyRepo} from '#atp/repo/verify.ts'
import type {World} from '#std/world.ts'
import {password, pdsNetwork, signUp, type PdsNetwork} from '../../../test/pds-network.ts'
import {wholesky} from '../../../test/recorded-io.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'

const root = temporaryFolder('keys')
let count = 0
const names = ['alice', 'berta', 'carla']

interface PlcNow {
  rotationKeys: string[]
  alsoKnownAs: string[]
  verificationMethods: {atproto: string}
  services: {atproto_pds: {endpoint: string}}
}

interface Place {
  network: PdsNetwork
  folder: string
  settings: Record<string, string>
  agents: AtpAgent[]
  dids: string[]
  run(argv: readonly string[], world?: World, more?: Record<string, string>): ReturnType<typeof wholesky>
  now(did: string): Promise<PlcNow>
  /** Starts the server again, with other settings, as at another address. */
  restart(port: number, more?: Record<string, string>): Promise<void>
}

async function place(context: TestContext): Promise<Place> {
  const folder = join(root, String(count++), 'pds')
  const settings = {
    PDS_DATABASE: `sqlite:${folder}/pds.sqlite`,
    PDS_BLOBS: `file:${folder}/blobs`,
    PDS_SECRETS: `${folder}/secrets.json`,
  }
  const network = await pdsNetwork(context, settings)
  const agents = names.map(() => network.agent())
  const dids: string[] = []
  for (const [i, name] of names.entries()) dids.push(await signUp(agents[i], name))
  let running = network.pds
  return {
    network,
    folder,
    settings,
    agents,
    dids,
    run: ([noun, verb, ...rest], world = network.world, more = {}) =>
      wholesky([noun, verb, '--url', 'http://localhost:2583', ...rest], {world, env: {...settings, ...more}}),
    async now(did) {
      return (await network.world.fetch(new Request(`http://localhost:2582/${did}/data`))).json() as Promise<PlcNow>
    },
    async restart(port, more = {}) {
      await running.stop()
      running = await network.join(port, {...settings, ...more})
    },
  }
}

/** A world in which what goes to the directory or to an endpoint fails after so many times. */
function failing(world: World, path: string, after: number): World {
  let calls = 0
  return {
    ...world,
    async fetch(request) {
      const isIt = request.method === 'POST' && request.url.includes(path)
      if (isIt && ++calls > after) throw new Error('connect ECONNREFUSED')
      return world.fetch(request)
    },
  }
}

async function isWhole(network: PdsNetwork, did: string, key: string, service = 'http://localhost:2583') {
  const {data: car} = await network.agent(service).com.atproto.sync.getRepo({did})
  return verifyRepo(car, {did: did as never, key: parseDidKey(key), decode: decodeCborLenient})
}

suite('pds rotate-keys', {timeout: 60_000}, () => {
  test('gives each account another signing key, also when some fail at first', async context => {
    const {network, folder, agents, dids, run, now} = await place(context)
    const before = await Promise.all(dids.map(now))
    const ill = await run(['pds', 'rotate-keys'], failing(network.world, 'updateAccountSigningKey', 1))
    assert.equal(ill.code, 1)
    assert.match(ill.out, /✗ 1 signing keys are new. Some failed: run the same command again/)
    assert.equal(statSync(join(folder, 'pds.sqlite.keys-rotated')).mode & 0o777, 0o600)
    const well = await run(['pds', 'rotate-keys'])
    assert.equal(well.code, 0, well.out)
    assert.match(well.out, /✓ 2 signing keys are new\.\n$/)
    assert.equal(existsSync(join(folder, 'pds.sqlite.keys-rotated')), false)
    for (const [i, did] of dids.entries()) {
      const {verificationMethods} = await now(did)
      assert.notEqual(verificationMethods.atproto, before[i].verificationMethods.atproto)
      await agents[i].post({text: 'by the new key'})
      assert.equal((await isWhole(network, did, verificationMethods.atproto)).ok, true)
    }
  })

  test('exchanges the rotation key in two runs, between which either key will do', async context => {
    const {network, folder, agents, dids, run, now, restart} = await place(context)
    const secrets = (): {rotationKey: string} => JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8'))
    const hex = secrets().rotationKey
    const [old] = (await now(dids[0])).rotationKeys
    const ill = await run(['pds', 'rotate-keys', '--rotation-key'], failing(network.world, 'localhost:2582/did', 1))
    assert.equal(ill.code, 1)
    assert.equal(secrets().rotationKey, hex, 'it is not taken into use before all identities have it')
    const first = await run(['pds', 'rotate-keys', '--rotation-key'])
    assert.equal(first.code, 0, first.out)
    assert.match(first.err, /Restart the server now/)
    assert.notEqual(secrets().rotationKey, hex)
    const lists = await Promise.all(dids.map(async did => (await now(did)).rotationKeys))
    assert.deepEqual(
      lists.map(list => list.slice(1)),
      dids.map(() => [old]),
    )
    assert.equal(new Set(lists.map(([next]) => next)).size, 1)
    // The running server signs with the old one still.
    await agents[0].updateHandle({handle: 'alicia.test'})
    await restart(2583)
    await agents[1].updateHandle({handle: 'bertha.test'})
    const second = await run(['pds', 'rotate-keys', '--rotation-key'])
    assert.equal(second.code, 0, second.out)
    for (const did of dids) assert.deepEqual((await now(did)).rotationKeys, [lists[0][0]])
    await agents[2].updateHandle({handle: 'clara.test'})
    const said = ill.out + first.out + first.err + second.out
    for (const secret of [hex, secrets().rotationKey]) assert.ok(!said.includes(secret))
    assert.deepEqual(
      readdirSync(folder).filter(name => name.includes('rotation-key')),
      [],
    )
  })
})

test('pds rename moves identities and handles to the new name, and says before what it would do', async context => {
  const {network, settings, dids, run, now, restart} = await place(context)
  const [from, to] = ['http://localhost:2583', 'http://localhost:3583']
  const moved = {PDS_PUBLIC_URL: to, PDS_HANDLE_DOMAINS: '.new.test'}
  const argv = ['pds', 'rename', from, '--from-domain', '.test', '--url', to]
  const rename = (more: readonly string[] = [], world = network.world) =>
    wholesky([...argv, ...more], {world, env: {...settings, ...moved}})
  assert.match((await run(['pds', 'rename', from])).err, /PDS_PUBLIC_URL is http:\/\/localhost:2583 still/)
  await restart(3583, moved)
  const before = await Promise.all(dids.map(now))
  const dry = await rename(['--dry-run'])
  assert.match(dry.out, /did:plc:\w+ {2}leads to http:\/\/localhost:3583, is alice\.new\.test, was alice\.test/)
  assert.deepEqual(await Promise.all(dids.map(now)), before)
  assert.equal((await rename([], failing(network.world, 'localhost:2582/did', 1))).code, 1)
  const said = await rename()
  assert.equal(said.code, 0, said.out)
  for (const [i, did] of dids.entries()) {
    const {alsoKnownAs, services} = await now(did)
    assert.deepEqual([alsoKnownAs, services.atproto_pds.endpoint], [[`at://${names[i]}.new.test`], to])
    const agent = network.agent(to)
    await agent.login({identifier: `${names[i]}.new.test`, password})
    await agent.post({text: 'under another name'})
    const {data} = await agent.com.atproto.server.checkAccountStatus()
    assert.deepEqual([data.activated, data.validDid], [true, true])
  }
  assert.match((await rename()).out, /^✓ 0 accounts are changed\.\n$/)
})
