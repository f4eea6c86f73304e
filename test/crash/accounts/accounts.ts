/**
 * A PDS is killed again and again while people do all that can be done with an account: they sign up and leave, come
 * from elsewhere, write, upload, change passwords and factors, sign in with browsers and give apps access by OAuth. After
 * each kill its tables are held against each other as they lie there, and once it is back, everything that was answered
 * against what it says: nothing acknowledged is lost or undone, nothing is half-made, and no code was good twice.
 */
import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import type {World} from '#std/world.ts'
import {freePorts, networkEnv, urlOf} from '../../network-env.ts'
import {seeded} from '../../random.ts'
import {separateServers, type Servers} from '../servers.ts'
import {newKey, refuses, App} from './app.ts'
import {arrive, bringRepo, settleIn, signUp} from './arrivals.ts'
import {BackupRun} from './backup-run.ts'
import {checkData} from './data-check.ts'
import * as doings from './doings.ts'
import {Firehose} from './firehose-check.ts'
import {bearer, Person, type Town} from './person.ts'
import {create, judgeBlob, judgeRecord, pick, remove, several} from './records.ts'
import {Unanswered, Wire} from './wire.ts'

export interface AccountCrashOptions {
  readonly rounds: number
  readonly seed: number
  /** For the data of the servers. */
  readonly folder: string
  readonly people?: number
  /** Hears of each round. */
  readonly say?: (line: string) => void
}

const adminPassword = 'the password of who runs it'
const peopleUsually = 8
/** A kill comes after so many answers, or after so long, and then at any moment. */
const answersMax = 250
const workMsMax = 3_000
const momentMsMax = 60
/** Parts of the rounds. */
const backupPart = 0.15
const restartedTwicePart = 0.15
/** Of what has ended in earlier rounds, in each. */
const overLooked = 4

export async function crashAccounts(options: AccountCrashOptions): Promise<void> {
  useNativeCrypto()
  const ports = await freePorts()
  const {folder} = options
  const env = {...networkEnv(folder, ports), PDS_ADMIN_PASSWORD: adminPassword, PDS_INVITE_REQUIRED: 'true'}
  const world = nodeWorld({userAgent: 'crash test'})
  try {
    await new AccountCrash(options, world, separateServers(env), env, ports).run()
  } finally {
    await world.close()
  }
}

class AccountCrash {
  readonly #options: AccountCrashOptions
  readonly #world: World
  readonly #servers: Servers
  readonly #random: () => number
  readonly #ports: {plc: number; pds: number}
  readonly #database: string
  readonly #firehose = new Firehose()
  readonly #people: Person[] = []
  readonly #backups: BackupRun
  #town!: Town

  constructor(
    options: AccountCrashOptions,
    world: World,
    servers: Servers,
    env: Readonly<Record<string, string>>,
    ports: {plc: number; pds: number},
  ) {
    this.#options = options
    this.#world = world
    this.#servers = servers
    this.#ports = ports
    this.#random = seeded(options.seed)
    this.#database = join(options.folder, 'pds', 'pds.sqlite')
    this.#backups = new BackupRun(env, join(options.folder, 'backup'))
  }

  async run(): Promise<void> {
    const {rounds, folder, people = peopleUsually, say = () => {}} = this.#options
    const wire = new Wire(this.#world, urlOf(this.#ports.pds), adminPassword)
    this.#town = {
      wire,
      plcUrl: urlOf(this.#ports.plc),
      fetch: request => this.#world.fetch(request),
      mailFolder: join(folder, 'pds', 'mail'),
      key: await newKey(),
      random: this.#random,
      data: undefined,
      keys: new Map(),
      commits: [],
      gone: new Set(),
      usedCodes: [],
      over: [],
    }
    for (let i = 0; i < people; i++) this.#people.push(new Person(this.#town))
    try {
      await this.#servers.start(['plc', 'pds'])
      for (let round = 1; round <= rounds; round++) {
        const began = performance.now()
        const before = wire.answered
        const struck = await this.#strike()
        const killed = performance.now()
        this.#town.data = checkData(this.#database, join(folder, 'copy'))
        await this.#servers.start(['pds'])
        wire.killed = false
        if (struck) await this.#backups.check(join(folder, 'copy'))
        const answered = wire.answered - before
        const unanswered = await this.#check()
        const took = [killed - began, performance.now() - killed].map(ms => (ms / 1_000).toFixed(1))
        const left = unanswered.length > 0 ? `; without an answer: ${unanswered.join(', ')}` : ''
        say(`round ${round}: ${answered} answers${struck}; ${took[0]} s, looked at in ${took[1]}${left}`)
      }
      for (const code of await this.#servers.stop()) assert.equal(code, 0, this.#servers.output())
    } catch (error) {
      await this.#servers.kill(['plc', 'pds'])
      writeFileSync(join(folder, 'output.log'), this.#servers.output())
      throw error
    } finally {
      await this.#backups.end()
    }
  }

  /** People at work, and the kill. */
  async #strike(): Promise<string> {
    const {wire} = this.#town
    let isOver = false
    const working = Promise.all(this.#people.keys().map(index => this.#work(index, () => isOver)))
    working.catch(() => {}) // waited for below
    const backsUp = this.#random() < backupPart
    if (backsUp) this.#backups.begin()
    const failed = working.then(() => new Promise<never>(() => {}))
    const enough = wire.answered + this.#random() * answersMax
    const latestMs = performance.now() + workMsMax
    while (wire.answered < enough && performance.now() < latestMs) {
      await Promise.race([failed, this.#world.sleep(5)])
    }
    await this.#world.sleep(this.#random() * momentMsMax)
    if (backsUp && this.#random() < 0.5) await this.#backups.end()
    wire.killed = true
    await this.#servers.kill(['pds'])
    isOver = true
    await working
    if (this.#random() < restartedTwicePart) {
      this.#servers.begin(['pds'])
      await this.#world.sleep(50 + this.#random() * 900)
      await this.#servers.kill(['pds'])
    }
    return backsUp ? ', and a backup' : ''
  }

  async #work(index: number, isOver: () => boolean): Promise<void> {
    try {
      while (!isOver()) await this.#one(this.#people[index])
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error
    }
  }

  async #one(person: Person): Promise<void> {
    const {standing, origin, sessions, records} = person
    if (standing.state === 'none') {
      if (origin || (person.did === '' && person.inviteCode === '' && this.#random() < 0.3)) return arrive(person)
      return signUp(person)
    }
    if (standing.state === 'takendown') return doings.takeDown(person)
    if (!sessions.some(({state}) => state === 'open')) return doings.logIn(person)
    if (standing.state === 'deactivated') {
      if (!origin || this.#town.keys.has(person.did)) return doings.rest(person)
      return records.size > 0 && [...records.values()].some(({state}) => state !== 'none')
        ? settleIn(person)
        : bringRepo(person)
    }
    await pickWeighted(this.#random, acts)(person)
    if (person.hasLeft) this.#replace(person)
  }

  /** Who has left is somebody else from now on. */
  #replace(person: Person): void {
    this.#town.gone.add(person.did)
    this.#town.commits = this.#town.commits.filter(({did}) => did !== person.did)
    this.#people[this.#people.indexOf(person)] = new Person(this.#town)
  }

  async #check(): Promise<string[]> {
    const {wire, keys, gone, data} = this.#town
    for (const did of gone) assert.ok(!data?.accounts.has(did), `${did} is gone`)
    const unanswered = await Promise.all(this.#people.map(person => this.#look(person)))
    for (const person of this.#people) {
      if (person.hasLeft) this.#replace(person)
    }
    const {usedCodes, over, commits} = this.#town
    const code = pick(this.#random, usedCodes)
    if (code) refuses(await new App(wire, this.#town.key).exchange(code), 'a code that was used')
    for (let i = 0; i < overLooked && over.length > 0; i++) {
      const ended = over[Math.floor(this.#random() * over.length)]
      assert.equal(await ended.look([ended.state]), ended.state, `${ended.name} of before has not come back`)
    }
    const told = new Set(this.#people.map(({did}) => did as string))
    const revs = new Map([...(data?.revs ?? [])].filter(([did]) => told.has(did)))
    await this.#firehose.check(
      this.#world,
      wire.url,
      async did => {
        const key = keys.get(did) ?? (await this.#people.find(person => person.did === did)?.key())
        assert.ok(key, `${did} is an account of somebody here`)
        return key
      },
      revs,
      commits,
      data?.lastSeq ?? 0,
    )
    return unanswered.filter(text => text !== undefined)
  }

  async #look(person: Person): Promise<string | undefined> {
    await person.readRepo()
    const deed = await person.things.settle()
    if (person.standing.state === 'none') return describe(deed)
    await person.things.verify()
    person.checkRecords()
    // Whoever had no answer says it once more, and it comes to be.
    if (deed?.what === 'another handle' && person.sessions.some(({state}) => state === 'open')) {
      await doings.changeHandle(person, deed.changes[0].to)
    }
    // Nobody has seen them.
    if (deed?.what === 'make recovery codes') person.recoveryCodes = []
    for (const app of person.apps) await app.replay()
    for (const token of person.dead.splice(0)) {
      const {status} = await this.#town.wire.query('com.atproto.server.getSession', {}, bearer(token))
      assert.ok(status === 400 || status === 401, 'a token of before a password is refused')
    }
    person.forgetEnded()
    return describe(deed)
  }
}

const describe = (deed: {what: string; happened: boolean} | undefined): string | undefined =>
  deed && `${deed.what} (${deed.happened ? 'done' : 'not done'})`

type Act = (person: Person) => Promise<void>

const acts: readonly (readonly [weight: number, act: Act])[] = [
  [14, create],
  [8, several],
  [5, remove],
  [2, judgeBlob],
  [1, judgeRecord],
  [3, doings.refreshSession],
  [1, doings.logIn],
  [1, doings.logOut],
  [2, doings.addAppPassword],
  [2, doings.revokeAppPassword],
  [3, doings.signInBrowser],
  [1, doings.signOutBrowser],
  [7, doings.giveAccess],
  [2, doings.raceForCode],
  [6, doings.refreshAccess],
  [4, doings.endAccess],
  [3, doings.changePassword],
  [2, doings.confirmMail],
  [2, doings.changeHandle],
  [5, doings.changeFactors],
  [1, doings.takeDown],
  [1, doings.rest],
  [1, doings.leave],
]

function pickWeighted<T>(random: () => number, items: readonly (readonly [number, T])[]): T {
  let left = random() * items.reduce((sum, [weight]) => sum + weight, 0)
  return (items.find(([weight]) => (left -= weight) < 0) ?? items[0])[1]
}
