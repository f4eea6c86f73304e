/** Is it up, is it ready, how is it doing: what operators and supervisors ask every service. */
import {monitorEventLoopDelay, performance} from 'node:perf_hooks'
import type {Frame} from '#std/wire/frames.ts'
import {parsedUrl} from '#std/wire/request-url.ts'
import type {Metrics} from './metrics.ts'
import {inTime, type Service} from '../service.ts'

export interface HealthOptions {
  readonly version: string
  /** Named questions; each rejects when its part is not well. */
  readonly checks?: Readonly<Record<string, () => Promise<void>>>
  readonly checkTimeoutMs?: number
}

/**
 * The service with `/_health` and `/xrpc/_health` (it answers, so it is up) and `/_ready` (200 when every check
 * passes, else 503 with the ones that fail) before its own paths.
 */
export function withHealth(service: Service, options: HealthOptions): Service {
  const {version, checks = {}, checkTimeoutMs = 3_000} = options
  const ready = async (): Promise<Response> => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        try {
          await inTime(check(), checkTimeoutMs)
          return {name, ok: true}
        } catch (error) {
          return {name, ok: false, message: error instanceof Error ? error.message : String(error)}
        }
      }),
    )
    return json(results.every(({ok}) => ok) ? 200 : 503, {version, checks: results})
  }
  const health = async (): Promise<Response> => {
    try {
      let more: object = {}
      const asked = service.health?.().then(said => void (more = said))
      if (asked) await inTime(asked, checkTimeoutMs)
      return json(200, {version, ...more})
    } catch {
      return json(503, {version, error: 'Service Unavailable'})
    }
  }
  return wrapped(service, async request => {
    switch (parsedUrl(request).pathname) {
      case '/_health':
      case '/xrpc/_health':
        return health()
      case '/_ready':
        return ready()
      default:
        return service.fetch(request)
    }
  })
}

const lagResolutionMs = 20

/** A service of its own for `GET /metrics`, to be listened to where strangers do not reach. */
export function metricsService(metrics: Metrics): Service {
  const ended = Promise.withResolvers<void>()
  const delay = monitorEventLoopDelay({resolution: lagResolutionMs})
  metrics.gauge('process_resident_bytes', 'Memory held.', {}, () => process.memoryUsage.rss())
  metrics.gauge('process_heap_bytes', 'JavaScript heap in use.', {}, () => process.memoryUsage().heapUsed)
  metrics.gauge('process_cpu_seconds', 'Processor time used.', {}, () => {
    const {user, system} = process.cpuUsage()
    return (user + system) / 1e6
  })
  metrics.gauge('process_uptime_seconds', 'Since the start.', {}, () => process.uptime())
  metrics.gauge('event_loop_active_seconds', 'Time that the event loop was not waiting.', {}, () => {
    return performance.eventLoopUtilization().active / 1e3
  })
  metrics.gauge('event_loop_lag_seconds', 'The longest wait for a turn of the event loop since last asked.', {}, () => {
    // What is measured is the time between two turns, which without any lag is the resolution.
    const lagMs = Math.max(0, delay.max / 1e6 - lagResolutionMs)
    delay.reset()
    return lagMs / 1e3
  })
  return {
    name: 'metrics',
    async fetch(request) {
      if (new URL(request.url).pathname !== '/metrics') return new Response(null, {status: 404})
      return new Response(metrics.render(), {headers: {'content-type': 'text/plain; version=0.0.4; charset=utf-8'}})
    },
    async start() {
      delay.enable()
    },
    async stop() {
      delay.disable()
      ended.resolve()
    },
    ended: ended.promise,
  }
}

/** All that a listener may ask of a service, so that one member more is missed by the compiler first. */
type Listened = {[Name in Exclude<keyof Service, 'health'>]: Service[Name] | undefined}

/** `service` with another `fetch`. */
function wrapped(service: Service, fetch: Service['fetch']): Service {
  const {frames} = service
  return {
    name: service.name,
    fetch,
    frames:
      frames &&
      ((request: Request, signal: AbortSignal, incoming: AsyncIterable<Frame>) =>
        frames.call(service, request, signal, incoming)),
    incomingSizeMax: service.incomingSizeMax,
    takesMany: service.takesMany,
    subprotocols: service.subprotocols,
    deflates: service.deflates,
    start: () => service.start(),
    stop: () => service.stop(),
    get ended() {
      return service.ended
    },
  } satisfies Listened
}

const json = (status: number, body: unknown): Response =>
  Response.json(body, {status, headers: {'cache-control': 'no-store', 'access-control-allow-origin': '*'}})
