import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Reply} from './reply.ts'

const reply = (): Response => new Reply('{"a":"é"}', {status: 201, headers: new Headers({'x-a': '1'})})
const standard = (): Response => new Response('{"a":"é"}', {status: 201, headers: {'x-a': '1'}})

test('a reply is a response in every way that the standard class is', async () => {
  assert.ok(reply() instanceof Response)
  for (const read of [
    (response: Response) => [response.status, response.ok, response.bodyUsed, response.type, response.url],
    (response: Response) => [...response.headers],
    (response: Response) => response.text(),
    (response: Response) => response.json() as unknown,
    (response: Response) => response.bytes(),
    (response: Response) => response.arrayBuffer(),
    async (response: Response) => (await response.blob()).size,
    async (response: Response) => (await Array.fromAsync(response.body ?? [])).length,
    async (response: Response) => [await response.clone().text(), await response.text(), response.bodyUsed],
    async (response: Response) => {
      await response.text()
      return response.text().catch((error: unknown) => error instanceof TypeError)
    },
    (response: Response) => new Response(response.body, response).text(),
  ]) {
    assert.deepEqual(await read(reply()), await read(standard()), String(read))
  }
})

test('a reply of nothing has no body', async () => {
  const reply = new Reply(null, {status: 204})
  assert.deepEqual([reply.body, reply.ok, await reply.text()], [null, true, ''])
  assert.equal(new Reply(Uint8Array.of(1)).headers.has('content-type'), false)
})
