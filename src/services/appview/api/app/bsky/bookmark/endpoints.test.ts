/** What the methods of app.bsky.bookmark answer, given what stands behind them. */
import {
  alice,
  bob,
  cid,
  type Contents,
  endpointTable,
  hydratorOf,
  pageOf,
  post,
  time,
  uriOf,
} from '../../../../../../../test/appview-endpoints.ts'
import {endpoint as createBookmark} from './createBookmark.ts'
import {endpoint as deleteBookmark} from './deleteBookmark.ts'
import {endpoint as getBookmarks} from './getBookmarks.ts'

const {uri, rkey} = post(10, 2)
const link = {did: bob, collection: 'app.bsky.feed.post', rkey}
const noting = (note: (...asked: unknown[]) => void) => ({
  state: {bookmark: async (...asked: unknown[]) => note(...asked)},
})
const listUri = uriOf(40, 2, 'graph.list')

endpointTable(createBookmark, {
  auth: 'viewer',
  rows: [
    {it: 'keeps a version of a post', deps: noting, input: {uri, cid}, asks: [[alice, link, cid]]},
    {it: 'keeps nothing but posts', deps: noting, input: {uri: listUri, cid}, fails: 'UnsupportedCollection'},
  ],
})

endpointTable(deleteBookmark, {
  auth: 'viewer',
  rows: [
    {it: 'keeps a post no longer', deps: noting, input: {uri}, asks: [[alice, link, undefined]]},
    {it: 'knows nothing but posts', deps: noting, input: {uri: listUri}, fails: 'UnsupportedCollection'},
  ],
})

const kept = (contents: Contents) => () => ({
  hydrator: hydratorOf(contents),
  state: {bookmarks: async (_: unknown, ...rest: unknown[]) => pageOf({id: 10, uri, cid})(...rest)},
})
const kind = 'bookmarks.*.item.$type'

endpointTable(getBookmarks, {
  auth: 'viewer',
  rows: [
    {it: 'shows the post', deps: kept({records: [post(10, 2)]}), at: kind, gives: ['app.bsky.feed.defs#postView']},
    {it: 'says when it was kept', deps: kept({records: [post(10, 2)]}), at: 'bookmarks.*.createdAt', gives: [time]},
    {it: 'says that it is gone', deps: kept({}), at: kind, gives: ['app.bsky.feed.defs#notFoundPost']},
    {
      it: 'says that it is behind a block',
      deps: kept({records: [post(10, 2)], relations: {2: {blockedBy: true}}}),
      at: kind,
      gives: ['app.bsky.feed.defs#blockedPost'],
    },
  ],
})
