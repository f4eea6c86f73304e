/** The mails of a server in development, in the browser: for this machine, and for nobody else. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {notePeer} from '#runtime/strangers/peer.ts'
import {pdsNetwork, signUp} from '../../../../../test/pds-network.ts'

test('mails are read in the browser, as text and as mail programs show them', async context => {
  const {pds, agent: newAgent, mailedCode} = await pdsNetwork(context)
  const ask = (path: string) => pds.fetch(new Request(`http://localhost:2583${path}`))
  assert.match(await (await ask('/dev/mail')).text(), /Nothing yet/)
  const agent = newAgent()
  await signUp(agent, 'alice')
  await agent.com.atproto.server.requestEmailConfirmation()
  const code = mailedCode('alice@example.com')
  const list = await (await ask('/dev/mail')).text()
  const [, path = ''] = /href="(\/dev\/mail\/[^"]+)">Confirm your email address/.exec(list) ?? []
  assert.ok(path !== '' && list.includes('to alice@example.com') && !list.includes(code))
  assert.ok((await (await ask(path)).text()).includes(code))
  const shown = await ask(`${path}/html`)
  assert.match(shown.headers.get('content-security-policy') ?? '', /^default-src 'none'.*sandbox$/)
  assert.ok((await shown.text()).includes(`>${code}</td>`))
})

test('mails are for this machine alone, by its own name, and no other file is among them', async context => {
  const {pds, agent: newAgent} = await pdsNetwork(context)
  const agent = newAgent()
  await signUp(agent, 'alice')
  await agent.com.atproto.server.requestEmailConfirmation()
  const status = async (url: string, from = '127.0.0.1') => {
    const request = new Request(url)
    notePeer(request, from)
    return (await pds.fetch(request)).status
  }
  assert.equal(await status('http://localhost:2583/dev/mail'), 200)
  assert.equal(await status('http://localhost:2583/dev/mail', '203.0.113.9'), 404)
  for (const url of [
    'http://rebound.example:2583/dev/mail',
    'http://localhost:2583/dev/mail/..%2f..%2fsecrets-2583.json',
    'http://localhost:2583/dev/mail/..%2fsecrets-2583/html',
    'http://localhost:2583/dev/mail/nothing',
  ]) {
    assert.equal(await status(url), 404, url)
  }
  const outside = await pdsNetwork(context, {PDS_PUBLIC_URL: 'https://pds.example.com'})
  const request = new Request('https://pds.example.com/dev/mail')
  assert.equal((await outside.pds.fetch(request)).status, 404)
})
