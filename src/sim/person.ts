/**
 * One person of a simulation: an account, and what its owner does, one thing after the other. After each the model is
 * told what was acknowledged. Where nobody can know (the connection broke, the server ended) the person waits until
 * nothing is under way any more and looks what is there: the act as a whole, or nothing of it.
 */
import type {Prng} from '#std/prng.ts'
import {Keypair} from '#atp/crypto/key.ts'
import type {Answer, Caller} from './caller.ts'
import type {SimClock} from './ground/clock.ts'
import {addresses, adminPassword, handleDomainOf, pdsNames, type PdsName} from './house.ts'
import {move} from './move.ts'
import {Account, subjectOf, type Json, type JsonRecord, type Model, type Op, type Wish} from './truth/model.ts'

export interface PersonDeps {
  readonly clock: SimClock
  readonly caller: Caller
  readonly model: Model
  /** Whether a server may have forgotten what it acknowledged. */
  readonly mayForget: (pds: PdsName) => boolean
  /** Told what cannot be. */
  readonly onFault: (detail: string) => void
}

/** Nothing that was sent is under way for longer. */
const settleMs = 30_000
const password = 'as good as any'
const basicAdmin = `Basic ${btoa(`admin:${adminPassword}`)}`

const post = 'app.bsky.feed.post'
const like = 'app.bsky.feed.like'
const repost = 'app.bsky.feed.repost'
const follow = 'app.bsky.graph.follow'
const profile = 'app.bsky.actor.profile'
const tidDigits = '234567abcdefghijklmnopqrstuvwxyz'
/** A record of a lexicon that no server here knows. */
const note = 'org.example.note'

export class Person {
  readonly #deps: PersonDeps
  readonly #prng: Prng
  #pds: PdsName
  #service: string
  readonly #name: string
  #account: Account | undefined
  /** Stands above the keys of all servers in the identity. */
  readonly #ownKey: Keypair
  #token = ''
  #keys = 0
  #names = 0

  constructor(name: string, pds: PdsName, prng: Prng, deps: PersonDeps) {
    this.#name = name
    this.#pds = pds
    this.#service = addresses[pds]
    this.#prng = prng
    const keys = prng.of('key')
    this.#ownKey = Keypair.generate('k256', size => Uint8Array.from({length: size}, () => keys.whole(0, 255)))
    this.#deps = deps
  }

  get account(): Account | undefined {
    return this.#account
  }

  get #own(): Account {
    if (!this.#account) throw new Error('A person signs up before anything else.')
    return this.#account
  }

  get #email(): string {
    return `${this.#name}@example.com`
  }

  /** Makes the account. */
  async signUp(): Promise<void> {
    const {caller, clock, model, onFault} = this.#deps
    const handle = `${this.#name}${handleDomainOf(this.#pds)}`
    for (;;) {
      const body = {handle, email: this.#email, password, recoveryKey: this.#ownKey.didKey}
      let answer = await caller.call(this.#service, 'com.atproto.server.createAccount', {body})
      if (answer.outcome !== 'done') {
        await clock.sleep(settleMs)
        answer = await this.#login(handle)
      }
      if (answer.outcome !== 'done') {
        if (answer.outcome === 'refused' && answer.status !== 401)
          return onFault(`${handle} cannot sign up: ${answer.detail}`)
        continue
      }
      this.#token = String(answer.body.accessJwt)
      this.#account = new Account(String(answer.body.did), handle, this.#pds)
      model.accounts.set(this.#account.did, this.#account)
      await this.#readFirst()
      return
    }
  }

  /** Writes about so many records, in one act. */
  async write(count: number): Promise<void> {
    await this.#perform(this.#wishes(count))
  }

  /** Writes one record that was not there, so that all who follow hear of the newest state. */
  async touch(): Promise<void> {
    const rkey = this.#newKey()
    await this.#perform([{kind: 'create', path: `${note}/${rkey}`, record: {$type: note, text: `touched ${rkey}`}}])
  }

  async changeHandle(): Promise<void> {
    const account = this.#own
    const handle = `${this.#name}-${++this.#names}${handleDomainOf(this.#pds)}`
    // Half of it may have happened, so it is asked for until it has as a whole.
    for (;;) {
      const answer = await this.#call('com.atproto.identity.updateHandle', {handle})
      if (answer.outcome === 'done') account.handle = handle
      else if (answer.outcome === 'refused') this.#deps.onFault(`${account.did} cannot be ${handle}: ${answer.detail}`)
      if (answer.outcome === 'done' || answer.outcome === 'refused') return
      await this.#deps.clock.sleep(settleMs)
    }
  }

  /** Moves to the other server, with everything. */
  async move(): Promise<void> {
    const account = this.#own
    const [to] = pdsNames.filter(name => name !== this.#pds)
    const handle = `${this.#name}-${++this.#names}${handleDomainOf(to)}`
    // What the old server has yet to tell of the account is not believed of it any more.
    account.isExact = false
    try {
      const moved = await move(
        {
          did: account.did,
          from: this.#service,
          to: addresses[to],
          plc: addresses.plc,
          handle,
          email: this.#email,
          password,
          ownKey: this.#ownKey,
          token: async () => {
            const session = await this.#login(account.did)
            return session.outcome === 'done' ? String(session.body.accessJwt) : ''
          },
        },
        this.#deps,
      )
      this.#token = moved.token
      account.handle = moved.handle
    } catch (error) {
      return this.#deps.onFault(String(error))
    }
    this.#pds = account.pds = to
    this.#service = addresses[to]
    account.status = 'active'
    await this.#readFirst()
  }

  /** Goes away, or comes back. */
  async setActive(isActive: boolean): Promise<void> {
    const account = this.#own
    const nsid = `com.atproto.server.${isActive ? 'activateAccount' : 'deactivateAccount'}`
    for (;;) {
      const answer = await this.#call(nsid, isActive ? undefined : {})
      if (answer.outcome === 'done') {
        account.status = isActive ? 'active' : 'deactivated'
        return
      }
      await this.#deps.clock.sleep(settleMs)
      await this.readStatus()
      if ((account.status === 'active') === isActive) return
    }
  }

  async readStatus(): Promise<void> {
    const {caller} = this.#deps
    const account = this.#own
    const params = {did: account.did}
    const answer = await caller.ask(this.#service, 'com.atproto.sync.getRepoStatus', {params})
    if (answer.outcome === 'done') account.status = answer.body.active === true ? 'active' : 'deactivated'
    else account.status = 'deleted'
  }

  /** Leaves for good. */
  async leave(): Promise<void> {
    const {caller, clock} = this.#deps
    const account = this.#own
    for (;;) {
      const body = {did: account.did}
      const headers = {authorization: basicAdmin}
      const answer = await caller.call(this.#service, 'com.atproto.admin.deleteAccount', {body, headers})
      if (answer.outcome === 'done') account.status = 'deleted'
      // What a server has yet to tell of an account goes with it.
      account.isExact = false
      if (answer.outcome !== 'done') {
        await clock.sleep(settleMs)
        await this.readStatus()
      }
      if (account.status === 'deleted') return
    }
  }

  /** After its server may have forgotten something: holds what it has against what was acknowledged. */
  async lookBack(): Promise<void> {
    if (!this.#account || this.#account.status === 'deleted') return
    await this.readStatus()
    if (this.#account.status === 'active') await this.#settle(undefined)
  }

  async #perform(wishes: readonly Wish[]): Promise<void> {
    const account = this.#own
    const ops = account.opsOf(wishes)
    if (ops.length === 0) return
    const answer = await this.#send(wishes)
    const commit = answer.outcome === 'done' ? (answer.body.commit as JsonRecord | undefined) : undefined
    if (answer.outcome === 'done' && commit) {
      account.commit({rev: String(commit.rev), cid: String(commit.cid), ops})
      this.#noteCids(wishes, answer.body)
    } else if (answer.outcome === 'done')
      this.#deps.onFault(`${account.did} was told that nothing changed by ${JSON.stringify(wishes)}`)
    else if (answer.outcome === 'refused' && answer.error === 'AccountDeactivated' && this.#deps.mayForget(this.#pds)) {
      // That it came back is forgotten.
      await this.setActive(true)
    } else if (answer.outcome === 'refused' && answer.error !== 'InvalidSwap') {
      this.#deps.onFault(`${account.did} was refused ${JSON.stringify(wishes).slice(0, 500)}: ${answer.detail}`)
    } else {
      await this.#deps.clock.sleep(settleMs)
      await this.#settle(ops)
    }
  }

  #send(wishes: readonly Wish[]): Promise<Answer> {
    const {did: repo, head: swapCommit = ''} = this.#own
    const [wish] = wishes
    const collection = wish.path.slice(0, wish.path.indexOf('/'))
    const rkey = wish.path.slice(collection.length + 1)
    if (wishes.length > 1) {
      const writes = wishes.map(({path, ...one}): Json => {
        const at = path.indexOf('/')
        const where = {collection: path.slice(0, at), rkey: path.slice(at + 1)}
        if (one.kind === 'delete') return {$type: 'com.atproto.repo.applyWrites#delete', ...where}
        const type = one.kind === 'create' ? 'create' : 'update'
        return {$type: `com.atproto.repo.applyWrites#${type}`, ...where, value: one.record}
      })
      return this.#call('com.atproto.repo.applyWrites', {repo, writes, swapCommit})
    }
    if (wish.kind === 'delete') return this.#call('com.atproto.repo.deleteRecord', {repo, collection, rkey, swapCommit})
    const nsid = wish.kind === 'create' ? 'createRecord' : 'putRecord'
    return this.#call(`com.atproto.repo.${nsid}`, {repo, collection, rkey, record: wish.record, swapCommit})
  }

  /** Finds out whether `pending` has happened, and whether anything before it was forgotten. */
  async #settle(pending: readonly Op[] | undefined): Promise<void> {
    const {caller, mayForget, onFault} = this.#deps
    const account = this.#own
    const params = {did: account.did}
    const answer = await caller.ask(this.#service, 'com.atproto.sync.getLatestCommit', {params})
    if (answer.outcome !== 'done' && answer.error === 'RepoDeactivated' && mayForget(this.#pds)) {
      // That it came back is forgotten.
      await this.setActive(true)
      return this.#settle(pending)
    }
    if (answer.outcome !== 'done') {
      if (!mayForget(this.#pds)) onFault(`${account.did} is gone: ${answer.detail}`)
      account.status = 'deleted'
      account.isExact = false
      return
    }
    const {rev, cid} = answer.body
    if (rev === account.rev) return
    const known = account.commits.some(commit => commit.rev === rev)
    if (known && mayForget(this.#pds)) account.goBackTo(String(rev))
    else if (known) onFault(`${account.did} is back at ${String(rev)}, and ${account.rev} was acknowledged`)
    else if (pending) account.commit({rev: String(rev), cid: String(cid), ops: pending})
    else onFault(`${account.did} is at ${String(rev)}, of which nobody knows`)
  }

  /** The commit that makes the repository here. */
  async #readFirst(): Promise<void> {
    const {caller} = this.#deps
    const params = {did: this.#own.did}
    const answer = await caller.ask(this.#service, 'com.atproto.sync.getLatestCommit', {params})
    if (answer.outcome === 'done')
      this.#own.commit({rev: String(answer.body.rev), cid: String(answer.body.cid), ops: []})
  }

  async #call(nsid: string, body: Json | undefined): Promise<Answer> {
    const {caller} = this.#deps
    const call = (): Promise<Answer> => caller.call(this.#service, nsid, {method: 'POST', body, token: this.#token})
    const answer = await call()
    if (answer.outcome !== 'refused' || !/Token/.test(answer.error)) return answer
    const session = await this.#login(this.#own.did)
    if (session.outcome === 'done') this.#token = String(session.body.accessJwt)
    return session.outcome === 'done' ? call() : session
  }

  #login(identifier: string): Promise<Answer> {
    const body = {identifier, password}
    return this.#deps.caller.ask(this.#service, 'com.atproto.server.createSession', {body})
  }

  #noteCids(wishes: readonly Wish[], body: JsonRecord): void {
    const results = (body.results as readonly JsonRecord[] | undefined) ?? [body]
    for (const [i, {path}] of wishes.entries()) {
      const cid = results[i]?.cid
      if (typeof cid === 'string') this.#own.cids.set(path, cid)
    }
  }

  #newKey(): string {
    let rest = this.#keys++
    let key = ''
    for (let i = 0; i < 8; i++, rest >>= 5) key = tidDigits[rest & 31] + key
    return `3sims${key}`
  }

  /** What this person has in mind next. No two of one act are about the same record or the same subject. */
  #wishes(count: number): Wish[] {
    const wishes: Wish[] = []
    const paths = new Set<string>()
    const subjects = new Set<string>()
    for (let tries = 0; wishes.length < count && tries < 2 * count; tries++) {
      const wish = this.#wish()
      if (!wish || paths.has(wish.path)) continue
      const subject = 'record' in wish ? subjectOf(wish.record) : undefined
      if (subject !== undefined && subjects.has(`${wish.path.split('/')[0]} ${subject}`)) continue
      if (subject !== undefined) subjects.add(`${wish.path.split('/')[0]} ${subject}`)
      paths.add(wish.path)
      wishes.push(wish)
    }
    return wishes
  }

  #wish(): Wish | undefined {
    const prng = this.#prng
    const create = (collection: string, record: JsonRecord): Wish => ({
      kind: 'create',
      path: `${collection}/${this.#newKey()}`,
      record: {$type: collection, ...record, createdAt: this.#time()},
    })
    const draw = prng.next()
    if (draw < 0.3) return create(post, {text: this.#text()})
    if (draw < 0.4) {
      const parent = this.#otherPost()
      return parent && create(post, {text: this.#text(), reply: {root: parent, parent}})
    }
    if (draw < 0.62) {
      const subject = this.#otherPost()
      return subject && create(prng.is(0.75) ? like : repost, {subject})
    }
    if (draw < 0.7) {
      const other = this.#other()
      return other && create(follow, {subject: other.did})
    }
    if (draw < 0.72) {
      const path = `${profile}/self`
      const kind = this.#own.records.has(path) ? 'update' : 'create'
      return {kind, path, record: {$type: profile, displayName: this.#text()}}
    }
    if (draw < 0.8) return create(note, {text: this.#text(), more: [prng.whole(0, 9), {deep: prng.is(0.5)}]})
    const {records} = this.#own
    if (records.size === 0) return undefined
    const path = prng.pick([...records.keys()])
    if (draw < 0.92) return {kind: 'delete', path}
    const record = records.get(path) as JsonRecord
    return 'text' in record && !('reply' in record)
      ? {kind: 'update', path, record: {...record, text: this.#text()}}
      : undefined
  }

  #other(): Account | undefined {
    const others = [...this.#deps.model.accounts.values()].filter(
      account => account !== this.#account && account.status !== 'deleted',
    )
    return others.length === 0 ? undefined : this.#prng.pick(others)
  }

  #otherPost(): JsonRecord | undefined {
    const other = this.#other()
    if (!other) return undefined
    const posts = [...other.cids].filter(([path]) => path.startsWith(post))
    if (posts.length === 0) return undefined
    const [path, cid] = this.#prng.pick(posts.slice(-40))
    return {uri: `at://${other.did}/${path}`, cid}
  }

  #text(): string {
    return `${this.#name} says ${this.#prng.whole(0, 1e9).toString(36)}`
  }

  #time(): string {
    return new Date(this.#deps.clock.nowMs).toISOString()
  }
}
