/**
 * Clients in other languages, unchanged, against the network as it is started: the atproto SDK for Python and `goat`.
 * Where they are is said by ATPROTO_PYTHON (a Python that has the package `atproto`) and GOAT; where they cannot be had,
 * their tests are left out aloud.
 */
import assert from 'node:assert/strict'
import {execFile, spawn} from 'node:child_process'
import {existsSync, mkdirSync, readdirSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, suite, test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {AtpAgent} from '@atproto/api'
import {goatFile, goatHint, hasGoat} from '../migrate/moves.ts'
import {freePorts, networkEnv, urlOf, type Ports} from '../network-env.ts'
import {killNetwork, startNetwork, type NetworkProcess} from '../network-process.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

const password = 'correct horse'
const limitMs = 60_000
const python = process.env.ATPROTO_PYTHON ?? ''
const hasPython = python !== '' && existsSync(python)
const pythonHint = 'the SDK for Python is not here: ATPROTO_PYTHON=<python> (pip install atproto in a venv).'
const run = promisify(execFile)

suite('clients in other languages', {skip: !hasPython && !hasGoat ? `${pythonHint} ${goatHint}` : false}, () => {
  const folder = temporaryFolder('other-clients')
  let ports: Ports
  let network: NetworkProcess
  let service: string

  before(async () => {
    ports = await freePorts()
    network = await startNetwork(networkEnv(join(folder, 'data'), ports))
    service = urlOf(ports.pds)
  })
  after(() => killNetwork(network))

  /** Makes `<name>.test`; gives its DID. */
  async function signUp(name: string): Promise<string> {
    const agent = new AtpAgent({service})
    await agent.createAccount({handle: `${name}.test`, email: `${name}@example.com`, password})
    return agent.assertDid
  }

  test(
    'the SDK for Python logs in, posts, uploads, lists, and follows',
    {skip: hasPython ? false : pythonHint},
    async () => {
      await signUp('paula')
      const script = fileURLToPath(new URL('python-sdk.py', import.meta.url))
      const args = [script, service, urlOf(ports.relay), 'paula.test', password]
      const {stdout} = await run(python, args, {timeout: limitMs})
      const {seen, ...found} = JSON.parse(stdout) as {seen: [string, string, string | null][]}
      assert.deepEqual(found, {
        handle: 'paula.test',
        resumed: true,
        texts: ['with a picture'],
        blobs: 1,
        sameBytes: true,
        type: 'image/png',
        root: true,
      })
      assert.deepEqual(seen, [
        ['create', 'app.bsky.feed.post', 'from Python'],
        ['create', 'app.bsky.feed.post', 'with a picture'],
        ['create', 'app.bsky.feed.like', null],
        ['delete', 'app.bsky.feed.post', null],
        ['create', 'app.bsky.feed.post', 'the last'],
      ])
    },
  )

  test(
    'goat logs in, posts, uploads, lists, backs up and verifies',
    {skip: hasGoat ? false : goatHint},
    async context => {
      const did = await signUp('gustav')
      const home = join(folder, 'goat')
      mkdirSync(home)
      const env = {PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: home, ATP_PLC_HOST: urlOf(ports.plc)}
      const goat = async (...args: string[]): Promise<string> =>
        (await run(goatFile, args, {env, cwd: home, timeout: limitMs})).stdout
      await goat('account', 'login', '-u', did, '-p', password, '--pds-host', service)
      assert.match(await goat('account', 'check-auth'), new RegExp(did))
      const relay = urlOf(ports.relay).replace('http', 'ws')
      // Signatures and trees are checked by its own code; whatever does not hold is said, and what does is shown.
      const checks = ['--verify-basic', '--verify-sig', '--verify-mst']
      const firehose = spawn(goatFile, ['firehose', '--relay-host', relay, ...checks], {env, cwd: home})
      context.after(() => firehose.kill())
      let seen = ''
      for (const stream of [firehose.stdout, firehose.stderr]) stream.on('data', text => (seen += String(text)))
      await goat('bsky', 'post', 'before it follows')
      await until(async () => {
        if (seen.includes(did)) return true
        // It begins at the newest event: what was written before it was there it does not see.
        await goat('bsky', 'post', 'is it there?')
        return false
      }, 'a commit that goat has verified')
      assert.ok(!/invalid|fail|error/i.test(seen), seen)
      firehose.kill()
      const before = Number((await goat('record', 'ls', did)).match(/app\.bsky\.feed\.post/g)?.length)
      await goat('bsky', 'post', 'from goat')
      const file = join(home, 'picture.bin')
      writeFileSync(file, new Uint8Array(5_000).fill(7))
      const blob = JSON.parse(await goat('blob', 'upload', file)) as object
      const post = {$type: 'app.bsky.feed.post', text: 'a file', createdAt: new Date().toISOString()}
      const embed = {$type: 'app.bsky.embed.images', images: [{image: {...blob, mimeType: 'image/png'}, alt: ''}]}
      writeFileSync(join(home, 'post.json'), JSON.stringify({...post, embed}))
      await assert.rejects(goat('record', 'create', join(home, 'post.json')), /mime/i)
      writeFileSync(join(home, 'post.json'), JSON.stringify({...post, $type: 'com.example.file', blob}))
      await goat('record', 'create', '--no-validate', join(home, 'post.json'))
      assert.match(await goat('record', 'ls', did), /app\.bsky\.feed\.post.*\n.*com\.example\.file/)

      await goat('repo', 'export', '-o', join(home, 'repo.car'), did)
      assert.match(await goat('repo', 'inspect', join(home, 'repo.car')), new RegExp(did))
      assert.equal((await goat('repo', 'ls', join(home, 'repo.car'))).trim().split('\n').length, before + 2)
      await goat('blob', 'export', '-o', join(home, 'blobs'), did)
      const [blobFile] = readdirSync(join(home, 'blobs'))
      assert.equal(statSync(join(home, 'blobs', blobFile)).size, 5_000)
      assert.match(await goat('pds', 'describe', service), /did:web:localhost/)
      await goat('account', 'deactivate')
      assert.match(await goat('account', 'status', did), /deactivated/)
      await goat('account', 'activate')
    },
  )
})
