/** How a command ends: the codes a script can branch on, and the two errors that a command throws to end early. */

export const exitCodes = {
  ok: 0,
  /** The thing that was checked is bad. */
  bad: 1,
  /** The command line was wrong. */
  usage: 2,
  /** Something could not be read or written. */
  unreadable: 3,
  /** A fault of this program. The number is EX_SOFTWARE of sysexits.h. */
  internal: 70,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export const exitHelp = `Exit codes:
  0   done; what was checked is good
  1   what was checked is bad; the answer says why
  2   wrong usage
  3   a file could not be read or written
  70  a fault of this program: please report it`

/** The command line cannot be carried out as it was written. `message` is a sentence for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The reader of our output has gone (`| head`). Nobody is left to tell, so the command just stops. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed'
}
