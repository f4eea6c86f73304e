import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Account, canonical, Model, type JsonRecord, type Wish} from './model.ts'

const create = (collection: string, rkey: string, record: JsonRecord): Wish => ({
  kind: 'create',
  path: `${collection}/${rkey}`,
  record,
})
const like = (rkey: string, uri: string): Wish => create('app.bsky.feed.like', rkey, {subject: {uri, cid: 'c'}})
const post = (rkey: string, parent?: string): Wish =>
  create('app.bsky.feed.post', rkey, parent === undefined ? {text: rkey} : {text: rkey, reply: {parent: {uri: parent}}})

function write(account: Account, rev: string, ...wishes: Wish[]): void {
  account.commit({rev, cid: `cid of ${rev}`, ops: account.opsOf(wishes)})
}

test('a like takes the place of another of the same subject, after what was asked for', () => {
  const account = new Account('did:a', 'a.test', 'pds1')
  write(account, '1', like('x', 'at://p'), like('y', 'at://q'))
  assert.deepEqual(
    account.opsOf([like('z', 'at://p'), post('1')]).map(({action, path}) => `${action} ${path.slice(14)}`),
    ['create like/z', 'create post/1', 'delete like/x'],
  )
})

test('what is as it should be is no change', () => {
  const account = new Account('did:a', 'a.test', 'pds1')
  write(account, '1', post('1'))
  const record = account.records.get('app.bsky.feed.post/1') as JsonRecord
  assert.deepEqual(account.opsOf([{kind: 'put', path: 'app.bsky.feed.post/1', record: {...record}}]), [])
  assert.deepEqual(account.opsOf([{kind: 'delete', path: 'app.bsky.feed.post/2'}]), [])
})

test('an account goes back to a commit that it had, and is not exact any more', () => {
  const account = new Account('did:a', 'a.test', 'pds1')
  write(account, '1', post('1'))
  write(account, '2', post('2'), {kind: 'delete', path: 'app.bsky.feed.post/1'})
  assert.ok(account.goBackTo('2') && account.isExact)
  assert.ok(!account.goBackTo('3'))
  assert.ok(account.goBackTo('1') && !account.isExact)
  assert.deepEqual([...account.records.keys()], ['app.bsky.feed.post/1'])
  assert.equal(account.rev, '1')
})

test('counts are those of accounts that are there', () => {
  const model = new Model()
  const [a, b] = ['did:a', 'did:b'].map(did => {
    const account = new Account(did, did, 'pds1')
    model.accounts.set(did, account)
    return account
  })
  const first = 'at://did:a/app.bsky.feed.post/1'
  write(a, '1', post('1'), like('1', first), post('2', first))
  write(b, '1', like('1', first), create('app.bsky.graph.follow', '1', {subject: 'did:a'}))
  assert.deepEqual(model.postCounts().get(first), {likes: 2, reposts: 0, replies: 1})
  assert.deepEqual(model.profileCounts().get('did:a'), {posts: 2, follows: 0, followers: 1})
  b.status = 'deleted'
  assert.deepEqual(model.postCounts().get(first), {likes: 1, reposts: 0, replies: 1})
  assert.deepEqual(model.profileCounts().get('did:a'), {posts: 2, follows: 0, followers: 0})
})

test('a value has one text, whatever the order of its members', () => {
  assert.equal(canonical({b: [1, {d: null, c: 'x'}], a: true}), canonical({a: true, b: [1, {c: 'x', d: null}]}))
  assert.notEqual(canonical({a: 1}), canonical({a: '1'}))
})
