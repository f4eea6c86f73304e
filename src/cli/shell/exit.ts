/** How a command ends: the codes a script can branch on, and the two errors that a command throws to end early. */

export const exitCodes = {
  ok: 0,
  /** The thing that was checked is bad. */
  bad: 1,
  /** The command line was wrong. */
  usage: 2,
  /** Something could not be read or written, or a server could not be reached. */
  unreadable: 3,
  /** All went well so far; the next step is for whoever runs it. */
  waiting: 4,
  /** A fault of this program. The number is EX_SOFTWARE of sysexits.h. */
  internal: 70,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export const exitHelp = `Exit codes:
  0   done; what was checked is good
  1   what was checked is bad, or a server refused; the answer says why
  2   wrong usage
  3   a file could not be read or written, or a server could not be reached
  4   all went well so far: it waits for something from you, and says what
  70  a bug in this program: please report it`

/** The command line cannot be carried out as it was written. `message` is a sentence for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What was asked for cannot be had, and this program is not to blame. `message` says why and what to do about it. */
export class Failed extends Error {
  override readonly name = 'Failed'
  readonly code: 1 | 3 | 4
  /** For programs: an XRPC error name or a kebab-case code. */
  readonly kind: string

  constructor(kind: string, message: string, code: 1 | 3 | 4 = exitCodes.bad) {
    super(message)
    this.kind = kind
    this.code = code
  }
}

/** What to do where nothing answers in the network of this machine. */
export const isItUp =
  'Is the network up? "npm start" starts it; WHOLESKY_PDS_URL, WHOLESKY_RELAY_URL and so on say where it is, if its ports were moved; --network public reads the real one.'

/** What the operating system says of a file. */
export type SystemError = Error & {code: string; syscall: string; path?: string}
export const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && 'code' in error && 'syscall' in error

/** The reader of our output has gone (`| head`). Nobody is left to tell, so the command just stops. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed'
}
