/** Several services as one process has them: each is reached by its own address, and views read their relay's events. */
import {assert} from '#std/assert.ts'
import type {Service} from '#runtime/service.ts'
import type {Opened} from '#services/service-row.ts'
import type {VerifiedEvents} from '#stream/verified-events.ts'
import type {Open} from './machine.ts'

/** `opens` by the URL of each, in the order in which they start; one alone is opened as it is. */
export function openTogether(name: string, opens: readonly (readonly [url: string, open: Open])[]): Open {
  if (opens.length === 1) return opens[0][1]
  return async (world, log, given) => {
    const services = new Map<string, Service>()
    const own: VerifiedEvents[] = []
    for (const [url, open] of opens) {
      const opened: Opened = await open(world, log, {...given, own})
      services.set(new URL(url).host, opened)
      const events = opened.verifiedEvents?.(url)
      if (events) own.push(events)
    }
    const all = [...services.values()]
    const serviceOf = (request: Request): Service => {
      const service = services.get(new URL(request.url).host)
      assert(service, 'a request goes to one who is here')
      return service
    }
    return {
      name,
      fetch: request => serviceOf(request).fetch(request),
      frames: (request, signal, incoming) =>
        serviceOf(request).frames?.(request, signal, incoming) ?? new Response(null, {status: 404}),
      start: async () => {
        for (const service of all) await service.start()
      },
      stop: async () => {
        for (const service of all.toReversed()) await service.stop()
      },
      ended: Promise.all(all.map(({ended}) => ended)).then(() => {}),
    }
  }
}
