/** What the records mean to the app, whichever way they come. */
import type {Profile} from '#lex/gen/app/bsky/actor/profile.ts'
import type {Rating} from '../gen/xyz/statusphere/rating.ts'
import type {Status} from '../gen/xyz/statusphere/status.ts'
import {linkOf} from '../link.ts'
import type {StatusStore} from '../store/status-store.ts'

/** Where a record stands. */
export interface Place {
  readonly uri: string
  readonly did: string
  readonly rkey: string
}

/** What carries the network to the app. */
export interface Source {
  /** Follows the network until the signal aborts. */
  run(signal: AbortSignal): Promise<void>
  /** Somebody has signed in, and may never have written a status. */
  track(did: string): Promise<void>
}

/** Of a profile's name, which may be long and many lines. */
const nameLengthMax = 64

export class Intake {
  readonly #store: StatusStore

  constructor(store: StatusStore) {
    this.#store = store
  }

  status({uri, did}: Omit<Place, 'rkey'>, {status, createdAt}: Pick<Status, 'status' | 'createdAt'>): Promise<void> {
    return this.#store.putStatus({uri, did, status, createdAt})
  }

  rating({uri, did}: Omit<Place, 'rkey'>, {uri: page, rating, createdAt}: Omit<Rating, '$type'>): Promise<void> {
    const link = linkOf(page)
    return link === undefined ? this.#store.drop(uri) : this.#store.putRating({uri, did, link, rating, createdAt})
  }

  async profile({did, rkey}: Place, profile: Pick<Profile, 'displayName'> | undefined): Promise<void> {
    if (rkey !== 'self') return
    const name = [...(profile?.displayName ?? '').replaceAll(/\s+/g, ' ').trim()].slice(0, nameLengthMax).join('')
    await this.#store.putName(did, {displayName: name === '' ? null : name})
  }

  follow({uri, did}: Place, subject: string): Promise<void> {
    return this.#store.putFollow(uri, did, subject)
  }

  /** A record was deleted, or is now none that can be read. */
  gone(uri: string): Promise<void> {
    return this.#store.drop(uri)
  }

  /** How an account stands: what is not active is hidden and comes back, what is deleted never does. */
  async standing(did: string, active: boolean, status: string | undefined): Promise<void> {
    if (status === 'deleted') await this.#store.purge(did)
    else await this.#store.setActive(did, active)
  }
}
