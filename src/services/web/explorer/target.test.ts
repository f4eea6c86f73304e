import assert from 'node:assert/strict'
import {test} from 'node:test'
import {targetOf} from './target.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const cid = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'

test('the search box takes whatever people have at hand', () => {
  const cases: [search: string, path: string | undefined][] = [
    ['alice.test', '/explore/alice.test'],
    [' @alice.test ', '/explore/alice.test'],
    [did, `/explore/${did}`],
    [`at://${did}`, `/explore/${did}`],
    [`at://${did}/app.bsky.feed.post/`, `/explore/${did}/app.bsky.feed.post`],
    [`at://${did}/app.bsky.feed.post/3kabc`, `/explore/${did}/app.bsky.feed.post/3kabc`],
    ['alice.test/app.bsky.feed.post/3kabc', '/explore/alice.test/app.bsky.feed.post/3kabc'],
    ['https://bsky.app/profile/alice.test', '/explore/alice.test'],
    [`https://bsky.app/profile/${did}/post/3kabc`, `/explore/${did}/app.bsky.feed.post/3kabc`],
    ['https://bsky.app/profile/alice.test/feed/hot', '/explore/alice.test/app.bsky.feed.generator/hot'],
    ['https://bsky.app/profile/alice.test/lists/3k', '/explore/alice.test/app.bsky.graph.list/3k'],
    [`https://pdsls.dev/at://${did}/app.bsky.feed.like/3k`, `/explore/${did}/app.bsky.feed.like/3k`],
    [
      `https://pds.example.com/xrpc/com.atproto.repo.getRecord?repo=${did}&collection=a.b.c&rkey=k`,
      `/explore/${did}/a.b.c/k`,
    ],
    [`https://pds.example.com/xrpc/com.atproto.sync.getRepo?did=${did}`, `/explore/${did}`],
    ['https://pds.example.com', '/explore/-/server/pds.example.com'],
    ['http://localhost:2583/', '/explore/-/server/localhost:2583'],
    ['localhost:2583', '/explore/-/server/localhost:2583'],
    [cid, `/explore/-/cid/${cid}`],
    ['', undefined],
    ['two words', undefined],
    ['<script>alert(1)</script>', undefined],
    ['javascript:alert(1)', undefined],
    ['x'.repeat(10_000), undefined],
  ]
  for (const [search, path] of cases) assert.equal(targetOf(search), path, search)
})
