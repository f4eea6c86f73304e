/** How often each method of a service is called, how long it takes and how it ends. */
import type {Log} from '#std/log.ts'
import type {RouterOptions} from '#xrpc/router.ts'
import type {Metrics} from './metrics.ts'

/**
 * For a router's `observe`: counts and times its calls, and logs those that fail by a fault of ours. Subscriptions are
 * counted when they end, and not timed. Methods that are not the service's own, such as those it passes on, count as
 * `other`.
 */
export function observeCalls(
  metrics: Metrics,
  service: string,
  log: Log,
): NonNullable<RouterOptions<never>['observe']> {
  const calls = metrics.counter('xrpc_calls_total', 'Calls that have ended.', ['service', 'method', 'status'])
  const seconds = metrics.histogram('xrpc_call_seconds', 'From a call to its answer.', ['service', 'method'])
  return (nsid, request) => {
    const method = nsid ?? 'other'
    const began = performance.now()
    const subscribes = request.headers.has('upgrade')
    return ({status, fault}) => {
      calls.add(1, {service, method, status: String(status)})
      if (!subscribes) seconds.observe((performance.now() - began) / 1000, {service, method})
      if (fault !== undefined) log.error('a call failed by a fault of ours', {nsid, error: fault})
    }
  }
}
