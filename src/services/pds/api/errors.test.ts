/** What the rooms refuse goes out by the names that clients know, and no insides with it. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {toResponse, XrpcError} from '#xrpc/errors.ts'
import {Refusal, type Reason} from '../refusal.ts'
import {xrpcErrorOf} from './errors.ts'

const outgoing = (reason: Reason): [name: string, status: number, message: string] => {
  const error = xrpcErrorOf(new Refusal(reason, 'Do this.', new Error('insides')))
  return error instanceof XrpcError ? [error.error, error.status, error.message] : ['none', 0, '']
}

test('a refusal goes out by its error name, with the status of the name and its own words', () => {
  const rows: [Reason, string, number][] = [
    ['wrong-login', 'AuthenticationRequired', 401],
    ['account-takendown', 'AccountTakedown', 401],
    ['handle-taken', 'HandleNotAvailable', 400],
    ['bad-token', 'InvalidToken', 400],
    ['stale', 'InvalidSwap', 400],
    ['too-many-keys', 'RateLimitExceeded', 429],
    ['blob-too-big', 'PayloadTooLarge', 413],
    ['repo-busy', 'NotEnoughResources', 503],
    ['mail-failed', 'UpstreamFailure', 502],
    ['bad-record', 'InvalidRequest', 400],
  ]
  for (const [reason, name, status] of rows) deepEqual(outgoing(reason), [name, status, 'Do this.'], reason)
})

test('the cause of a refusal is kept for the log, and does not go out', async () => {
  const cause = new Error('insides')
  const error = xrpcErrorOf(new Refusal('mail-failed', 'Try later.', cause)) as XrpcError
  equal(error.cause, cause)
  deepEqual(await toResponse(error).json(), {error: 'UpstreamFailure', message: 'Try later.'})
})

test('what is no refusal stays what it is', () => {
  for (const thrown of [new Error('fault'), new XrpcError('InvalidRequest', 'x'), undefined, 'text']) {
    equal(xrpcErrorOf(thrown), thrown)
  }
})
