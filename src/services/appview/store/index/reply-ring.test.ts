/** Posts that answer themselves, by way of each other or at once: none is its own ancestor, in whatever order they come. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Value} from '#atp/data/value.ts'
import {openSql} from '#engines/open.ts'
import type {SqlReader} from '#engines/sql/sql.ts'
import {Author} from '../../../../../test/index-events.ts'
import {appviewMigrations} from '../schema.ts'
import type {StreamEvent} from '#stream/verified-events.ts'
import {SqliteIndexStore} from './index-store.sqlite.ts'
import {keptCounts, recount} from './recount.ts'

const post = 'app.bsky.feed.post'
const createdAt = '2026-01-01T00:00:00.000Z'
const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const plain: Value = {$type: post, text: 'hello', createdAt}
const reply = (parent: string, root = parent): Value => ({
  $type: post,
  text: 'reply',
  createdAt,
  reply: {root: {uri: root, cid}, parent: {uri: parent, cid}},
})

/** For each post of the index, by its number within its account, that of the post it answers. */
const edges = (tx: SqlReader): string[] =>
  tx
    .arrays<[string, string | null]>(
      `SELECT a.did || r.rkey, b.did || s.rkey FROM post p JOIN record r ON r.id = p.record JOIN actor a ON a.id = r.actor
       LEFT JOIN record s ON s.id = p.parent LEFT JOIN actor b ON b.id = s.actor ORDER BY 1`,
    )
    .map(([of, parent]) => `${of} ${parent}`)

/** The index after each of these writes, one commit each: record by number, null to delete. */
async function indexed(author: Author, writes: readonly (readonly [number: number, record: Value])[]) {
  const sql = openSql('memory:', {migrations: appviewMigrations})
  const store = new SqliteIndexStore(sql, {now: () => Date.parse('2026-06-01T00:00:00Z')})
  for (const [at, [number, record]] of writes.entries()) {
    const event = author.commit({[`${post}/${author.rkey(number)}`]: record})
    await store.apply('relay', [{...event, seq: at + 1} as StreamEvent])
    assert.deepEqual(sql.read(keptCounts), sql.read(recount), `counts after write ${at}`)
  }
  const state = {edges: sql.read(edges), counts: Object.fromEntries(sql.read(keptCounts))}
  await sql.close()
  return state
}

const author = () => new Author('did:web:alice.test')
const name = (number: number) => `did:web:alice.test${author().rkey(number)}`
const uri = (number: number) => author().uri(post, number)
const orders = <T>(of: readonly T[]): T[][] =>
  of.length < 2 ? [[...of]] : of.flatMap((one, at) => orders(of.toSpliced(at, 1)).map(rest => [one, ...rest]))

test('a post that answers itself, or is its own root, stands for itself', async () => {
  const {edges, counts} = await indexed(author(), [
    [1, reply(uri(1))],
    [2, plain],
    [3, reply(uri(2), uri(3))],
  ])
  assert.deepEqual(edges, [`${name(1)} null`, `${name(2)} null`, `${name(3)} null`])
  assert.deepEqual(counts, {'posts did:web:alice.test': 3})
})

test('the posts of a ring stand for themselves and those below it answer them, in any order', async () => {
  const records: [number, Value][] = [
    [1, reply(uri(3))],
    [2, reply(uri(1))],
    [3, reply(uri(2), uri(1))],
    [4, reply(uri(2))],
  ]
  for (const order of orders(records)) {
    const {edges, counts} = await indexed(author(), order)
    assert.deepEqual(edges, [`${name(1)} null`, `${name(2)} null`, `${name(3)} null`, `${name(4)} ${name(2)}`])
    assert.deepEqual(counts, {'posts did:web:alice.test': 4, [`replies ${uri(2)}`]: 1})
  }
})

test('once one of a ring goes or answers another, the rest are replies again; and a change can close a ring', async () => {
  const ring: [number, Value][] = [
    [1, reply(uri(2))],
    [2, reply(uri(3))],
    [3, reply(uri(1))],
  ]
  const gone = await indexed(author(), [...ring, [2, null]])
  assert.deepEqual(gone.edges, [`${name(1)} ${name(2)}`, `${name(3)} ${name(1)}`])
  const changed = await indexed(author(), [...ring, [3, plain]])
  assert.deepEqual(changed.edges, [`${name(1)} ${name(2)}`, `${name(2)} ${name(3)}`, `${name(3)} null`])
  const closed = await indexed(author(), [
    [1, plain],
    [2, reply(uri(1))],
    [3, reply(uri(2), uri(1))],
    [1, reply(uri(3))],
  ])
  assert.deepEqual(closed.edges, [`${name(1)} null`, `${name(2)} null`, `${name(3)} null`])
})

test('a ring of a hundred is taken apart, and a thread of thousands indexed from either end is none', async () => {
  const hundred = Array.from({length: 100}, (_, at): [number, Value] => [at, reply(uri((at + 1) % 100))])
  const {edges} = await indexed(author(), hundred)
  assert.ok(edges.every(edge => edge.endsWith(' null')))
  const sql = openSql('memory:', {migrations: appviewMigrations})
  const store = new SqliteIndexStore(sql, {now: () => Date.parse('2026-06-01T00:00:00Z')})
  const length = 2500
  const deep = author()
  const writes = (numbers: number[]) =>
    deep.commit(
      Object.fromEntries(
        numbers.map(number => [`${post}/${deep.rkey(number)}`, number === 0 ? plain : reply(uri(number - 1), uri(0))]),
      ),
    )
  // Every second first, as when two people talk and one repository is fetched after the other; then the last first.
  const all = Array.from({length}, (_, at) => at)
  const order = [...all.filter(at => at % 2 === 0), ...all.filter(at => at % 2 === 1).toReversed()]
  await store.apply('relay', [{...writes(order), seq: 1} as StreamEvent])
  assert.equal(
    sql.read(tx => tx.get<{n: number}>('SELECT count(*) AS n FROM post WHERE parent IS NOT NULL'))?.n,
    length - 1,
  )
  await sql.close()
})
