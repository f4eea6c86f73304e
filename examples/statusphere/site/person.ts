/** Who looks at a page. */
import type {Did} from '#atp/syntax/did.ts'
import type {Visit} from '#pages/routes.ts'
import type {AccountView} from '../store/status-store.ts'

export interface Person {
  readonly did: Did
  /** The hash of what the cookie of this browser holds. */
  readonly browser: string
}

export type PersonVisit = Visit<Person>

/** As far as it is known: the name they gave themselves, their handle, or their DID. */
export const nameOf = ({displayName, handle, did}: Omit<AccountView, 'active'>): string =>
  displayName ?? (handle === null || handle === 'handle.invalid' ? did : `@${handle}`)
