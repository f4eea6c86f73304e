/**
 * Structured logs: the message is constant, so that one can search for it, and the fields carry the facts. Whoever
 * handles an error logs it, once. Members whose name says that they hold a secret are blanked here, before any sink.
 */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogFields = Readonly<Record<string, unknown>>

export interface LogLine {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly level: LogLevel
  readonly message: string
  /** Plain JSON: errors, bytes and CIDs already turned into text, secrets blanked, everything cut to a bound. */
  readonly fields: LogFields
}

export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A log whose lines all carry these fields too. */
  with(fields: LogFields): Log
}

const rank = {debug: 0, info: 1, warn: 2, error: 3}
export const logLevels = Object.keys(rank) as LogLevel[]

/** Hands every line of at least `level` to `sink`. A sink never throws and never waits. */
export function createLog(options: {sink: (line: LogLine) => void; level?: LogLevel; now: () => number}): Log {
  const {sink, level: least = 'info', now} = options
  const logOf = (bound: LogFields): Log => {
    const write = (level: LogLevel) => {
      if (rank[level] < rank[least]) return () => {}
      return (message: string, fields?: LogFields) =>
        sink({time: now(), level, message, fields: fields ? {...bound, ...plainFields(fields)} : bound})
    }
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      with: fields => logOf({...bound, ...plainFields(fields)}),
    }
  }
  return logOf({})
}

/**
 * For what may come without end, such as what strangers send: the first of each kind is a warning, and all that follow
 * are for those who look for them. Kinds are remembered, so there are only a few.
 */
export function warnOnce(log: Log): (kind: string, message: string, fields?: LogFields) => void {
  const told = new Set<string>()
  return (kind, message, fields) => {
    if (told.has(kind)) return log.debug(message, fields)
    told.add(kind)
    log.warn(`${message}: the first of its kind`, fields)
  }
}

/** For tests, and for callers that want no log. */
export const silentLog: Log = createLog({sink: () => {}, level: 'error', now: () => 0})

/** One JSON object a line, for machines. */
export const jsonLine = ({time, level, message, fields}: LogLine): string =>
  JSON.stringify({time: new Date(time).toISOString(), level, message, ...fields})

const dim = '\x1b[2m'
const plain = '\x1b[0m'
const colours = {debug: dim, info: '\x1b[32m', warn: '\x1b[33m', error: '\x1b[31m'}

/** One line for a person at a terminal. An error's stack follows on lines of its own. */
export function humanLine({time, level, message, fields}: LogLine): string {
  const clock = new Date(time).toISOString().slice(11, 23)
  let line = `${dim}${clock}${plain} ${colours[level]}${level.padEnd(5)}${plain} ${message}`
  let stacks = ''
  for (const [name, value] of Object.entries(fields)) {
    if (isPlainError(value)) {
      line += ` ${dim}${name}=${plain}${value.message}`
      if (value.stack) stacks += `\n${dim}${value.stack}${plain}`
    } else line += ` ${dim}${name}=${plain}${typeof value === 'string' ? value : JSON.stringify(value)}`
  }
  return line + stacks
}

type PlainError = {name: string; message: string; stack?: string}
const isPlainError = (value: unknown): value is PlainError =>
  typeof value === 'object' && value !== null && 'message' in value && 'name' in value

const secretName =
  /passw|secret|token|authori[sz]ation|cookie|jwt|api-?_?key|private-?_?key|credential|assertion|^otp$/i
const depthMax = 4
const itemsMax = 32
const textMax = 4_096

function plainFields(fields: LogFields): LogFields {
  return plainMembers(Object.entries(fields), 0)
}

function plainMembers(members: readonly (readonly [string, unknown])[], depth: number): Record<string, unknown> {
  const made: [string, unknown][] = []
  for (const [name, value] of members.slice(0, itemsMax)) {
    if (value === undefined) continue
    // Numbers and booleans pass: `tokensLeft: 3` is a fact, and no secret of ours is a number.
    const blank = secretName.test(name) && value !== null && typeof value !== 'number' && typeof value !== 'boolean'
    made.push([name, blank ? '[secret]' : plainValue(value, depth)])
  }
  return Object.fromEntries(made)
}

function plainValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.length > textMax ? `${value.slice(0, textMax)}…` : value
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'object') return String(value)
  if (value instanceof Error) return plainError(value, depth)
  if (value instanceof Uint8Array) return `<${value.length} bytes>`
  if (depth >= depthMax) return '…'
  if (Array.isArray(value)) return value.slice(0, itemsMax).map(item => plainValue(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  // A class of ours or of the platform (Cid, URL, Date) says best itself how it reads.
  if (prototype !== Object.prototype && prototype !== null) return plainValue(String(value), depth)
  return plainMembers(Object.entries(value), depth + 1)
}

function plainError(error: Error, depth: number): Record<string, unknown> {
  const {name, message, stack, cause} = error
  const members: [string, unknown][] = [
    ['name', name],
    ['message', plainValue(message, depth)],
    ...Object.entries(error).filter(([key]) => key !== 'name' && key !== 'message' && key !== 'cause'),
  ]
  if (cause !== undefined && depth < depthMax) members.push(['cause', cause])
  if (stack) members.push(['stack', stack.slice(stack.indexOf('\n') + 1)])
  return plainMembers(members, depth + 1)
}
