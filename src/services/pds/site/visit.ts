/** Visits and routes of this site: which browser they come from, and where it is signed in. */
import * as routes from '#pages/routes.ts'
import type {Device} from '../store/devices/device-store.ts'

export type Visit = routes.Visit<Device>
export type FormVisit = routes.FormVisit<Device>
export type Route = routes.Route<Device>

export const get = routes.get<Device>
export const post = routes.post<Device>
