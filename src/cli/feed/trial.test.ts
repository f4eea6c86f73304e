import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import type {IncomingPost} from '#sdk/feed/feed.ts'
import {Passing} from './trial.ts'

test('of the posts that pass the last 50,000 are remembered, and all are counted', () => {
  const passing = new Passing(() => 0)
  for (let n = 0; n < 50_002; n++) passing.match({uri: `${n}`, timeMs: n} as unknown as IncomingPost)
  passing.match({uri: '50000', timeMs: 0} as unknown as IncomingPost)
  deepEqual([passing.posts.size, passing.posts.has('1'), passing.posts.has('2')], [50_000, false, true])
  deepEqual([passing.seen, [...passing.posts.keys()].at(-1)], [50_002, '50000'])
})
