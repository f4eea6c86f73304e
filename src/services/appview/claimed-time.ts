/**
 * The times that records claim. Old ones are written in every spelling, without a zone too, and are read all the same;
 * what is shown of them is in the one form that every client takes.
 */
import {datetimeOf, isDatetime, readDatetimeMs} from '#atp/syntax/datetime.ts'

/** Milliseconds since 1970; NaN for no time at all, or one that cannot be. */
export const claimedMs = (time: unknown): number =>
  (typeof time === 'string' ? readDatetimeMs(time) : undefined) ?? Number.NaN

/** The same time as every client reads it; `undefined` for none. */
export function shownTime(time: unknown): string | undefined {
  if (typeof time === 'string' && isDatetime(time)) return time
  const ms = claimedMs(time)
  return Number.isNaN(ms) ? undefined : datetimeOf(ms)
}
