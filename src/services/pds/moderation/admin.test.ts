/** What the admin may do, with the admin password and not without. */
import assert from 'node:assert/strict'
import {readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import type {AtpAgent} from '@atproto/api'
import {Keypair} from '#atp/crypto/key.ts'
import {parseEvent} from '#atp/sync/event.ts'
import {decodeFrame} from '#atp/sync/frame.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {password, pdsNetwork, signUp, type PdsNetwork} from '../../../../test/pds-network.ts'
import type {Pds} from '../pds.ts'

async function ruled(
  context: TestContext,
  settings: Record<string, string> = {},
): Promise<PdsNetwork & {admin: AtpAgent}> {
  const network = await pdsNetwork(context, {PDS_ADMIN_PASSWORD: 'swordfish', ...settings})
  const admin = network.agent()
  admin.setHeader('authorization', `Basic ${btoa('admin:swordfish')}`)
  return {...network, admin}
}

test('only the admin password opens the methods of the admin', async context => {
  const {agent: newAgent, folder} = await ruled(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  await assert.rejects(agent.com.atproto.admin.getAccountInfo({did}), {status: 401})
  const guessing = newAgent()
  guessing.setHeader('authorization', `Basic ${btoa('admin:swordfishes')}`)
  await assert.rejects(guessing.com.atproto.admin.deleteAccount({did}), {error: 'AuthenticationRequired'})
  // Without one in the configuration, the one that was made on first start counts.
  const path = join(folder, 'secrets-2583.json')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.match((JSON.parse(readFileSync(path, 'utf8')) as {adminPassword: string}).adminPassword, /^[0-9a-f]{32}$/)
})

test('the admin sees, changes and deletes accounts', async context => {
  const {admin, agent: newAgent, mailedCode} = await ruled(context)
  const [agent, bob] = [newAgent(), newAgent()]
  const did = await signUp(agent, 'alice')
  await signUp(bob, 'bobby')
  const rule = admin.com.atproto.admin
  assert.equal((await rule.getAccountInfo({did})).data.email, 'alice@example.com')
  assert.equal((await rule.getAccountInfos({dids: [did, bob.assertDid]})).data.infos.length, 2)
  const found = (await rule.searchAccounts({email: 'ALICE@', limit: 1})).data
  assert.deepEqual([found.accounts.map(account => account.did), found.cursor], [[did], did])
  assert.deepEqual((await rule.searchAccounts({email: 'ALICE@', cursor: did})).data.accounts, [])

  await assert.rejects(rule.updateAccountEmail({account: did, email: 'bobby@example.com'}), /already in use/)
  await rule.updateAccountEmail({account: 'alice.test', email: 'a@example.com'})
  await rule.updateAccountHandle({did, handle: 'alicia.test'})
  await rule.updateAccountPassword({did, password: 'another horse'})
  await assert.rejects(newAgent().login({identifier: 'alicia.test', password}), {status: 401})
  await newAgent().login({identifier: 'a@example.com', password: 'another horse'})
  await rule.sendEmail({recipientDid: did, senderDid: 'did:web:x.com', content: 'Be nice. AAAAA-BBBBB'})
  assert.equal(mailedCode('a@example.com'), 'AAAAA-BBBBB')
  await rule.deleteAccount({did})
  await assert.rejects(rule.getAccountInfo({did}), {status: 400, error: 'NotFound'})
})

test('a record that is taken down is neither found nor listed, whatever is written in its place', async context => {
  const {admin, agent: newAgent} = await ruled(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const collection = 'com.example.note'
  const at = (rkey: string) => ({repo: did, collection, rkey})
  const put = (rkey: string, text: string) => agent.com.atproto.repo.putRecord({...at(rkey), record: {text}})
  const {uri, cid} = (await put('bad', 'bad')).data
  await put('good', 'good')
  const rule = admin.com.atproto.admin
  const subject = {$type: 'com.atproto.repo.strongRef' as const, uri, cid}
  const takeDown = (applied: boolean) => rule.updateSubjectStatus({subject, takedown: {applied, ref: '8'}})
  const listed = async () =>
    (await newAgent().com.atproto.repo.listRecords({repo: did, collection, limit: 1})).data.records.map(record =>
      record.uri.split('/').at(-1),
    )
  assert.deepEqual((await takeDown(true)).data, {subject, takedown: {applied: true, ref: '8'}})
  for (const text of ['bad', 'no better']) {
    await put('bad', text)
    await assert.rejects(agent.com.atproto.repo.getRecord(at('bad')), {error: 'RecordNotFound'})
    assert.deepEqual(await listed(), ['good'])
  }
  const status = (await rule.getSubjectStatus({uri})).data
  assert.deepEqual([status.subject.$type, status.takedown], ['com.atproto.repo.strongRef', {applied: true, ref: '8'}])
  await assert.rejects(rule.getSubjectStatus({uri: `at://${did}/${collection}/never`}), {error: 'NotFound'})
  await assert.rejects(rule.getSubjectStatus({uri: `at://${did}/${collection}`}), {error: 'InvalidRequest'})
  await takeDown(false)
  assert.equal((await agent.com.atproto.repo.getRecord(at('bad'))).data.uri, uri)
})

test('what is taken down is seen by nobody, and its owner can only leave', async context => {
  const {admin, agent: newAgent} = await ruled(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const {blob} = (await agent.uploadBlob(new Uint8Array(1000), {encoding: 'image/png'})).data
  await agent.post({text: 'look', embed: {$type: 'app.bsky.embed.images', images: [{image: blob, alt: ''}]}})
  const cid = blob.ref.toString()
  const rule = admin.com.atproto.admin
  const blobRef = {$type: 'com.atproto.admin.defs#repoBlobRef' as const, did, cid}
  await rule.updateSubjectStatus({subject: blobRef, takedown: {applied: true, ref: '7'}})
  await assert.rejects(newAgent().com.atproto.sync.getBlob({did, cid}), {error: 'BlobNotFound'})
  assert.deepEqual((await rule.getSubjectStatus({did, blob: cid})).data.takedown, {applied: true, ref: '7'})
  await rule.updateSubjectStatus({subject: blobRef, takedown: {applied: false}})
  await newAgent().com.atproto.sync.getBlob({did, cid})

  const subject = {$type: 'com.atproto.admin.defs#repoRef' as const, did}
  await rule.updateSubjectStatus({subject, takedown: {applied: true}})
  const {server, sync, repo} = newAgent().com.atproto
  await assert.rejects(sync.getRepo({did}), {error: 'RepoTakendown'})
  await assert.rejects(agent.post({text: 'no'}), {error: 'AccountTakedown'})
  await assert.rejects(server.createSession({identifier: did, password}), {error: 'AccountTakedown'})
  const {accessJwt} = (await server.createSession({identifier: did, password, allowTakendown: true})).data
  const headers = {authorization: `Bearer ${accessJwt}`}
  const aud = 'did:web:pds.example.com'
  await server.getServiceAuth({aud, lxm: 'com.atproto.server.createAccount'}, {headers})
  // What the leaver would take along.
  assert.ok((await sync.getRepo({did}, {headers})).data.length > 0)
  assert.deepEqual((await sync.listBlobs({did}, {headers})).data.cids, [cid])
  assert.equal((await sync.getBlob({did, cid}, {headers})).data.length, 1000)
  assert.deepEqual((await newAgent().app.bsky.actor.getPreferences({}, {headers})).data.preferences, [])
  assert.ok((await admin.com.atproto.sync.getRepo({did})).data.length > 0)
  await assert.rejects(sync.getRepo({did}, {headers: {authorization: 'Basic eDp4'}}), {status: 401})
  await assert.rejects(rule.updateSubjectStatus({subject, deactivated: {applied: false}}), {error: 'AccountNotFound'})
  await assert.rejects(server.getServiceAuth({aud, lxm: 'app.bsky.feed.getFeed'}, {headers}), {error: 'InvalidToken'})
  const record = {text: 'no', createdAt: new Date().toISOString()}
  const write = repo.createRecord(
    {repo: did, collection: 'app.bsky.feed.post', record},
    {headers, encoding: 'application/json'},
  )
  await assert.rejects(write, {error: 'AccountTakedown'})
  await rule.updateSubjectStatus({subject, takedown: {applied: false}})
  await agent.login({identifier: did, password})
  await agent.post({text: 'yes'})
})

test('an account that somebody else has got into is shut to all, and opens to the owner of its address', async context => {
  const {admin, agent: newAgent, mailedSoon} = await ruled(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const {data: app} = await agent.com.atproto.server.createAppPassword({name: 'app'})
  const stolen = newAgent()
  await stolen.login({identifier: did, password: app.password})
  const revoke = 'com.atproto.temp.revokeAccountCredentials'
  await assert.rejects(agent.call(revoke, {}, {account: 'alice.test'}), {status: 401})
  await admin.call(revoke, {}, {account: 'alice.test'})
  for (const word of [password, app.password, '']) {
    await assert.rejects(newAgent().login({identifier: did, password: word}), {error: 'AuthenticationRequired'})
  }
  await assert.rejects(
    stolen.com.atproto.server.refreshSession(undefined, {
      headers: {authorization: `Bearer ${stolen.session?.refreshJwt}`},
    }),
  )
  await newAgent().com.atproto.server.requestPasswordReset({email: 'alice@example.com'})
  const token = await mailedSoon('alice@example.com')
  await newAgent().com.atproto.server.resetPassword({token, password: 'another horse'})
  await newAgent().login({identifier: did, password: 'another horse'})
})

test('an invite code lets in as many as it says, and is earned as time goes by', async context => {
  const {admin, agent: newAgent} = await ruled(context, {PDS_INVITE_REQUIRED: 'true', PDS_INVITE_INTERVAL: '1ms'})
  const {server} = admin.com.atproto
  const {code: inviteCode} = (await server.createInviteCode({useCount: 1})).data
  assert.match(inviteCode, /^localhost-[a-z2-7]{5}-[a-z2-7]{5}$/)
  const join = (name: string, code?: string) =>
    newAgent().createAccount({handle: `${name}.test`, email: `${name}@example.com`, password, inviteCode: code})
  await assert.rejects(join('alice'), {error: 'InvalidInviteCode'})
  await join('alice', inviteCode)
  await assert.rejects(join('bobby', inviteCode), {error: 'InvalidInviteCode'})

  const agent = newAgent()
  await agent.login({identifier: 'alice.test', password})
  const own = (await agent.com.atproto.server.getAccountInviteCodes()).data.codes
  assert.equal(own.length, 5)
  await join('bobby', own[0].code)
  const {codes} = (await admin.com.atproto.admin.getInviteCodes({sort: 'usage', limit: 2})).data
  assert.deepEqual(
    codes.map(({uses}) => uses.length),
    [1, 1],
  )
  const info = (await admin.com.atproto.admin.getAccountInfo({did: agent.assertDid})).data
  assert.equal(info.invitedBy?.code, inviteCode)
  assert.equal(info.invites?.length, 5)

  await admin.com.atproto.admin.disableInviteCodes({codes: [own[1].code]})
  await assert.rejects(join('carla', own[1].code), {error: 'InvalidInviteCode'})
  await admin.com.atproto.admin.disableAccountInvites({account: agent.assertDid})
  const left = (await agent.com.atproto.server.getAccountInviteCodes({includeUsed: false})).data.codes
  assert.equal(left.length, 3)
  const many = (await server.createInviteCodes({codeCount: 2, useCount: 1, forAccounts: [agent.assertDid]})).data.codes
  assert.equal(many[0].codes.length, 2)
})

test('how an account stands is told each time it is said, and two things at once are not', async context => {
  const {admin, agent: newAgent, pds} = await ruled(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const subject = {$type: 'com.atproto.admin.defs#repoRef' as const, did}
  const update = (more: object) => admin.com.atproto.admin.updateSubjectStatus({subject, ...more})
  const [yes, no] = [{applied: true}, {applied: false}]
  await assert.rejects(update({takedown: yes, deactivated: no}), {error: 'InvalidRequest', message: /same time/})
  assert.equal((await agent.com.atproto.sync.getRepoStatus({did})).data.active, true)
  await update({deactivated: yes})
  await update({takedown: yes})
  await update({takedown: yes})
  await assert.rejects(update({deactivated: no}), {error: 'AccountNotFound', message: /taken down/})
  await update({takedown: no, deactivated: no})
  await update({deactivated: no})
  await update({})
  const told = await statuses(pds, 7)
  assert.deepEqual(told, ['deactivated', 'takendown', 'takendown', 'deactivated', 'active', 'active', 'active'])
  await assert.rejects(agent.post({text: 'back'}), {error: 'ExpiredToken'}, 'a takedown ends all sessions')
  await agent.login({identifier: 'alice.test', password})
  await agent.post({text: 'back'})
})

test('what a server says of itself is what it was set up with', async context => {
  const recovery = Keypair.generate('k256', size => crypto.getRandomValues(new Uint8Array(size))).didKey
  const {agent: newAgent, world} = await ruled(context, {
    PDS_PRIVACY_POLICY_URL: 'https://example.com/privacy',
    PDS_CONTACT_EMAIL_ADDRESS: 'hello@example.com',
    PDS_BLOB_SIZE_MAX: '5MB',
    PDS_RECOVERY_DID_KEY: recovery,
    PDS_INVITE_INTERVAL: '1ms',
    PDS_INVITE_EPOCH: String(Date.now() + 3_600_000),
  })
  const agent = newAgent()
  const {data} = await agent.com.atproto.server.describeServer()
  assert.deepEqual(data.links, {privacyPolicy: 'https://example.com/privacy'})
  assert.deepEqual([data.contact, data.blobUploadLimit], [{email: 'hello@example.com'}, 5_000_000])
  const did = await signUp(agent, 'alice')
  const log = await world.fetch(new Request(`http://localhost:2582/${did}/data`))
  const {rotationKeys} = (await log.json()) as {rotationKeys: string[]}
  assert.deepEqual([rotationKeys[0], rotationKeys.length], [recovery, 2])
  // Before the epoch nothing is earned.
  assert.deepEqual((await agent.com.atproto.server.getAccountInviteCodes()).data.codes, [])
  await assert.rejects(pdsNetwork(context, {PDS_RECOVERY_DID_KEY: 'did:key:zabc'}), /PDS_RECOVERY_DID_KEY/)
})

/** The last words of the firehose on how an account stands. */
async function statuses(pds: Pds, count: number): Promise<string[]> {
  const stopping = new AbortController()
  const url = 'http://localhost:2583/xrpc/com.atproto.sync.subscribeRepos?cursor=4'
  const stream = pds.frames(new Request(url), stopping.signal)
  assert.ok(!(stream instanceof Response))
  const told: string[] = []
  for await (const bytes of eachFrame(stream)) {
    const frame = decodeFrame(bytes as Uint8Array)
    const event = frame.op === 1 ? parseEvent(frame) : undefined
    if (event?.t === '#account') told.push(event.status ?? 'active')
    if (told.length === count) break
  }
  stopping.abort()
  return told
}
