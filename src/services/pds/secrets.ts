/** What only this server knows. Made on first start; whoever has the file can be this server, so it is mode 0600. */
import {existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {fromHex, toHex} from '#std/bytes.ts'
import type {World} from '#std/world.ts'
import {Keypair} from '#atp/crypto/key.ts'

export interface Secrets {
  /** 32 bytes that sign session tokens. */
  jwtSecret: Uint8Array
  /** For whoever runs this server, unless the configuration gives one. */
  adminPassword: string
  /** Signs changes of the identities that this server began. */
  rotationKey: Keypair
  /** Signs access tokens of OAuth; of P-256. */
  oauthKey: Keypair
  /** 32 bytes by which refresh tokens of OAuth are known to be ours. */
  oauthSecret: Uint8Array
  /** 32 bytes that seal what second factors are made of, so that the database alone gives none of them away. */
  factorSecret: Uint8Array
}

/** What files of before a secret there was are given; texts, as the file has them. */
const later: Readonly<Record<string, (world: Pick<World, 'random'>) => string>> = {
  adminPassword: world => toHex(world.random(16)),
  oauthKey: world => toHex(Keypair.generate('p256', world.random).export()),
  oauthSecret: world => toHex(world.random(32)),
  factorSecret: world => toHex(world.random(32)),
}

/** Reads the file at `path`, or makes it. Throws with its name when it is not what it should be. */
export function openSecrets(path: string, world: Pick<World, 'random'>): Secrets {
  if (!existsSync(path)) {
    const made = {
      jwtSecret: toHex(world.random(32)),
      rotationKey: toHex(Keypair.generate('k256', world.random).export()),
    }
    mkdirSync(dirname(path), {recursive: true, mode: 0o700})
    begin(path, JSON.stringify(made, null, 2))
  }
  const kept = read(path)
  const missing = Object.keys(later).filter(name => kept[name] === undefined)
  if (missing.length > 0) {
    for (const name of missing) kept[name] = later[name](world)
    writeFileSync(`${path}.new`, JSON.stringify(kept, null, 2), {mode: 0o600, flush: true})
    renameSync(`${path}.new`, path)
  }
  const secret = fromHex(kept.jwtSecret ?? '')
  const key = fromHex(kept.rotationKey ?? '')
  const oauthKey = fromHex(kept.oauthKey ?? '')
  const oauthSecret = fromHex(kept.oauthSecret ?? '')
  const factorSecret = fromHex(kept.factorSecret ?? '')
  if (
    secret?.length !== 32 ||
    key?.length !== 32 ||
    oauthKey?.length !== 32 ||
    oauthSecret?.length !== 32 ||
    factorSecret?.length !== 32
  ) {
    throw notSecrets(path)
  }
  return {
    jwtSecret: secret,
    adminPassword: kept.adminPassword ?? '',
    rotationKey: Keypair.import('k256', key),
    oauthKey: Keypair.import('p256', oauthKey),
    oauthSecret,
    factorSecret,
  }
}

/** Puts the file in place whole or not at all, whenever the server is ended, and never over one that another has made. */
function begin(path: string, text: string): void {
  const made = `${path}.${process.pid}.new`
  writeFileSync(made, text, {mode: 0o600, flush: true})
  try {
    linkSync(made, path)
  } catch (error) {
    // Some file systems know no links.
    if (!existsSync(path)) return renameSync(made, path)
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  rmSync(made)
}

function read(path: string): Record<string, string | undefined> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string | undefined>
  } catch (error) {
    throw error instanceof SyntaxError ? notSecrets(path) : error
  }
}

const notSecrets = (path: string): Error => {
  const names = '"jwtSecret", "rotationKey", "oauthKey", "oauthSecret" and "factorSecret"'
  return new Error(`${path} should hold ${names}, each 64 hexadecimal digits.`)
}
