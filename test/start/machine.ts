/**
 * A machine as people have it: an older Node and the npm that comes with it, and a clean copy of what is committed
 * here. What a stranger types into it is run as it is typed, with nothing else of this checkout in reach.
 */
import {execFileSync, spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {packages} from '../../src/bin/pinned.js'
import {serviceNames} from '../../src/bin/services.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The environment without what npm and Node have put into it for this process, but with the ways to the registry. */
const outside = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:npm_(?!config_(?:registry|cafile|.*proxy)$)|NODE_(?:OPTIONS|COMPILE|TEST))|^(?:NODE|INIT_CWD)$/.test(name),
  ),
)

export interface Ran {
  code: number | null
  output: string
}

/** The ports of a network that disturbs no other on this machine. */
export const portsFrom = (first: number): Record<string, string> => {
  const names = ['web', 'metrics', ...serviceNames.filter(name => name !== 'web')]
  return Object.fromEntries(names.map((name, i) => [`${name.toUpperCase()}_PORT`, String(first + i)]))
}

export class Machine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wholesky-start-'))
  readonly #path: string
  /** The clean copy. */
  readonly copy = join(this.#folder, 'wholesky')
  readonly #running = new Set<ChildProcess>()

  /** Lays it out with the newest Node and npm of these major versions. */
  constructor({node, npm}: {node: number; npm: number}) {
    const tools = this.folder('tools')
    const bin = this.folder('bin')
    writeFileSync(join(tools, 'package.json'), '{"private": true}')
    const name = packages[`${process.platform}-${process.arch}` as keyof typeof packages]
    const wanted = [`${name}@${node}`, `npm@${npm}`]
    execFileSync('npm', ['install', '--silent', '--no-fund', '--no-audit', ...wanted], {cwd: tools, stdio: 'inherit'})
    symlinkSync(join(tools, 'node_modules', name, 'bin/node'), join(bin, 'node'))
    for (const name of ['npm', 'npx']) symlinkSync(join(tools, `node_modules/npm/bin/${name}-cli.js`), join(bin, name))
    // Without what npm and the pinned Node of this checkout have put before the machine's own.
    this.#path = `${bin}:/usr/local/bin:/usr/bin:/bin`
    execFileSync('git', ['clone', '--quiet', root, this.copy])
    // Where the vectors are read from, as beside this checkout.
    const shared = join(root, '../shared')
    if (existsSync(shared)) symlinkSync(shared, join(this.#folder, 'shared'))
  }

  /** A folder on this machine, made if it is not there. */
  folder(name: string): string {
    const folder = join(this.#folder, name)
    mkdirSync(folder, {recursive: true})
    return folder
  }

  /** Starts a command. It is ended with `dispose` at the latest. */
  spawn(
    folder: string,
    [command, ...args]: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): ChildProcess {
    const child = spawn(command, args, {
      cwd: folder,
      env: {...outside, PATH: this.#path, ...env},
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own, to end whatever a fault leaves of it
    })
    this.#running.add(child)
    child.once('close', () => this.#running.delete(child))
    return child
  }

  /** Runs a command to its end, for as long as that may take. */
  async run(folder: string, command: readonly string[], limitMs = 600_000): Promise<Ran> {
    const child = this.spawn(folder, command)
    const output = outputOf(child)
    const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), limitMs)
    const [code] = await once(child, 'close')
    clearTimeout(timer)
    return {code: code as number | null, output: output()}
  }

  async dispose(): Promise<void> {
    for (const child of this.#running) {
      process.kill(-child.pid!, 'SIGKILL')
      await once(child, 'close')
    }
    rmSync(this.#folder, {recursive: true, force: true})
  }
}

/** What a process has written so far, to both streams. */
export function outputOf(child: ChildProcess): () => string {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream!.setEncoding('utf8').on('data', text => (output += text))
  return () => output
}
