/** The program behind `wholesky`: the real streams, clock and random numbers, handed to the command line. */
import {setFlagsFromString} from 'node:v8'
import {realWorld, type World} from '#std/world.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {YoungHeap} from '#engines/young-heap.ts'
import {run} from '#cli/run.ts'
import {processIo} from '#cli/shell/process-io.ts'
import {version} from '#cli/version.ts'
import {soundFlags} from './pinned.js'
import {isService, rowOf} from './services.ts'

const userAgent = `wholesky/${version}`
/** A stream that is read slower than it comes is slowed down; its client is loaded when one is followed. */
const outside: World = {
  ...realWorld,
  fetch(request) {
    request.headers.set('user-agent', userAgent)
    return realWorld.fetch(request)
  },
  async subscribe(request, signal, outgoing) {
    const {subscribe} = await import('#runtime/websocket/client.ts')
    return subscribe(request, signal, outgoing, {userAgent})
  },
}

// Here, before anything runs long enough to be optimised, and not on the command line: the code that Node has compiled of
// its own and of ours is good for the flags alone that it was compiled with, and a start would take 30 ms more.
for (const flag of soundFlags()) setFlagsFromString(flag)

// Node warns of what is experimental in it. Which Node this runs under is pinned, and nobody who reads it can help it.
// What else it warns of it prints as ever, by its own listener, which is not there under `--no-warnings`.
const printers = process.listeners('warning')
process.removeAllListeners('warning')
process.on('warning', warning => {
  if (warning.name !== 'ExperimentalWarning') for (const print of printers) print(warning)
})

// A server reads this setting once more, with the rest of its own, and refuses what it does not know.
useNativeCrypto(process.env.K256_CHECKS === 'library' ? 'library' : 'own')
const [name = '', ...rest] = process.argv.slice(2)
// `plc` is a service and also the noun of a command: a verb after it tells.
const isVerb = rest[0]?.startsWith('-') === false
if (name === 'up' && !isVerb) await server(async () => (await import('./all.ts')).main(rest))
else if (isService(name) && !isVerb)
  await server(async () => {
    // What a start leaves is garbage, for which the young heap of a server would grow; what is asked of it later is not.
    using starting = new YoungHeap()
    const isReady = (): void => starting[Symbol.dispose]()
    await (await import('./serve.ts')).serve(await rowOf(name), rest, isReady)
  })
else await command()

/** What is wrong before a server opens is told in a sentence, too. */
async function server(run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    ;(await import('./serve.ts')).refuseStart(error)
  }
}

async function command(): Promise<void> {
  // What a command reads is garbage at once. A young heap that stays small costs it no time and saves 30 MB; a command
  // that runs servers lets it grow.
  using _small = name === 'sim' ? undefined : new YoungHeap()
  // The code is set, not exited with: what is still on its way into a pipe must arrive.
  process.exitCode = await run(process.argv.slice(2), processIo(outside))
  process.stdin.destroy()
}
