/** The paths of the live pages. */
import {abortable} from '#std/waiting/async.ts'
import {isDid} from '#atp/syntax/did.ts'
import {isHandle} from '#atp/syntax/handle.ts'
import type {World} from '#std/world.ts'
import type {RepoReader} from '../explorer/repo-reader.ts'
import {get, type Route} from '../visit.ts'
import type {Viewers} from '#pages/live-events.ts'
import {liveMessages, livePage} from './live-page.ts'
import type {LiveStream} from './live-stream.ts'

interface Deps {
  live: LiveStream
  viewers: Viewers
  reader: RepoReader
  world: Pick<World, 'sleep'>
  /** Aborts when the service stops. */
  stopping: AbortSignal
}

export const liveRoutes = ({live, viewers, reader, world, stopping}: Deps): readonly Route[] => [
  get('/live', async visit => {
    const {searchParams} = visit.url
    const did = (searchParams.get('did') ?? '').trim().replace(/^@/, '')
    if (did !== '' && !isDid(did) && isHandle(did)) {
      // People filter by handle, events name the DID.
      const found = await abortable(reader.account(did), visit.signal)
      if (found.ok) {
        searchParams.set('did', found.value.did)
        return visit.redirect(`/live?${searchParams}`)
      }
    }
    return livePage(visit, live)
  }),
  get('/live/events', visit =>
    viewers.stream(visit.request, stopping, signal =>
      liveMessages(live, visit.url.searchParams, (ms, until) => world.sleep(ms, until), signal),
    ),
  ),
]
