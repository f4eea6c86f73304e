/**
 * `goat relay admin`, unchanged, against the network as it is started. Where it is is said by GOAT; where it cannot be had,
 * this is left out aloud.
 */
import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, suite, test} from 'node:test'
import {promisify} from 'node:util'
import {AtpAgent} from '@atproto/api'
import {goatFile, goatHint, hasGoat} from '../migrate/moves.ts'
import {freePorts, networkEnv, urlOf, type Ports} from '../network-env.ts'
import {killNetwork, startNetwork, type NetworkProcess} from '../network-process.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

const password = 'old word, new word'
const limitMs = 60_000
const run = promisify(execFile)

suite('goat runs a relay', {skip: hasGoat ? false : goatHint, timeout: 2 * limitMs}, () => {
  const folder = temporaryFolder('goat-relay')
  let ports: Ports
  let network: NetworkProcess
  let relay: string

  before(async () => {
    ports = await freePorts()
    network = await startNetwork({...networkEnv(join(folder, 'data'), ports), RELAY_ADMIN_PASSWORD: password})
    relay = urlOf(ports.relay)
  })
  after(() => killNetwork(network))

  const goat = async (...args: string[]): Promise<string> => {
    const home = join(folder, 'home')
    mkdirSync(home, {recursive: true})
    const env = {PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: home, ATP_PLC_HOST: urlOf(ports.plc)}
    return (await run(goatFile, args, {env, cwd: home, timeout: limitMs})).stdout.trim()
  }
  const admin = (...args: string[]): Promise<string> =>
    goat('relay', '--relay-host', relay, 'admin', '--admin-password', 'new word', ...args)
  const hostRow = async (hostname: string): Promise<Record<string, unknown> | undefined> =>
    (await admin('host', 'list'))
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Record<string, unknown>)
      .find(({Host}) => Host === hostname)

  test('accounts, hosts, domains and consumers', async () => {
    const agent = new AtpAgent({service: urlOf(ports.pds)})
    await agent.createAccount({handle: 'gerda.test', email: 'gerda@example.com', password})
    const did = agent.assertDid
    const statusOf = async (): Promise<string | undefined> => {
      const url = `${relay}/xrpc/com.atproto.sync.getRepoStatus?did=${did}`
      const {active, status} = (await (await fetch(url)).json()) as {active?: boolean; status?: string}
      return active === undefined ? undefined : active ? 'active' : status
    }
    await until(async () => (await statusOf()) === 'active', 'the relay knows the account')
    await admin('account', 'takedown', did)
    assert.equal(await admin('account', 'list'), did)
    assert.equal(await statusOf(), 'takendown')
    await admin('account', 'takedown', '--reverse', did)
    assert.deepEqual([await admin('account', 'list'), await statusOf()], ['', 'active'])

    const hostname = new URL(urlOf(ports.pds)).host
    assert.equal((await hostRow(hostname))?.HasActiveConnection, true)
    await admin('host', 'config', '--account-limit', '12', hostname)
    assert.equal((await hostRow(hostname))?.RepoLimit, 12)
    await admin('host', 'block', hostname)
    const blocked = await hostRow(hostname)
    assert.deepEqual([blocked?.Blocked, blocked?.HasActiveConnection], [true, false])
    await assert.rejects(admin('host', 'add', hostname), /400/)
    await admin('host', 'block', '--reverse', hostname)
    await admin('host', 'add', hostname)
    await until(async () => (await hostRow(hostname))?.HasActiveConnection === true, 'it is followed again')

    await admin('domain', 'ban', 'bad.example')
    assert.equal(await admin('domain', 'list'), 'bad.example')
    await admin('domain', 'ban', '--reverse', 'bad.example')
    assert.equal(await admin('domain', 'list'), '')

    const reader = new WebSocket(`${relay.replace('http', 'ws')}/xrpc/com.atproto.sync.subscribeRepos`)
    await until(async () => /"user_agent"/.test(await admin('consumer', 'list')), 'the reader is on the list')
    reader.close()
    await assert.rejects(goat('relay', '--relay-host', relay, 'admin', '--admin-password', 'no', 'host', 'list'), /401/)
  })
})
