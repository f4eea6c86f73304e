/**
 * The parts of `undici` that are used. Its index loads all of it (a second `fetch`, WebSockets, caches, mocks), which
 * takes 5 MB of every server's memory and 20 ms of its start. The version is pinned to the digit, and
 * `outbound.test.ts` would fail if these files moved.
 */
import {createRequire} from 'node:module'
import type undici from 'undici'

const load = createRequire(import.meta.url)

export const Agent = load('undici/lib/dispatcher/agent.js') as typeof undici.Agent
export const errors = load('undici/lib/core/errors.js') as typeof undici.errors
/** What the index would make a method of every dispatcher: `request.call(agent, options)`. */
export const request = load('undici/lib/api/api-request.js') as (
  this: undici.Dispatcher,
  options: undici.Dispatcher.RequestOptions,
) => Promise<undici.Dispatcher.ResponseData>
