/** What a person writes: records, some with blobs, by a session or by an app that has access; and what is taken down. */
import assert from 'node:assert/strict'
import {randomBytes} from 'node:crypto'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {jsonToValue} from '#atp/data/json.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {bearer, type Blob, type Person} from './person.ts'
import type {Change} from './things.ts'
import {done, type Answer, type Ask} from './wire.ts'

type Json = Record<string, unknown>

const post = 'app.bsky.feed.post'
const png = Buffer.from('89504e470d0a1a0a', 'hex')
let count = 0

export const cidOfRecord = (record: Json): string => cidOf(codecs.cbor, encodeCbor(jsonToValue(record))).toString()
export const newPath = (): string => `${post}/${tidOf(1.7e15 + count++, 0)}`
export const newPost = (): Json => ({$type: post, text: `says ${count++}`, createdAt: new Date().toISOString()})
export const pick = <T>(random: () => number, items: readonly T[]): T | undefined =>
  items[Math.floor(random() * items.length)]

export function picture(random: () => number): {bytes: Buffer<ArrayBuffer>; cid: string; ref: Json} {
  const bytes = Buffer.concat([png, randomBytes(500 + Math.floor(random() * 30_000))])
  const cid = cidOf(codecs.raw, bytes).toString()
  return {bytes, cid, ref: {$type: 'blob', ref: {$link: cid}, mimeType: 'image/png', size: bytes.length}}
}
export const withPicture = (ref: Json): Json => ({
  ...newPost(),
  embed: {$type: 'app.bsky.embed.images', images: [{image: ref, alt: 'noise'}]},
})

/** As whoever the person has signed in with: a session, or an app. */
function send({town, sessions, apps}: Person, nsid: string, ask: Ask): Promise<Answer> {
  const app = pick(
    town.random,
    apps.filter(({state}) => state === 'open'),
  )
  if (app && town.random() < 0.6) return app.call(nsid, ask)
  const session = sessions.findLast(({state}) => state === 'open')
  assert.ok(session)
  return town.wire.ask(`/xrpc/${nsid}`, {...ask, headers: {...ask.headers, ...bearer(session.access)}})
}

async function write(person: Person, method: string, changes: readonly Change[], body: Json): Promise<void> {
  const ask = {
    body: JSON.stringify({repo: person.did, ...body}),
    headers: {'content-type': 'application/json'},
  }
  const nsid = `com.atproto.repo.${method}`
  const {commit} = await person.things.does(method, changes, async () => done(await send(person, nsid, ask)))
  const {rev, cid} = commit as {rev: string; cid: string}
  person.town.commits.push({did: person.did, rev, cid})
}

async function upload(person: Person, path: string): Promise<{blob: Blob; ref: Json}> {
  const {bytes, cid, ref} = picture(person.town.random)
  const ask = {body: bytes, headers: {'content-type': 'image/png'}}
  const answer = await person.things.does('upload', [], () => send(person, 'com.atproto.repo.uploadBlob', ask))
  assert.deepEqual(done(answer).blob, ref)
  return {blob: person.addBlob(cid, bytes, path), ref}
}

export async function create(person: Person): Promise<void> {
  const path = newPath()
  const [collection, rkey] = path.split('/')
  const uploaded = person.town.random() < 0.4 ? await upload(person, path) : undefined
  const record = uploaded ? withPicture(uploaded.ref) : newPost()
  const changes = [
    {thing: person.recordAt(path), to: cidOfRecord(record)},
    ...(uploaded ? [{thing: uploaded.blob, to: 'kept'}] : []),
  ]
  await write(person, person.town.random() < 0.5 ? 'createRecord' : 'putRecord', changes, {collection, rkey, record})
}

/** The blobs that go with the record at `path`; undefined while one of them is barred. */
function blobsAt({blobs}: Person, path: string): Blob[] | undefined {
  const own = [...blobs].filter(blob => blob.path === path && blob.state !== 'none')
  return own.every(({state}) => state === 'kept') ? own : undefined
}

/** Some new ones, one that is changed, and one that is deleted, at once. */
export async function several(person: Person): Promise<void> {
  const {random} = person.town
  const changes: Change[] = []
  const writes: Json[] = []
  const add = (action: string, path: string, record?: Json): void => {
    const [collection, rkey] = path.split('/')
    writes.push({$type: `com.atproto.repo.applyWrites#${action}`, collection, rkey, ...(record && {value: record})})
    changes.push({thing: person.recordAt(path), to: record ? cidOfRecord(record) : 'none'})
  }
  const there = [...person.records].filter(([, {state}]) => state !== 'none').map(([path]) => path)
  for (let i = 0; i < 1 + random() * 4; i++) add('create', newPath(), newPost())
  for (const action of ['update', 'delete']) {
    const path = pick(random, there)
    const blobs = path === undefined ? undefined : blobsAt(person, path)
    if (path === undefined || !blobs) continue
    there.splice(there.indexOf(path), 1)
    add(action, path, action === 'update' ? newPost() : undefined)
    changes.push(...blobs.map(thing => ({thing, to: 'none'})))
  }
  await write(person, 'applyWrites', changes, {writes})
}

export async function remove(person: Person): Promise<void> {
  const path = pick(
    person.town.random,
    [...person.records].filter(([, {state}]) => state !== 'none').map(([path]) => path),
  )
  const blobs = path === undefined ? undefined : blobsAt(person, path)
  if (path === undefined || !blobs) return create(person)
  const [collection, rkey] = path.split('/')
  const changes = [{thing: person.recordAt(path), to: 'none'}, ...blobs.map(thing => ({thing, to: 'none'}))]
  await write(person, 'deleteRecord', changes, {collection, rkey})
}

/** A moderator hides a record, or lets it be seen again. */
export async function judgeRecord(person: Person): Promise<void> {
  const {town, did, things} = person
  const path = pick(
    town.random,
    [...person.records].filter(([, {state}]) => state !== 'none').map(([path]) => path),
  )
  if (path === undefined) return create(person)
  const thing = person.hidingOf(path)
  const applied = thing.state === 'seen'
  const uri = `at://${did}/${path}`
  const subject = {$type: 'com.atproto.repo.strongRef', uri, cid: person.recordAt(path).state}
  await things.does('a takedown of a record', [{thing, to: applied ? 'hidden' : 'seen'}], () =>
    town.wire.callAsAdmin('com.atproto.admin.updateSubjectStatus', {subject, takedown: {applied}}),
  )
}

/** A moderator takes a blob down, or lets it be seen again. */
export async function judgeBlob(person: Person): Promise<void> {
  const {town, did, things, blobs} = person
  const held = [...blobs].filter(({state}) => state !== 'none')
  const blob = held.find(({state}) => state === 'barred') ?? pick(town.random, held)
  if (!blob) return create(person)
  const applied = blob.state === 'kept'
  const subject = {$type: 'com.atproto.admin.defs#repoBlobRef', did, cid: blob.cid}
  await things.does('a takedown of a blob', [{thing: blob, to: applied ? 'barred' : 'kept'}], () =>
    town.wire.callAsAdmin('com.atproto.admin.updateSubjectStatus', {subject, takedown: {applied}}),
  )
}
