/** The process's own streams as the command line sees them. A reader that leaves early (`| head`) is no fault. */
import {createInterface, type Interface} from 'node:readline'
import {type Readable, Writable} from 'node:stream'
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
    ...(hasTerminal && {
      askSecret: question => askSecret(question, process.stdin, process.stderr),
      ask: question => ask(question, process.stdin, process.stderr),
    }),
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

/**
 * The line editor writes what is typed into nothing; the question goes to stderr, so that it is no part of an answer.
 * Throws `UsageError` when the terminal closes first (Ctrl-D).
 */
export async function askSecret(question: string, input: Readable, shown: Writable): Promise<string> {
  shown.write(question)
  const nowhere = new Writable({write: (_chunk, _encoding, done) => done()})
  try {
    return await typedLine(createInterface({input, output: nowhere, terminal: true}))
  } finally {
    shown.write('\n')
  }
}

/** As `askSecret`, for what may be seen. */
export async function ask(question: string, input: Readable, shown: Writable): Promise<string> {
  shown.write(question)
  return typedLine(createInterface({input, output: shown, terminal: false}))
}

async function typedLine(lines: Interface): Promise<string> {
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve)
      lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
      lines.once('close', () => reject(new UsageError('nothing was typed')))
    })
  } finally {
    lines.close()
  }
}
