/**
 * `npm run test:start [-- --short] [--port N] [20 22 24 26]`: the commands of the README on machines as people have
 * them, each in a clean copy of what is committed. For each Node, with the npm that comes with it: `npm ci` warns of
 * nothing, `npm start` answers and obeys a signal at any moment, `npm test` passes (`--short`: the tests of the starter
 * and of one service), and the package runs where it is installed as a dependency. Exits 1 when something of that does
 * not hold.
 */
import {once} from 'node:events'
import {setTimeout as sleep} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {Machine, outputOf, portsFrom, type Ran} from './machine.ts'

/** Major versions of Node, and of the npm that comes with each. */
const machines = [
  {node: 20, npm: 10},
  {node: 22, npm: 10},
  {node: 24, npm: 11},
  {node: 26, npm: 11},
]
/** How long a start, and an end, may take. */
const limitMs = 20_000

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {short: {type: 'boolean', default: false}, port: {type: 'string', default: '20580'}},
})
const firstPort = Number(values.port)
const chosen = positionals.length === 0 ? machines : machines.filter(({node}) => positionals.includes(String(node)))
let faults = 0
for (const versions of chosen) {
  const machine = new Machine(versions)
  try {
    await tryAll(machine)
  } catch (error) {
    faults++
    console.error(`  ✖ ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    await machine.dispose()
  }
}
console.log(`${chosen.length - faults} passed, ${faults} failed`)
process.exit(faults > 0 || chosen.length === 0 ? 1 : 0)

async function tryAll(machine: Machine): Promise<void> {
  const {copy} = machine
  const versions = await machine.run(copy, ['sh', '-c', 'node --version && npm --version'])
  console.log(`Node ${versions.output.trim().replace('\n', ', npm ')}`)

  const installed = await step('npm ci', machine.run(copy, ['npm', 'ci']))
  // The settings of whoever runs this are none of ours.
  const said = installed.output.replaceAll(/^npm warn Unknown (?:user|global|env) config.*\n/gm, '')
  const lines = said.split('\n').filter(line => line.trim() !== '')
  if (/warn/i.test(said) || lines.length > 5) throw new Error(`npm ci prints:\n${installed.output}`)

  const home = `http://localhost:${firstPort}`
  await tryStart(machine, copy, ['npm', 'start'], home)
  await tryStops(machine, copy)
  await step('npx wholesky --version', machine.run(copy, ['npx', 'wholesky', '--version']))
  const short = ['run', 'tests', '--', 'src/bin/pinned.test.ts', 'src/services/plc/**/*.test.ts']
  await step('npm test', machine.run(copy, ['npm', ...(values.short ? short : ['test'])], 1_800_000))
  if (values.short) return

  const elsewhere = machine.folder('elsewhere')
  const packed = await step('npm pack', machine.run(copy, ['npm', 'pack', '--silent', '--pack-destination', elsewhere]))
  const archive = packed.output.trim().split('\n').at(-1)!
  await step('npm install', machine.run(elsewhere, ['npm', 'install', `./${archive}`]))
  await step('npx wholesky, installed', machine.run(elsewhere, ['npx', 'wholesky', '--version']))
  await tryStart(machine, elsewhere, ['npx', 'wholesky', 'up'], home)
}

/** Starts the network, reads its home page, and ends it. */
async function tryStart(machine: Machine, folder: string, command: readonly string[], home: string): Promise<void> {
  const startedAt = performance.now()
  const child = machine.spawn(folder, command, {...portsFrom(firstPort)})
  const output = outputOf(child)
  const closed = once(child, 'close')
  let ended = false
  void closed.then(() => (ended = true))
  while (!output().includes('Wholesky is up')) {
    if (ended || performance.now() - startedAt > 3 * limitMs)
      throw new Error(`${command.join(' ')} does not start:\n${output()}`)
    await sleep(50)
  }
  const upMs = Math.round(performance.now() - startedAt)
  const {status} = await fetch(home)
  if (status !== 200) throw new Error(`the home page answers ${status}`)
  const stopMs = await stop(child, closed, output)
  if (await isAnswering(home)) throw new Error(`${home} still answers after the end`)
  console.log(`  ✔ ${command.join(' ')}: up in ${upMs} ms, home answers, ended ${stopMs} ms after SIGTERM`)
}

/** A SIGTERM at any moment of the start ends it, and leaves nothing behind. */
async function tryStops(machine: Machine, folder: string): Promise<void> {
  const took: number[] = []
  for (let delayMs = 0; delayMs <= 1500; delayMs += 150) {
    const child = machine.spawn(folder, ['node', 'src/bin/wholesky.js', 'up'], portsFrom(firstPort))
    const output = outputOf(child)
    const closed = once(child, 'close') // when all that hold its pipes have ended
    await sleep(delayMs)
    took.push(await stop(child, closed, output))
  }
  console.log(`  ✔ SIGTERM at ${took.length} moments of the start: ended ${Math.max(...took)} ms later at most`)
}

async function stop(
  child: ReturnType<Machine['spawn']>,
  closed: Promise<unknown>,
  output: () => string,
): Promise<number> {
  const stoppedAt = performance.now()
  child.kill('SIGTERM')
  const late = new AbortController()
  await Promise.race([
    closed,
    sleep(limitMs, undefined, {signal: late.signal}).then(() => {
      throw new Error(`it goes on ${limitMs} ms after SIGTERM:\n${output()}`)
    }),
  ])
  late.abort()
  return Math.round(performance.now() - stoppedAt)
}

function isAnswering(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  )
}

async function step(name: string, running: Promise<Ran>): Promise<Ran> {
  const startedAt = performance.now()
  const ran = await running
  if (ran.code !== 0) throw new Error(`${name} ends with ${ran.code}:\n${ran.output.slice(-8000)}`)
  const counts = /^ℹ tests \d+$[^]*?^ℹ fail \d+$/m.exec(ran.output)?.[0].replaceAll(/\nℹ |^ℹ /g, ' ') ?? ''
  console.log(`  ✔ ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)${counts}`)
  return ran
}
