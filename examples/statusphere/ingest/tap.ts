/**
 * The network by way of a Tap: it finds everyone who has a status, tells first what they have and then what they do, and
 * gives each event until it is taken. What it tells is verified.
 */
import {formatAtUri} from '#atp/syntax/at-uri.ts'
import {profile} from '#lex/gen/app/bsky/actor/profile.ts'
import {follow} from '#lex/gen/app/bsky/graph/follow.ts'
import {LexIndexer, Tap, TapError, type RecordEvent, type World} from '#sdk/mod.ts'
import type {Log} from '#std/log.ts'
import {rating} from '../gen/xyz/statusphere/rating.ts'
import {status} from '../gen/xyz/statusphere/status.ts'
import type {StatusStore} from '../store/status-store.ts'
import type {Intake, Place, Source} from './intake.ts'

interface Parts {
  tapUrl: string
  adminPassword: string | undefined
  intake: Intake
  store: StatusStore
  world: World
  log: Log
}

const placeOf = ({did, collection, rkey}: Pick<RecordEvent, 'did' | 'collection' | 'rkey'>): Place => ({
  uri: formatAtUri(did, collection, rkey),
  did,
  rkey,
})

const retryMs = 2_000

export function tapSource({tapUrl, adminPassword, intake, store, world, log}: Parts): Source {
  const tap = new Tap(tapUrl, {world, adminPassword})
  const indexer = new LexIndexer()
    .put(status, event => intake.status(placeOf(event), event.record))
    .put(rating, event => intake.rating(placeOf(event), event.record))
    .put(profile, event => intake.profile(placeOf(event), event.record))
    .put(follow, event => intake.follow(placeOf(event), event.record.subject))
    .delete(status, event => intake.gone(placeOf(event).uri))
    .delete(rating, event => intake.gone(placeOf(event).uri))
    .delete(profile, event => intake.profile(placeOf(event), undefined))
    .delete(follow, event => intake.gone(placeOf(event).uri))
    .invalid(event => intake.gone(placeOf(event).uri))
    .identity(async ({did, handle, isActive, status}) => {
      await store.putName(did, {handle})
      await intake.standing(did, isActive, status)
    })
    .error(error => log.warn('an event of the Tap was not taken', {error}))

  return {
    async run(signal) {
      await asLongAsItTakes(() => askForStatuses(tap), signal, world, log)
      if (signal.aborted) return
      const channel = tap.channel(indexer)
      const leave = (): void => void channel.destroy()
      signal.addEventListener('abort', leave)
      await channel.start()
      await channel.destroy()
    },
    track: did => tap.addRepos([did]),
  }
}

/**
 * Whoever has a status or a rating is followed from then on. A Tap that is told only by its own settings has no such
 * method: it is started with `TAP_SIGNAL_COLLECTION=xyz.statusphere.status`.
 */
async function askForStatuses(tap: Tap): Promise<void> {
  try {
    const {signals, collections} = await tap.filters()
    const wanted = [status, rating, profile, follow].map(({nsid}) => nsid)
    await tap.setFilters({
      signals: [...new Set([...signals, status.nsid, rating.nsid])],
      // None stands for all.
      collections: collections.length === 0 ? [] : [...new Set([...collections, ...wanted])],
    })
  } catch (error) {
    if (!(error instanceof TapError && (error.status === 404 || error.status === 405))) throw error
  }
}

async function asLongAsItTakes(ask: () => Promise<void>, signal: AbortSignal, world: World, log: Log): Promise<void> {
  while (!signal.aborted) {
    try {
      return await ask()
    } catch (error) {
      log.warn('the Tap does not answer', {error})
      await world.sleep(retryMs, signal).catch(() => {})
    }
  }
}
