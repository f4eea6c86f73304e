/**
 * The network by way of a relay's firehose: everything that happens from now on, of which a little is wanted. Each event is
 * verified here. What was there before the first start is not told; nor is what an account is called, so that is asked.
 */
import {profile} from '#lex/gen/app/bsky/actor/profile.ts'
import {follow} from '#lex/gen/app/bsky/graph/follow.ts'
import type {RecordSchema} from '#lex/schema/structure.ts'
import {
  changesOf,
  Firehose,
  LostPlace,
  type Change,
  type Did,
  type FirehoseCommit,
  type FirehoseEvent,
  type Identities,
  type World,
} from '#sdk/mod.ts'
import type {Log} from '#std/log.ts'
import {rating} from '../gen/xyz/statusphere/rating.ts'
import {status} from '../gen/xyz/statusphere/status.ts'
import type {People} from '../people.ts'
import type {StatusStore} from '../store/status-store.ts'
import type {Intake, Source} from './intake.ts'

interface Parts {
  relayUrl: string
  identities: Identities
  people: People
  intake: Intake
  store: StatusStore
  world: World
  log: Log
}

const types = [status, rating, profile, follow] as const
const wanted: ReadonlySet<string> = new Set(types.map(({nsid}) => nsid))
/** Of which only those of people who are known here are looked at. */
const about: ReadonlySet<string> = new Set([profile.nsid, follow.nsid])
const cursorEveryMs = 1_000

export function firehoseSource({relayUrl, identities, people, intake, store, world, log}: Parts): Source {
  async function take(event: FirehoseEvent): Promise<void> {
    if (event.t === '#commit') return commit(event)
    if (event.t === '#info' || event.t === '#sync' || !(await store.isKnown(event.did))) return
    if (event.t === '#account') return intake.standing(event.did, event.active, event.status)
    identities.forget(event.did)
    people.learnSoon(event.did)
  }

  async function commit(event: FirehoseCommit): Promise<void> {
    const isKnown = await store.isKnown(event.did)
    for (const change of changesOf(event, nsid => wanted.has(nsid) && (isKnown || !about.has(nsid))))
      await record(event.did, change)
    if (!isKnown && (await store.isKnown(event.did))) people.learnSoon(event.did)
  }

  async function record(did: Did, {uri, rkey, collection, record}: Change): Promise<void> {
    const place = {uri, did, rkey}
    if (record && isA(status, record)) return intake.status(place, record)
    if (record && isA(rating, record)) return intake.rating(place, record)
    if (record && isA(follow, record)) return intake.follow(place, record.subject)
    if (collection === profile.nsid) return intake.profile(place, record && isA(profile, record) ? record : undefined)
    await intake.gone(uri)
  }

  return {
    async run(signal) {
      while (!signal.aborted) {
        const firehose = new Firehose({
          world,
          service: relayUrl,
          signal,
          identities,
          cursor: await store.cursor(relayUrl),
          wants: event => event.t === '#commit' && event.ops.some(({path}) => wanted.has(path.split('/')[0])),
        })
        let notedMs = 0
        try {
          for await (const event of firehose) {
            await take(event)
            if (event.t === '#info' || world.now() - notedMs < cursorEveryMs) continue
            await store.setCursor(relayUrl, event.seq)
            notedMs = world.now()
          }
        } catch (error) {
          if (!(error instanceof LostPlace)) throw error
          log.warn('the relay has begun to count anew: so does this', {error})
          await store.setCursor(relayUrl, 0)
        }
      }
    },
    // Whatever they do is told.
    track: async () => {},
  }
}

/** Whether a record is as its lexicon says, of which its type is a part. */
const isA = <T>(type: RecordSchema<T>, record: unknown): record is T => type.check(record, true) === undefined
