/** The process's own streams as the command line sees them. A reader that leaves early (`| head`) is no fault. */
import {createInterface} from 'node:readline'
import {Writable} from 'node:stream'
import type {World} from '#std/world.ts'
import {UsageError} from './exit.ts'
import type {Io, Stream} from './shell.ts'

export function processIo(world: World): Io {
  const hasTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true
  return {
    stdin: process.stdin,
    stdout: streamOf(process.stdout),
    stderr: streamOf(process.stderr),
    env: process.env,
    world,
    ...(hasTerminal && {askSecret}),
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

/** The line editor writes what is typed into nothing; the question goes to stderr, so that it is no part of an answer. */
async function askSecret(question: string): Promise<string> {
  process.stderr.write(question)
  const nowhere = new Writable({write: (_chunk, _encoding, done) => done()})
  const lines = createInterface({input: process.stdin, output: nowhere, terminal: true})
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve)
      lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
      lines.once('close', () => reject(new UsageError('nothing was typed')))
    })
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
