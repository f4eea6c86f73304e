/** Which Node is chosen, and that nothing is lost by handing over to it; `npm run test:start` tries real old ones. */
import assert from 'node:assert/strict'
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {temporaryFolder} from '../../test/temporary-folder.ts'
import {chooseNode, findPinned, noNode, packages, serverEnv, serverFlags, serverMemory, soundFlags} from './pinned.js'
import {serviceNames} from './services.ts'

const starter = fileURLToPath(new URL('node.js', import.meta.url))

/** Arguments that let a Node think that it is an older one, which hands over. */
const older = [
  '--import',
  `data:text/javascript,${encodeURIComponent(
    `Object.defineProperty(process, 'versions', {value: {...process.versions, node: '20.0.0'}})`,
  )}`,
]
const needPinned = {
  skip: findPinned(`${process.platform}-${process.arch}`) ? false : 'no pinned Node for this platform',
}

suite('the Node to run under', () => {
  test('is found where npm lays packages, above this one or above what it is installed into', () => {
    const root = temporaryFolder('pinned')
    const lay = (folder: string, name: string): string => {
      const bin = join(root, folder, 'node_modules', name, 'bin')
      mkdirSync(bin, {recursive: true})
      writeFileSync(join(bin, 'node'), '')
      return join(bin, 'node')
    }
    const from = join(root, 'app/node_modules/wholesky/src/bin')
    mkdirSync(from, {recursive: true})
    assert.equal(findPinned('linux-x64', from), undefined)
    for (const [platform, name] of Object.entries(packages)) {
      const hoisted = lay('app', name)
      assert.equal(findPinned(platform, from), hoisted)
      const own = lay('app/node_modules/wholesky', name)
      assert.equal(findPinned(platform, from), own)
    }
    assert.equal(findPinned('darwin-x64', from), undefined)
    assert.equal(findPinned('constructor', from), undefined)
  })

  test('is this one if it is of the pinned version, else the pinned one, else this one if it is newer', () => {
    assert.equal(chooseNode('26.0.0', '/x/node'), 'this')
    assert.equal(chooseNode('20.20.2', '/x/node'), 'pinned')
    assert.equal(chooseNode('27.0.0', '/x/node'), 'pinned')
    assert.equal(chooseNode('27.0.0', undefined), 'this')
    assert.equal(chooseNode('25.9.0', undefined), 'none')
  })

  test('where there is none, what to do is said for the platform', () => {
    assert.match(noNode('v20.0.0', 'linux-x64'), /this is v20\.0\.0\.\n.*run npm ci, without --omit=optional/)
    assert.match(noNode('v20.0.0', 'darwin-x64'), /npm has none .* darwin-x64: install Node 26 or later/)
    assert.match(noNode('v20.0.0', 'win32-x64'), /use WSL/)
    assert.match(noNode('v20.0.0', 'linux-x64', 'spawn ENOENT'), /does not start \(spawn ENOENT\).*\n.*Alpine, install/)
  })
})

// `exec`, since npm passes a signal on to the shell that it starts, and one that stays between ends alone.
test('every script of package.json runs under that Node, whichever npm runs it, and hears its signals', () => {
  const {scripts} = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  for (const [name, script] of Object.entries<string>(scripts)) {
    for (const part of script.split(' && ')) {
      assert.match(part, /^(?:exec node src\/bin\/(?:node|wholesky)\.js|npm run -s [\w:]+(?: -- |$))/, name)
    }
  }
})

/** Ends a process with 9 if V8 was not told by then what every process of ours tells it. */
const checkFlags = `data:text/javascript,${encodeURIComponent(
  `import v8 from 'node:v8'
  process.on('exit', () => {
    const had = v8.cachedDataVersionTag() // which is another for other flags
    for (const flag of ${JSON.stringify(soundFlags())}) v8.setFlagsFromString(flag)
    if (v8.cachedDataVersionTag() !== had) process.exitCode = 9
  })`,
)}`

const statusOf = (...args: readonly string[]): number | null =>
  spawnSync(process.execPath, ['--import', checkFlags, ...args], {encoding: 'utf8'}).status

test('V8 makes no fast calls, in which it may abort, whichever way a process was started', () => {
  assert.equal(statusOf('-e', ''), 9, 'a process that nobody tells')
  assert.equal(statusOf(fileURLToPath(new URL('wholesky.js', import.meta.url)), '--version'), 0, 'the program')
  const {stdout} = spawnSync(process.execPath, [starter, '-p', 'JSON.stringify(process.execArgv)'], {encoding: 'utf8'})
  assert.deepEqual(JSON.parse(stdout).slice(0, 1), soundFlags())
  assert.deepEqual([soundFlags('20.0.0').length, soundFlags('27.0.0').length], [1, 0])
})

suite('handing over', needPinned, () => {
  test('streams, arguments and the exit code are those of the other Node', () => {
    const script = `process.stdin.pipe(process.stderr); console.log(process.argv[1], process.version); process.exitCode = 3`
    const {status, stdout, stderr} = spawnSync(process.execPath, [...older, starter, '-e', script, 'a b'], {
      input: 'given',
      encoding: 'utf8',
    })
    assert.deepEqual([status, stderr], [3, 'given'])
    assert.match(stdout, /^a b v26\./)
  })

  test('a signal ends both, and is seen as such by whoever waits', async () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      const child = spawn(process.execPath, [
        ...older,
        starter,
        '-e',
        `console.log(process.pid);setInterval(() => {}, 1e3)`,
      ])
      const [pid] = await once(child.stdout.setEncoding('utf8'), 'data')
      child.kill(signal)
      assert.deepEqual(await once(child, 'exit'), [null, signal])
      assert.throws(() => process.kill(Number(pid), 0), {code: 'ESRCH'})
    }
  })

  test('a child that ends in its own time after a signal is waited for', async () => {
    const script = `process.on('SIGTERM', () => setTimeout(() => process.exit(7), 50)); console.log('up'); setInterval(() => {}, 1e3)`
    const child = spawn(process.execPath, [...older, starter, '-e', script])
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    assert.deepEqual(await once(child, 'exit'), [7, null])
  })

  test('a signal at any moment of the start leaves no child behind', async () => {
    for (let delayMs = 0; delayMs <= 90; delayMs += 15) {
      const child = spawn(process.execPath, [...older, starter, '-e', 'setInterval(() => {}, 1e3)'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await new Promise(resolve => setTimeout(resolve, delayMs))
      child.kill('SIGTERM')
      // Its pipe closes when the last process that holds it ends.
      const [code, signal] = await once(child, 'close')
      assert.ok(signal === 'SIGTERM' || code === 143, `${delayMs} ms: ${code} ${signal}`)
    }
  })

  test('a server is told how to keep memory, and is the process that was started', async () => {
    for (const name of ['up', ...serviceNames]) assert.ok('MALLOC_ARENA_MAX' in serverEnv(name, {}), name)
    for (const name of ['repo', '../services/pds', '', undefined])
      assert.deepEqual(serverEnv(name, {}), {}, String(name))
    assert.deepEqual(serverEnv('pds', {MALLOC_ARENA_MAX: '1'}), {})
    assert.deepEqual([serverEnv('pds', {}), serverFlags('pds')], [serverMemory, []])
    assert.equal(serverEnv('relay', {}).MALLOC_MMAP_THRESHOLD_, '98304')
    assert.deepEqual(serverFlags('relay'), ['--max-semi-space-size=2'])
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MALLOC_')))
    const program = fileURLToPath(new URL('wholesky.js', import.meta.url))
    const child = spawn(process.execPath, [program, 'plc', '--port', '0', '--database', 'memory:'], {env})
    let output = ''
    for await (const text of child.stdout.setEncoding('utf8').iterator({destroyOnReturn: false})) {
      output += text
      if (output.includes('listening')) break
    }
    child.stdout.resume()
    if (process.platform === 'linux') {
      const given = readFileSync(`/proc/${child.pid}/environ`, 'utf8').split('\0')
      for (const [name, value] of Object.entries(serverMemory)) assert.ok(given.includes(`${name}=${value}`), name)
    }
    child.kill('SIGTERM')
    await once(child, 'exit')
  })

  test('under npx the end of the shell between ends the program', async () => {
    const program = fileURLToPath(new URL('wholesky.js', import.meta.url))
    const command = `"${process.execPath}" "${program}" plc --port 0 --database memory: & wait`
    const shell = spawn('sh', ['-c', command], {env: {...process.env, npm_command: 'exec'}})
    const closed = once(shell.stdout, 'close') // when the program, too, has ended
    let output = ''
    for await (const text of shell.stdout.setEncoding('utf8').iterator({destroyOnReturn: false})) {
      output += text
      if (output.includes('listening')) break
    }
    shell.stdout.resume()
    shell.kill('SIGTERM')
    await closed
  })
})
