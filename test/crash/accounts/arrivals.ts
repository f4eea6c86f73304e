/** How people come to have an account: they sign up, or bring an identity and a repository that they had elsewhere. */
import assert from 'node:assert/strict'
import {Keypair} from '#atp/crypto/key.ts'
import {jsonToValue} from '#atp/data/json.ts'
import {atprotoData, createIdentity, updateIdentity} from '#atp/plc/build.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {Repo, type RepoWrite} from '#atp/repo/repo.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {mintServiceToken} from '#xrpc/service-auth.ts'
import {realWorld} from '#std/world.ts'
import {bearer, type Person} from './person.ts'
import {cidOfRecord, newPath, newPost, picture, withPicture} from './records.ts'
import type {Change} from './things.ts'
import {done, type Answer} from './wire.ts'

async function invited(person: Person): Promise<void> {
  if (person.inviteCode !== '') return
  const {code} = await person.things.does('make an invite code', [], () =>
    person.town.wire.callAsAdmin('com.atproto.server.createInviteCode', {useCount: 1}),
  )
  person.inviteCode = String(code)
}

const formOf = ({firstHandle: handle, firstEmail: email, password, inviteCode}: Person): object => ({
  handle,
  email,
  password: password.state,
  inviteCode,
})

export async function signUp(person: Person): Promise<void> {
  await invited(person)
  const {town, things, standing, invite} = person
  const changes = [
    {thing: standing, to: 'active'},
    {thing: invite, to: '1'},
  ]
  const answer = await things.does('sign up', changes, async () =>
    done(await town.wire.call('com.atproto.server.createAccount', formOf(person))),
  )
  person.did = answer.did as Did
  person.addSession(String(answer.accessJwt), String(answer.refreshJwt))
  // Its code is good for nobody else.
  const other = {...formOf(person), handle: `${person.name}-other.test`, email: `${person.name}-other@example.com`}
  const again = await things.does('sign up by a code that was spent', [], () =>
    town.wire.call('com.atproto.server.createAccount', other),
  )
  assert.equal(again.json.error, 'InvalidInviteCode')
}

/** The identity that somebody has elsewhere. */
async function beElsewhere(person: Person): Promise<void> {
  const {town} = person
  const [rotation, signing] = [0, 1].map(() => Keypair.generate('k256', realWorld.random))
  const data = atprotoData({
    handle: person.firstHandle as Handle,
    signingKey: signing.didKey,
    pds: 'https://elsewhere.example.com',
    rotationKeys: [rotation.didKey],
  })
  const {did, operation} = createIdentity(data, rotation)
  const body = JSON.stringify(operation)
  const headers = {'content-type': 'application/json'}
  const posted = await town.fetch(new Request(`${town.plcUrl}/${did}`, {method: 'POST', body, headers}))
  assert.equal(posted.status, 200, await posted.text())
  person.did = did
  person.origin = {rotation, signing, genesis: operation}
}

export async function arrive(person: Person): Promise<void> {
  await invited(person)
  if (!person.origin) await beElsewhere(person)
  const {town, things, standing, invite, did, origin} = person
  assert.ok(did && origin)
  const lxm = 'com.atproto.server.createAccount' as Nsid
  const service = `did:web:${new URL(town.wire.url).host.replace(':', '%3A')}`
  const token = mintServiceToken(realWorld, {iss: did, aud: service, lxm, keypair: origin.signing})
  const changes = [
    {thing: standing, to: 'deactivated'},
    {thing: invite, to: '1'},
  ]
  const answer = await things.does('come from elsewhere', changes, async () =>
    done(await town.wire.call(lxm, {...formOf(person), did}, token)),
  )
  person.addSession(String(answer.accessJwt), String(answer.refreshJwt))
}

/** The repository of elsewhere, with all its records at once; then its blobs. */
export async function bringRepo(person: Person): Promise<void> {
  const {town, things, origin, did} = person
  assert.ok(did && origin)
  const pictures = Array.from({length: 3}, () => picture(town.random))
  const records = Array.from({length: 60}, (_, i) => {
    return {path: newPath(), record: i < pictures.length ? withPicture(pictures[i].ref) : newPost()}
  })
  const writes = records.map(({path, record}): RepoWrite => {
    const [collection, rkey] = path.split('/') as [Nsid, RecordKey]
    return {action: 'create', collection, rkey, record: jsonToValue(record) as never}
  })
  const made = Repo.create(did, {signer: origin.signing, rev: tidOf((Date.now() - 60_000) * 1_000, 1)}, writes)
  assert.ok(made.ok)
  const car = encodeCar([made.commit.cid], made.newBlocks)
  person.forgetBlobs()
  for (const [i, {cid, bytes}] of pictures.entries()) person.addBlob(cid, bytes, records[i].path)
  const changes = records.map(({path, record}): Change => ({thing: person.recordAt(path), to: cidOfRecord(record)}))
  const as = (): {authorization: string} =>
    bearer(person.sessions.findLast(({state}) => state === 'open')!.access) as never
  const brought = await things.does('bring a repository', changes, () =>
    town.wire.ask('/xrpc/com.atproto.repo.importRepo', {
      body: car,
      headers: {...as(), 'content-type': 'application/vnd.ipld.car'},
    }),
  )
  done(brought)
  await bringBlobs(person)
}

async function bringBlobs(person: Person): Promise<void> {
  const {wire} = person.town
  const {access} = person.sessions.findLast(({state}) => state === 'open')!
  for (const blob of person.blobs) {
    if (blob.state === 'kept') continue
    const headers = {...bearer(access), 'content-type': 'image/png'}
    await person.things.does('bring a blob', [{thing: blob, to: 'kept'}], async () =>
      done(await wire.ask('/xrpc/com.atproto.repo.uploadBlob', {body: new Uint8Array(blob.bytes), headers})),
    )
  }
}

/** The blobs that are missing, the document, and the account is active here. */
export async function settleIn(person: Person): Promise<void> {
  const {town, things, standing, origin, did} = person
  assert.ok(origin)
  const session = person.sessions.findLast(({state}) => state === 'open')
  assert.ok(session)
  const query = (nsid: string): Promise<Answer> => town.wire.query(nsid, {}, bearer(session.access))
  await bringBlobs(person)
  const missing = await things.does('list missing blobs', [], () => query('com.atproto.repo.listMissingBlobs'))
  assert.deepEqual(done(missing).blobs, [])
  const answer = await things.does('ask what to put in the document', [], () =>
    query('com.atproto.identity.getRecommendedDidCredentials'),
  )
  const advice = done(answer) as {rotationKeys: string[]; verificationMethods: {atproto: string}}
  if (!town.keys.has(did)) {
    const change = {
      rotationKeys: [origin.rotation.didKey, ...advice.rotationKeys],
      verificationMethods: advice.verificationMethods,
      services: {atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint: town.wire.url}},
    }
    const body = JSON.stringify(updateIdentity(origin.genesis, data => ({...data, ...change}), origin.rotation))
    const headers = {'content-type': 'application/json'}
    const posted = await town.fetch(new Request(`${town.plcUrl}/${did}`, {method: 'POST', body, headers}))
    assert.equal(posted.status, 200, await posted.text())
    await person.key()
  }
  await things.does('activate what came from elsewhere', [{thing: standing, to: 'active'}], async () =>
    done(await town.wire.call('com.atproto.server.activateAccount', undefined, session.access)),
  )
}
