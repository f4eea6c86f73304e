/** What SQLite's errors mean to whoever called: of its many codes only a full disk has a name outside of this engine. */
import {OutOfSpace, spaceFault} from '#std/out-of-space.ts'

/** `SQLITE_FULL`, and a `-shm` file that cannot grow. */
const fullCodes = new Set([13, 4874])

/** `OutOfSpace` in the place of what SQLite says of a full disk; any other error as it is. */
export function sqliteFault(error: unknown): unknown {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return fullCodes.has(code as number) ? new OutOfSpace(error) : spaceFault(error)
}
