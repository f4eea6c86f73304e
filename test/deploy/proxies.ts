/**
 * Caddy and nginx as Debian has them, with the very files of docs/operate/deploy before a PDS: only names of folders,
 * ports and who signs the certificates are changed, for a machine where nothing is 443 and nobody is asked.
 */
import {spawn, spawnSync} from 'node:child_process'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {until} from '../until.ts'

export interface Proxy {
  /** Of the certificate that it shows must be signed by this (PEM). */
  readonly ca: () => string
  stop(): Promise<void>
}

export interface ProxyKind {
  readonly name: string
  /** For the options of a test: why it is left out, or `false`. */
  readonly missing: string | false
  /** Whether it gets a certificate when a name is first asked for. */
  readonly onDemand: boolean
  open(folder: string, ports: {https: number; http: number; pds: number}): Promise<Proxy>
}

const deployed = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../docs/operate/deploy/${name}`, import.meta.url)), 'utf8')

const isHere = (program: string): boolean => spawnSync(program, ['-v']).error === undefined

/** Replaces what must be there. */
function changed(text: string, changes: readonly (readonly [string | RegExp, string])[]): string {
  for (const [from, to] of changes) {
    const next = text.replaceAll(typeof from === 'string' ? from : new RegExp(from, 'g'), to)
    if (next === text) throw new Error(`the file has no ${String(from)} any more`)
    text = next
  }
  return text
}

async function running(program: string, args: readonly string[], env: NodeJS.ProcessEnv, isUp: () => boolean) {
  const child = spawn(program, args, {env: {...process.env, ...env}, stdio: ['ignore', 'pipe', 'pipe']})
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await closed
  }
  try {
    await until(() => {
      if (child.exitCode !== null) throw new Error(`${program} ended:\n${output}`)
      return isUp()
    }, `${program} listens`)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

const answers = (port: number) => () => spawnSync('bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`]).status === 0

export const caddy: ProxyKind = {
  name: 'Caddy',
  missing: isHere('caddy') ? false : 'no caddy in PATH (apt-get install caddy)',
  onDemand: true,
  async open(folder, {https, http, pds}) {
    const config = changed(deployed('Caddyfile'), [
      ['127.0.0.1:2583', `127.0.0.1:${pds}`],
      [
        '\ton_demand_tls {',
        `\tadmin off\n\tskip_install_trust\n\thttp_port ${http}\n\thttps_port ${https}\n\ton_demand_tls {`,
      ],
      ['\t\ton_demand\n', '\t\ton_demand\n\t\tissuer internal\n'],
      ['*.pds.example.com {', '*.pds.example.com {\n\tbind 127.0.0.1'],
    ])
    const file = join(folder, 'Caddyfile')
    writeFileSync(file, config)
    const env = {XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, HOME: folder}
    const stop = await running('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], env, answers(https))
    return {stop, ca: () => readFileSync(join(folder, 'caddy/pki/authorities/local/root.crt'), 'utf8')}
  },
}

export const nginx: ProxyKind = {
  name: 'nginx',
  missing: isHere('nginx') ? false : 'no nginx in PATH (apt-get install nginx)',
  onDemand: false,
  async open(folder, {https, http, pds}) {
    const [certificate, key] = [join(folder, 'fullchain.pem'), join(folder, 'privkey.pem')]
    const names = 'subjectAltName=DNS:pds.example.com,DNS:*.pds.example.com'
    const subject = ['-subj', '/CN=pds.example.com', '-addext', names]
    const sort = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    const made = spawnSync('openssl', ['req', '-x509', ...sort, ...subject, '-keyout', key, '-out', certificate])
    if (made.status !== 0) throw new Error(`openssl: ${String(made.stderr)}`)
    const site = changed(deployed('nginx.conf'), [
      ['127.0.0.1:2583', `127.0.0.1:${pds}`],
      ['listen 443 ', `listen 127.0.0.1:${https} `],
      ['listen 80;', `listen 127.0.0.1:${http};`],
      [/ {2}listen \[::\]:.*\n/, ''],
      ['/etc/letsencrypt/live/pds.example.com/', `${folder}/`],
    ])
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map(name => `${name}_temp_path ${folder}/${name};`)
      .join(' ')
    mkdirSync(join(folder, 'logs'), {recursive: true})
    const file = join(folder, 'nginx.conf')
    writeFileSync(
      file,
      `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {}\n` +
        `http { access_log off; ${temporary}\n${site}}\n`,
    )
    const stop = await running('nginx', ['-p', folder, '-c', file, '-e', `${folder}/error.log`], {}, answers(https))
    return {stop, ca: () => readFileSync(certificate, 'utf8')}
  },
}
