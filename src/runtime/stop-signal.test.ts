import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {test} from 'node:test'

/** A process that stops cleanly, taking `ms` for it. Each signal is sent once it has said something more. */
async function stopped(ms: number, signals: readonly NodeJS.Signals[], momentMs = 0): Promise<unknown[]> {
  const script = `
    const {stopSignal} = await import(${JSON.stringify(new URL('stop-signal.ts', import.meta.url).href)})
    const {signal, ready} = stopSignal(${momentMs})
    ready()
    const running = setInterval(() => {}, 1000)
    signal.addEventListener('abort', () => {
      console.log('stopping')
      setTimeout(() => clearInterval(running), ${ms})
    })
    console.log('running')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {stdio: ['ignore', 'pipe', 'inherit']})
  const closed = once(child, 'close')
  for (const signal of signals) {
    await once(child.stdout, 'data')
    child.kill(signal)
  }
  return closed
}

test('a Ctrl-C that comes by two ways, from the terminal and passed on, is one', async () => {
  assert.deepEqual(await stopped(300, ['SIGINT', 'SIGINT'], 60_000), [0, null])
})

test('the first Ctrl-C stops in good order, the second at once', async () => {
  const [clean, hard] = await Promise.all([stopped(10, ['SIGTERM']), stopped(60_000, ['SIGINT', 'SIGINT'])])
  assert.deepEqual(clean, [0, null])
  assert.deepEqual(hard, [130, null])
})

test('before the start is over a signal ends the process, though it is busy', {timeout: 20_000}, async () => {
  const script = `
    const {stopSignal} = await import(${JSON.stringify(new URL('stop-signal.ts', import.meta.url).href)})
    stopSignal()
    console.log('busy')
    for (const end = Date.now() + 60_000; Date.now() < end; ) {}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {stdio: ['ignore', 'pipe', 'inherit']})
  const closed = once(child, 'close')
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  assert.deepEqual(await closed, [null, 'SIGTERM'])
})
