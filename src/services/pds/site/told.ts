/** What went wrong, in words for the person who filled in a form. */
import {Overloaded} from '#std/waiting/async.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {Refusal} from '../refusal.ts'

export const tooMany = 'Too many attempts. Wait a few minutes, then try again.'

/** The sentence to show above the form. What is no fault of whoever filled it in is thrown on. */
export function told(error: unknown): string {
  if (error instanceof Refusal) return error.message
  if (error instanceof XrpcError && error.error === 'RateLimitExceeded') return tooMany
  if (error instanceof Overloaded) return 'The server is busy. Try again in a moment.'
  throw error
}
