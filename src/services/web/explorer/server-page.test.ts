import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {readerOf, visitTo, type Answer} from '../../../../test/explorer-home.ts'
import {serverPage} from './server-page.ts'

const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const repo = (letter: string, more: object = {}) => ({
  did: `did:plc:${letter.repeat(24)}`,
  head: cid,
  rev: '3lbcd2345672k',
  active: true,
  ...more,
})
const server: Record<string, Answer> = {
  'com.atproto.server.describeServer': () => ({
    did: 'did:web:pds.example.com',
    availableUserDomains: ['.example.com', '.<b>'],
    inviteCodeRequired: true,
    contact: {email: 'a@example.com'},
  }),
  'com.atproto.sync.listRepos': () => ({
    repos: [repo('a'), repo('b', {active: false, status: 'takendown'}), repo('c')],
  }),
}

async function page(host: string, answers: Record<string, Answer> = server, query = '') {
  const {visit, shown} = visitTo(`/explore/-/server/x${query}`)
  const {reader, asked, clock} = readerOf(answers)
  const showing = serverPage(visit, reader, host)
  await clock.pass(2_000)
  await showing
  return {...shown(), asked}
}

const many: Answer = () => ({repos: Array.from({length: 150}, () => repo('a')), cursor: 'next&'})

suite('a server', () => {
  test('says what it is, and whose repositories it holds', async () => {
    const {text, status} = await page('pds.example.com')
    assert.equal(status, 200)
    for (const words of [
      /did:web:pds\.example\.com/,
      /\.example\.com, \.&lt;b&gt;/,
      /required/,
      /a@example\.com/,
      /takendown/,
    ])
      assert.match(text, words)
    assert.equal(text.match(/class="x-record"/g)?.length, 3)
  })

  test('is asked over HTTPS, and on this machine over HTTP', async () => {
    const {asked} = await page('localhost:2583')
    assert.ok(asked.includes('localhost:2583 com.atproto.server.describeServer'))
  })

  test('that tells only the one or the other is shown as far as it does', async () => {
    const {'com.atproto.server.describeServer': describe, 'com.atproto.sync.listRepos': list} = server
    assert.match((await page('a.example', {'com.atproto.server.describeServer': describe})).text, /could not be loaded/)
    assert.match((await page('a.example', {'com.atproto.sync.listRepos': list})).text, /did not describe itself/)
    const silent = await page('a.example', {})
    assert.equal(silent.status, 502)
    assert.match(silent.text, /a\.example did not answer/)
  })

  test('with more repositories than a page has leads on', async () => {
    const {text} = await page('a.example', {...server, 'com.atproto.sync.listRepos': many})
    assert.equal(text.match(/class="x-record"/g)?.length, 100)
    assert.match(text, /\?cursor=next%26">More/)
  })

  test('by a name that is none is not asked', async () => {
    for (const host of ['', 'a b', 'a/b', '<b>', 'user@a.example', 'a.example?x', 'a.example#x', 'a:x']) {
      const {status, text, asked} = await page(host)
      assert.equal(status, 404, host)
      assert.match(text, /is not a host name/)
      assert.deepEqual(asked, [])
    }
  })
})
