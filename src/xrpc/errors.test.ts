import assert from 'node:assert/strict'
import {test} from 'node:test'
import {XRPCError} from '@atproto/api'
import {XRPCError as ServerError} from '@atproto/xrpc-server'
import {Overloaded} from '#std/waiting/async.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {answerOf, errorOf, statusOf, toResponse, UpstreamError, XrpcError} from './errors.ts'

test('a declared name is a 400, a generic one has its own status', () => {
  assert.equal(new XrpcError('InvalidSwap', 'x').status, 400)
  assert.equal(statusOf('RateLimitExceeded'), 429)
  assert.equal(statusOf('toString'), 400)
  assert.equal(new XrpcError('RepoNotFound', 'x', {status: 404}).status, 404)
})

test('statuses and names pair as in the official packages', () => {
  for (const status of [400, 401, 403, 404, 406, 413, 415, 429, 500, 501, 502, 503, 504]) {
    assert.equal(errorOf(status), new XRPCError(status).error)
    assert.equal(errorOf(status), new ServerError(status).error)
    assert.equal(statusOf(errorOf(status)), status)
  }
  assert.equal(errorOf(418), 'InvalidRequest')
  assert.equal(errorOf(599), 'InternalServerError')
})

test('an error is JSON of its name and message, with its headers', async () => {
  const response = toResponse(new XrpcError('RateLimitExceeded', 'Slow down.', {headers: {'Retry-After': '7'}}))
  assert.equal(response.status, 429)
  assert.equal(response.headers.get('retry-after'), '7')
  assert.deepEqual(await response.json(), {error: 'RateLimitExceeded', message: 'Slow down.'})
})

test('a 401 says how to authenticate', () => {
  assert.equal(toResponse(new XrpcError('AuthMissing', 'x')).headers.get('www-authenticate'), 'Bearer')
  const ours = new XrpcError('AuthMissing', 'x', {headers: {'WWW-Authenticate': 'DPoP'}})
  assert.equal(toResponse(ours).headers.get('www-authenticate'), 'DPoP')
})

test('an internal fault tells the caller nothing and keeps its cause for us', async () => {
  const cause = new Error('the password of the database is hunter2')
  for (const thrown of [cause, 'text', undefined, new XrpcError('InternalServerError', 'secret', {cause})]) {
    const answer = answerOf(thrown)
    assert.deepEqual(await toResponse(answer).json(), {error: 'InternalServerError', message: 'Internal Server Error'})
    assert.equal(answer.status, 500)
  }
  assert.equal(answerOf(cause).cause, cause)
})

test('a full disk is a 507 by its name', async () => {
  const answer = answerOf(new OutOfSpace(new Error('SQLITE_FULL in /srv/pds')))
  assert.equal(answer.status, 507)
  const {error, message} = (await toResponse(answer).json()) as {error: string; message: string}
  assert.deepEqual([error, message.includes('/srv')], ['InsufficientStorage', false])
})

const named = (error: string, status: number) => answerOf(new UpstreamError(error, 'x', {status})).error

test("an upstream's refusal of the request passes, its failures and its refusal of us do not", () => {
  assert.equal(named('RecordNotFound', 400), 'RecordNotFound')
  assert.equal(named('RateLimitExceeded', 429), 'RateLimitExceeded')
  assert.equal(named('BadJwt', 401), 'UpstreamFailure')
  assert.equal(named('InternalServerError', 500), 'UpstreamFailure')
  assert.equal(named('UpstreamTimeout', 504), 'UpstreamTimeout')
})

test('of the headers of an upstream only what concerns the caller passes', () => {
  const headers = {'retry-after': '7', 'content-encoding': 'gzip', 'set-cookie': 'x=y'}
  const answer = answerOf(new UpstreamError('RateLimitExceeded', 'x', {status: 429, headers}))
  assert.deepEqual(answer.headers, {'retry-after': '7'})
})

test('a bound of ours that is reached is a 503, and says when to come again', () => {
  const {status, error, headers} = answerOf(new Overloaded('Too many acts wait for the database.'))
  assert.deepEqual([status, error, headers['retry-after']], [503, 'NotEnoughResources', '5'])
})
