/** Identities are looked up at the directory, which the configuration names, and on servers that strangers name. */
import type {World} from '#std/world.ts'

/** `guarded`, but what is under `plcUrl` is asked by `world`: a directory may stand in our own network. */
export const directoryWorld = (world: World, guarded: World, plcUrl: string): World => ({
  ...guarded,
  fetch: request => (request.url.startsWith(`${plcUrl}/`) ? world : guarded).fetch(request),
})
