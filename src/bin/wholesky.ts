/** The program behind `wholesky`: the real streams, clock and chance, handed to the command line. */
import {realWorld} from '#std/world.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {run} from '#cli/run.ts'
import {processIo} from '#cli/process-io.ts'

useNativeCrypto()
// The code is set, not exited with: what is still on its way into a pipe must arrive.
process.exitCode = await run(process.argv.slice(2), processIo(realWorld))
process.stdin.destroy()
