import {deepEqual, ok, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {XrpcError} from '#xrpc/errors.ts'
import {OAuthError} from '../oauth/oauth-error.ts'
import {clientTokens} from './client-tokens.ts'

const request = new Request('http://localhost/')
const failing = (error: unknown) => clientTokens({verifyDpop: () => Promise.reject(error)}).verifyDpop(request)

test('an app whose proof is refused is told why, and how to go on, where OAuth says so', async () => {
  const refusal = await failing(new OAuthError('use_dpop_nonce', 'Take the “nonce” that’s "new".')).catch(
    (error: unknown) => error,
  )
  ok(refusal instanceof XrpcError)
  deepEqual([refusal.error, refusal.status], ['use_dpop_nonce', 401])
  const said = `DPoP algs="ES256", error="use_dpop_nonce", error_description="Take the ?nonce? that's new."`
  deepEqual(refusal.headers, {'www-authenticate': said})
})

test('a fault of our own stays one', async () => {
  await rejects(failing(new RangeError('ours')), RangeError)
})
