/** The command line in a test: no process, no terminal; what it wrote is kept. */
import {realWorld, type World} from '#std/world.ts'
import {run} from '#cli/run.ts'
import type {Io, Stream} from '#cli/shell/shell.ts'

export type Recorded = {code: number; out: string; err: string}
type Setting = {
  stdin?: readonly Uint8Array[]
  /** Whether both outputs are terminals. */
  terminal?: boolean
  env?: Record<string, string>
  /** How many characters the reader of stdout takes before it leaves. */
  readMax?: number
  /** Stands in for a part of the real world. */
  world?: Partial<World>
  /** Somebody at the terminal, who answers what is asked openly. */
  ask?: (question: string) => Promise<string>
}

/** Runs one command line. */
export async function wholesky(argv: readonly string[], setting: Setting = {}): Promise<Recorded> {
  const written = {out: '', err: ''}
  const stream = (name: 'out' | 'err', sizeMax: number): Stream => ({
    terminal: setting.terminal ?? false,
    columns: 80,
    write: async text => {
      if (written[name].length + text.length > sizeMax) return false
      written[name] += text
      return true
    },
  })
  const io: Io = {
    stdin: (async function* () {
      yield* setting.stdin ?? []
    })(),
    stdout: stream('out', setting.readMax ?? Infinity),
    stderr: stream('err', Infinity),
    env: setting.env ?? {},
    world: {...realWorld, ...setting.world},
    ...(setting.ask && {ask: setting.ask}),
  }
  const code = await run(argv, io)
  return {code, ...written}
}

/** Runs one command line with `--json` and reads its one document. */
export async function wholeskyJson(
  argv: readonly string[],
  setting?: Setting,
): Promise<{code: number; answer: unknown}> {
  const {code, out} = await wholesky([...argv, '--json'], setting)
  return {code, answer: JSON.parse(out)}
}
