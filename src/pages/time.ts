/** Times as people say them: how long ago, with the whole time for who asks. */
import {html, type Html} from './html.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const wholeTime = new Intl.DateTimeFormat('en-GB', {dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC'})
const thisYear = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short', timeZone: 'UTC'})
const otherYear = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC'})

/** `now`, `5m`, `3h`, `2d`, `4 Mar`, `4 Mar 2024`. */
export function ago(ms: number, nowMs: number): string {
  const past = nowMs - ms
  if (past < minuteMs) return 'now'
  if (past < hourMs) return `${Math.floor(past / minuteMs)}m`
  if (past < dayMs) return `${Math.floor(past / hourMs)}h`
  if (past < 7 * dayMs) return `${Math.floor(past / dayMs)}d`
  const sameYear = new Date(ms).getUTCFullYear() === new Date(nowMs).getUTCFullYear()
  return (sameYear ? thisYear : otherYear).format(ms)
}

/** `22 November 2026 at 19:24 UTC`. */
export const wholeTimeOf = (ms: number): string => `${wholeTime.format(ms)} UTC`

/** A time of the network's, which may be anything that has the form of one. */
export function timeTag(datetime: string, nowMs: number, form: 'ago' | 'whole' = 'ago'): Html {
  const ms = Date.parse(datetime)
  if (Number.isNaN(ms)) return html`<span>${datetime}</span>`
  const whole = wholeTimeOf(ms)
  const shown = form === 'ago' ? ago(ms, nowMs) : whole
  return html`<time datetime="${new Date(ms).toISOString()}" title="${whole}">${shown}</time>`
}
