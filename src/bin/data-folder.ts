/** Where the network keeps what it knows: every default under `data/`, put under another folder. */
import {environmentOf} from '#std/config.ts'
import {rows} from './rows.ts'

/** The environment in which `data/…` is `<folder>/…`. */
export function dataIn(folder: string): Record<string, string> {
  const env: Record<string, string> = {}
  for (const {config} of rows) {
    for (const [name, {defaultText}] of environmentOf(config)) {
      if (defaultText === undefined || !/^(\w+:)?data\//.test(defaultText)) continue
      env[name] = defaultText.replace(/^(\w+:)?data\//, (_, scheme = '') => `${scheme}${folder}/`)
    }
  }
  return env
}
