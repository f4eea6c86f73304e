/**
 * How an app asks servers that strangers name. Whoever types a handle chooses which those are, so an answer is bounded in
 * bytes and time, a redirect is none, and plain http is for one's own machine in development. The `fetch` handed in must
 * refuse private addresses wherever this runs beside anything private.
 */
import {TimedOut, withDeadline} from '#std/waiting/deadline.ts'
import {isLoopbackHost} from '#std/wire/loopback.ts'
import type {World} from '#std/world.ts'
import {letGo, readBytes} from '#xrpc/body.ts'
import {OAuthFailure} from './oauth-failure.ts'

export interface ServerFetchOptions {
  world: Pick<World, 'fetch' | 'sleep'>
  /** For one answer, body and all. */
  timeoutMs: number
  /** Lets servers on this machine be asked by plain http. */
  development: boolean
}

/** Real ones have under 5 kB. */
const answerSizeMax = 64 * 1024

/** A URL that may be asked. Throws `OAuthFailure` `insecure`. */
export function secureUrl(text: string, {development}: Pick<ServerFetchOptions, 'development'>): URL {
  const url = URL.parse(text)
  const isLoopback = development && url?.protocol === 'http:' && isLoopbackHost(url.hostname)
  if (!url || !(url.protocol === 'https:' || isLoopback) || url.username !== '' || url.password !== '') {
    throw new OAuthFailure('insecure', `${text.slice(0, 300)} is no https URL.`)
  }
  return url
}

/** The answer, read to its end. Throws `OAuthFailure`: `insecure`, `bad-answer`, `unreachable`. */
export async function askServer(options: ServerFetchOptions, request: Request): Promise<Response> {
  const {world, timeoutMs} = options
  const {host} = secureUrl(request.url, options)
  const tooBig = (): OAuthFailure => new OAuthFailure('bad-answer', `${host} answers more than ${answerSizeMax} bytes.`)
  try {
    return await withDeadline(world, timeoutMs, request.signal, async signal => {
      const response = await world.fetch(new Request(request, {redirect: 'manual', signal}))
      const {status, headers} = response
      // A browser shows a redirect as an answer without a status.
      if (status < 200 || (status >= 300 && status < 400)) {
        letGo(response.body)
        throw new OAuthFailure('bad-answer', `${host} redirects to somewhere else, which is no answer.`)
      }
      if (status >= 500 || status === 429) {
        letGo(response.body)
        throw new OAuthFailure('unreachable', `${host} answers ${status}.`)
      }
      const bytes = await readBytes(response.body, answerSizeMax, tooBig)
      return new Response(bytes.length === 0 ? null : bytes, {status, headers})
    })
  } catch (error) {
    if (error instanceof OAuthFailure) throw error
    if (request.signal.aborted) throw request.signal.reason
    const why = error instanceof TimedOut ? `did not answer within ${timeoutMs} ms` : 'cannot be reached'
    throw new OAuthFailure('unreachable', `${host} ${why}.`, {cause: error})
  }
}
