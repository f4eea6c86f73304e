/** `account migrate` between two servers in this process: with every answer lost once, and back, and of every kind. */
import assert from 'node:assert/strict'
import {mkdtempSync, readdirSync, readFileSync, statSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {suite, test, type TestContext} from 'node:test'
import type {AtpAgent} from '@atproto/api'
import {formatMultikey, Keypair, parseDidKey} from '#atp/crypto/key.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {realWorld, type World} from '#std/world.ts'
import {mintServiceToken} from '#xrpc/service-auth.ts'
import {fakeService} from '../../../../test/fake-service.ts'
import {password, pdsNetwork, type PdsNetwork, signUp} from '../../../../test/pds-network.ts'
import {wholesky} from '../../../../test/recorded-io.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {strangerAt} from '../../network.ts'
import {formatSecretKey, writeKeyFile} from '../../secret-key.ts'
import {readSessions} from '../sessions.ts'
import {dataRoot} from './repo.ts'
import {statePath, stepWords} from './state.ts'

const folder = temporaryFolder('migrate')
const [oldUrl, newUrl] = ['http://localhost:2583', 'http://localhost:2593']
const newPassword = 'another horse battery'
const blobCount = 12

interface Place {
  network: PdsNetwork
  env: Record<string, string>
  agent: AtpAgent
  did: Did
  blobs: string[]
}

/** Two servers, and at the first an account with records, blobs and preferences, `@alice.test`. */
async function place(context: TestContext): Promise<Place> {
  const network = await pdsNetwork(context)
  await network.join(2593, {PDS_HANDLE_DOMAINS: '.other.test'})
  const agent = network.agent()
  const did = (await signUp(agent, 'alice')) as Did
  const blobs = await fill(agent)
  const env = {
    XDG_CONFIG_HOME: mkdtempSync(join(folder, 'config-')),
    WHOLESKY_PASSWORD: password,
    WHOLESKY_NEW_PASSWORD: newPassword,
  }
  return {network, env, agent, did, blobs}
}

/** Gives the CIDs of its blobs. */
async function fill(agent: AtpAgent): Promise<string[]> {
  const blobs = []
  for (let i = 0; i < blobCount; i++) {
    const bytes = Uint8Array.from({length: 500 + 700 * i}, (_, at) => (at * i) & 255)
    const {blob} = (await agent.uploadBlob(bytes, {encoding: 'image/png'})).data
    await agent.post({text: `${i}`, embed: {$type: 'app.bsky.embed.images', images: [{image: blob, alt: ''}]}})
    blobs.push(blob.ref.toString())
  }
  await agent.setAdultContentEnabled(true)
  return blobs
}

type Ran = Awaited<ReturnType<typeof wholesky>>

/** Runs the command again and again, as whoever does what it says, until it is done. Gives all that was said. */
async function migrate({network, env, did}: Place, world: World, more: readonly string[] = []): Promise<Ran[]> {
  const ran: Ran[] = []
  let code: string[] = []
  while (ran.length < 80) {
    const said = await wholesky(['account', 'migrate', did, '--to', newUrl, ...more, ...code], {env, world})
    ran.push(said)
    for (const secret of [password, newPassword, ...secretsOf(env, did)]) {
      assert.ok(!(said.out + said.err).includes(secret), 'a secret is shown')
    }
    if (said.code === 0) return ran
    const isMailed = /--code XXXXX/.test(said.err)
    if (isMailed) code = ['--code', network.mailedCode('alice@example.com')]
    else if (!/cannot be reached|broke off|did not answer/.test(said.err)) code = []
  }
  throw new Error(`it does not end: ${ran.at(-1)?.err}`)
}

/** Tokens in the files that are kept; nobody else reads those. */
function secretsOf(env: Place['env'], did: Did): string[] {
  const paths = [join(env.XDG_CONFIG_HOME, 'wholesky', 'accounts.json'), statePath(env, did)]
  return paths.flatMap(path => {
    let text = ''
    try {
      text = readFileSync(path, 'utf8')
    } catch {
      return []
    }
    assert.equal(statSync(path).mode & 0o777, 0o600)
    return [...text.matchAll(/"(?:access|refresh)Jwt": "([^"]+)"/g)].map(([, token]) => token)
  })
}

async function arrived({network, did, blobs, env}: Place, root: string | undefined): Promise<void> {
  const fresh = network.agent(newUrl)
  await fresh.login({identifier: did, password: newPassword})
  const {data: status} = await fresh.com.atproto.server.checkAccountStatus()
  assert.deepEqual(
    [status.activated, status.validDid, status.expectedBlobs, status.importedBlobs],
    [true, true, blobs.length, blobs.length],
  )
  assert.ok(root)
  assert.equal(await dataRoot(strangerAt(newUrl, network.world), did), root)
  for (const cid of blobs) assert.equal((await fresh.com.atproto.sync.getBlob({did, cid})).success, true)
  const {preferences} = (await fresh.app.bsky.actor.getPreferences()).data
  assert.ok(preferences.some(({$type}) => $type === 'app.bsky.actor.defs#adultContentPref'))
  await assert.rejects(network.agent().com.atproto.sync.getLatestCommit({did}), {error: 'RepoDeactivated'})
  assert.equal(readSessions(env)[0].service, newUrl)
  assert.deepEqual(readdirSync(dirname(statePath(env, did))), [], 'nothing is left of the move')
}

const rootAt = (url: string, {network, did}: Place): Promise<string | undefined> =>
  dataRoot(strangerAt(url, network.world), did)

/** The first call of each method at each server fails: before it is made, or with its answer lost. */
function unlucky(world: World, lost: 'call' | 'answer'): World {
  const seen = new Set<string>()
  return {
    ...world,
    sleep: () => realWorld.sleep(0),
    async fetch(request) {
      const {origin, pathname} = new URL(request.url)
      const isFirst = !seen.has(origin + pathname)
      seen.add(origin + pathname)
      if (isFirst && lost === 'call') throw new Error('connect ECONNREFUSED')
      const response = await world.fetch(request)
      if (!isFirst) return response
      await response.arrayBuffer()
      throw new Error('read ECONNRESET')
    },
  }
}

suite('account migrate', {timeout: 110_000}, () => {
  for (const lost of ['call', 'answer'] as const) {
    test(`arrives whole though every ${lost} is lost once`, async context => {
      const here = await place(context)
      const root = await rootAt(oldUrl, here)
      const ran = await migrate(here, unlucky(here.network.world, lost))
      assert.ok(ran.length > 12, `${ran.length} runs`)
      await arrived(here, root)
      const {data} = await here.network.agent(newUrl).com.atproto.repo.describeRepo({repo: here.did})
      assert.deepEqual([data.handle, data.handleIsCorrect], ['alice.other.test', true])
    })
  }

  test('has the address of an account made here, and takes name and address until it is made there', async context => {
    const here = await place(context)
    const {env, network} = here
    const run = (...argv: string[]): Promise<Ran> => wholesky(['account', ...argv], {env, world: network.world})
    assert.equal((await run('create', 'erin')).code, 0)
    const refused = await run('migrate', 'erin.test', '--to', newUrl, '--handle', 'a.b.other.test')
    assert.equal(refused.code, 1)
    const went = await run('migrate', 'erin.test', '--handle', 'erin.other.test')
    assert.match(went.err, /has sent a code/)
    assert.match(went.out, /✓ account +erin\.other\.test at/)
    assert.match((await run('migrate', 'erin.test', '--handle', 'erin.other.test')).err, /--code/)
    assert.match((await run('migrate', 'erin.test', '--email', 'x@example.com')).err, /--email comes too late/)
  })

  test('takes along what is written while it waits for the code, and says where it is', async context => {
    const here = await place(context)
    const {network, env, did, agent} = here
    const run = (...argv: string[]): Promise<Ran> =>
      wholesky(['account', 'migrate', did, ...argv], {env, world: network.world})
    assert.match((await run('--status')).out, /No move .* is under way/)
    const first = await run('--to', newUrl)
    assert.equal(first.code, 4)
    assert.match(first.err, /^http:\/\/localhost:\d+ has sent a code to the account's email address/m, 'no error')
    assert.match(first.out, /✓ repo .*12 records\n✓ blobs .*12 blobs\n✓ preferences .*1 preferences\n$/)
    const status = await run('--status')
    const marks = [...status.out.matchAll(/^(.) (\w+)/gm)].map(([, mark, step]) => [step, mark])
    assert.deepEqual(
      marks.slice(0, 7),
      Object.keys(stepWords).map((step, i) => [step, i < 4 ? '✓' : i === 4 ? '→' : ' ']),
    )
    const {blob} = (await agent.uploadBlob(new Uint8Array(999).fill(7), {encoding: 'image/png'})).data
    await agent.post({text: 'late', embed: {$type: 'app.bsky.embed.images', images: [{image: blob, alt: ''}]}})
    here.blobs.push(blob.ref.toString())
    const root = await rootAt(oldUrl, here)
    assert.match((await run('--to', oldUrl)).err, /A move to http:\/\/localhost:2593 is under way/)
    const last = await run('--code', network.mailedCode('alice@example.com'))
    assert.equal(last.code, 0, last.err)
    await arrived(here, root)
    assert.match((await run('--to', newUrl)).err, /leads to http:\/\/localhost:2593 already/)
  })

  test('goes back to the server where the account rests', async context => {
    const here = await place(context)
    const root = await rootAt(oldUrl, here)
    await migrate(here, here.network.world)
    const {env, network} = here
    const back = {...env, WHOLESKY_PASSWORD: newPassword, WHOLESKY_NEW_PASSWORD: password}
    const run = (...argv: string[]): Promise<Ran> =>
      wholesky(['account', 'migrate', here.did, ...argv], {env: back, world: network.world})
    assert.match((await run('--to', oldUrl)).err, /where it is alice\.test\.[^]*--code/)
    const said = await run('--code', network.mailedCode('alice@example.com'))
    assert.equal(said.code, 0, said.err)
    assert.equal(await rootAt(oldUrl, here), root)
    await assert.rejects(network.agent(newUrl).com.atproto.sync.getLatestCommit({did: here.did}))
  })

  test('leaves the owner the keys that are his own, and needs no code from who signs with one', async context => {
    const here = await place(context)
    const {network, env, did, agent} = here
    const own = Keypair.generate('k256', realWorld.random)
    const file = join(env.XDG_CONFIG_HOME, 'key')
    await writeKeyFile(file, own)
    const {identity} = agent.com.atproto
    await identity.requestPlcOperationSignature()
    const {rotationKeys = []} = (await identity.getRecommendedDidCredentials()).data
    const wish = {rotationKeys: [own.didKey, ...rotationKeys], token: network.mailedCode('alice@example.com')}
    await identity.submitPlcOperation((await identity.signPlcOperation(wish)).data)
    const root = await rootAt(oldUrl, here)
    const [said] = await migrate(here, network.world, ['--rotation-key', file])
    assert.equal(said.code, 0, said.err)
    assert.ok(!said.err.includes(formatSecretKey(own)))
    await arrived(here, root)
    const fetched = await network.world.fetch(new Request(`http://localhost:2582/${did}/data`))
    const after = ((await fetched.json()) as {rotationKeys: string[]}).rotationKeys
    assert.deepEqual([after[0], after.includes(rotationKeys[0]), after.length], [own.didKey, false, 2])
  })

  test('takes no operation of the old server but the one that was asked for', async context => {
    const {network, env, did} = await place(context)
    const own = Keypair.generate('k256', realWorld.random).didKey
    const leaveOut = async (request: Request): Promise<Response> => {
      if (!request.url.includes('.signPlcOperation')) return network.world.fetch(request)
      const wish = (await request.json()) as {rotationKeys: string[]}
      const body = JSON.stringify({...wish, rotationKeys: wish.rotationKeys.filter(key => key !== own)})
      const {url, method, headers} = request
      return network.world.fetch(new Request(url, {method, headers, body}))
    }
    const run = (world: World, ...more: string[]): Promise<Ran> =>
      wholesky(['account', 'migrate', did, '--to', newUrl, '--recovery-key', own, ...more], {env, world})
    await run(network.world)
    const code = network.mailedCode('alice@example.com')
    const said = await run({...network.world, fetch: leaveOut}, '--code', code)
    assert.match(said.err, /has signed another operation than was asked for/)
    const {data} = await network.agent().com.atproto.identity.resolveDid({did})
    assert.match(JSON.stringify(data.didDoc), new RegExp(oldUrl))
  })

  test('tells the owner of a did:web what its document must say, and looks at it', async context => {
    const here = await place(context)
    const {network} = here
    const did = 'did:web:localhost%3A4000' as Did
    const key = Keypair.generate('k256', realWorld.random)
    const document = (publicKeyMultibase: string, serviceEndpoint: string, handle = 'wanda.test'): object => ({
      id: did,
      alsoKnownAs: [`at://${handle}`],
      verificationMethod: [{id: `${did}#atproto`, type: 'Multikey', controller: did, publicKeyMultibase}],
      service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint}],
    })
    let now = document(formatMultikey(key.publicKey), 'https://elsewhere.example')
    network.hosts.set(
      'localhost:4000',
      fakeService(() => Response.json(now)),
    )
    const agent = network.agent()
    const lxm = 'com.atproto.server.createAccount' as Nsid
    const claims = {iss: did, aud: 'did:web:localhost%3A2583' as Did, lxm, keypair: key}
    const headers = {authorization: `Bearer ${mintServiceToken(realWorld, claims)}`}
    const wanted = {did, handle: 'wanda.test', email: 'wanda@example.com', password}
    await agent.com.atproto.server.createAccount(wanted, {headers, encoding: 'application/json'})
    await agent.login({identifier: did, password})
    const {verificationMethods} = (await agent.com.atproto.identity.getRecommendedDidCredentials()).data
    const signer = (verificationMethods as {atproto: string}).atproto
    now = document(formatMultikey(parseDidKey(signer)), oldUrl)
    await agent.com.atproto.server.activateAccount()
    const blobs = await fill(agent)
    const root = await dataRoot(strangerAt(oldUrl, network.world), did)

    const run = (...argv: string[]): Promise<Ran> =>
      wholesky(['account', 'migrate', did, ...argv], {env: here.env, world: network.world})
    for (const argv of [['--to', newUrl], []]) {
      const {code, err} = await run(...argv)
      assert.equal(code, 4)
      assert.doesNotMatch(err, /^wholesky: Put/m)
      const [, place, members] = /into (\S+),.* again: (\{.*\})/.exec(err) ?? []
      assert.equal(place, 'https://localhost:4000/.well-known/did.json')
      if (argv.length === 0) now = {id: did, ...(JSON.parse(members) as object)}
    }
    assert.equal((await run()).code, 0)
    await arrived({...here, did, blobs}, root)
  })

  test('asks whoever sits at the terminal for the code, and goes on with it', async context => {
    const here = await place(context)
    const {network, env, did} = here
    const root = await rootAt(oldUrl, here)
    const asked: string[] = []
    const ask = async (question: string): Promise<string> => {
      asked.push(question)
      return asked.length === 1 ? '' : network.mailedCode('alice@example.com')
    }
    const run = (): Promise<Ran> =>
      wholesky(['account', 'migrate', did, '--to', newUrl], {env, world: network.world, ask})
    assert.match((await run()).err, /Run the command again when you have it/)
    const last = await run()
    assert.equal(last.code, 0, last.err)
    assert.match(asked[1], /has sent a code to the account's email address\.\nCode: $/)
    await arrived(here, root)
  })

  test('takes an account along that was taken down', async context => {
    const here = await place(context)
    const {network, env, did} = here
    const root = await rootAt(oldUrl, here)
    const {adminPassword} = JSON.parse(readFileSync(join(network.folder, 'secrets-2583.json'), 'utf8')) as {
      adminPassword: string
    }
    const takedown = {subject: {$type: 'com.atproto.admin.defs#repoRef', did}, takedown: {applied: true, ref: 'x'}}
    const headers = {authorization: `Basic ${btoa(`admin:${adminPassword}`)}`}
    await network.agent().com.atproto.admin.updateSubjectStatus(takedown, {headers, encoding: 'application/json'})
    const run = (...argv: string[]): Promise<Ran> =>
      wholesky(['account', 'migrate', did, ...argv], {env, world: network.world})
    assert.match((await run('--to', newUrl)).err, /--code XXXXX/)
    const last = await run('--code', network.mailedCode('alice@example.com'))
    assert.equal(last.code, 0, last.err)
    assert.match(last.out, /has moved/)
    assert.equal(await rootAt(newUrl, here), root)
    const fresh = network.agent(newUrl)
    for (const cid of here.blobs) assert.ok((await fresh.com.atproto.sync.getBlob({did, cid})).success)
  })

  test('is refused with an app password, and stops at blobs that are lost', async context => {
    const here = await place(context)
    const {network, env, agent, did, blobs} = here
    const {password: small} = (await agent.com.atproto.server.createAppPassword({name: 'app'})).data
    const run = (more: Record<string, string>, world: World, ...argv: string[]): Promise<Ran> =>
      wholesky(['account', 'migrate', did, ...argv], {env: {...env, ...more}, world})
    const elsewhere = {XDG_CONFIG_HOME: mkdtempSync(join(folder, 'config-')), WHOLESKY_PASSWORD: small}
    assert.match((await run(elsewhere, network.world, '--to', newUrl)).err, /An app password is not enough/)

    const lossy: World = {
      ...network.world,
      async fetch(request) {
        const isLost = request.url.includes('sync.getBlob') && request.url.includes(blobs[3])
        return isLost
          ? Response.json({error: 'BlobNotFound', message: 'gone'}, {status: 400})
          : network.world.fetch(request)
      },
    }
    const stopped = await run({}, lossy, '--to', newUrl)
    assert.equal(stopped.code, 1)
    assert.match(stopped.err, new RegExp(`1 of them, such as ${blobs[3]}, are missing there.*--leave-blobs`))
    const on = await run({}, lossy, '--leave-blobs')
    assert.match(on.out, /0 blobs, 1 that are lost at the old server left behind/)
    const last = await run({}, lossy, '--leave-blobs', '--code', network.mailedCode('alice@example.com'))
    assert.equal(last.code, 0, last.err)
  })
})
