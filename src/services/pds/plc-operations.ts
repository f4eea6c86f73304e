/** This server's part in the life of a did:plc identity: it begins one for a new account, and changes its own. */
import type {World} from '#std/world.ts'
import type {Keypair} from '#atp/crypto/key.ts'
import {genesisDid, operationCid, signOperation, type PlcOperation, type PlcUpdate} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {XrpcError} from '#xrpc/errors.ts'

const answerMs = 10_000

export class PlcOperations {
  readonly #world: World
  readonly #directory: string
  readonly #rotationKey: Keypair
  readonly #publicUrl: string

  /** `directory` is the base URL of a PLC directory; `publicUrl` is where this server is found. */
  constructor(world: World, directory: string, rotationKey: Keypair, publicUrl: string) {
    this.#world = world
    this.#directory = directory.replace(/\/$/, '')
    this.#rotationKey = rotationKey
    this.#publicUrl = publicUrl
  }

  get rotationKey(): string {
    return this.#rotationKey.didKey
  }

  /** What an identity here should say. `recoveryKey` stands above this server's own. */
  data(handle: Handle, signingKey: string, recoveryKey?: string): Omit<PlcUpdate, 'sig' | 'prev'> {
    return {
      type: 'plc_operation',
      rotationKeys: recoveryKey === undefined ? [this.rotationKey] : [recoveryKey, this.rotationKey],
      verificationMethods: {atproto: signingKey},
      alsoKnownAs: [`at://${handle}`],
      services: {atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint: this.#publicUrl}},
    }
  }

  /** Signs the first operation of a new identity; `submit` makes it so. */
  begin(handle: Handle, signingKey: string, recoveryKey?: string): {did: Did; operation: PlcUpdate} {
    const unsigned = {...this.data(handle, signingKey, recoveryKey), prev: null}
    const operation = signOperation<PlcUpdate>(unsigned, this.#rotationKey)
    return {did: genesisDid(operation), operation}
  }

  /** Changes an identity's handle and leaves all else as it is. */
  async changeHandle(did: Did, handle: Handle): Promise<void> {
    const last = await this.#last(did)
    if (last.type !== 'plc_operation') throw new XrpcError('InvalidRequest', `${did} can no longer be changed.`)
    const others = last.alsoKnownAs.filter(alias => !alias.startsWith('at://'))
    const {sig: _, ...unsigned} = last
    const next = {...unsigned, alsoKnownAs: [`at://${handle}`, ...others], prev: operationCid(last)}
    await this.submit(did, signOperation<PlcUpdate>(next, this.#rotationKey))
  }

  /** Ends an identity that was begun for an account which then could not be made. */
  async abandon(did: Did): Promise<void> {
    const prev = operationCid(await this.#last(did))
    await this.submit(did, signOperation({type: 'plc_tombstone' as const, prev}, this.#rotationKey) as PlcOperation)
  }

  /** Hands an operation to the directory. Throws `XrpcError` with the directory's words when it does not take it. */
  async submit(did: Did, operation: PlcOperation): Promise<void> {
    await this.#ask(`/${did}`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(operation),
    })
  }

  async #last(did: Did): Promise<PlcOperation> {
    return (await (await this.#ask(`/${did}/log/last`)).json()) as PlcOperation
  }

  async #ask(path: string, init?: RequestInit): Promise<Response> {
    const request = new Request(this.#directory + path, {...init, signal: AbortSignal.timeout(answerMs)})
    let response: Response
    try {
      response = await this.#world.fetch(request)
    } catch (cause) {
      throw new XrpcError('UpstreamFailure', 'The PLC directory could not be reached; try again later.', {cause})
    }
    if (response.ok) return response
    const {message} = (await response.json().catch(() => ({}))) as {message?: string}
    throw new XrpcError('InvalidRequest', `The PLC directory refused: ${String(message).slice(0, 300)}`)
  }
}
