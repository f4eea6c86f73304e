/**
 * Configuration, said once. A service declares its settings with the builders below; from that one value come the
 * TypeScript type, the flags, the names in the environment, the text of `--help`, and the refusal of a wrong value by
 * its name, what was given and what is expected: all faults at once, before anything opens.
 *
 * `publicUrl` of a schema with the prefix `PDS` is read from the flag `--public-url`, else from `PDS_PUBLIC_URL`. A default
 * may follow a setting that is declared above it: `http://localhost:{port}`.
 */
import {assert} from './assert.ts'

export interface Setting<T> {
  readonly help: string
  /** What a value looks like, as the end of the sentence "Expected …". */
  readonly form: string
  /** The name in the environment where it differs from the derived one. */
  readonly env: string | undefined
  /** Names in the environment that are read where that one is not set, such as others give it. */
  readonly also: readonly string[]
  readonly secret: boolean
  /** A flag may stand alone: `--open` and `--no-open`. */
  readonly bare: boolean
  readonly optional: boolean
  /** As a user would write it, for the help. */
  readonly defaultText: string | undefined
  /** `undefined` when the text is not of the form. */
  readonly parse: (text: string) => T | undefined
}

export type Settings = Readonly<Record<string, Setting<unknown>>>

export interface ConfigSchema<S extends Settings = Settings> {
  /** The service, as in `wholesky pds`. */
  readonly name: string
  /** What it is, in a sentence. */
  readonly about: string
  /** Starts each name in the environment. */
  readonly envPrefix: string
  readonly settings: S
}

export type ConfigOf<C extends ConfigSchema> = {
  readonly [K in keyof C['settings']]: C['settings'][K] extends Setting<infer T> ? T : never
}

/** A setting without a default must be given, unless it is `optional`; then it may be `undefined`. */
interface Options<D> {
  readonly help: string
  readonly env?: string
  readonly also?: readonly string[]
  readonly secret?: boolean
  readonly default?: D
  readonly optional?: true
}
type Given<O, T> = O extends {optional: true} ? T | undefined : T

/** Where a default names another setting. */
const named = /\{(\w+)\}/g

function setting<T, O extends Options<unknown>>(
  options: O,
  form: string,
  parse: (text: string) => T | undefined,
  bare = false,
): Setting<Given<O, T>> {
  const {help, env, also = [], secret = false, optional = false, default: initial} = options
  const defaultText = initial === undefined ? undefined : String(initial)
  const example = defaultText?.replaceAll(named, '0')
  assert(example === undefined || parse(example) !== undefined, `the default "${defaultText}" is ${form}`)
  return {help, form, env, also, secret, bare, optional, defaultText, parse}
}

export const text = <const O extends Options<string>>(options: O) =>
  setting(options, 'text that is not empty', given => (given === '' ? undefined : given))

export function integer<const O extends Options<number> & {min?: number; max?: number}>(options: O) {
  const {min = 0, max = Number.MAX_SAFE_INTEGER} = options
  const form = max === Number.MAX_SAFE_INTEGER ? `a whole number, ${min} or more` : `a whole number, ${min} to ${max}`
  return setting(options, form, given => wholeNumber(given, min, max))
}

/** A TCP port; 0 lets the system choose one. */
export const port = <const O extends Options<number>>(options: O) =>
  setting(options, 'a port, 0 to 65535', given => wholeNumber(given, 0, 65_535))

/** Where to listen, as `:2480`, for every address of the machine, or as `127.0.0.1:2480`. */
export const listenAddress = <const O extends Options<string>>(options: O) =>
  setting(options, 'an address and a port, such as 127.0.0.1:2480 or :2480', given => {
    const [, host = '', digits = ''] = /^(?:\[([0-9a-f:.]+)\]|[\w.-]*):\d{1,5}$/i.test(given)
      ? (/^\[?(.*?)\]?:(\d+)$/.exec(given) ?? [])
      : []
    const number = wholeNumber(digits, 0, 65_535)
    return number === undefined ? undefined : {host: host === '' ? '0.0.0.0' : host, port: number}
  })

export const flag = <const O extends Options<boolean>>(options: O) =>
  setting(
    options,
    'true or false',
    given => (/^(true|1|yes|on)$/i.test(given) ? true : /^(false|0|no|off)$/i.test(given) ? false : undefined),
    true,
  )

export const choice = <const V extends readonly string[], const O extends Options<V[number]>>(values: V, options: O) =>
  setting(options, `one of ${values.join(', ')}`, given => values.find((value): value is V[number] => value === given))

/** An `http:` or `https:` URL; the value has no slash at its end. */
export const url = <const O extends Options<string>>(options: O) =>
  setting(options, 'an http:// or https:// URL', bareUrl)

function bareUrl(given: string): string | undefined {
  const parsed = URL.parse(given)
  return parsed && /^https?:$/.test(parsed.protocol) ? given.replace(/\/+$/, '') : undefined
}

const itemsOf = (given: string): readonly string[] =>
  given
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')

/** Texts, with commas between them. */
export const list = <const O extends Options<readonly string[]>>(options: O) =>
  setting(options, 'a comma-separated list', itemsOf)

/** Like `url`, one or more of them; none only where none is the default. */
export const urls = <const O extends Options<readonly string[]>>(options: O) =>
  setting(options, 'a comma-separated list of http:// or https:// URLs', (given): readonly string[] | undefined => {
    const found = itemsOf(given).map(bareUrl)
    const isEnough = found.length > 0 || options.default?.length === 0
    return isEnough && found.every(item => item !== undefined) ? found : undefined
  })

const unitMs: Readonly<Record<string, number>> = {ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000}

/** A duration such as `250ms`, `30s`, `5m`, `72h` or `7d`; the value is in milliseconds. */
export const duration = <const O extends Options<string>>(options: O) =>
  setting(options, 'a duration such as 250ms, 30s, 5m, 72h or 7d', given => measured(given, unitMs))

const unitBytes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/** A size such as `150kB`, `5MiB` or `20GB`; the value is in bytes. */
export const size = <const O extends Options<string>>(options: O) =>
  setting(options, 'a size such as 150kB, 5MiB or 20GB', given => measured(given, unitBytes))

function wholeNumber(given: string, min: number, max: number): number | undefined {
  const value = /^-?\d{1,16}$/.test(given) ? Number(given) : Number.NaN
  return value >= min && value <= max ? value : undefined
}

function measured(given: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, amount, unit] = /^(\d{1,12}(?:\.\d{1,6})?) ?([a-zA-Z]+)$/.exec(given) ?? []
  const scale = unit === undefined ? undefined : units[unit]
  return scale === undefined ? undefined : Math.round(Number(amount) * scale)
}

export function configSchema<const S extends Settings>(
  about: {name: string; about: string; envPrefix: string},
  settings: S,
): ConfigSchema<S> {
  return {...about, settings}
}

/** Everything that is wrong with the configuration given, one sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly string[]

  constructor(service: string, faults: readonly string[]) {
    super(`The configuration of ${service} cannot be used:\n${faults.map(fault => `  ${fault}`).join('\n')}`)
    this.faults = faults
  }
}

/**
 * Reads each setting from `args`, else from `env`, else its default. An empty text in the environment counts as not
 * given. Throws `ConfigError` with every fault found.
 */
export function readConfig<S extends Settings>(
  schema: ConfigSchema<S>,
  given: {env: Readonly<Record<string, string | undefined>>; args?: readonly string[]},
): ConfigOf<ConfigSchema<S>> {
  const faults: string[] = []
  const flags = readFlags(schema, given.args ?? [], faults)
  const config: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries(schema.settings)) {
    const flag = flagOf(key)
    const own = envOf(schema, key)
    const env = [own, ...setting.also].find(name => given.env[name]) ?? own
    const [name, value] = flags.has(flag) ? [`--${flag}`, flags.get(flag)] : [env, given.env[env] || undefined]
    const read = value ?? setting.defaultText?.replaceAll(named, (_, other: string) => String(config[other] ?? '0'))
    if (read === undefined) {
      if (!setting.optional) faults.push(`${own} (--${flag}) is not set. Expected ${setting.form}.`)
      continue
    }
    const parsed = setting.parse(read)
    if (parsed === undefined) faults.push(`${name} is ${shown(setting, read)}. Expected ${setting.form}.`)
    config[key] = parsed
  }
  if (faults.length > 0) throw new ConfigError(schema.name, faults)
  return config as ConfigOf<ConfigSchema<S>>
}

const shown = (setting: Setting<unknown>, value: string): string =>
  setting.secret
    ? 'not valid (it is secret, and not shown)'
    : `"${value.length > 80 ? `${value.slice(0, 80)}…` : value}"`

function readFlags(schema: ConfigSchema, args: readonly string[], faults: string[]): Map<string, string> {
  const settings = new Map(Object.entries(schema.settings).map(([key, setting]) => [flagOf(key), setting]))
  const flags = new Map<string, string>()
  for (let i = 0; i < args.length; i++) {
    const [, written = '', , inline] = /^--([^=]+)(=([^]*))?$/.exec(args[i]) ?? []
    const negated = written.startsWith('no-') && settings.get(written.slice(3))?.bare ? written.slice(3) : undefined
    const name = negated ?? written
    const setting = settings.get(name)
    if (!setting) {
      // Without its value, which may be a secret under a misspelt name.
      faults.push(`"${args[i].split('=')[0]}" is not a flag of ${schema.name}; --help lists them.`)
      if (inline === undefined && args[i + 1]?.startsWith('--') === false) i++
      continue
    }
    if (flags.has(name)) faults.push(`--${name} is given twice.`)
    const next = args[i + 1]
    if (negated !== undefined) flags.set(name, 'false')
    else if (inline !== undefined) flags.set(name, inline)
    else if (setting.bare) flags.set(name, 'true')
    else if (next === undefined || next.startsWith('--'))
      faults.push(`--${name} has no value. Expected ${setting.form}.`)
    else {
      flags.set(name, next)
      i++
    }
  }
  return flags
}

/** `publicUrl` → `public-url`; the unit that a member's name ends in is no part of a flag that is given with units. */
const flagOf = (key: string): string =>
  key.replace(/Ms$/, '').replaceAll(/[A-Z]/g, capital => `-${capital.toLowerCase()}`)

const envOf = (schema: ConfigSchema, key: string): string =>
  schema.settings[key].env ?? `${schema.envPrefix}_${flagOf(key).replaceAll('-', '_').toUpperCase()}`

/** The settings by their names in the environment. */
export const environmentOf = (schema: ConfigSchema): ReadonlyMap<string, Setting<unknown>> =>
  new Map(Object.entries(schema.settings).map(([key, setting]) => [envOf(schema, key), setting]))

/** Values of settings, as one would write them, by the names that they have in the environment. */
export const environmentFrom = <S extends Settings>(
  schema: ConfigSchema<S>,
  values: Partial<Record<keyof S & string, string>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries<string | undefined>(values).flatMap(([key, value]) =>
      value === undefined ? [] : [[envOf(schema, key), value]],
    ),
  )

/** What `--help` prints. */
export function configHelp(schema: ConfigSchema): string {
  const lines = [schema.about, '']
  for (const [key, setting] of Object.entries(schema.settings)) {
    const {also, defaultText, optional, secret, form, help} = setting
    const names = [envOf(schema, key), ...also].join(' or ')
    const initial =
      defaultText !== undefined
        ? `default ${defaultText === '' ? 'none' : defaultText}`
        : optional
          ? 'optional'
          : 'required'
    lines.push(`  --${flagOf(key)}   ${names}   (${initial}${secret ? ', secret' : ''})`)
    lines.push(`      ${help}`, `      ${form[0].toUpperCase()}${form.slice(1)}.`, '')
  }
  return lines.join('\n')
}
