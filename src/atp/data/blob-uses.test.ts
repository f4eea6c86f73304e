/** Blobs in records, wherever they stand and in either form. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {toUtf8} from '#std/text.ts'
import {blobUsesOf} from './blob-uses.ts'
import {cidOf, codecs} from './cid.ts'
import {strictLimits} from './cbor-limits.ts'
import type {Value} from './value.ts'

const cid = (name: string) => cidOf(codecs.raw, toUtf8(name))
const blob = (name: string): Value => ({$type: 'blob', ref: cid(name), mimeType: 'image/png', size: 10})
const legacy = (name: string): {[member: string]: Value} => ({cid: cid(name).toString(), mimeType: 'image/gif'})
const named = (record: Value): string[] =>
  blobUsesOf(record)
    .map(({cid: used, mimeType, size}) => `${used} ${mimeType} ${size}`)
    .toSorted()

test('every blob of a record is found, however deep and in either form', () => {
  const record = {avatar: blob('a'), images: [{image: blob('b')}, [legacy('c')]], link: cid('d'), text: 'e'}
  assert.deepEqual(
    named(record),
    [`${cid('a')} image/png 10`, `${cid('b')} image/png 10`, `${cid('c')} image/gif undefined`].toSorted(),
  )
})

test('what only looks like a blob is none', () => {
  assert.deepEqual(named({...legacy('a'), more: 1}), [])
  assert.deepEqual(named({cid: 'no CID', mimeType: 'image/png'}), [])
  assert.deepEqual(named([cid('a').toString(), {$type: 'blob', ref: cid('a').toString()}]), [])
})

test('a record of as many items as there may be is gone through', () => {
  const items: Value[] = Array.from({length: strictLimits.itemsMax}, () => 0)
  items[items.length - 1] = blob('last')
  assert.deepEqual(named({items}), [`${cid('last')} image/png 10`])
  const members = Object.fromEntries(items.map((item, i) => [`m${i}`, item]))
  assert.deepEqual(named(members), [`${cid('last')} image/png 10`])
})
