/** Where the network keeps what it knows: every default under `data/`, put under another folder. */
import {rows, type Env} from './rows.ts'
import {putIn} from './serve.ts'

/** The environment in which `data/…` is `<folder>/…`, but for what `env` says already. */
export const dataIn = (folder: string, env: Env = {}, all = rows): Record<string, string> =>
  Object.assign({}, ...all.map(({config}) => putIn(folder, config, env)))
