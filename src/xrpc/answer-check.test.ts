/** Answers are looked at where they go out, in every form that a handler gives them in, while the switch is on. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {createBookmark} from '#lex/gen/app/bsky/bookmark/createBookmark.ts'
import {Reply} from '#std/wire/reply.ts'
import {answerReport, checkAnswers} from './answer-check.ts'
import {endpointsFor} from './endpoint.ts'
import {refuseAnswer, Router} from './router.ts'

const {query, procedure} = endpointsFor<Record<never, never>>()
const json = (text: string, status = 200) =>
  new Reply(text, {status, headers: new Headers({'content-type': 'application/json'})})
const valid = JSON.stringify({did: 'did:web:alice.test', handle: 'alice.test', indexedAt: '2025-01-01T00:00:00Z'})

async function statusOf(answer: () => Response | object): Promise<number> {
  const endpoint = query(getProfile, {auth: 'none', handle: async () => answer() as Response})
  const router = new Router({endpoints: [endpoint], auth: {}})
  return (await router.fetch(new Request('https://a.test/xrpc/app.bsky.actor.getProfile?actor=alice.test'))).status
}

test('answers of every form are checked while the switch of the process is on, and not otherwise', async context => {
  const before = answerReport()
  context.after(() => checkAnswers(before))
  const wrong: (() => Response | object)[] = [
    () => json('{"did":"x","handle":"alice.test"}'),
    () => json('not json'),
    () => json(valid.replace('Z"', '"')),
    () => json(valid.replace('}', ',"labels":[{"val":1}]}')),
    () => ({did: 'x', handle: 'alice.test'}),
  ]
  checkAnswers(refuseAnswer)
  for (const answer of wrong) assert.equal(await statusOf(answer), 500)
  const told: string[] = []
  checkAnswers((nsid, fault) => void told.push(`${nsid}${fault.split(':')[0]}`))
  for (const answer of wrong) assert.equal(await statusOf(answer), 200)
  assert.equal(told.length, wrong.length)
  assert.equal(told[0], 'app.bsky.actor.getProfile/did')
  for (const answer of [() => json(valid), () => json('{"error":"x"}', 502), () => Response.json({did: 5})])
    await statusOf(answer)
  assert.equal(told.length, wrong.length, 'what is right, an error, and what another server said are let pass')
  checkAnswers(undefined)
  for (const answer of wrong) assert.equal(await statusOf(answer), 200)
  assert.equal(told.length, wrong.length)
})

test('a method that answers nothing has nothing to be checked', async context => {
  const before = answerReport()
  context.after(() => checkAnswers(before))
  checkAnswers(refuseAnswer)
  const endpoint = procedure(createBookmark, {auth: 'none', handle: async () => undefined})
  const body = JSON.stringify({
    uri: 'at://did:web:alice.test/app.bsky.feed.post/3jzfcijpj2z2a',
    cid: 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm',
  })
  const headers = {'content-type': 'application/json'}
  const request = new Request('https://a.test/xrpc/app.bsky.bookmark.createBookmark', {method: 'POST', headers, body})
  assert.equal((await new Router({endpoints: [endpoint], auth: {}}).fetch(request)).status, 200)
})
