/** Wires what knows identities: those of this server's accounts, and everybody's. */
import type {World} from '#std/world.ts'
import {directoryWorld} from '#runtime/directory-world.ts'
import {Identities} from '#sdk/identity.ts'
import {keySetting, type PdsConfig} from '../config.ts'
import type {Secrets} from '../secrets.ts'
import {OwnIdentities} from './own-identities.ts'
import {PlcOperations} from './plc-operations.ts'

export interface IdentityPartsOptions {
  config: Pick<PdsConfig, 'publicUrl' | 'plcUrl' | 'recoveryDidKey'>
  secrets: Pick<Secrets, 'rotationKey'>
  /** Of the entryway, where there is one. */
  entrywayKey: string | undefined
  world: World
  /** For URLs that strangers name. */
  guarded: World
}

export function identityParts({config, secrets, entrywayKey, world, guarded}: IdentityPartsOptions) {
  const {publicUrl, plcUrl, recoveryDidKey} = config
  const plc = new PlcOperations({
    world,
    directory: plcUrl,
    rotationKey: secrets.rotationKey,
    recoveryKey: recoveryDidKey === undefined ? undefined : keySetting('PDS_RECOVERY_DID_KEY', recoveryDidKey),
    publicUrl,
    entrywayKey,
  })
  const identities = new Identities({
    world: directoryWorld(world, guarded, plcUrl),
    plcUrl,
    development: new URL(publicUrl).hostname === 'localhost',
  })
  const directory = new Identities({world, plcUrl})
  const ownIdentities = new OwnIdentities({directory, guarded: identities, plc, publicUrl})
  return {plc, identities, ownIdentities, didDocs: ownIdentities}
}
