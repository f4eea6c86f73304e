/**
 * Attacks by blobs: on whoever opens one in a browser, on what was taken down, and on other people's. A PDS gives blobs
 * from the name that its account pages have, so nothing in one may ever run there.
 */
import {deepEqual, equal, match, rejects} from 'node:assert/strict'
import {after, before, suite, test, type TestContext} from 'node:test'
import {pdsNetwork, signUp} from '../../../../test/pds-network.ts'

interface Uploaded {
  ref: {$link: string}
  mimeType: string
  size: number
}

async function attacked(context: TestContext) {
  const network = await pdsNetwork(context, {PDS_ADMIN_PASSWORD: 'swordfish'})
  const agent = network.agent()
  const did = await signUp(agent, 'mallory')
  const call = (path: string, init: RequestInit = {}) =>
    network.pds.fetch(new Request(`http://localhost:2583/xrpc/${path}`, init))
  const authorization = `Bearer ${agent.session?.accessJwt}`
  const upload = (bytes: string, type: string) =>
    call('com.atproto.repo.uploadBlob', {
      method: 'POST',
      headers: {authorization, 'content-type': type},
      body: Buffer.from(bytes, 'latin1'),
    })
  const uploaded = async (bytes: string, type: string): Promise<Uploaded> =>
    ((await (await upload(bytes, type)).json()) as {blob: Uploaded}).blob
  /** Makes it public, by a record of a collection that nobody knows. */
  const publish = (blob: Uploaded) =>
    agent.com.atproto.repo.createRecord({repo: did, collection: 'com.example.file', record: {file: blob as never}})
  const served = (blob: Uploaded, of = did) => call(`com.atproto.sync.getBlob?did=${of}&cid=${blob.ref.$link}`)
  return {agent, newAgent: network.agent, did, call, upload, uploaded, publish, served}
}

const script = '<script>alert(document.cookie)</script>'
const files: readonly [what: string, bytes: string, type: string][] = [
  ['a page', `<!doctype html>${script}`, 'text/html'],
  ['a page with parameters', `<!doctype html>${script}`, 'text/html; charset=utf-7'],
  ['a page that says it is a picture', `<!doctype html>${script}`, 'image/png'],
  ['a picture that is a script, too', `GIF89a/*${script}*/=1;alert(1)`, 'text/html'],
  ['a drawing with a script', `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, 'image/svg+xml'],
  ['a document of XHTML', `<html xmlns="http://www.w3.org/1999/xhtml">${script}</html>`, 'application/xhtml+xml'],
  ['XML with a style sheet', `<?xml-stylesheet href="data:,"?><a/>`, 'text/xml'],
  ['a script for a worker', 'self.onfetch = () => {}', 'text/javascript'],
  ['a PDF with a script', '%PDF-1.7 /OpenAction << /S /JavaScript >>', 'application/pdf'],
  ['a page in parts', '--x\r\nContent-Type: text/html\r\n\r\n<script>', 'multipart/x-mixed-replace'],
  ['a type with a quote in it', script, 'image/png"><script>'],
  ['two types', script, 'image/png, text/html'],
]

suite('stored XSS through blobs', () => {
  const stops: (() => Promise<void>)[] = []
  let open: ReturnType<typeof attacked>
  // One server for all of them: none leaves anything that another would notice.
  before(() => void (open = attacked({after: (stop: () => Promise<void>) => stops.push(stop)} as never)))
  after(() => Promise.all(stops.map(stop => stop())))
  for (const [what, bytes, type] of files) {
    test(`${what} is a download that runs nothing`, async () => {
      const {upload, uploaded, publish, served} = await open
      const answer = await upload(bytes, type)
      if (answer.status !== 200) return equal(answer.status, 400)
      const blob = await uploaded(bytes, type)
      await publish(blob)
      const {headers, status} = await served(blob)
      equal(status, 200)
      equal(headers.get('content-type'), blob.mimeType)
      match(blob.mimeType, /^[\w.+-]+\/[\w.+-]+$/)
      equal(headers.get('x-content-type-options'), 'nosniff')
      equal(headers.get('content-disposition'), `attachment; filename="${blob.ref.$link}"`)
      equal(headers.get('content-security-policy'), `default-src 'none'; sandbox`)
    })
  }
})

test('a header is not split by the type of a blob', async context => {
  const {uploaded, publish, did} = await attacked(context)
  const blob = await uploaded('x', 'text/plain')
  for (const mimeType of ['text/plain\r\nset-cookie: a=b', 'text/plain\n', 'text/html\u0000']) {
    await rejects(publish({...blob, mimeType}), {status: 400}, did)
  }
})

test('a blob is not passed off as another type by the record that names it', async context => {
  const {uploaded, publish} = await attacked(context)
  const blob = await uploaded('<!doctype html>', 'text/html')
  await rejects(publish({...blob, mimeType: 'image/png'}), {error: 'InvalidMimeType'})
  await rejects(publish({...blob, size: 1}), {error: 'InvalidSize'})
})

test('what no record names yet is read by nobody, its owner and the admin included', async context => {
  const {uploaded, call, did, agent} = await attacked(context)
  const {ref} = await uploaded('private', 'text/plain')
  for (const authorization of ['', `Bearer ${agent.session?.accessJwt}`, `Basic ${btoa('admin:swordfish')}`]) {
    const init = authorization === '' ? {} : {headers: {authorization}}
    const answer = await call(`com.atproto.sync.getBlob?did=${did}&cid=${ref.$link}`, init)
    equal(((await answer.json()) as {error: string}).error, 'BlobNotFound')
  }
})

test('a blob of one account is not had by naming it in a record of another', async context => {
  const {uploaded, publish, newAgent, served} = await attacked(context)
  const blob = await uploaded('mine', 'text/plain')
  await publish(blob)
  const thief = newAgent()
  const did = await signUp(thief, 'thief')
  const theft = thief.com.atproto.repo.createRecord({
    repo: did,
    collection: 'com.example.file',
    record: {file: blob as never},
  })
  await rejects(theft, {error: 'BlobNotFound'})
  equal((await served(blob, did)).status, 400)
})

test('what was taken down is not had or put back by uploading it again, under whatever type, or by naming it again', async context => {
  const {uploaded, upload, publish, served, did, agent} = await attacked(context)
  const blob = await uploaded('bad', 'text/plain')
  await publish(blob)
  const subject = {$type: 'com.atproto.admin.defs#repoBlobRef' as const, did, cid: blob.ref.$link}
  const options = {headers: {authorization: `Basic ${btoa('admin:swordfish')}`}, encoding: 'application/json' as const}
  const rule = agent.com.atproto.admin
  await rule.updateSubjectStatus({subject, takedown: {applied: true}}, options)
  for (const type of ['text/plain', 'text/html', '*/*']) {
    const answer = await upload('bad', type)
    deepEqual([answer.status, ((await answer.json()) as {error: string}).error], [400, 'InvalidRequest'])
  }
  await rejects(publish(blob), {error: 'BlobNotFound'})
  equal((await served(blob)).status, 400)
  const head = await agent.com.atproto.sync.listBlobs({did})
  deepEqual(head.data.cids, [])
})
