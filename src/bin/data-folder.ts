/** Where the network keeps what it knows: every default under `data/`, put under another folder. */
import {environmentOf, type ConfigSchema} from '#std/config.ts'
import {appviewConfig} from '#services/appview/config.ts'
import {jetstreamConfig} from '#services/jetstream/config.ts'
import {pdsConfig} from '#services/pds/config.ts'
import {plcConfig} from '#services/plc/config.ts'
import {relayConfig} from '#services/relay/config.ts'
import {webConfig} from '#services/web/config.ts'

/** Of all services, in the order in which they start. */
export const schemas: readonly ConfigSchema[] = [
  plcConfig,
  pdsConfig,
  relayConfig,
  jetstreamConfig,
  appviewConfig,
  webConfig,
]

/** The environment in which `data/…` is `<folder>/…`. */
export function dataIn(folder: string): Record<string, string> {
  const env: Record<string, string> = {}
  for (const schema of schemas) {
    for (const [name, {defaultText}] of environmentOf(schema)) {
      if (defaultText === undefined || !/^(\w+:)?data\//.test(defaultText)) continue
      env[name] = defaultText.replace(/^(\w+:)?data\//, (_, scheme = '') => `${scheme}${folder}/`)
    }
  }
  return env
}
