/** When an operator is told that a host comes near the limit of its accounts. */
import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {createLog} from '#std/log.ts'
import type {KnownHost} from './hosts.ts'
import {LimitAlerts} from './limit-alerts.ts'

const [minuteMs, hourMs] = [60_000, 3_600_000]
const hostname = 'pds.example.com'

/** One host; `after` gives what is told in the looks of so long a time. */
function begun() {
  const clock = {ms: 1_000}
  const lines: string[] = []
  const accountLimit = {active: 0, max: 100, isNear: false}
  const row = {hostname, alertsSilenced: false}
  const upstream = {accountLimit, isBanned: false}
  const wakers: (() => void)[] = []
  const waits: number[] = []
  const alerts = new LimitAlerts({
    known: () => [{row, upstream} as unknown as KnownHost],
    world: {now: () => clock.ms, sleep: ms => new Promise(resolve => (waits.push(ms), wakers.push(resolve)))},
    log: createLog({
      level: 'info',
      now: () => 0,
      sink: ({level, fields}) => lines.push(`${level} ${String(fields.active)}`),
    }),
  })
  void alerts.run(new AbortController().signal)
  const after = async (ms: number, active: number): Promise<string[]> => {
    Object.assign(accountLimit, {active, isNear: active >= 80})
    clock.ms += ms
    for (const wake of wakers.splice(0)) wake()
    for (let i = 0; i < 5; i++) await new Promise(setImmediate)
    return lines.splice(0)
  }
  return {alerts, row, upstream, clock, waits, after}
}

test('it is told once, again after six hours, and when it is over', async () => {
  const {alerts, after, clock, waits} = begun()
  deepEqual(
    [await after(0, 79), await after(0, 80), await after(5 * minuteMs, 90), await after(6 * hourMs, 91)],
    [[], ['warn 80'], [], ['warn 91']],
  )
  deepEqual([alerts.toldMs(hostname), waits], [clock.ms, Array.from({length: 5}, () => 5 * minuteMs)])
  deepEqual([await after(0, 79), await after(0, 79), await after(0, 80)], [['info 79'], [], ['warn 80']])
})

test('nothing is told that a sibling has told, nor of a host that is silenced or banned', async () => {
  const {alerts, after, row, upstream, clock} = begun()
  alerts.sent('warning', hostname, clock.ms)
  alerts.sent('warning', hostname, 0)
  deepEqual([await after(0, 80), await after(6 * hourMs, 80)], [[], ['warn 80']])
  alerts.sent('recovery', hostname, clock.ms)
  deepEqual(await after(0, 79), [])
  alerts.sent('warning', 'nobody.example.com')
  deepEqual(alerts.toldMs('nobody.example.com'), undefined)
  row.alertsSilenced = true
  deepEqual(await after(0, 99), [])
  Object.assign(row, {alertsSilenced: false})
  upstream.isBanned = true
  deepEqual(await after(0, 99), [])
})
