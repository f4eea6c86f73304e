/** A program that stands still, in a process of its own, and what is told of it. */
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import type {Worker} from 'node:worker_threads'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {watchdog} from './watchdog.ts'

const watchdogUrl = JSON.stringify(new URL('watchdog.ts', import.meta.url).href)

/**
 * What a watched program writes, and how it ends. In it, `told(n)` says whether it was seen here that so many lines came:
 * how long it takes until it is told of depends on the machine.
 */
async function watched(
  options: object,
  script: string | ((telling: string) => string),
): Promise<{output: string; end: unknown}> {
  const seen = join(temporaryFolder('watchdog'), 'line-')
  const telling = `
    const {existsSync} = await import('node:fs')
    const told = n => existsSync(${JSON.stringify(seen)} + n)`
  const code = `
    const {watchdog} = await import(${watchdogUrl})
    ${telling}
    const watching = watchdog(${JSON.stringify({name: 'test', reportMs: 100, isForPeople: false, ...options})})
    const running = setInterval(() => {}, 1000)
    await watching.looking
    clearInterval(running)
    ${typeof script === 'string' ? script : script(telling)}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {stdio: ['ignore', 'pipe', 'inherit']})
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    for (let n = 1; n < output.split('\n').length; n++) writeFileSync(seen + n, '')
  })
  const late = setTimeout(() => child.kill('SIGKILL'), 50_000)
  const [exit, signal] = (await once(child, 'close')) as [number | null, string | null]
  clearTimeout(late)
  return {output, end: exit ?? signal}
}

const linesOf = (output: string) =>
  output
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as {level: string; message: string; service: string; ms: number; stack?: string})

test('a loop that stands still is told of with its stack, and when it turns again', {timeout: 60_000}, async () => {
  const {output, end} = await watched(
    {},
    `function walkInCircles() { while (!told(1)) {} }
     walkInCircles()
     while (!told(2)) await new Promise(resolve => setTimeout(resolve, 5))`,
  )
  const [told, again] = linesOf(output)
  assert.deepEqual([told.level, told.message, told.service], ['error', 'The event loop stands still.', 'test'])
  assert.match(told.stack ?? '', /at walkInCircles \(/)
  assert.ok(told.ms >= 100)
  assert.deepEqual([again.level, again.message], ['warn', 'The event loop turns again.'])
  assert.equal(end, 0)
})

test('where it is wanted the process is ended', {timeout: 60_000}, async () => {
  const {output, end} = await watched({endMs: 400}, 'for (;;) {}')
  assert.deepEqual(
    linesOf(output).map(({message}) => message),
    ['The event loop stands still.', 'The process ends, for whoever supervises it to start it again.'],
  )
  assert.equal(end, 'SIGKILL')
})

test(
  'a program that is busy by turns is left alone, and ends when it has nothing more to do',
  {timeout: 60_000},
  async () => {
    const {output, end} = await watched(
      {endMs: 5_000, reportMs: 2_000},
      `for (let i = 0; i < 20; i++) {
       for (const end = Date.now() + 40; Date.now() < end; ) {}
       await new Promise(resolve => setTimeout(resolve, 1))
     }`,
    )
    assert.deepEqual({output, end}, {output: '', end: 0})
  },
)

test('that it cannot look any more is told', {timeout: 60_000}, async () => {
  const started = once(process, 'worker')
  const told: unknown[] = []
  const failed = (error: unknown): void => void told.push(error)
  using watching = watchdog({name: 'test', reportMs: 10_000, isForPeople: false, failed})
  const [worker] = (await started) as [Worker]
  await watching.looking
  const fault = new Error('out of memory')
  worker.emit('error', fault)
  assert.deepEqual(told, [fault])
})

const thread = (telling: string): string => `
  const {watchdog} = await import(${watchdogUrl})
  ${telling}
  using watching = watchdog({name: 'thread', reportMs: 100, isForPeople: false})
  await watching.looking
  while (!told(1)) {}
  while (!told(2)) await new Promise(resolve => setTimeout(resolve, 5))`

test('a thread beside the main one is watched by a watchdog of its own', {timeout: 60_000}, async () => {
  const {output, end} = await watched({reportMs: 60_000}, telling => {
    const url = `data:text/javascript,${encodeURIComponent(thread(telling))}`
    return `const {Worker} = await import('node:worker_threads')
            new Worker(new URL(${JSON.stringify(url)}))`
  })
  const lines = linesOf(output).map(({message, service, stack}) => ({message, service, stack}))
  assert.deepEqual(lines, [
    {message: 'The event loop stands still.', service: 'thread', stack: undefined},
    {message: 'The event loop turns again.', service: 'thread', stack: undefined},
  ])
  assert.equal(end, 0)
})
