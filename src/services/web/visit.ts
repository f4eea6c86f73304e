/** Visits and routes of this site: whose session they carry. */
import * as routes from '#pages/routes.ts'
import type {Session} from './sessions/sessions.ts'

export type Visit = routes.Visit<Session>
export type FormVisit = routes.FormVisit<Session>
export type Route = routes.Route<Session>

export const get = routes.get<Session>
export const post = routes.post<Session>
