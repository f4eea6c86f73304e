/** The paths of the home page. */
import type {World} from '#std/world.ts'
import type {Viewers} from '#pages/live-events.ts'
import type {LiveStream} from '../live/live-stream.ts'
import type {Offer} from '../../service-row.ts'
import {get, type Route} from '../visit.ts'
import {homePage, pulseMessages} from './home-page.ts'
import type {VitalSigns} from './vitals.ts'

interface Deps {
  live: LiveStream
  signs: VitalSigns
  /** What each service is for, by its name. */
  offers: ReadonlyMap<string, Offer>
  viewers: Viewers
  world: Pick<World, 'sleep'>
  /** Aborts when the service stops. */
  stopping: AbortSignal
}

export const homeRoutes = ({live, signs, offers, viewers, world, stopping}: Deps): readonly Route[] => [
  get('/', visit => homePage(visit, live, signs, offers)),
  get('/live/pulse', visit =>
    viewers.stream(visit.request, stopping, signal =>
      pulseMessages(live, signs, (ms, until) => world.sleep(ms, until), signal),
    ),
  ),
]
