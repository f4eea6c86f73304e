/** Where the PDS of this machine has what it keeps, by the settings that its server reads. */
import {resolve} from 'node:path'
import {readConfig} from '#std/config.ts'
import {pdsConfig, type PdsConfig} from '#services/pds/config.ts'
import {maybe} from '../shell/command.ts'
import {UsageError} from '../shell/exit.ts'
import type {Shell} from '../shell/shell.ts'

export const dataOption = maybe('folder', 'where the data of the PDS is; "data" by default, as for the server')

export interface PdsPlace {
  readonly config: PdsConfig
  /** Files, and a folder. */
  readonly database: string
  readonly secrets: string
  readonly blobs: string
}

/** Throws `ConfigError`, and `UsageError` for what is not on a disk. */
export async function pdsPlace(data: string | undefined, shell: Shell): Promise<PdsPlace> {
  const {env} = shell.io
  const {dataIn} = await import('#bin/data-folder.ts')
  const folder = data ?? (env.WHOLESKY_DATA || 'data')
  const config = readConfig(pdsConfig, {env: {...env, ...dataIn(folder, env)}, args: []})
  return {
    config,
    database: pathOf('PDS_DATABASE', config.database, 'sqlite'),
    blobs: pathOf('PDS_BLOBS', config.blobs, 'file'),
    secrets: resolve(config.secrets),
  }
}

function pathOf(setting: string, url: string, scheme: string): string {
  if (!url.startsWith(`${scheme}:`)) throw new UsageError(`${setting} is '${url}', which is not on a disk`)
  return resolve(url.slice(scheme.length + 1).replace(/^\/\/(?=\/)/, ''))
}

/** Where a server of this machine listens, without the proxy. */
export const localUrl = ({host, port}: Pick<PdsConfig, 'host' | 'port'>): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`
