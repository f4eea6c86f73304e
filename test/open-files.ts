/** Which files this process has open, where the system tells. */
import {existsSync, readdirSync, readlinkSync} from 'node:fs'

const handles = '/proc/self/fd'
/** For tests that ask: `test(name, needHandles, …)`. */
export const needHandles = {skip: !existsSync(handles) && 'this system does not list open files'}

export const filesOpenIn = (folder: string): string[] =>
  readdirSync(handles).flatMap(name => {
    try {
      const path = readlinkSync(`${handles}/${name}`)
      return path.startsWith(folder) ? [path] : []
    } catch {
      // The one by which the list was read.
      return []
    }
  })
