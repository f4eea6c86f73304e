/** `/feeds/stats`: how a feed was read, day by day: by how many, and never by whom. Anybody may ask, so asking writes nothing. */
import {isAtUri, parseAtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Skeletons} from '../skeletons/skeletons.ts'
import type {Usage} from '../usage.ts'

interface Deps {
  readonly did: Did
  readonly skeletons: Pick<Skeletons, 'find'>
  readonly usage: Pick<Usage, 'days'>
}

const dayMs = 86_400_000
const daysMax = 90
const daysUsual = 7

/** The last 7 days, or as many as `days` says, 90 at most. 400 for what is no number of days, 404 for an unknown feed. */
export async function feedStats({did, skeletons, usage}: Deps, asked: URLSearchParams): Promise<Response> {
  const days = asked.get('days') ?? `${daysUsual}`
  if (!/^[1-9]\d*$/.test(days)) return refusal(400, 'InvalidRequest', '"days" is a whole number from 1.')
  // A name of a feed that is anybody's, or the URI of its record.
  const feed = asked.get('feed') ?? ''
  const {authority, rkey} = isAtUri(feed) ? parseAtUri(feed) : {authority: did, rkey: feed}
  const found = skeletons.find(authority, rkey ?? '')
  if (!found) return refusal(404, 'UnknownFeed', 'There is no such feed here.')
  const read = await usage.days(found.key, Math.min(Number(days), daysMax))
  const dated = read.map(({day, ...rest}) => ({date: new Date(day * dayMs).toISOString().slice(0, 10), ...rest}))
  return Response.json({feed: found.key, days: dated})
}

const refusal = (status: number, error: string, message: string): Response => Response.json({error, message}, {status})
