/**
 * The apps under `examples/`, each of which is one more row: `npm start -- --with <name>` runs them beside the network. They
 * stand outside the floors, so nothing here knows them but by their folder.
 */
import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {ConfigError} from '#std/config.ts'
import type {ServiceRow} from '#services/service-row.ts'

const folder = join(import.meta.dirname, '../../examples')
const rowFile = (name: string): string => join(folder, name, 'service.ts')

/** Their rows, loaded. Throws `ConfigError` for what is no example. */
export async function exampleRows(names: readonly string[]): Promise<readonly ServiceRow[]> {
  const known = existsSync(folder) ? readdirSync(folder).filter(name => existsSync(rowFile(name))) : []
  const faults = names
    .filter(name => !known.includes(name))
    .map(name => `WHOLESKY_WITH has the item "${name}". Expected of: ${known.join(', ')}.`)
  if (faults.length > 0) throw new ConfigError('the network', faults)
  return Promise.all(
    [...new Set(names)].map(async name => {
      const {service} = (await import(pathToFileURL(rowFile(name)).href)) as {service: ServiceRow}
      return service
    }),
  )
}
