import assert from 'node:assert/strict'
import {test} from 'node:test'
import {choice, ConfigError, configHelp, configSchema, duration, flag, integer, list} from './config.ts'
import {port, readConfig, size, text, url, urls} from './config.ts'
import type {ConfigOf} from './config.ts'

const schema = configSchema(
  {name: 'pds', about: 'A personal data server.', envPrefix: 'PDS'},
  {
    port: port({default: 2583, help: 'Where to listen.'}),
    publicUrl: url({help: 'How others reach it.'}),
    adminPassword: text({optional: true, secret: true, help: 'For the admin calls.'}),
    replayWindowMs: duration({default: '72h', help: 'How long events are kept.'}),
    blobSizeMax: size({default: '100MB', help: 'The largest blob taken.'}),
    open: flag({default: false, help: 'Anyone may sign up.'}),
    workers: integer({default: 2, min: 1, max: 8, help: 'Threads that verify.'}),
    mode: choice(['strict', 'lenient'], {default: 'strict', help: 'How records are checked.'}),
    hosts: list({default: [], help: 'Whom to crawl.'}),
    plc: url({default: 'https://plc.directory', env: 'ATP_PLC_HOST', help: 'The directory.'}),
  },
)

/** Holds only if the types come out as declared. */
function typed(config: ConfigOf<typeof schema>): [number, string, string | undefined, boolean, 'strict' | 'lenient'] {
  return [config.port, config.publicUrl, config.adminPassword, config.open, config.mode]
}

test('a flag goes before the environment, the environment before the default', () => {
  const config = readConfig(schema, {
    env: {
      PDS_PORT: '1',
      PDS_PUBLIC_URL: 'https://pds.test/',
      PDS_WORKERS: '3',
      PDS_MODE: '',
      ATP_PLC_HOST: 'http://plc',
    },
    args: ['--port', '0', '--open', '--hosts=a.test, b.test', '--replay-window=1.5h'],
  })
  assert.deepEqual(typed(config), [0, 'https://pds.test', undefined, true, 'strict'])
  assert.equal(config.workers, 3)
  assert.equal(config.replayWindowMs, 5_400_000)
  assert.equal(config.blobSizeMax, 100_000_000)
  assert.equal(config.plc, 'http://plc')
  assert.deepEqual(config.hosts, ['a.test', 'b.test'])
})

test('a setting has the names that others give it, too, and its own goes before those', () => {
  const named = configSchema(
    {name: 'tap', envPrefix: 'TAP', about: ''},
    {plcUrl: url({default: 'http://a', also: ['ATP_PLC_HOST'], help: 'The directory.'})},
  )
  const plcUrlOf = (env: Record<string, string>): string => readConfig(named, {env}).plcUrl
  assert.equal(plcUrlOf({ATP_PLC_HOST: 'http://b'}), 'http://b')
  assert.equal(plcUrlOf({ATP_PLC_HOST: 'http://b', TAP_PLC_URL: ''}), 'http://b')
  assert.equal(plcUrlOf({ATP_PLC_HOST: 'http://b', TAP_PLC_URL: 'http://c'}), 'http://c')
  assert.throws(() => plcUrlOf({ATP_PLC_HOST: 'b'}), /ATP_PLC_HOST is "b"/)
  assert.match(configHelp(named), /--plc-url   TAP_PLC_URL or ATP_PLC_HOST   /)
})

test('--no-open takes a flag back, and an empty list is a list', () => {
  const config = readConfig(schema, {env: {PDS_PUBLIC_URL: 'http://a', PDS_OPEN: 'yes'}, args: ['--no-open']})
  assert.equal(config.open, false)
  assert.deepEqual(config.hosts, [])
})

const readWrong = (): unknown =>
  readConfig(schema, {
    env: {PDS_PORT: '70000', PDS_BLOB_SIZE_MAX: '5 bananas', PDS_MODE: 'odd', PDS_WORKERS: '1e1'},
    args: ['--oops', 'x', '--replay-window', '--open=maybe', '--open'],
  })

test('every fault is told at once, by name, value and the form expected', () => {
  assert.throws(readWrong, (error: unknown) => {
    assert.ok(error instanceof ConfigError)
    assert.deepEqual(error.faults, [
      '"--oops" is not a flag of pds; --help lists them.',
      '--replay-window has no value. Expected a duration such as 250ms, 30s, 5m, 72h or 7d.',
      '--open is given twice.',
      'PDS_PORT is "70000". Expected a port, 0 to 65535.',
      'PDS_PUBLIC_URL (--public-url) is not set. Expected an http:// or https:// URL.',
      'PDS_BLOB_SIZE_MAX is "5 bananas". Expected a size such as 150kB, 5MiB or 20GB.',
      'PDS_WORKERS is "1e1". Expected a whole number, 1 to 8.',
      'PDS_MODE is "odd". Expected one of strict, lenient.',
    ])
    return true
  })
})

test('of several URLs each must be one, and none ends in a slash', () => {
  const several = configSchema(
    {name: 'web', envPrefix: 'WEB', about: ''},
    {pdses: urls({optional: true, help: 'PDSes.'})},
  )
  const read = (text?: string) =>
    readConfig(several, {env: text === undefined ? {} : {WEB_PDSES: text}, args: []}).pdses
  assert.equal(read(), undefined)
  assert.deepEqual(read('http://localhost:1'), ['http://localhost:1'])
  assert.deepEqual(read('http://localhost:1/, https://pds.example.com'), [
    'http://localhost:1',
    'https://pds.example.com',
  ])
  for (const wrong of ['localhost:1', 'http://localhost:1,pds', ','])
    assert.throws(() => read(wrong), /Expected a comma-separated list of http:\/\/ or https:\/\/ URLs/)

  const maybeNone = configSchema(
    {name: 'web', envPrefix: 'WEB', about: ''},
    {pdses: urls({default: [], help: 'PDSes.'})},
  )
  assert.deepEqual(readConfig(maybeNone, {env: {}, args: []}).pdses, [])
  assert.throws(() => readConfig(maybeNone, {env: {WEB_PDSES: 'pds'}, args: []}), ConfigError)
})

test('a wrong secret is not shown', () => {
  const secret = configSchema({name: 'x', about: 'X.', envPrefix: 'X'}, {key: integer({secret: true, help: 'A key.'})})
  assert.throws(
    () => readConfig(secret, {env: {X_KEY: 'hunter2'}}),
    (error: unknown) => error instanceof ConfigError && !error.message.includes('hunter2'),
  )
})

test('a default follows the setting that it names', () => {
  const following = configSchema(
    {name: 'web', envPrefix: 'WEB', about: 'Pages.'},
    {
      port: port({default: 2580, help: 'Where to listen.'}),
      publicUrl: url({default: 'http://localhost:{port}', help: 'Where people find it.'}),
    },
  )
  const urlOf = (env: Record<string, string>, ...args: string[]): string => readConfig(following, {env, args}).publicUrl
  assert.equal(urlOf({}), 'http://localhost:2580')
  assert.equal(urlOf({}, '--port', '80'), 'http://localhost:80')
  assert.equal(urlOf({WEB_PORT: '81'}), 'http://localhost:81')
  assert.equal(urlOf({WEB_PORT: '81', WEB_PUBLIC_URL: 'https://web.example.com'}), 'https://web.example.com')
  assert.throws(
    () => urlOf({WEB_PORT: 'x'}),
    (error: ConfigError) => error.faults.length === 1,
  )
  assert.match(configHelp(following), /default http:\/\/localhost:\{port\}/)
})

test('help names each flag, its variable, its default, what it is for and its form', () => {
  const help = configHelp(schema)
  assert.match(help, /^A personal data server\./)
  assert.match(help, /--public-url {3}PDS_PUBLIC_URL {3}\(required\)\n {6}How others reach it\.\n {6}An http:/)
  assert.match(help, /--admin-password {3}PDS_ADMIN_PASSWORD {3}\(optional, secret\)/)
  assert.match(help, /--replay-window {3}PDS_REPLAY_WINDOW {3}\(default 72h\)/)
  assert.match(help, /--plc {3}ATP_PLC_HOST {3}\(default https:\/\/plc\.directory\)/)
})
