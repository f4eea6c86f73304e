/** What the relay says of an identity, or the error under whose name the lexicons of these methods have it. */
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import {isDid} from '#atp/syntax/did.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Answered} from '../identity/identity-answers.ts'

export function answered<T>(found: Answered<T>, identifier: AtIdentifier): T {
  if (found.ok) return found.value
  const {reason, detail} = found
  switch (reason) {
    case 'too-many':
      throw new XrpcError('RateLimitExceeded', detail)
    case 'deactivated':
      throw new XrpcError('DidDeactivated', detail)
    case 'refused':
    case 'unreachable':
    case 'timeout':
      throw new XrpcError('UpstreamFailure', detail)
    default:
      throw new XrpcError(isDid(identifier) ? 'DidNotFound' : 'HandleNotFound', detail)
  }
}
