/** Who is asked for a handle where there is no DNS, and what counts as an answer. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {UpstreamError} from '#xrpc/errors.ts'
import {serversAsDns} from './server-as-dns.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const answers: Record<string, () => Response> = {
  'http://has.test': () => Response.json({did}),
  'http://hasnot.test': () => Response.json({error: 'HandleNotFound', message: 'no'}, {status: 400}),
  'http://ill.test': () => Response.json({error: 'InternalServerError'}, {status: 500}),
}
const lookUp = (...services: string[]) =>
  serversAsDns(services, {fetch: request => Promise.resolve(answers[new URL(request.url).origin]())})(
    '_atproto.alice.other.test',
    AbortSignal.timeout(60_000),
  )

suite('servers in the place of DNS', () => {
  test('the first that knows a handle counts, whoever else is silent or ill', async () => {
    assert.deepEqual(await lookUp('http://has.test'), [`did=${did}`])
    assert.deepEqual(await lookUp('http://hasnot.test', 'http://has.test'), [`did=${did}`])
    assert.deepEqual(await lookUp('http://ill.test', 'http://has.test'), [`did=${did}`])
  })

  test('there is no such handle only where all say so', async () => {
    assert.deepEqual(await lookUp('http://hasnot.test', 'http://hasnot.test'), [])
    await assert.rejects(lookUp('http://hasnot.test', 'http://ill.test'), UpstreamError)
    await assert.rejects(lookUp('http://ill.test', 'http://hasnot.test'), UpstreamError)
  })
})
