/** The process's own streams as the command line sees them. A reader that leaves early (`| head`) is no fault. */
import type {World} from '#std/world.ts'
import type {Io, Stream} from './shell.ts'

export function processIo(world: World): Io {
  return {
    stdin: process.stdin,
    stdout: streamOf(process.stdout),
    stderr: streamOf(process.stderr),
    env: process.env,
    world,
  }
}

function streamOf(output: NodeJS.WriteStream): Stream {
  let gone = false
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    gone = true
  })
  return {
    terminal: output.isTTY === true,
    columns: output.columns || 80, // a pseudo-terminal may say 0
    write: text => new Promise(resolve => (gone ? resolve(false) : output.write(text, error => resolve(!error)))),
  }
}
