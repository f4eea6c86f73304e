/** What a PDS makes of the answers of the PLC directory. */
import {rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {Keypair} from '#atp/crypto/key.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {realWorld, type World} from '#std/world.ts'
import {PlcOperations} from './plc-operations.ts'

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did

const operations = (fetch: World['fetch']): PlcOperations =>
  new PlcOperations({
    world: {...realWorld, fetch},
    directory: 'http://plc.test/',
    rotationKey: Keypair.generate('k256', realWorld.random),
    recoveryKey: undefined,
    publicUrl: 'https://pds.test',
  })

test('what the directory refuses is refused in its words, and a fault of its own is none of the caller', async () => {
  const cases: [Response, string, RegExp][] = [
    [Response.json({message: 'Not a valid operation'}, {status: 400}), 'directory-refused', /Not a valid operation/],
    [new Response(null, {status: 507}), 'directory-failed', /out of order/],
    [new Response('Bad Gateway', {status: 502}), 'directory-failed', /out of order/],
    [new Response('no JSON'), 'directory-failed', /did not answer as it should/],
  ]
  for (const [response, reason, message] of cases) {
    const parts = operations(async () => response)
    await rejects(parts.changeHandle(did, 'alice.test' as Handle), {reason, message})
  }
  const away = operations(() => Promise.reject(new TypeError('fetch failed')))
  await rejects(away.changeHandle(did, 'alice.test' as Handle), {reason: 'directory-failed'})
})
