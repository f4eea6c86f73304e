/** What the app makes of what it is told: which status counts, who is shown, what is forgotten. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {openSql} from '#engines/open.ts'
import {migrations} from './schema.ts'
import {keptMax, StatusStore} from './status-store.ts'

const nowMs = Date.parse('2026-11-30T12:00:00Z')
const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(name => `did:web:${name}.test`)
const at = (hours: number): string => new Date(nowMs + hours * 3_600_000).toISOString()

class Town {
  now = nowMs
  readonly store = new StatusStore(openSql('memory:', {migrations}), () => this.now)
  #records = 0

  async says(did: string, status: string, hours: number): Promise<string> {
    const uri = `at://${did}/xyz.statusphere.status/${this.#records++}`
    await this.store.putStatus({uri, did, status, createdAt: at(hours)})
    return uri
  }

  async rates(did: string, link: string, rating: number, hours: number): Promise<string> {
    const uri = `at://${did}/xyz.statusphere.rating/${this.#records++}`
    await this.store.putRating({uri, did, link, rating, createdAt: at(hours)})
    return uri
  }

  async follows(did: string, subject: string): Promise<string> {
    const uri = `at://${did}/app.bsky.graph.follow/${this.#records++}`
    await this.store.putFollow(uri, did, subject)
    return uri
  }

  async shown(followedBy?: string): Promise<string> {
    return (await this.store.recent({followedBy, limit: 100})).map(({status}) => status).join('')
  }

  async counts(): Promise<string> {
    return (await this.store.counts(10)).map(({status, people}) => `${status}${people}`).join(' ')
  }

  async links(viewer?: string): Promise<unknown[][]> {
    const links = await this.store.links({viewer, limit: 10})
    return links.map(({link, average, people, mine}) => [link, average, people, mine])
  }

  async current(did: string): Promise<string | undefined> {
    return (await this.store.currentOf(did))?.status
  }
}

suite('statuses', () => {
  test('stand in the order of their times, and the newest of each author counts', async () => {
    const town = new Town()
    await town.says(alice, 'a', -3)
    await town.says(bob, 'b', -2)
    await town.says(alice, 'b', -1)
    await town.says(carol, 'c', -4)
    deepEqual([await town.shown(), await town.counts()], ['bbac', 'b2 c1'])
  })

  const times: [what: string, createdAt: string][] = [
    ['of the future', at(24 * 365)],
    ['that no clock knows', '9999-99-99T99:99:99Z'],
  ]
  for (const [what, createdAt] of times) {
    test(`with a time ${what} stand where they were seen, so a later one comes above`, async () => {
      const town = new Town()
      const record = {uri: `at://${bob}/xyz.statusphere.status/x`, did: bob, status: 'x', createdAt}
      await town.store.putStatus(record)
      town.now += 1_000
      await town.says(alice, 'a', 1 / 3600)
      equal(await town.shown(), 'ax')
      town.now += 60_000
      // That it comes once more makes it no newer.
      await town.store.putStatus(record)
      equal(await town.shown(), 'ax')
      await town.says(bob, 'b', 1 / 60)
      equal(await town.current(bob), 'b')
    })
  }

  test('come once, however often they are told of', async () => {
    const town = new Town()
    const record = {uri: `at://${bob}/xyz.statusphere.status/x`, did: bob, createdAt: at(-1)}
    await town.store.putStatus({...record, status: 'a'})
    await town.store.putStatus({...record, status: 'a'})
    deepEqual([await town.shown(), await town.counts()], ['a', 'a1'])
    await town.store.putStatus({...record, status: 'b'})
    deepEqual([await town.shown(), await town.counts()], ['b', 'b1'])
  })

  test('that are deleted go, and the one before counts again', async () => {
    const town = new Town()
    const first = await town.says(alice, 'a', -2)
    const second = await town.says(alice, 'b', -1)
    await town.store.drop(second)
    deepEqual([await town.current(alice), await town.shown(), await town.counts()], ['a', 'a', 'a1'])
    await town.store.drop(first)
    await town.store.drop(first)
    deepEqual([await town.current(alice), await town.shown(), await town.counts()], [undefined, '', ''])
  })

  test('of one account are kept to a number, the newest', async () => {
    const town = new Town()
    await town.says(bob, 'b', -10_000)
    for (let i = 0; i <= keptMax; i++) await town.says(alice, 'a', -i - 1)
    equal((await town.store.recent({limit: 1_000})).length, keptMax + 1)
    equal(await town.current(alice), 'a')
    equal(await town.current(bob), 'b')
  })
})

suite('accounts', () => {
  test('that are not active are not shown or counted, and come back', async () => {
    const town = new Town()
    await town.says(alice, 'a', -1)
    await town.rates(alice, 'https://a.test/', 4, -1)
    await town.store.setActive(alice, false)
    deepEqual([await town.shown(), await town.counts(), await town.links()], ['', '', []])
    // Told of again while it is away.
    await town.says(alice, 'b', -0.5)
    equal(await town.shown(), '')
    await town.store.setActive(alice, true)
    deepEqual([await town.shown(), await town.counts()], ['ba', 'b1'])
    equal((await town.links()).length, 1)
  })

  test('that are deleted leave nothing', async () => {
    const town = new Town()
    await town.says(alice, 'a', -1)
    await town.says(bob, 'b', -2)
    await town.rates(alice, 'https://a.test/', 4, -1)
    await town.store.setFollows(alice, [{uri: 'at://f', subject: bob}], nowMs)
    await town.store.purge(alice)
    deepEqual([await town.shown(), await town.links(), await town.shown(alice)], ['b', [], ''])
    equal(await town.store.isKnown(alice), false)
  })

  test('are called what they were last called', async () => {
    const town = new Town()
    await town.says(alice, 'a', -1)
    const called = async () =>
      (await town.store.recent({limit: 1})).map(({handle, displayName}) => [handle, displayName])
    deepEqual(await called(), [[null, null]])
    await town.store.putName(alice, {handle: 'alice.test'})
    await town.store.putName(alice, {displayName: 'Alice'})
    deepEqual(await called(), [['alice.test', 'Alice']])
    await town.store.putName(alice, {handle: 'other.test', displayName: null})
    deepEqual(await called(), [['other.test', null]])
  })
})

suite('follows', () => {
  test('of who signs in show whom they follow, as it changes, until they leave', async () => {
    const town = new Town()
    await town.says(bob, 'b', -1)
    await town.says(carol, 'c', -2)
    await town.follows(alice, bob)
    equal(await town.shown(alice), '', 'of strangers it is not kept')
    await town.store.setFollows(alice, [{uri: 'at://one', subject: bob}], nowMs)
    equal(await town.shown(alice), 'b')
    const second = await town.follows(alice, carol)
    equal(await town.shown(alice), 'bc')
    await town.store.drop(second)
    equal(await town.shown(alice), 'b')
    await town.store.forgetFollows(alice)
    await town.follows(alice, carol)
    equal(await town.shown(alice), '')
  })

  test('that are listed anew take the place of those before, but for what was told meanwhile', async () => {
    const town = new Town()
    for (const did of [bob, carol]) await town.says(did, did === bob ? 'b' : 'c', -1)
    await town.store.setFollows(alice, [{uri: 'at://one', subject: bob}], nowMs)
    town.now += 2_000
    await town.follows(alice, carol)
    await town.store.setFollows(alice, [], nowMs + 1_000)
    equal(await town.shown(alice), 'c')
  })
})

suite('ratings', () => {
  const link = 'https://a.test/'

  test('are a mean of what each person last gave', async () => {
    const town = new Town()
    await town.rates(alice, link, 1, -3)
    await town.rates(bob, link, 4, -2)
    const again = await town.rates(alice, link, 3, -1)
    await town.rates(bob, 'https://b.test/', 2, -4)
    deepEqual(await town.links(alice), [
      [link, 3.5, 2, 3],
      ['https://b.test/', 2, 1, null],
    ])
    await town.store.drop(again)
    deepEqual((await town.links(alice))[0], [link, 2.5, 2, 1])
  })

  test('that are changed to another page leave the first', async () => {
    const town = new Town()
    const uri = await town.rates(alice, link, 1, -3)
    await town.store.putRating({uri, did: alice, link: 'https://b.test/', rating: 2, createdAt: at(-3)})
    deepEqual(await town.links(), [['https://b.test/', 2, 1, null]])
  })
})

test('a cursor is where it was last set', async () => {
  const {store} = new Town()
  equal(await store.cursor('r'), undefined)
  await store.setCursor('r', 5)
  await store.setCursor('r', 7)
  deepEqual([await store.cursor('r'), await store.cursor('s')], [7, undefined])
})
