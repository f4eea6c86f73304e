/** This server's part in the life of a did:plc identity: it begins one for a new account, and changes its own. */
import type {World} from '#std/world.ts'
import {Malformed} from '#std/malformed.ts'
import {fromUtf8} from '#std/text.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import type {Keypair} from '#atp/crypto/key.ts'
import {atprotoData, createIdentity, tombstoneIdentity, updateIdentity, withIdentity} from '#atp/plc/build.ts'
import {
  dataOf,
  genesisDid,
  operationCid,
  parseOperation,
  signerOf,
  type PlcData,
  type PlcOperation,
  type PlcUpdate,
} from '#atp/plc/operation.ts'
import {didMethod, type Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {PassingBuffers} from '#engines/young-heap.ts'
import {letGo, readBytes} from '#xrpc/body.ts'
import {Refusal} from '../refusal.ts'

const answerMs = 10_000
/**
 * Bytes that a request leaves: the standard class and signals that follow others remember each by a weak reference, so
 * that only a look through the whole heap frees it. Left to V8, 80 MB of that gather while thousands sign up.
 */
const leftSize = 32 * 1024
const leftSizeMax = 16 * 2 ** 20
/** Bytes of what the directory says to an operation that it takes. */
const saidSizeMax = 4_096
const tooMuch = (): Error => new Error('More than a directory says.')

export interface PlcOperationsOptions {
  world: World
  /** Base URL of a PLC directory. */
  directory: string
  rotationKey: Keypair
  /** did:key of whoever runs this server, kept apart from it, if there is one. */
  recoveryKey: string | undefined
  /** Where this server is found. */
  publicUrl: string
  /** did:key by which an entryway changes identities, in this server's place. */
  entrywayKey?: string
  /** Told of what each request leaves. */
  garbage?: Pick<PassingBuffers, 'passed'>
}

export class PlcOperations {
  readonly #world: World
  readonly #directory: string
  readonly #rotationKey: Keypair
  readonly #recoveryKey: string | undefined
  readonly #publicUrl: string
  readonly #entrywayKey: string | undefined
  readonly #garbage: Pick<PassingBuffers, 'passed'>

  constructor(options: PlcOperationsOptions) {
    const {world, directory, rotationKey, recoveryKey, publicUrl, entrywayKey} = options
    this.#garbage = options.garbage ?? new PassingBuffers(leftSizeMax, 1)
    this.#entrywayKey = entrywayKey
    this.#world = world
    this.#directory = directory.replace(/\/$/, '')
    this.#rotationKey = rotationKey
    this.#recoveryKey = recoveryKey
    this.#publicUrl = publicUrl
  }

  /** did:key that identities here must have among their rotation keys. */
  get rotationKey(): string {
    return this.#entrywayKey ?? this.#rotationKey.didKey
  }

  /** What an identity here should say. `recoveryKey`, the owner's, stands above those of this server. */
  data(handle: Handle, signingKey: string, recoveryKey?: string): PlcData {
    const rotationKeys = [recoveryKey, this.#recoveryKey, this.rotationKey].filter(key => key !== undefined)
    return atprotoData({handle, signingKey, pds: this.#publicUrl, rotationKeys})
  }

  /** Signs the first operation of a new identity; `submit` makes it so. */
  begin(handle: Handle, signingKey: string, recoveryKey?: string): {did: Did; operation: PlcUpdate} {
    return createIdentity(this.data(handle, signingKey, recoveryKey), this.#rotationKey)
  }

  /** did:key texts of who may change the identity. */
  async rotationKeys(did: Did): Promise<readonly string[]> {
    return dataOf(await this.#last(did))?.rotationKeys ?? []
  }

  /** Signs a change of an identity whose rotation keys include ours, and does not submit it. Throws `Refusal`. */
  async sign(did: Did, change: (data: PlcData) => PlcData): Promise<PlcUpdate> {
    demandPlc(did)
    const last = await this.#last(did)
    if (last.type === 'plc_tombstone') throw new Refusal('bad-operation', `${did} can no longer be changed.`)
    return asUpdate(parsed(updateIdentity(last, change, this.#rotationKey)))
  }

  /** Changes an identity's handle and leaves all else as it is. What is so already costs no operation. */
  async changeHandle(did: Did, handle: Handle): Promise<void> {
    let isSaid = false
    const operation = await this.sign(did, data => {
      isSaid = data.alsoKnownAs.find(name => name.startsWith('at://')) === `at://${handle}`
      return withIdentity(data, {handle})
    })
    if (isSaid) return
    // Whoever keeps the identities has changed this one before he tells of it.
    if (this.#entrywayKey !== undefined) throw new Refusal('bad-handle', 'Handle does not match DID doc')
    await this.submit(did, operation)
  }

  /** The first operation of an identity that an entryway has begun, if it leaves the account in working order here. */
  begun(did: Did, json: unknown, handle: Handle, signingKey: string): PlcUpdate {
    const operation = this.checked(json, handle, signingKey)
    if (signerOf(operation, [this.rotationKey]) !== 0) refuse('is not signed by the entryway')
    if (operation.prev === null && genesisDid(operation) !== did) refuse(`is not of ${did}`)
    return operation
  }

  /** Ends an identity that was begun for an account which then could not be made. */
  async abandon(did: Did): Promise<void> {
    await this.submit(did, tombstoneIdentity(await this.#last(did), this.#rotationKey))
  }

  /**
   * What a client wants to submit, if it leaves the account in working order here. Throws `Refusal`. The directory
   * has the last word, on the signature above all.
   */
  checked(json: unknown, handle: Handle, signingKey: string): PlcUpdate {
    const operation = asUpdate(parsed(json))
    const {rotationKeys, services, verificationMethods, alsoKnownAs} = operation
    const pds = Object.hasOwn(services, 'atproto_pds') ? services.atproto_pds : undefined
    if (!rotationKeys.includes(this.rotationKey)) return refuse('does not include this server’s rotation key')
    if (pds?.type !== 'AtprotoPersonalDataServer') return refuse('has no service of type AtprotoPersonalDataServer')
    if (pds.endpoint !== this.#publicUrl) return refuse(`does not point to ${this.#publicUrl}`)
    if (verificationMethods.atproto !== signingKey) return refuse(`has a different signing key than ${signingKey}`)
    if (alsoKnownAs[0] !== `at://${handle}`) return refuse(`must start alsoKnownAs with at://${handle}`)
    return operation
  }

  /**
   * Hands an operation to the directory. Throws `Refusal` with the directory's words when it does not take it. A directory
   * that is not well, or a proxy before it, says 200 too: whoever says it in other words is asked whether it is so.
   */
  async submit(did: Did, operation: PlcOperation): Promise<void> {
    const said = await this.#ask(`/${did}`, async ({body}) => fromUtf8(await readBytes(body, saidSizeMax, tooMuch)), {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(operation),
    })
    if (said?.trim() === 'OK') return
    const last = await this.#last(did).catch(() => undefined)
    if (last && operationCid(last) === operationCid(operation)) return
    throw new Refusal('directory-failed', 'The PLC directory did not answer as it should; try again later.')
  }

  async #last(did: Did): Promise<PlcOperation> {
    const json = await this.#ask(`/${did}/log/last`, (response): Promise<unknown> =>
      response.json().catch((cause: unknown) => {
        throw new Refusal('directory-failed', 'The PLC directory did not answer as it should; try again later.', cause)
      }),
    )
    return parsed(json)
  }

  /** Asks the directory, which has `answerMs` for all of its answer, and reads it. Throws `Refusal`. */
  async #ask<T>(path: string, read: (response: Response) => T | Promise<T>, init?: RequestInit): Promise<T> {
    try {
      return await withDeadline(this.#world, answerMs, undefined, async signal => {
        const response = await this.#world.fetch(new Request(this.#directory + path, {...init, signal}))
        return response.ok ? await read(response) : await refusedBy(response)
      })
    } catch (cause) {
      if (cause instanceof Refusal) throw cause
      throw new Refusal('directory-failed', 'The PLC directory could not be reached; try again later.', cause)
    } finally {
      this.#garbage.passed(leftSize)
    }
  }
}

async function refusedBy(response: Response): Promise<never> {
  // A fault of its own is no word on what it was asked.
  if (response.status >= 500) {
    letGo(response.body)
    throw new Refusal('directory-failed', 'The PLC directory is out of order; try again later.')
  }
  const {message} = (await response.json().catch(() => ({}))) as {message?: string}
  throw new Refusal('directory-refused', `The PLC directory refused: ${String(message).slice(0, 300)}`)
}

/** Throws `Refusal` for an identity that no directory keeps: its owner changes the document on its own host. */
export function demandPlc(did: Did): void {
  if (didMethod(did) === 'plc') return
  throw new Refusal('bad-operation', `${did} is not in the PLC directory: its document is changed on its own host.`)
}

const refuse = (detail: string): never => {
  throw new Refusal('bad-operation', `The operation ${detail}.`)
}

const asUpdate = (operation: PlcOperation): PlcUpdate =>
  operation.type === 'plc_operation' ? operation : refuse('is not of type plc_operation')

function parsed(json: unknown): PlcOperation {
  try {
    return parseOperation(json)
  } catch (error) {
    if (error instanceof Malformed) throw new Refusal('bad-operation', error.message)
    throw error
  }
}
