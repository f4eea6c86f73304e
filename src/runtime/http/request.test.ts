/** Which URL was asked for, whoever has asked for another before. */
import assert from 'node:assert/strict'
import type {IncomingMessage} from 'node:http'
import {test} from 'node:test'
import {urlOf} from './request.ts'

const asked = (host: string, url: string, rawHeaders = ['Host', host]): URL | undefined =>
  urlOf({headers: {host}, url, rawHeaders} as IncomingMessage)

test('a URL is that of its host and path, the first time and again, and among very many', () => {
  const path = '/xrpc/com.atproto.repo.createRecord'
  for (let i = 0; i < 600; i++) {
    for (const host of ['pds.test', 'localhost:2583']) {
      assert.equal(asked(host, path)?.href, `http://${host}${path}`)
      assert.equal(asked(host, `/${i % 300}`)?.href, `http://${host}/${i % 300}`)
    }
  }
  assert.equal(asked('pds.test', `/${'x'.repeat(2_000)}`)?.pathname.length, 2_001)
})

test('one with parameters is nobody else’s', () => {
  const [one, other] = [asked('pds.test', '/x?a=1'), asked('pds.test', '/x?a=1')]
  assert.deepEqual([one?.search, other?.search, one === other], ['?a=1', '?a=1', false])
})

test('who names no host, two, or no path is not understood', () => {
  const two = ['Host', 'pds.test', 'host', 'pds.test']
  for (const url of [asked('', '/x'), asked('pds.test', 'x'), asked('a/b', '/x'), asked('pds.test', '/x', two)])
    assert.equal(url, undefined)
})
