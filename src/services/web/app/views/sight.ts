/** From where something is seen: who looks, when, and on which page. */
import type {World} from '#std/world.ts'
import type {Visit} from '../../visit.ts'

export interface Sight {
  /** The DID of who is signed in. */
  readonly viewer: string | undefined
  readonly nowMs: number
  /** The page to come back to after a form. */
  readonly path: string
  /** What each form carries. */
  readonly token: string
}

export const sightOf = ({session, url, token}: Visit, {now}: Pick<World, 'now'>): Sight => ({
  viewer: session?.did,
  nowMs: now(),
  path: url.pathname + url.search,
  token,
})
