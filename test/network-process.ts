/** What people run, in a process of its own that a test may stop, kill and start again: the network, or one command. */
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'

const main = fileURLToPath(new URL('../src/bin/wholesky.ts', import.meta.url))
const cache = fileURLToPath(new URL('../node_modules/.cache/wholesky', import.meta.url))

export interface NetworkProcess {
  readonly child: ChildProcess
  /** What it has written, to both streams. */
  readonly output: () => string
  /** Resolves when it says that it is up. Rejects with `EndedEarly` and what it wrote when it ends before. */
  readonly up: Promise<void>
  /** Resolves with its exit code, or the name of the signal that ended it. */
  readonly exit: Promise<number | string>
}

export class EndedEarly extends Error {
  override readonly name = 'EndedEarly'
}

export const spawnNetwork = (env: Readonly<Record<string, string>>): NetworkProcess =>
  spawnWholesky(['up'], env, output => output.includes('Wholesky is up'))

/** `wholesky <args>`; whether it is up is told by what it has written. */
export function spawnWholesky(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  isUp: (output: string) => boolean,
): NetworkProcess {
  const child = spawn(process.execPath, [main, ...args], {
    env: {PATH: process.env.PATH, NODE_COMPILE_CACHE: cache, ...env},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const {promise: up, resolve, reject} = Promise.withResolvers<void>()
  up.catch(() => {})
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (isUp(output)) resolve()
    })
  }
  const exit = once(child, 'close').then(([code, signal]) => {
    reject(new EndedEarly(`wholesky ${args.join(' ')} ended with ${code ?? signal} before it was up:\n${output}`))
    return (code ?? signal) as number | string
  })
  return {child, output: () => output, up, exit}
}

/** Starts the network and waits until it is up. */
export async function startNetwork(env: Readonly<Record<string, string>>): Promise<NetworkProcess> {
  const network = spawnNetwork(env)
  await network.up
  return network
}

/** Ends it as Ctrl-C does, or a supervisor. */
export function stopNetwork(
  {child, exit}: NetworkProcess,
  signal: 'SIGINT' | 'SIGTERM' = 'SIGINT',
): Promise<number | string> {
  child.kill(signal)
  return exit
}

/** Ends it as a crash does: nothing more runs in it. */
export function killNetwork({child, exit}: NetworkProcess): Promise<number | string> {
  child.kill('SIGKILL')
  return exit
}
