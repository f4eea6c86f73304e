/** What went wrong, in words for the person who filled in a form. */
import {Overloaded} from '#std/waiting/async.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {problemPage, type Problem} from '#pages/problem.ts'
import {Refusal} from '../refusal.ts'
import type {Visit} from './visit.ts'

const tooMany = 'Too many attempts. Wait a few minutes, then try again.'

/** The sentence to show above the form. What is no fault of whoever filled it in is thrown on. */
export function problemText(error: unknown): string {
  if (error instanceof Refusal) return error.message
  if (error instanceof XrpcError && error.error === 'RateLimitExceeded') return tooMany
  if (error instanceof Overloaded) return 'The server is busy. Try again in a moment.'
  throw error
}

const way = {path: '/account', label: 'Go to your account'}

/** The page for what was refused outside of a form; nothing for a fault of ours. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof XrpcError && error.error === 'RateLimitExceeded') {
    return {status: 429, title: 'Too many requests', text: tooMany, way}
  }
  return error instanceof Refusal ? {status: 400, title: 'That did not work', text: error.message, way} : undefined
}

/** The page that says so. A fault of ours is thrown on. */
export function refusedPage(visit: Visit, error: unknown): Promise<Response> {
  const problem = problemOf(error)
  if (!problem) throw error
  return problemPage(visit, problem)
}
