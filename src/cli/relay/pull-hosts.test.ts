/** Which of another relay's hosts a relay is given. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {sqliteOperatorStore} from '#services/relay/store/operator-store.sqlite.ts'
import {relayMigrations, sqliteRelayStore} from '#services/relay/store/relay-store.sqlite.ts'
import {wholesky} from '../../../test/recorded-io.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'

const listed: Record<string, {hosts: object[]; cursor?: string}> = {
  '': {
    hosts: [
      {hostname: 'a.example.com', status: 'active', seq: 5},
      {hostname: 'quiet.example.com', status: 'idle'},
      {hostname: 'gone.example.com', status: 'offline'},
      {hostname: 'x.bad.example', status: 'active'},
      {hostname: 'y.worse.example', status: 'active'},
    ],
    cursor: '5',
  },
  '5': {
    hosts: [
      {hostname: 'localhost:2583', status: 'active'},
      {hostname: '10.0.0.1', status: 'active'},
      {hostname: 'known.example.com', status: 'active'},
      {hostname: 'A.example.com', status: 'active'},
      {hostname: 'plain.example.com'},
    ],
  },
}

const fetch = async (request: Request): Promise<Response> => {
  const {host, searchParams} = new URL(request.url)
  assert.equal(host, 'relay.example.com')
  return Response.json(listed[searchParams.get('cursor') ?? ''])
}

/** A relay that is not running, which knows one host and has banned a domain. */
const begun = async () => {
  const database = `${temporaryFolder('pull-hosts')}/relay.sqlite`
  const env = {RELAY_DATABASE: `sqlite:${database}`, RELAY_BANNED_DOMAINS: 'bad.example'}
  const open = () => openSqlite(database, {migrations: relayMigrations})
  const sql = open()
  await sqliteRelayStore(sql).addHost('known.example.com', 1)
  await sqliteOperatorStore(sql).banDomain('worse.example', 1)
  await sql.close()
  const pull = (...options: string[]) =>
    wholesky(['relay', 'pull-hosts', 'https://relay.example.com', ...options], {env, world: {fetch}})
  return {open, pull}
}

suite('relay pull-hosts', () => {
  test('adds those that are followed there, and are neither known nor banned here', async () => {
    const {open, pull} = await begun()
    const {code, out, err} = await pull('--skip-host-checks')
    assert.deepEqual([code, err], [0, ''])
    for (const line of [
      '✓ a.example.com  added',
      '✗ gone.example.com  is offline there',
      '✗ x.bad.example  is banned here',
      '✗ y.worse.example  is banned here',
      '✗ localhost:2583  is of a machine of its own',
      '✗ 10.0.0.1  is no hostname',
      '✗ known.example.com  is known already',
      '3 of 10 hosts were added.',
    ]) {
      assert.ok(out.includes(line), `${line}: ${out}`)
    }
    const sql = open()
    const hosts = await sqliteRelayStore(sql).hosts()
    await sql.close()
    assert.deepEqual(
      hosts.map(({hostname, asked, cursor}) => [hostname, asked, cursor]),
      ['known', 'a', 'quiet', 'plain'].map(name => [`${name}.example.com`, false, 0]),
    )
    assert.match((await pull('--skip-host-checks')).out, /0 of 10 hosts were added/)
  })

  test('is not for a relay that runs', async () => {
    const {open, pull} = await begun()
    const running = open()
    const {code, err} = await pull()
    await running.close()
    assert.equal(code, 1)
    assert.match(err, /in use by another process.* has to be stopped first/)
  })
})
