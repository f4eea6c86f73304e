import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {feedStats} from './stats.ts'

const did = 'did:web:feeds.test' as Did
const skeleton = () => ({feed: []})

async function ask(query: string) {
  const asked: unknown[] = []
  const skeletons = {
    find: (authority: string, name: string) =>
      name === 'cats'
        ? {key: `${authority}/${name}`, owner: undefined, feed: {name, title: name, skeleton}}
        : undefined,
  }
  const days = async (...of: unknown[]) => {
    asked.push(...of)
    return [{day: 20_000, readers: 2, counts: {requests: 3}}]
  }
  const response = await feedStats({did, skeletons, usage: {days}}, new URLSearchParams(query))
  return {status: response.status, answer: (await response.json()) as object, asked}
}

for (const [query, key, days] of [
  ['feed=cats', `${did}/cats`, 7],
  ['feed=at://did:web:alice.test/app.bsky.feed.generator/cats&days=30', 'did:web:alice.test/cats', 30],
  ['feed=cats&days=99999999999999999999', `${did}/cats`, 90],
] as const) {
  test(`of ${query} there are ${days} days at most`, async () => {
    const {status, answer, asked} = await ask(query)
    deepEqual([status, asked], [200, [key, days]])
    deepEqual(answer, {feed: key, days: [{date: '2024-10-04', readers: 2, counts: {requests: 3}}]})
  })
}

for (const days of ['1.5', '0', '-1', '1e3', '', 'x', 'Infinity']) {
  test(`"${days}" is no number of days`, async () => {
    const {status, asked} = await ask(`feed=cats&days=${days}`)
    deepEqual([status, asked], [400, []])
  })
}

test('a feed that there is not is not asked about', async () => {
  for (const query of ['', 'feed=dogs', 'feed=at://did:web:alice.test']) equal((await ask(query)).status, 404)
})
