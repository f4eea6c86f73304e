/**
 * Events posted to a webhook, each by itself and some at a time: what it takes is acknowledged, and what it does not is
 * posted again for as long as it takes, and keeps nobody's place meanwhile: whose records it cannot take is up to
 * strangers. Where it sends on is not followed.
 */
import {type Log, warnOnce} from '#std/log.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import {Bell} from '#std/waiting/async.ts'
import {formatAdminAuthHeader} from '#sdk/tap/admin-auth.ts'
import type {World} from '#std/world.ts'
import type {Outbox} from './outbox.ts'
import {eventText, type Page} from './page.ts'

const answerMs = 30_000
const retryMs = 1_000
const retryMsMax = 10_000
/** Of an event while the webhook takes others. */
const refusedMsMax = 300_000
/** Events that wait to be posted again, beyond those that have a place. */
const againMax = 1_000
const giveSizeMax = 4 * 2 ** 20

export type WebhookStatus = 'success' | 'non_2xx' | 'error'

interface Deps {
  readonly outbox: Outbox
  readonly url: string
  /** Posts at a time. */
  readonly parallelism: number
  readonly password: string | undefined
  readonly world: Pick<World, 'fetch' | 'sleep'>
  readonly log: Log
  readonly counted: (status: WebhookStatus) => void
}

/** Posts what there is, until the signal aborts. */
export async function postEvents(deps: Deps, signal: AbortSignal): Promise<void> {
  const {outbox, url, parallelism, log} = deps
  // It has as long as it takes: whoever posts an event tries again by himself.
  const consumer = outbox.enter(new URL(url).host, true)
  const tell = warnOnce(log)
  const freed = new Bell()
  const delivering = new Set<Promise<void>>()
  const state = {open: 0, taken: 0}
  const hasPlace = (): boolean => state.open < parallelism
  const fault = Promise.withResolvers<never>()
  fault.promise.catch(() => {})
  /** Posts an event, whose place is taken, and gives the place back. */
  const postOnce = async (text: string): Promise<WebhookStatus> => {
    try {
      return await post(deps, text, signal)
    } finally {
      state.open--
      freed.ring()
    }
  }
  const deliver = async (page: Page, index: number): Promise<void> => {
    for (let tries = 0; ; tries++) {
      const before = state.taken
      const status = await postOnce(eventText(page, index))
      deps.counted(status)
      if (status === 'success') break
      tell(status, 'the webhook does not take an event, it is posted again', {url: new URL(url).host, status})
      const most = state.taken > before ? refusedMsMax : retryMsMax
      await deps.world.sleep(Math.min(retryMs * 2 ** tries, most), signal)
      while (!hasPlace()) await freed.wait(signal)
      state.open++
    }
    state.taken++
    outbox.acknowledge(consumer, page.id + index)
  }
  const begin = (page: Page, index: number): void => {
    state.open++
    const delivered = deliver(page, index)
      .catch((error: unknown) => {
        if (!signal.aborted) fault.reject(error)
      })
      .finally(() => {
        delivering.delete(delivered)
        freed.ring()
      })
    delivering.add(delivered)
  }
  try {
    while (!signal.aborted) {
      const room = Math.min(parallelism - state.open, parallelism + againMax - delivering.size)
      const given = room > 0 ? outbox.give(consumer, room, giveSizeMax) : []
      for (const {parcel, from, to} of given) {
        for (let index = from; index < to; index++) begin(parcel.page, index)
      }
      if (given.length > 0) continue
      const waits = room > 0 ? [freed.wait(signal), outbox.filled.wait(signal)] : [freed.wait(signal)]
      await Promise.race([...waits, fault.promise])
    }
  } finally {
    outbox.leave(consumer)
    await Promise.all(delivering)
  }
}

async function post({url, password, world}: Deps, text: string, signal: AbortSignal): Promise<WebhookStatus> {
  try {
    return await withDeadline(world, answerMs, signal, async ends => {
      const headers = new Headers({'content-type': 'application/json'})
      if (password !== undefined) headers.set('authorization', formatAdminAuthHeader(password))
      const request = new Request(url, {method: 'POST', headers, body: text, redirect: 'manual', signal: ends})
      const response = await world.fetch(request)
      await response.body?.cancel()
      return response.ok ? 'success' : 'non_2xx'
    })
  } catch {
    signal.throwIfAborted()
    // Whatever kind of failure a network has: nobody has taken the event.
    return 'error'
  }
}
