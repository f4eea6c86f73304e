/**
 * `npm run test:hostile [-- --form apart|together] [--family NAME]`: every hostile case against each service in a process
 * of its own, and then against all of them in one. Prints what was tried and held; exits 1 with the names of what did
 * not hold, when a service answers slower than in 50 ms afterwards, or when one keeps more than 100 MiB.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {cases} from './cases.ts'
import {answerMsMax, memoryGrowthMax, runHostile} from './hostile.ts'
import {openHostileNetwork, type Form} from './network.ts'

const {values: options} = parseArgs({
  options: {form: {type: 'string'}, family: {type: 'string'}, on: {type: 'string'}, name: {type: 'string'}},
})
const forms = (['apart', 'together'] as const).filter(form => options.form === undefined || options.form === form)
const chosen = cases.filter(
  ({family, on, name}) =>
    (options.family ?? family) === family && (options.on ?? on) === on && name.includes(options.name ?? ''),
)
const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`
for (const form of forms) await tryForm(form)

async function tryForm(form: Form): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-hostile-'))
  const network = await openHostileNetwork(form, folder)
  const began = performance.now()
  try {
    const {families, faults, canaryMs, answerMs, growth} = await runHostile(network, chosen)
    const words = form === 'apart' ? 'each service in a process of its own' : 'all services in one process'
    console.log(`\n${words}, ${((performance.now() - began) / 1_000).toFixed(0)} seconds:`)
    let [tried, held] = [0, 0]
    for (const [family, count] of families) {
      console.log(
        `  ${family.padEnd(20)} ${String(count.tried).padStart(4)} tried ${String(count.held).padStart(4)} held`,
      )
      tried += count.tried
      held += count.held
    }
    console.log(`  ${'all'.padEnd(20)} ${String(tried).padStart(4)} tried ${String(held).padStart(4)} held`)
    console.log(`  others waited at most ${Math.round(canaryMs)} ms meanwhile`)
    const slow = [...answerMs].filter(([, ms]) => ms > answerMsMax)
    const fat = [...growth].filter(([, bytes]) => bytes > memoryGrowthMax)
    console.log(`  answers afterwards: ${[...answerMs].map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`).join(', ')}`)
    console.log(`  memory kept: ${[...growth].map(([name, bytes]) => `${name} ${mebibytes(bytes)}`).join(', ')}`)
    const failed = [
      ...faults,
      ...slow.map(([name, ms]) => `${name} answers in ${ms.toFixed(1)} ms afterwards`),
      ...fat.map(([name, bytes]) => `${name} keeps ${mebibytes(bytes)}`),
    ]
    for (const fault of failed) console.log(`✖ ${fault}`)
    if (failed.length > 0) process.exitCode = 1
  } finally {
    await network.stop()
    rmSync(folder, {recursive: true})
  }
}
