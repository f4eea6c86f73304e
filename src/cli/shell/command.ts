/**
 * What a command is: its arguments and options as data, from which come the parsing, the help page and the words of
 * every complaint, and one function that gets the values, typed. A command file holds one of these and nothing of how
 * command lines are read.
 */
import {parseArgs} from 'node:util'
import {pad} from './columns.ts'
import {isSystemError, UsageError, type ExitCode} from './exit.ts'
import type {Shell} from './shell.ts'

/** One argument or option. `form` is how its value looks in the help; a flag has none. */
export type Spec<T> = {
  form: string | undefined
  about: string
  least: 0 | 1
  most: number
  /** Turns the texts given, as many as `least` and `most` allow, into the value; throws to refuse one. */
  read(texts: readonly string[]): T
}
type Specs = Record<string, Spec<unknown>>
type Values<S extends Specs> = {[Name in keyof S]: S[Name] extends Spec<infer T> ? T : never}

const asIs = (text: string): string => text
type Reader<T> = (text: string) => T

/** Present or absent. */
export const flag = (about: string): Spec<boolean> => ({
  form: undefined,
  about,
  least: 0,
  most: 1,
  read: texts => texts.length > 0,
})
/** Exactly one. */
export function one(form: string, about: string): Spec<string>
export function one<T>(form: string, about: string, read: Reader<T>): Spec<T>
export function one(form: string, about: string, read: Reader<unknown> = asIs): Spec<unknown> {
  return {form, about, least: 1, most: 1, read: texts => read(texts[0])}
}
/** At most one. */
export function maybe(form: string, about: string): Spec<string | undefined>
export function maybe<T>(form: string, about: string, read: Reader<T>): Spec<T | undefined>
export function maybe(form: string, about: string, read: Reader<unknown> = asIs): Spec<unknown> {
  return {form, about, least: 0, most: 1, read: texts => (texts.length === 0 ? undefined : read(texts[0]))}
}
/** One or more. */
export const some = (form: string, about: string): Spec<readonly string[]> => ({
  form,
  about,
  least: 1,
  most: Infinity,
  read: texts => texts,
})
/** Any number, as a list. */
export const any = <T = string>(form: string, about: string, read: Reader<T>): Spec<readonly T[]> => ({
  form,
  about,
  least: 0,
  most: Infinity,
  read: texts => texts.map(read),
})
/** A reader for a whole number from `least` up. */
export const wholeNumber =
  (least: number): Reader<number> =>
  text => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    if (!Number.isSafeInteger(value) || value < least) throw new UsageError(`expected a whole number, ${least} or more`)
    return value
  }
/** A reader for an http or https URL; gives it without a slash at its end. */
export const webUrl: Reader<string> = text => {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) throw new UsageError('expected a URL such as https://pds.example.com')
  return text.replace(/\/+$/, '')
}
/** A reader for one word out of a few. */
export const wordOf =
  <const W extends string>(words: readonly W[]): Reader<W> =>
  text => {
    const word = words.find(candidate => candidate === text)
    if (word === undefined) throw new UsageError(`expected one of ${words.join(', ')}`)
    return word
  }

export type Command<A extends Specs = Specs, O extends Specs = Specs> = {
  /** What the command does and says, in a paragraph or two, broken by hand below 80 columns. */
  about: string
  /** In order; only the last may take several. */
  arguments: A
  /** Named as here in camelCase, typed in kebab-case: `didDoc` is `--did-doc`. */
  options: O
  examples: readonly string[]
  run(values: Values<A> & Values<O>, shell: Shell): Promise<ExitCode>
}

/** A command with the types of its values forgotten, as the table of commands holds it. */
export type AnyCommand = Omit<Command, 'run'> & {run(values: never, shell: Shell): Promise<ExitCode>}

/** Only ties the types together. */
export const command = <A extends Specs, O extends Specs>(definition: Command<A, O>): Command<A, O> => definition

/** Every command takes these. */
const everywhere: Specs = {
  json: flag('answer in JSON: one document, or one a line where there are many'),
  help: flag('show this page'),
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

/** Reads the words after the command's name. Throws `UsageError`, and the system's error for a file that a word names. */
export function readWords(
  {arguments: positions, options}: AnyCommand,
  words: readonly string[],
): {values: Record<string, unknown>; json: boolean} {
  const specs: Specs = {...options, ...everywhere}
  const names = new Map(Object.keys(specs).map(name => [kebab(name), name]))
  const texts: Record<string, string[]> = {}
  const loose: string[] = []
  const {tokens} = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      [...names].map(([typed, name]) => [
        typed,
        {type: specs[name].form === undefined ? 'boolean' : 'string', ...(typed === 'help' && {short: 'h'})},
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind === 'positional') loose.push(token.value)
    if (token.kind !== 'option') continue
    const name = names.get(token.name)
    if (name === undefined)
      throw new UsageError(unknown(`the option ${token.rawName}`, token.name, [...names.keys()], '--'))
    const {form} = specs[name]
    if (form === undefined && token.value !== undefined) throw new UsageError(`--${token.name} takes no value`)
    // An option in the place of a value means the value was forgotten; "=" says otherwise.
    const forgotten = token.value === undefined || (!token.inlineValue && /^-./.test(token.value))
    if (form !== undefined && forgotten)
      throw new UsageError(`--${token.name} needs a value: --${token.name} <${form}>`)
    ;(texts[name] ??= []).push(token.value ?? '')
  }

  const values: Record<string, unknown> = {}
  for (const [name, spec] of Object.entries(positions)) {
    values[name] = readOne(`<${spec.form}>`, spec, loose.splice(0, spec.most))
  }
  if (loose.length > 0) throw new UsageError(`unexpected argument '${loose[0]}'`)
  for (const [name, spec] of Object.entries(options))
    values[name] = readOne(`--${kebab(name)}`, spec, texts[name] ?? [])
  return {values, json: texts.json !== undefined}
}

function readOne(label: string, spec: Spec<unknown>, texts: readonly string[]): unknown {
  if (texts.length < spec.least) throw new UsageError(`${label} is missing: ${spec.about}`)
  if (texts.length > spec.most) throw new UsageError(`${label} is given ${texts.length} times`)
  try {
    return spec.read(texts)
  } catch (error) {
    if (isSystemError(error)) throw error
    throw new UsageError(`${label} '${texts[0]}': ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The complaint about a word nobody knows, with the nearest one that somebody does. */
export function unknown(what: string, word: string, known: readonly string[], prefix = ''): string {
  const near = known
    .map(candidate => ({candidate, distance: distance(word, candidate)}))
    .toSorted((a, b) => a.distance - b.distance)[0]
  const close = near !== undefined && near.distance <= Math.max(1, Math.floor(word.length / 3))
  return `${what} is unknown${close ? `; did you mean ${prefix}${near.candidate}?` : ''}`
}

/** Levenshtein's: how many letters to add, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({length: b.length + 1}, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]
}

/** The help page of one command. */
export function helpPage(name: string, summary: string, definition: AnyCommand): string {
  const positions = Object.values(definition.arguments)
  const options: Specs = {...definition.options, ...everywhere}
  const shape = positions.map(({form, least, most}) => {
    const word = `<${form}>${most > 1 ? '…' : ''}`
    return least === 0 ? `[${word}]` : word
  })
  const rows = [
    ...positions.map(({form, about}) => [`<${form}>`, about]),
    ...Object.entries(options).map(([key, spec]) => [
      `--${kebab(key)}${spec.form === undefined ? '' : ` <${spec.form}>`}`,
      spec.least === 1 ? `${spec.about} (required)` : spec.about,
    ]),
  ]
  return [
    `wholesky ${name}: ${summary}`,
    '',
    `Usage: ${['wholesky', name, ...shape, '[options]'].join(' ')}`,
    '',
    definition.about.trim(),
    '',
    ...pad(rows).map(row => `  ${row}`),
    '',
    'Examples:',
    ...definition.examples.map(example => `  ${example}`),
  ].join('\n')
}
