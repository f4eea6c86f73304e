/** The people of the demo together: who follows whom, what was said, and what happens next. */
import type {Did} from '#atp/syntax/did.ts'
import {mapConcurrent} from '#std/waiting/async.ts'
import type {World} from '#std/world.ts'
import type {Person} from './bank/people.ts'
import {themes, type ThemeName} from './bank/themes.ts'
import type {Prng} from '#std/prng.ts'
import {drawScene} from './picture/scene.ts'
import type {Place, Ref, Resident} from './resident.ts'
import {type Saying, Words} from './words.ts'

interface Spoken extends Ref {
  readonly by: Resident
  readonly theme: ThemeName | undefined
  readonly createdMs: number
  readonly root: Ref | undefined
  readonly hasPicture: boolean
  /** Whether anyone can say something to it: not a question, and not a part of somebody's conversation. */
  readonly isOpen: boolean
  readonly likedBy: Set<Resident>
  readonly repostedBy: Set<Resident>
}

const dayMs = 86_400_000
const minuteMs = 60_000
/** How far back the burst reaches. */
const burstMs = 2 * dayMs
const writersMax = 4
/** Posts that people still come back to. */
const recentMax = 400
const pastMax = 25

export class Town {
  /** In the order of the list of people, once all are there. */
  readonly #residents: Resident[] = []
  /** Those who know nobody yet. */
  readonly #newcomers: Resident[] = []
  readonly #prng: Prng
  readonly #world: World
  readonly #words: Words
  readonly #startMs: number
  readonly #byHandle = new Map<string, Resident>()
  readonly #plans: ReadonlyMap<Person, readonly Planned[]>
  readonly #pasts: {readonly by: Resident; readonly likes: readonly string[]; readonly reposts: readonly string[]}[] =
    []
  /** The oldest first, once all are there. */
  #spoken: Spoken[] = []
  #acts: Prng

  constructor(people: readonly Person[], prng: Prng, world: World) {
    this.#prng = prng
    this.#world = world
    this.#startMs = world.now()
    this.#words = new Words(prng.of('words'))
    this.#acts = prng.of('acts')
    // Drawn for all, and in order: what is said must not hang on who was quicker.
    this.#plans = new Map(people.map(person => [person, this.#firstSayings(person)]))
  }

  #resolve = (handle: string): Did | undefined => this.#byHandle.get(handle.toLowerCase())?.did

  /** Somebody is there: tells what they have to say, or learns what they said in earlier runs. */
  async join(resident: Resident): Promise<void> {
    this.#byHandle.set(`${resident.person.name}.test`, resident)
    const {posts, likes, reposts} = await resident.past(pastMax)
    this.#pasts.push({by: resident, likes, reposts})
    for (const {uri, cid, value} of posts) {
      const theme = this.#words.remember(value.text)
      const createdMs = Date.parse(value.createdAt)
      const hasPicture = value.embed?.$type === 'app.bsky.embed.images'
      const root = value.reply?.root
      const told = {uri, cid, by: resident, theme, createdMs, root, hasPicture, isOpen: isOpen(value.text, root)}
      this.#spoken.push({...told, likedBy: new Set(), repostedBy: new Set()})
    }
    // An earlier run may have been ended before it came to this.
    if (resident.follows.size === 0) this.#newcomers.push(resident)
    if (posts.length === 0) {
      for (const {saying, createdMs} of this.#plans.get(resident.person) ?? []) {
        await this.#say(resident, saying, {createdMs})
      }
    }
    this.#residents.push(resident)
  }

  /** All are there: those who are new follow others, talk, and like what they see. */
  async begin(signal: AbortSignal): Promise<void> {
    const places = [...this.#plans.keys()]
    const inOrder = (a: Resident, b: Resident): number => places.indexOf(a.person) - places.indexOf(b.person)
    this.#residents.sort(inOrder)
    this.#newcomers.sort(inOrder)
    this.#sort()
    const byUri = new Map(this.#spoken.map(post => [post.uri, post]))
    for (const {by, likes, reposts} of this.#pasts) {
      for (const uri of likes) byUri.get(uri)?.likedBy.add(by)
      for (const uri of reposts) byUri.get(uri)?.repostedBy.add(by)
    }
    if (this.#newcomers.length === 0) {
      // Otherwise each start would go the same way again.
      this.#acts = this.#prng.of(`acts after ${this.#spoken.at(-1)?.uri ?? 'nothing'}`)
      return
    }
    const nowMs = this.#startMs
    const each = (work: (resident: Resident) => Promise<void>): Promise<unknown> =>
      mapConcurrent(this.#newcomers, writersMax, work, signal)
    await each(resident => this.#makeFriends(resident, nowMs - burstMs))
    if (this.#newcomers.length === this.#residents.length) {
      await mapConcurrent(this.#firstTalks(nowMs), writersMax, talk => this.#hold(talk), signal)
      this.#sort()
      await this.#firstAnswers(nowMs, signal)
    }
    this.#sort()
    await each(resident => this.#firstLikes(resident, nowMs))
  }

  /** By when it was said: who was quicker to be written is nobody's choice. */
  #sort(): void {
    this.#spoken.sort((a, b) => a.createdMs - b.createdMs)
  }

  async #makeFriends(resident: Resident, createdMs: number): Promise<void> {
    const prng = this.#prng.of(`friends of ${resident.person.name}`)
    const follows = this.#residents
      .filter(other => other !== resident && prng.is(closeness(resident, other)))
      .map(({did}) => did)
    await resident.approve({follows}, createdMs)
  }

  #firstSayings(person: Person): Planned[] {
    const prng = this.#prng.of(`first days of ${person.name}`)
    const count = prng.whole(2, 4)
    const times = Array.from({length: count + 1}, () => this.#startMs - burstMs * prng.next() ** 1.6)
    const pictureAt = prng.is(0.75) ? prng.whole(0, count) : -1
    // Nobody is named yet: not all of them are there.
    return times
      .toSorted((a, b) => a - b)
      .map((createdMs, i) => ({
        createdMs,
        saying: i === pictureAt ? this.#words.picture(person) : this.#words.post(person, []),
      }))
  }

  async #say(by: Resident, saying: Saying, place: Place): Promise<Spoken> {
    const {theme, picture} = saying
    const image = picture && {
      alt: picture.alt,
      canvas: drawScene(picture.scene, this.#prng.of(`${by.person.name} sees ${saying.text}`)),
    }
    const ref = await by.say(saying, {...place, image}, this.#resolve)
    const {createdMs, reply} = place
    const root = reply?.root
    const told = {...ref, by, theme, createdMs, root, isOpen: isOpen(saying.text, root)}
    const hasPicture = picture !== undefined
    const spoken = {...told, hasPicture, likedBy: new Set<Resident>(), repostedBy: new Set<Resident>()}
    this.#spoken.push(spoken)
    if (this.#spoken.length > recentMax) this.#spoken.shift()
    return spoken
  }

  #firstTalks(nowMs: number): Talk[] {
    const prng = this.#prng.of('talks')
    const talks: Talk[] = []
    for (const theme of Object.keys(themes) as ThemeName[]) {
      for (const lines of this.#words.talks(theme)) {
        const talk = this.#talkOf(lines, theme, nowMs - burstMs * prng.next() ** 1.5 - 120 * minuteMs, prng)
        if (talk) talks.push(talk)
      }
    }
    return talks
  }

  #talkOf(lines: readonly string[], theme: ThemeName, startMs: number, prng: Prng): Talk | undefined {
    // Whoever asks has it for a second theme, and whoever answers for a first.
    const asking = this.#residents.filter(({person}) => person.themes[1] === theme)
    const knowing = this.#residents.filter(({person}) => person.themes[0] === theme)
    if (asking.length === 0 || knowing.length === 0) return undefined
    lines.forEach(line => this.#words.remember(line))
    const minutes = lines.map(() => prng.between(1, 22))
    return {lines, theme, startMs, minutes, speakers: [prng.pick(asking), prng.pick(knowing)]}
  }

  async #hold({lines, theme, startMs, minutes, speakers}: Talk): Promise<void> {
    let root: Ref | undefined
    let parent: Ref | undefined
    let createdMs = startMs
    for (const [i, text] of lines.entries()) {
      const reply = root && parent && {root: refOf(root), parent: refOf(parent)}
      createdMs = Math.min(createdMs + minutes[i] * minuteMs, this.#world.now())
      const spoken = await this.#say(speakers[i % 2], {text, theme, language: 'en'}, {createdMs, reply})
      root ??= spoken
      parent = spoken
    }
  }

  /** Single answers and quotes, under a part of what was said. */
  async #firstAnswers(nowMs: number, signal: AbortSignal): Promise<void> {
    const prng = this.#prng.of('answers')
    const subjects = this.#spoken.filter(post => post.isOpen)
    const plans = subjects.flatMap(subject => {
      const circle = this.#circle(subject.by)
      const within = (): number => subject.createdMs + (nowMs - subject.createdMs) * prng.next() ** 2
      const answers = prng.some(circle, prng.pick([0, 0, 1, 1, 2, 3])).map(by => ({
        by,
        subject,
        isQuote: false,
        text: this.#words.answer(subject.theme),
        createdMs: within(),
      }))
      const quoting = prng.is(subject.hasPicture ? 0.2 : 0.06) ? prng.some(circle, 1) : []
      const quotes = quoting.map(by => ({
        by,
        subject,
        isQuote: true,
        text: this.#words.quote(subject.theme),
        createdMs: within(),
      }))
      return [...answers, ...quotes]
    })
    await mapConcurrent(
      plans,
      writersMax,
      ({by, subject, isQuote, text, createdMs}) => {
        const ref = refOf(subject)
        const place = isQuote ? {createdMs, quoted: ref} : {createdMs, reply: {root: ref, parent: ref}}
        return this.#say(by, {text, theme: subject.theme, language: 'en'}, place)
      },
      signal,
    )
  }

  async #firstLikes(resident: Resident, nowMs: number): Promise<void> {
    const prng = this.#prng.of(`likes of ${resident.person.name}`)
    const likes: Ref[] = []
    const reposts: Ref[] = []
    for (const post of this.#spoken) {
      if (post.by === resident || post.likedBy.has(resident)) continue
      const close = resident.follows.has(post.by.did) ? 0.32 : 0.04
      const share = close * (post.root ? 0.45 : 1) * (post.hasPicture ? 1.7 : 1)
      if (prng.is(share)) {
        likes.push(refOf(post))
        post.likedBy.add(resident)
      }
      if (post.isOpen && prng.is(share * 0.16)) {
        reposts.push(refOf(post))
        post.repostedBy.add(resident)
      }
    }
    await resident.approve({likes, reposts}, nowMs - prng.between(1, 90) * minuteMs)
  }

  /** Those who follow somebody, and would speak. */
  #circle(of: Resident): Resident[] {
    return this.#residents.filter(other => other !== of && other.follows.has(of.did))
  }

  /** Whatever happens next. */
  async act(): Promise<void> {
    const prng = this.#acts
    const by = prng.pick(this.#residents)
    let draw = prng.next()
    const createdMs = this.#world.now()
    const heard = this.#spoken.filter(post => post.by !== by && (by.follows.has(post.by.did) || prng.is(0.1)))
    if (draw < 0.2 || heard.length === 0) {
      const others = this.#residents.filter(({did}) => by.follows.has(did)).map(({person}) => person)
      const saying = prng.is(0.3) ? this.#words.picture(by.person) : this.#words.post(by.person, others)
      await this.#say(by, saying, {createdMs})
      return
    }
    // The newest are the likeliest.
    const post = heard[Math.floor(heard.length * (1 - prng.next() ** 2.5 * 0.999) - 1e-9)] ?? heard[0]
    const ref = refOf(post)
    // A part of a conversation is liked where it stands, and not answered or passed on.
    if (draw < 0.56 && !post.isOpen) draw = 1
    if (draw < 0.42) {
      const saying = {text: this.#words.answer(post.theme), theme: post.theme, language: 'en'}
      await this.#say(by, saying, {createdMs, reply: {root: ref, parent: ref}})
    } else if (draw < 0.47) {
      await this.#say(
        by,
        {text: this.#words.quote(post.theme), theme: post.theme, language: 'en'},
        {createdMs, quoted: ref},
      )
    } else if (draw < 0.56) {
      if (!post.repostedBy.has(by)) await by.approve({reposts: [ref]}, createdMs)
      post.repostedBy.add(by)
    } else if (draw < 0.6 && !by.follows.has(post.by.did)) {
      await by.approve({follows: [post.by.did]}, createdMs)
    } else {
      if (!post.likedBy.has(by)) await by.approve({likes: [ref]}, createdMs)
      post.likedBy.add(by)
    }
  }

  /** Answers what somebody from outside has written, as they would like to be answered. */
  async greet(did: Did, post: Ref, reply: {root: Ref} | undefined, signal: AbortSignal): Promise<void> {
    const prng = this.#acts
    const friends = prng.some(this.#residents, prng.whole(2, 4))
    const isKnown = this.#residents.some(({follows}) => follows.has(did))
    for (const [i, by] of friends.entries()) {
      await this.#world.sleep(prng.between(800, 4_000), signal)
      const createdMs = this.#world.now()
      await by.approve({likes: [post], follows: i === 0 && !by.follows.has(did) ? [did] : []}, createdMs)
      if (i !== 1) continue
      const text = isKnown ? this.#words.courtesy() : this.#words.greeting()
      const place = {createdMs, reply: {root: refOf(reply?.root ?? post), parent: refOf(post)}}
      await by.say({text, language: 'en'}, place, this.#resolve)
    }
  }
}

interface Planned {
  readonly saying: Saying
  readonly createdMs: number
}

interface Talk {
  readonly lines: readonly string[]
  readonly theme: ThemeName
  readonly startMs: number
  /** From each line to the next. */
  readonly minutes: readonly number[]
  readonly speakers: readonly [Resident, Resident]
}

const isOpen = (text: string, root: Ref | undefined): boolean => root === undefined && !text.endsWith('?')

const refOf = ({uri, cid}: Ref): Ref => ({uri, cid})

/** How likely one follows the other. */
function closeness({person: one}: Resident, {person: other}: Resident): number {
  const common = one.themes.filter(theme => other.themes.includes(theme)).length
  return common > 0 ? 0.85 : 0.2
}
