/** The program behind `wholesky`: the real streams, clock and chance, handed to the command line. */
import {setFlagsFromString} from 'node:v8'
import {realWorld} from '#std/world.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {run} from '#cli/run.ts'
import {processIo} from '#cli/process-io.ts'

useNativeCrypto()
// What a command reads is garbage at once. A young generation that stays small costs it no time and saves 30 MB; a
// command that runs a server should let it grow.
setFlagsFromString('--semi-space-growth-factor=1')
// The code is set, not exited with: what is still on its way into a pipe must arrive.
process.exitCode = await run(process.argv.slice(2), processIo(realWorld))
process.stdin.destroy()
