/**
 * `npm test`: all tests, in two processes at once, since the smallest machine that is meant has two cores and one process
 * of tests keeps to one of them. Those beside the code and those that read the tree are one half; those of whole servers,
 * which wait much, are the other. What the second half says is held back until the first has ended, so that neither runs
 * into the other; at the end stands how many there were. Exits 1 when a test of either fails.
 */
import {spawn, type ChildProcess} from 'node:child_process'

const halves = [['src/**/*.test.ts', 'tools/**/*.test.ts'], ['test/**/*.test.ts']]
/** Of what is held back; beyond it the oldest goes. Some 600 kB are usual. */
const heldSizeMax = 16 * 2 ** 20

interface Half {
  child: ChildProcess
  /** What it has said and nobody has seen. */
  held: string[]
  heldSize: number
  /** Its last lines, in which the runner says how many there were. */
  end: string
}

function begin(globs: readonly string[], isShown: (half: Half) => boolean): {half: Half; code: Promise<number>} {
  const child = spawn('npm', ['run', '-s', 'tests', '--', ...globs], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {...process.env, ...(process.stdout.isTTY && {FORCE_COLOR: '1'})},
  })
  const half: Half = {child, held: [], heldSize: 0, end: ''}
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    half.end = (half.end + text).slice(-100_000)
    if (isShown(half)) process.stdout.write(text)
    else hold(half, text)
  })
  const code = new Promise<number>(resolve => {
    child.on('error', error => {
      console.error(`The tests could not be started: ${error.message}`)
      resolve(1)
    })
    child.on('close', (code, signal) => resolve(signal === null ? (code ?? 1) : 1))
  })
  return {half, code}
}

function hold(half: Half, text: string): void {
  half.held.push(text)
  half.heldSize += text.length
  while (half.heldSize > heldSizeMax) half.heldSize -= half.held.shift()!.length
}

const countOf = (name: string, {end}: Half): number =>
  Number([...end.matchAll(new RegExp(`ℹ ${name} (\\d+)`, 'g'))].at(-1)?.[1] ?? 0)

const begun = performance.now()
let shown: Half | undefined
const [first, second] = halves.map(globs => begin(globs, half => half === shown))
shown = first.half
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const {half} of [first, second]) half.child.kill(signal)
  })
}
const codes = [await first.code]
shown = second.half
for (const text of second.half.held.splice(0)) process.stdout.write(text)
codes.push(await second.code)

const both = [first.half, second.half]
const sum = (name: string): string => both.reduce((all, half) => all + countOf(name, half), 0).toLocaleString('en')
const seconds = Math.round((performance.now() - begun) / 1000)
const cut = both.some(half => countOf('tests', half) === 0)
  ? '; one half of them was ended before its end, see above'
  : ''
console.log(
  `\n${sum('tests')} tests: ${sum('pass')} passed, ${sum('fail')} failed, ${sum('skipped')} left out; ${seconds} s${cut}`,
)
process.exitCode = codes.some(code => code !== 0) ? 1 : 0
