/**
 * A clock that somebody moves, for programs that know nothing of it: imported before the program (`--import`), it makes
 * `Date` show the time moved by as many milliseconds as the file `MOVED_CLOCK` holds, from one moment to the next.
 * What measures how long something takes goes on, as on a machine.
 */
import {readFileSync} from 'node:fs'

const lookMs = 10
const path = process.env.MOVED_CLOCK

if (path !== undefined) {
  const RealDate = Date
  let movedMs = 0
  const look = (): void => {
    // Empty while it is being written.
    movedMs = Number(readFileSync(path, 'utf8') || movedMs)
  }
  look()
  setInterval(look, lookMs).unref()
  const now = (): number => RealDate.now() + movedMs
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    apply: () => new RealDate(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
  })
}
