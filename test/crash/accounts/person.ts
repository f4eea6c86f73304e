/** One person with an account: what was acknowledged of it, thing by thing, and how each is looked at. */
import assert from 'node:assert/strict'
import {existsSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {parseDidDocument, signingKey} from '#atp/identity/did-document.ts'
import type {Keypair, PublicKey} from '#atp/crypto/key.ts'
import type {PlcUpdate} from '#atp/plc/operation.ts'
import {verifyRepo} from '#atp/repo/verify.ts'
import type {Did} from '#atp/syntax/did.ts'
import {SiteBrowser} from '../../site-browser.ts'
import type {App, Key} from './app.ts'
import type {Data} from './data-check.ts'
import {Things, type Change, type Thing} from './things.ts'
import {done, Unanswered, type Ask, type Wire} from './wire.ts'

/** What people share: the server, the directory, and what is known once the server has stopped. */
export interface Town {
  readonly wire: Wire
  readonly plcUrl: string
  /** Of requests to the directory, which is never killed. */
  fetch(request: Request): Promise<Response>
  readonly mailFolder: string
  readonly key: Key
  readonly random: () => number
  /** The tables as they were when the server was killed last. */
  data: Data | undefined
  /** Keys of repositories, by DID. */
  readonly keys: Map<string, PublicKey>
  /** Acknowledged commits of accounts that are there. */
  commits: {did: string; rev: string; cid: string}[]
  /** Those of deleted accounts, for ever. */
  readonly gone: Set<string>
  /** Codes that were exchanged for access, which has ended. */
  readonly usedCodes: {code: string; verifier: string}[]
  /** What has ended, of all: it never comes back. */
  readonly over: Thing[]
}

export interface Session extends Thing {
  access: string
  refresh: string
}

export interface AppPassword extends Thing {
  readonly label: string
  readonly password: string
}

export interface Browser extends Thing {
  readonly site: SiteBrowser
}

export interface Blob extends Thing {
  readonly cid: string
  readonly bytes: Uint8Array
  readonly path: string
}

/** Of an identity that is brought here from elsewhere. */
export interface Origin {
  readonly rotation: Keypair
  readonly signing: Keypair
  readonly genesis: PlcUpdate
}

let names = 0

export class Person {
  readonly town: Town
  readonly name = `person${names++}`
  readonly firstEmail = `${this.name}@example.com`
  readonly firstHandle = `${this.name}.test`
  readonly things = new Things(() => `${this.name} (${this.did})`)
  did: Did | '' = ''
  origin: Origin | undefined
  inviteCode = ''
  readonly sessions: Session[] = []
  readonly appPasswords: AppPassword[] = []
  readonly browsers: Browser[] = []
  readonly apps: App[] = []
  readonly blobs = new Set<Blob>()
  readonly records = new Map<string, Thing>()
  recoveryCodes: string[] = []
  handleChanges = 0
  /** Access tokens that ended with a password. */
  readonly dead: string[] = []
  #found = new Map<string, string>()
  #logins = new Map<string, Promise<string>>()

  constructor(town: Town) {
    this.town = town
  }

  /** Whether the account was there and is gone. */
  get hasLeft(): boolean {
    return this.sessions.length > 0 && this.standing.state === 'none'
  }

  #thing(name: string, state: string, look: (wanted: readonly string[]) => Promise<string>): Thing {
    return this.things.add({name, state, look})
  }

  /** `none`, `active`, `deactivated` or `takendown`. */
  readonly standing = this.#thing('the account', 'none', async () => {
    if (!this.did) return this.#foundByHandle()
    const {status, json} = await this.town.wire.query('com.atproto.sync.getRepoStatus', {did: this.did})
    if (status === 400) return 'none'
    return json.active ? 'active' : String(json.status)
  })

  readonly invite = this.#thing('the invite code', '0', async () =>
    String(this.town.data?.invites.get(this.inviteCode) ?? 0),
  )

  readonly password = this.#thing('the password', `password of ${this.name}`, async wanted => {
    const logins = await Promise.all(wanted.map(password => this.login(password)))
    const right = wanted.filter((_, i) => logins[i] !== 'no')
    return right.length === 0 && this.standing.state === 'none' ? wanted[0] : right.join(' and ')
  })

  readonly totp = this.#thing('the authenticator app', 'none', async wanted => {
    const is = this.town.data?.totp.has(this.did) ? 'on' : 'none'
    const isSettled = wanted.length === 1 && this.password.state !== ''
    if (isSettled) assert.equal(await this.login(this.password.state), is === 'on' ? 'factor' : 'in')
    return is
  })

  readonly recovery = this.#thing('recovery codes', '0', async () =>
    String(this.town.data?.recoveryCodes.get(this.did) ?? 0),
  )

  /** The address, and whether it is `confirmed`. */
  readonly mail = this.#thing('the address', this.firstEmail, async () => {
    const {email, emailConfirmedAt} = await this.#info()
    return `${String(email)}${emailConfirmedAt === undefined ? '' : ' confirmed'}`
  })

  get email(): string {
    return this.mail.state.split(' ')[0]
  }

  readonly handle = this.#thing('the handle', this.firstHandle, async () =>
    String((await this.#info()).handle ?? this.handle.state),
  )

  /** Codes that were mailed for this, by purpose. */
  readonly codes = Object.fromEntries(
    ['confirm_email', 'reset_password', 'update_email'].map(purpose => [
      purpose,
      this.#thing(`the code to ${purpose}`, 'none', async () =>
        this.town.data?.mailCodes.has(`${this.did} ${purpose}`) ? 'good' : 'none',
      ),
    ]),
  )

  async #info(): Promise<Record<string, unknown>> {
    const {wire} = this.town
    if (this.standing.state === 'none') return {}
    return done(await wire.query('com.atproto.admin.getAccountInfo', {did: this.did}, wire.admin))
  }

  /** Whether a sign-up came to be that was not answered; its DID, if so. */
  async #foundByHandle(): Promise<string> {
    const {status, json} = await this.town.wire.query('com.atproto.identity.resolveHandle', {handle: this.firstHandle})
    if (status !== 200) return 'none'
    this.did = String(json.did) as Did
    return 'active'
  }

  /** `in`, `no`, or `factor` where the password is right and not enough. */
  login(password: string): Promise<string> {
    let login = this.#logins.get(password)
    if (!login) this.#logins.set(password, (login = this.#login(password)))
    return login
  }

  async #login(password: string): Promise<string> {
    if (!this.did) return 'no'
    const body = {identifier: this.did, password, allowTakendown: true}
    const {status, json} = await this.town.wire.call('com.atproto.server.createSession', body)
    if (status === 200) return 'in'
    assert.equal(status, 401, JSON.stringify(json))
    return json.error === 'AuthFactorTokenRequired' ? 'factor' : 'no'
  }

  addSession(access: string, refresh: string): Session {
    const session: Session = {
      name: `session ${this.sessions.length}`,
      state: 'open',
      access,
      refresh,
      look: async () => {
        const answer = await this.town.wire.call('com.atproto.server.refreshSession', undefined, session.refresh)
        if (answer.status !== 200) return 'ended'
        session.access = String(answer.json.accessJwt)
        session.refresh = String(answer.json.refreshJwt)
        done(await this.town.wire.query('com.atproto.server.getSession', {}, bearer(session.access)))
        return 'open'
      },
    }
    this.sessions.push(session)
    return this.things.add(session)
  }

  addAppPassword(label: string, password: string): AppPassword {
    const look = async (): Promise<string> => {
      // It lets nobody in to an account that is taken down, and is there when that ends.
      if (this.standing.state === 'takendown') return made.state
      return (await this.#login(password)) === 'no' ? 'revoked' : 'good'
    }
    const made: AppPassword = {name: `app password ${label}`, state: 'good', label, password, look}
    this.appPasswords.push(made)
    return this.things.add(made)
  }

  newBrowser(): Browser {
    const {wire} = this.town
    const site = new SiteBrowser({fetch: wire.fetch, origin: wire.url})
    const look = async (): Promise<string> => {
      const {status} = await site.get(`/account/${this.did}/apps`)
      return status === 200 ? 'in' : 'out'
    }
    return {name: `browser ${this.browsers.length}`, state: 'out', site, look}
  }

  /** Puts a thing at a path of the repository. */
  recordAt(path: string): Thing {
    let record = this.records.get(path)
    if (!record) {
      record = this.#thing(path, 'none', async () => this.#found.get(path) ?? 'none')
      this.records.set(path, record)
    }
    return record
  }

  readonly #hidings = new Map<string, Thing>()

  /** Whether the record at a path is `seen`, or `hidden` by a moderator. */
  hidingOf(path: string): Thing {
    let hiding = this.#hidings.get(path)
    if (!hiding) {
      hiding = this.#thing(`takedown of ${path}`, 'seen', async () =>
        this.town.data?.hidden.has(`${this.did} ${path}`) ? 'hidden' : 'seen',
      )
      this.#hidings.set(path, hiding)
    }
    return hiding
  }

  addBlob(cid: string, bytes: Uint8Array, path: string): Blob {
    const {wire} = this.town
    const look = async (): Promise<string> => {
      const subject = {did: this.did, blob: cid}
      const {json} = await wire.query('com.atproto.admin.getSubjectStatus', subject, wire.admin)
      const answer = await wire.query('com.atproto.sync.getBlob', {did: this.did, cid}, wire.admin)
      const isBarred = (json.takedown as {applied: boolean} | undefined)?.applied
      if (isBarred) {
        assert.equal((await wire.query('com.atproto.sync.getBlob', {did: this.did, cid})).status, 400)
        return 'barred'
      }
      if (answer.status === 400) return 'none'
      assert.ok(Buffer.from(bytes).equals(answer.bytes), `the blob ${cid} is whole`)
      return 'kept'
    }
    const blob: Blob = {name: `blob ${cid}`, state: 'none', cid, bytes, path, look}
    this.blobs.add(blob)
    return this.things.add(blob)
  }

  /** What ends all that lets anybody in. */
  endings(): Change[] {
    const open = this.apps.filter(({state}) => state === 'open')
    return [...become(this.sessions, 'ended'), ...become(this.browsers, 'out'), ...become(open, 'ended')]
  }

  /** What has ended is looked at by chance from now on. */
  forgetEnded(): void {
    const drop = <T extends Thing>(list: T[]): void => {
      for (const thing of list.filter(({state}) => ['ended', 'out', 'revoked'].includes(state))) {
        list.splice(list.indexOf(thing), 1)
        this.things.all.delete(thing)
        this.town.over.push(thing)
      }
    }
    for (const app of this.apps) {
      // One without tokens had its code looked at, which used it up.
      if (app.state !== 'open' && app.code) this.town.usedCodes.push(app.code)
      if (app.state === 'none') this.things.all.delete(app)
    }
    const apps = this.apps.filter(({state}) => state !== 'none')
    this.apps.splice(0, this.apps.length, ...apps)
    for (const list of [this.sessions, this.browsers, this.apps, this.appPasswords]) drop<Thing>(list)
    for (const [path, record] of this.records) {
      if (record.state !== 'none') continue
      this.records.delete(path)
      this.things.all.delete(record)
    }
    // Of a repository that was brought here without its blobs, they are still to come.
    if (this.standing.state !== 'deactivated') this.forgetBlobs()
  }

  forgetBlobs(): void {
    for (const blob of this.blobs) {
      if (blob.state !== 'none') continue
      this.blobs.delete(blob)
      this.things.all.delete(blob)
    }
  }

  /** Asks for a code that nobody waits for to be sent, and gives it once it is there. */
  async lateCode(ask: () => Promise<unknown>): Promise<string> {
    // One that was never looked at is void with the next.
    this.#findCode()
    this.#lastCode = ''
    await ask()
    while (!this.#findCode()) {
      if (this.town.wire.killed) throw new Unanswered('no code was mailed')
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    return this.mailedCode()
  }

  #lastCode = ''

  mailedCode(): string {
    const code = this.#findCode()
    this.#lastCode = ''
    assert.ok(code, `a code was mailed to ${this.email}`)
    return code
  }

  /** The code that was mailed last, if there is one that was not looked at. */
  #findCode(): string {
    const {mailFolder} = this.town
    const all = existsSync(mailFolder) ? readdirSync(mailFolder) : []
    for (const name of all.filter(name => name.includes(`Z-${this.email}-`) && name.endsWith('.txt')).toSorted()) {
      const path = join(mailFolder, name)
      const text = readFileSync(path, 'utf8')
      // One that is being written ends later.
      if (!text.endsWith('\n')) continue
      this.#lastCode = /\b[A-Z2-7]{5}-[A-Z2-7]{5}\b/.exec(text)?.[0] ?? this.#lastCode
      for (const end of ['txt', 'html']) rmSync(path.replace(/txt$/, end), {force: true})
    }
    return this.#lastCode
  }

  /** The repository as it stands now, and that it is sound. */
  async readRepo(): Promise<void> {
    this.#logins = new Map()
    this.#found = new Map()
    if (this.standing.state === 'none' && !this.did) await this.#foundByHandle()
    if (!this.did) return
    const {wire} = this.town
    const {status, bytes} = await wire.query('com.atproto.sync.getRepo', {did: this.did}, wire.admin)
    if (status === 400) return
    assert.equal(status, 200)
    // What came from elsewhere is signed here before its document says so.
    const key = this.origin && !this.town.keys.has(this.did) ? undefined : await this.key()
    const onRecord = ({path, cid}: {path: string; cid: {toString(): string}}) => void this.#found.set(path, String(cid))
    const repo = await verifyRepo(bytes, {did: this.did, ...(key && {key}), onRecord})
    assert.ok(repo.ok, `the export of ${this.did} is sound: ${repo.ok ? '' : repo.detail}`)
  }

  /** Nothing is in the repository that was never asked for. */
  checkRecords(): void {
    const strange = [...this.#found.keys()].filter(path => !this.records.has(path))
    assert.deepEqual(strange, [], `${this.name} asked for all that is in the repository`)
  }

  async document(): Promise<unknown> {
    const {plcUrl, fetch} = this.town
    return (await fetch(new Request(`${plcUrl}/${this.did}`))).json()
  }

  /** The key that its repository is signed with. */
  async key(): Promise<PublicKey> {
    const {keys} = this.town
    let key = keys.get(this.did)
    if (!key) {
      key = signingKey(parseDidDocument(await this.document(), this.did as Did))
      assert.ok(key)
      keys.set(this.did, key)
    }
    return key
  }
}

const become = (things: readonly Thing[], to: string): Change[] => things.map(thing => ({thing, to}))

export const bearer = (token: string): NonNullable<Ask['headers']> => ({authorization: `Bearer ${token}`})
