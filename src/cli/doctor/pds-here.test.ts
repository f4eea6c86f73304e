/** `doctor --pds`: what it says of each relay, of mail and of the server, and what to do about it. */
import assert from 'node:assert/strict'
import {mkdirSync, writeFileSync} from 'node:fs'
import {createServer, type AddressInfo, type Server} from 'node:net'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import type {World} from '#std/world.ts'
import {realWorld} from '#std/world.ts'
import {wholeskyJson} from '../../../test/recorded-io.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {checkRelayOf} from '#runtime/health/relay-checks.ts'

const relay = 'https://relay.example.com'
const host = 'pds.example.com'
const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const [older, rev] = ['3lf5u32jyzs2b', '3lf5u32jyzs2c']
const refused = (error: string) => Response.json({error, message: error}, {status: 400})

type Answer = object | Response

/** A world in which servers answer by the last part of the path. */
const answering = (answers: Readonly<Record<string, Answer>>): World => ({
  ...realWorld,
  async fetch(request) {
    const name = new URL(request.url).pathname.split('/').at(-1) ?? ''
    const answer = answers[name]
    if (answer === undefined) throw new Error('connect ECONNREFUSED')
    return answer instanceof Response ? answer.clone() : Response.json(answer)
  },
})
const hostStatus = 'com.atproto.sync.getHostStatus'
const repoStatus = 'com.atproto.sync.getRepoStatus'
const well = {hostname: host, status: 'active', seq: 1_000, accountCount: 1}

suite('what a relay makes of a PDS and its accounts', () => {
  for (const [name, answers, newest, expected] of [
    [
      'all',
      {[hostStatus]: well, [repoStatus]: {did, active: true, rev}},
      1_000,
      ['good relay', 'good events', 'good accounts there'],
    ],
    ['nothing of it', {[hostStatus]: refused('HostNotFound')}, 1_000, ['bad relay requestCrawl']],
    [
      'that it sends too much',
      {[hostStatus]: {...well, status: 'throttled'}},
      1_010,
      ['bad relay higher rate limit', 'good events'],
    ],
    [
      'that it is gone',
      {[hostStatus]: {...well, status: 'offline'}},
      1_010,
      ['bad relay cannot connect', 'good events'],
    ],
    [
      'too little',
      {[hostStatus]: well, [repoStatus]: {did, active: true, rev}},
      9_000,
      ['good relay', 'warn events', 'good accounts there'],
    ],
    [
      'more than it has',
      {[hostStatus]: well, [repoStatus]: {did, active: true, rev}},
      900,
      ['good relay', 'bad events PDS_ACCEPT_LOSS_TO=1000', 'good accounts there'],
    ],
    [
      'an older commit',
      {[hostStatus]: well, [repoStatus]: {did, active: true, rev: older}},
      1_000,
      ['good relay', 'good events', 'warn accounts there refused a commit'],
    ],
    [
      'a commit that is here no more',
      {[hostStatus]: well, [repoStatus]: {did, active: true, rev: '3lf5u32jyzs2d'}},
      1_000,
      ['good relay', 'good events', 'warn accounts there next commit'],
    ],
    [
      'an account out of step',
      {[hostStatus]: well, [repoStatus]: {did, active: false, status: 'desynchronized'}},
      1_000,
      ['good relay', 'good events', 'bad accounts there next commit'],
    ],
    [
      'an account too many',
      {[hostStatus]: well, [repoStatus]: {did, active: false, status: 'throttled'}},
      1_000,
      ['good relay', 'good events', 'bad accounts there higher limit'],
    ],
    [
      'an account at rest',
      {[hostStatus]: well, [repoStatus]: {did, active: false, status: 'deactivated'}},
      1_000,
      ['good relay', 'good events', 'bad accounts there missed an event'],
    ],
    [
      'no account',
      {[hostStatus]: well, [repoStatus]: refused('RepoNotFound')},
      1_000,
      ['good relay', 'good events', 'bad accounts there writes next'],
    ],
    [
      'nothing to say of accounts',
      {[hostStatus]: well, [repoStatus]: Response.json({}, {status: 501})},
      1_000,
      ['good relay', 'good events', 'skipped accounts there'],
    ],
  ] as const) {
    test(`${name}`, async () => {
      const repos = [{did, head: 'x', rev, active: true}] as never
      const checks = await checkRelayOf(relay, host, newest, repos, answering(answers))
      assert.equal(checks.length, expected.length, JSON.stringify(checks))
      for (const [i, {name: what, state, mend = ''}] of checks.entries()) {
        const start = `${state} ${what}`
        assert.ok(expected[i].startsWith(start), `${start}: ${expected[i]}`)
        assert.ok(mend.includes(expected[i].slice(start.length).trim()), mend)
        assert.equal(mend === '', state === 'good' || state === 'skipped')
      }
    })
  }
})

/** A mail server that lets nobody in. */
async function strictMail(): Promise<Server> {
  const server = createServer(socket => {
    socket.write('220 mail\r\n')
    socket.on('data', data => {
      const line = String(data)
      if (line.startsWith('EHLO')) socket.write('250-mail\r\n250 AUTH PLAIN\r\n')
      else if (line.startsWith('AUTH')) socket.write('535 Authentication failed\r\n')
      else socket.end('221 bye\r\n')
    })
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

test('the settings of the server are read, and each thing that is wrong is said with what to do', async () => {
  const data = temporaryFolder('doctor-pds')
  mkdirSync(join(data, 'pds'), {recursive: true})
  writeFileSync(join(data, 'pds/pds.sqlite'), '', {mode: 0o600})
  writeFileSync(join(data, 'pds/pds.sqlite.newest-seq'), '0000000000000900\n')
  const mail = await strictMail()
  const {port} = mail.address() as AddressInfo
  const env = {
    PDS_PUBLIC_URL: 'http://localhost:2583',
    PDS_RELAYS: 'http://localhost:2470',
    PDS_SMTP_URL: `smtp://someone:a-secret-password@127.0.0.1:${port}`,
    PDS_APPVIEW_URL: 'http://localhost:2584',
  }
  const world = answering({_health: {version: '1'}, [hostStatus]: well, 'com.atproto.sync.listRepos': {repos: []}})
  const {code, answer} = await wholeskyJson(['doctor', '--pds', '--data', data], {env, world})
  mail.close()
  const {sections} = answer as {
    sections: {title: string; checks: {name: string; state: string; detail: string; mend?: string}[]}[]
  }
  const of = (name: string) => sections.flatMap(({checks}) => checks).find(check => check.name === name)
  assert.equal(code, 1)
  assert.ok(!JSON.stringify(answer).includes('a-secret-password'))
  assert.deepEqual(
    [of('mail')?.state, /does not know this user and password: see PDS_SMTP_URL/.test(of('mail')?.mend ?? '')],
    ['bad', true],
  )
  assert.deepEqual([of('directory')?.state, of('AppView')?.state, of('database')?.state], ['good', 'good', 'good'])
  assert.match(of('events')?.mend ?? '', /PDS_ACCEPT_LOSS_TO=1000/)
  assert.ok(sections.some(({title}) => title === 'Relay http://localhost:2470'))
})
