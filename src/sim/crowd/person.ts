/**
 * What the owners of a crowd's accounts do at their servers: join, write, go and come back, take another name. The
 * directory is asked over the network, as often as it takes; what their server does is done at once.
 */
import {assert} from '#std/assert.ts'
import {atprotoData, createIdentity, updateIdentity, withIdentity} from '#atp/plc/build.ts'
import {parseOperation} from '#atp/plc/operation.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import type {Crowd, Member} from './crowd.ts'
import type {HostLog} from './host.ts'
import type {Change} from './book.ts'

export interface Directory {
  /** Puts an operation. False while it cannot be known whether it was taken. */
  put(did: string, operation: object): Promise<boolean>
  /** The newest operation of an identity; undefined while nobody answers. */
  last(did: string): Promise<unknown>
}

export interface PersonDeps {
  readonly crowd: Crowd
  readonly logs: readonly HostLog[]
  /** URLs of the servers. */
  readonly urls: readonly string[]
  /** Those that identities begin with, where others are wanted: so that they are the same wherever the servers are. */
  readonly firstUrls?: readonly string[]
  readonly directory: Directory
  sleep(ms: number): Promise<void>
  /** What the clock of a server says. */
  nowAt(host: number): number
}

const retryMs = 3_000
const handleOf = (number: number, names: string): Handle => `p${number}${names}.crowd.test` as Handle

export class People {
  readonly #deps: PersonDeps

  constructor(deps: PersonDeps) {
    this.#deps = deps
  }

  /** Makes an account, with a profile. */
  async join(member: Member): Promise<void> {
    const {crowd, urls, firstUrls = urls, directory, sleep} = this.#deps
    const {number, host, key, rotationKey} = member
    const handle = handleOf(number, '')
    const {did, operation} = createIdentity(
      atprotoData({handle, signingKey: key.didKey, pds: firstUrls[host], rotationKeys: [rotationKey.didKey]}),
      rotationKey,
    )
    member.did = did
    member.handle = handle
    crowd.byDid.set(did, member)
    crowd.byHandle.set(handle, member)
    // Whether it was made is seen by asking.
    while (!(await directory.put(did, operation)) && (await directory.last(did)) === undefined) await sleep(retryMs)
    if (urls[host] !== firstUrls[host]) {
      const moved = updateIdentity(operation, data => withIdentity(data, {pds: urls[host]}), rotationKey)
      await directory.put(did, moved)
    }
    member.status = 'active'
    this.#say(member, {t: '#identity', did, handle})
    this.#say(member, {t: '#account', did, active: true})
    this.write(member, [{number: 0, kind: 0, version: 1, subject: 0, subjectNumber: 0}])
  }

  write(member: Member, changes: readonly Change[]): void {
    const {crowd, logs, nowAt} = this.#deps
    const nowMs = nowAt(member.host)
    const made = crowd.commit(member, changes, nowMs)
    logs[member.host].sayCommit(member, made, nowMs)
  }

  setActive(member: Member, isActive: boolean): void {
    const {did} = member
    member.status = isActive ? 'active' : 'deactivated'
    this.#say(
      member,
      isActive ? {t: '#account', did, active: true} : {t: '#account', did, active: false, status: 'deactivated'},
    )
  }

  async rename(member: Member, names: string): Promise<void> {
    const {crowd} = this.#deps
    const handle = handleOf(member.number, names)
    crowd.byHandle.set(handle, member)
    const {directory, sleep} = this.#deps
    for (;;) {
      const last = await directory.last(member.did)
      if (last !== undefined) {
        const before = parseOperation(last)
        assert(before.type === 'plc_operation', 'nobody here ends an identity')
        if (before.alsoKnownAs[0] === `at://${handle}`) break
        const operation = updateIdentity(before, data => withIdentity(data, {handle}), member.rotationKey)
        if (await directory.put(member.did, operation)) break
      }
      await sleep(retryMs)
    }
    member.handle = handle
    this.#say(member, {t: '#identity', did: member.did, handle})
  }

  #say(member: Member, event: Parameters<HostLog['say']>[0]): void {
    const {logs, nowAt} = this.#deps
    logs[member.host].say(event, nowAt(member.host))
  }
}
