/** The SDK's records at our PDS: over which version something is written, and what becomes of it when others write too. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {profile} from '#lex/gen/app/bsky/actor/profile.ts'
import {post} from '#lex/gen/app/bsky/feed/post.ts'
import {Repo} from '#sdk/records.ts'
import {PasswordSession} from '#sdk/session.ts'
import {password, pdsNetwork, signUp} from '../pds-network.ts'

const invalidSwap = {error: 'InvalidSwap'}

test('what others write meanwhile is not undone', async context => {
  const {agent, world} = await pdsNetwork(context)
  const did = (await signUp(agent(), 'alice')) as Did
  const login = {service: 'http://localhost:2583', identifier: 'alice.test', password}
  const {client} = await PasswordSession.create(login, {world})
  const repo = new Repo(client, did)

  const first = await repo.put(profile, 'self', {displayName: 'Alice'}, null)
  await rejects(repo.put(profile, 'self', {displayName: 'Bob'}, null), invalidSwap)
  const second = await repo.put(profile, 'self', {displayName: 'Carol'}, first.cid, {swapCommit: first.commit})
  await rejects(repo.put(profile, 'self', {}, first.cid), invalidSwap)
  await rejects(repo.put(profile, 'self', {}, second.cid, {swapCommit: first.commit}), invalidSwap)

  // Somebody else writes between what is read and what is written, twice.
  const others = ['one', 'two']
  const meanwhile = new Repo(
    client.with({
      fetch: async request => {
        const isPut = request.url.includes('putRecord')
        const description = isPut ? others.shift() : undefined
        if (description) await repo.edit(profile, 'self', before => ({...before?.value, description}))
        return world.fetch(request)
      },
    }),
    did,
  )
  await meanwhile.edit(profile, 'self', before => ({...before?.value, displayName: 'Dan'}))
  const now = await repo.get(profile, 'self')
  deepEqual([now?.value.displayName, now?.value.description, others], ['Dan', 'two', []])
  equal(await repo.edit(profile, 'self', () => undefined), undefined)

  await rejects(repo.delete(profile, 'self', first.cid), invalidSwap)
  await repo.delete(profile, 'self', now?.cid)
  equal(await repo.get(profile, 'self'), undefined)

  const createdAt = datetimeOf(world.now())
  for (const text of ['one', 'two', 'three']) await repo.create(post, {text, createdAt})
  await rejects(repo.create(post, {text: 'four', createdAt}, undefined, {swapCommit: first.commit}), invalidSwap)
  const page = await repo.page(post, {limit: 2})
  deepEqual(
    page.records.map(({value}) => value.text),
    ['three', 'two'],
  )
  const rest = await repo.page(post, {limit: 2, cursor: page.cursor})
  deepEqual([rest.records.map(({value}) => value.text), rest.invalid], [['one'], []])
})
