/** Who asks, and whom their questions go to: a person's PDS, or for everybody else the AppView itself. */
import type {Client} from '#xrpc/client.ts'
import type {FormVisit, Visit} from '../visit.ts'
import type {Session} from '../sessions/sessions.ts'

/** A visit of a person who is signed in. */
export type OwnVisit = Visit & {readonly session: Session}
/** A form of a person who is signed in. */
export type OwnForm = FormVisit & {readonly session: Session}

/** A handler for those who are signed in; everybody else is asked to sign in, and comes back. */
export const signedIn =
  <V extends Visit>(handle: (visit: V & {readonly session: Session}) => Response | Promise<Response>) =>
  (visit: V): Response | Promise<Response> => {
    const {session} = visit
    if (session) return handle({...visit, session})
    const next = visit.request.method === 'GET' ? visit.url.pathname + visit.url.search : '/timeline'
    return visit.redirect(`/sign-in?${new URLSearchParams({next}).toString()}`)
  }

/** Reads the network as the visitor sees it. */
export const readerOf = ({session}: Visit, appview: Client): Client => session?.client ?? appview
