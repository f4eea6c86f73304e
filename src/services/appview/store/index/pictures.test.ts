/** Which pictures the records of the index name, through all that becomes of records. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {Value} from '#atp/data/value.ts'
import {openSql} from '#engines/open.ts'
import {toUtf8} from '#std/text.ts'
import {Author} from '../../../../../test/index-events.ts'
import {appviewMigrations} from '../schema.ts'
import {Pictures} from './pictures.ts'
import {SqliteIndexStore} from './index-store.sqlite.ts'

const createdAt = '2026-01-01T00:00:00.000Z'
const cidNamed = (name: string) => cidOf(codecs.raw, toUtf8(name))
const blob = (name: string): Value => ({$type: 'blob', ref: cidNamed(name), mimeType: 'image/png', size: 10})
const profile = (avatar: string): Value => ({$type: 'app.bsky.actor.profile', avatar: blob(avatar)})
const post = (embed: Value): Value => ({$type: 'app.bsky.feed.post', text: '', createdAt, embed})
const images = (name: string): Value => ({
  $type: 'app.bsky.embed.images',
  images: [{image: blob(name), alt: ''}],
})
const card = (name: string): Value => ({
  $type: 'app.bsky.embed.external',
  external: {uri: 'https://example.com', title: '', description: '', thumb: blob(name)},
})

function setUp() {
  const sql = openSql('memory:', {migrations: appviewMigrations})
  const store = new SqliteIndexStore(sql, {now: () => Date.parse(createdAt)})
  const alice = new Author('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')
  let seq = 0
  const write = (records: Record<string, Value>) => store.apply('relay', [{...alice.commit(records), seq: ++seq}])
  const named = (name: string): boolean => new Pictures(sql).isNamed(1, cidNamed(name))
  return {sql, write, named}
}

test('a picture is named for as long as a record names it', async () => {
  const {write, named, sql} = setUp()
  await write({
    'app.bsky.actor.profile/self': profile('face'),
    'app.bsky.feed.post/3jzfcijpj2z2a': post(images('view')),
    'app.bsky.feed.post/3jzfcijpj2z2b': post(card('view')),
    'app.bsky.feed.post/3jzfcijpj2z2c': post({
      $type: 'app.bsky.embed.recordWithMedia',
      record: {
        $type: 'app.bsky.embed.record',
        record: {uri: 'at://did:plc:b/app.bsky.feed.post/a', cid: cidNamed('a').toString()},
      },
      media: images('quoted'),
    }),
  })
  assert.deepEqual(['face', 'view', 'quoted', 'none'].map(named), [true, true, true, false])
  assert.equal(new Pictures(sql).isNamed(2, cidNamed('face')), false)
  await write({'app.bsky.actor.profile/self': profile('other'), 'app.bsky.feed.post/3jzfcijpj2z2a': null})
  assert.deepEqual(['face', 'other', 'view'].map(named), [false, true, true])
  await write({'app.bsky.feed.post/3jzfcijpj2z2b': null})
  assert.equal(named('view'), false)
  await sql.close()
})

test('an index from before this is filled, and shows all of its pictures meanwhile', async () => {
  const {sql, write, named} = setUp()
  await write({
    'app.bsky.actor.profile/self': profile('face'),
    'app.bsky.feed.post/3jzfcijpj2z2a': post(images('view')),
  })
  await sql.write(tx => {
    tx.run('DELETE FROM picture')
    tx.run('UPDATE picture_filling SET next = (SELECT max(id) FROM record)')
  })
  const pictures = new Pictures(sql)
  assert.ok(pictures.isNamed(1, cidNamed('face')) && pictures.isNamed(1, cidNamed('none')))
  assert.equal(await pictures.catchUp(), false)
  assert.deepEqual(['face', 'view', 'none'].map(named), [true, true, false])
  assert.equal(pictures.isNamed(1, cidNamed('none')), false)
  await sql.close()
})
