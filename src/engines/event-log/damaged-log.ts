/** A log on disk of which something is destroyed that had been durable, and what whoever runs the service can do. */
import {basename, dirname} from 'node:path'

/**
 * What a file of the log should hold and does not hold. Nothing is cut off by itself, for that would unsay in silence
 * what consumers have seen; so the message says how to go on.
 */
export class DamagedLog extends Error {
  override readonly name = 'DamagedLog'

  private constructor(path: string, what: string, how: string) {
    super(`${path} is damaged: ${what}. Look after the disk. To go on, put the file back from a backup. ${how}`)
  }

  /** In the newest segment, without which the log cannot be opened. */
  static newest(path: string, what: string): DamagedLog {
    const how =
      `Without one, move the folder ${dirname(path)} away while the service is stopped, and start it: ` +
      'it begins a new log, consumers of the old one are told by its number that they missed something, ' +
      'and what is followed is read again.'
    return new DamagedLog(path, what, how)
  }

  /** In an older one: newer ones are still given out. */
  static older(path: string, what: string): DamagedLog {
    const name = basename(path)
    const how =
      `Without one, stop the service and move ${name} away, with its .index and every file of ${dirname(path)} ` +
      `whose name sorts before it: the log begins with the segment after it then.`
    return new DamagedLog(path, what, how)
  }
}
