/** What every store of a relay's notes must do alike. A store's test is one call of this. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import {toUtf8} from '#std/text.ts'
import type {Head, RepoState} from '../repos/repo-state.ts'
import type {Changes, RelayStore} from './relay-store.ts'

const did = (name: string): Did => `did:web:${name}.example.com` as Did
const cid = (text: string): Head['data'] => cidOf(codecs.cbor, toUtf8(text))
const head = (rev: string): Head => ({rev: rev as Tid, commit: cid(`commit ${rev}`), data: cid(`tree ${rev}`)})
const [rev, laterRev] = ['3jui7kd54zh2y', '3jui7kd54zh3a']

const stateOn = (host: number, more: Partial<RepoState> = {}): RepoState => {
  return {host, active: true, status: null, head: head(rev), ...more}
}

const untouched = {
  asked: false,
  banned: false,
  accountLimit: null,
  alertsSilenced: false,
  stage: 'observe',
  stageSinceMs: 0,
  stageSet: null,
}
const hostNamed = (name: string, id: number) => ({id, hostname: `${name}.example.com`, cursor: 0})

/** `open` gives an empty store. */
export function relayStoreContract(open: () => RelayStore): void {
  const contract = (
    rule: string,
    run: (store: RelayStore, save: (changes: Partial<Changes>) => Promise<void>) => Promise<void>,
  ): void =>
    void test(rule, async () => {
      const store = open()
      await run(store, changes => store.save({applied: 0, repos: new Map(), cursors: new Map(), ...changes}))
      await store.close()
    })

  suite('a store of a relay', () => {
    contract('is empty at first', async store => {
      deepEqual(await store.hosts(), [])
      equal(await store.applied(), 0)
      deepEqual(await store.repos([did('a')]), new Map())
      deepEqual(await store.reposAfter(0, 10), [])
      deepEqual(await store.accountCounts([1]), new Map([[1, 0]]))
    })

    contract('knows a host by its name, and adds it once', async store => {
      const one = await store.addHost('one.example.com', 1)
      const two = await store.addHost('two.example.com', 2)
      deepEqual([one.cursor, two.cursor], [0, 0])
      deepEqual(await store.addHost('one.example.com', 3), one)
      deepEqual(await store.hosts(), [one, two])
    })

    contract('adds a host once, however many ask at the same time', async store => {
      const rows = await Promise.all(Array.from({length: 5}, () => store.addHost('one.example.com', 1)))
      deepEqual(new Set(rows.map(({id}) => id)).size, 1)
      equal((await store.hosts()).length, 1)
    })

    contract('keeps what an operator sets of a host, one by one, and whether it asked', async store => {
      const {id} = await store.addHost('one.example.com', 7, true)
      await store.addHost('two.example.com', 8)
      await store.setHost(id, {banned: true, accountLimit: 5})
      await store.setHost(id, {alertsSilenced: true})
      await store.setHost(id, {accountLimit: 6})
      const settings = (await store.hosts()).map((host, i) => ({...host, id: i}))
      deepEqual(settings, [
        {
          ...hostNamed('one', 0),
          ...untouched,
          addedMs: 7,
          asked: true,
          banned: true,
          accountLimit: 6,
          alertsSilenced: true,
        },
        {...hostNamed('two', 1), ...untouched, addedMs: 8},
      ])
      await store.setHost(id, {banned: false, accountLimit: null})
      const [one] = await store.hosts()
      deepEqual([one.banned, one.accountLimit, one.alertsSilenced], [false, null, true])
    })

    contract('keeps what a host was found to deserve, beside what is set in its place', async store => {
      const {id} = await store.addHost('one.example.com', 1)
      await store.setStage(id, 'warn', 9)
      await store.setHost(id, {stageSet: 'enforce'})
      const stages = async () =>
        (await store.hosts()).map(({stage, stageSinceMs, stageSet}) => [stage, stageSinceMs, stageSet])
      deepEqual(await stages(), [['warn', 9, 'enforce']])
      await store.setHost(id, {stageSet: null})
      deepEqual(await stages(), [['warn', 9, null]])
    })

    contract('gives a repository as it was saved last', async (store, save) => {
      const one = await store.addHost('one.example.com', 1)
      const two = await store.addHost('two.example.com', 1)
      const asleep = stateOn(one.id, {active: false, status: 'deactivated', head: null})
      await save({
        applied: 2,
        repos: new Map([
          [did('a'), stateOn(one.id)],
          [did('b'), asleep],
        ]),
      })
      deepEqual(
        await store.repos([did('a'), did('b'), did('c')]),
        new Map([
          [did('a'), stateOn(one.id)],
          [did('b'), asleep],
        ]),
      )
      const moved = stateOn(two.id, {head: head(laterRev)})
      await save({applied: 3, repos: new Map([[did('a'), moved]])})
      deepEqual(
        await store.repos([did('a'), did('b')]),
        new Map([
          [did('a'), moved],
          [did('b'), asleep],
        ]),
      )
      equal(await store.applied(), 3)
    })

    contract('saves where each host is, and leaves the others there', async (store, save) => {
      const one = await store.addHost('one.example.com', 1)
      const two = await store.addHost('two.example.com', 1)
      await save({
        cursors: new Map([
          [one.id, 7],
          [two.id, 2 ** 51],
        ]),
      })
      await save({cursors: new Map([[one.id, 0]])})
      deepEqual(
        (await store.hosts()).map(({cursor}) => cursor),
        [0, 2 ** 51],
      )
    })

    contract('counts the accounts that were last seen on each host', async (store, save) => {
      const one = await store.addHost('one.example.com', 1)
      const two = await store.addHost('two.example.com', 1)
      await save({repos: new Map(['a', 'b', 'c'].map(name => [did(name), stateOn(one.id)]))})
      await save({repos: new Map([[did('a'), stateOn(two.id, {head: null})]])})
      deepEqual(
        await store.accountCounts([one.id, two.id]),
        new Map([
          [one.id, 2],
          [two.id, 1],
        ]),
      )
    })

    contract('counts those apart that are active', async (store, save) => {
      const {id} = await store.addHost('one.example.com', 1)
      await save({repos: new Map(['a', 'b', 'c'].map(name => [did(name), stateOn(id, {active: name !== 'b'})]))})
      deepEqual(
        [await store.activeCounts([id, id + 1])],
        [
          new Map([
            [id, 2],
            [id + 1, 0],
          ]),
        ],
      )
    })

    contract('keeps accounts that wait for room, each once, so many of a host, until they are taken', async store => {
      const [one, two] = [await store.addHost('one.example.com', 1), await store.addHost('two.example.com', 1)]
      for (const name of ['b', 'a', 'b', 'c', 'd']) await store.wait(one.id, did(name), 3)
      await store.wait(two.id, did('b'), 3)
      deepEqual((await store.waiting()).toSorted(), [one.id, two.id])
      deepEqual(await store.takeWaiting(one.id, 2), [did('b'), did('a')])
      deepEqual(await store.takeWaiting(one.id, 2), [did('c')])
      deepEqual([await store.takeWaiting(one.id, 2), await store.waiting()], [[], [two.id]])
    })

    contract(
      'lists the repositories that have a commit in the order they were first seen, so many at a time',
      async (store, save) => {
        const {id} = await store.addHost('one.example.com', 1)
        const names = ['d', 'c', 'b', 'a']
        for (const name of names)
          await save({repos: new Map([[did(name), stateOn(id, name === 'c' ? {head: null} : {})]])})
        // What changes keeps its place.
        await save({repos: new Map([[did('d'), stateOn(id, {active: false, status: 'takendown'})]])})
        const all = await store.reposAfter(0, 10)
        deepEqual(
          all.map(row => row.did),
          [did('d'), did('b'), did('a')],
        )
        deepEqual(all[0].state, stateOn(id, {active: false, status: 'takendown'}))
        deepEqual(await store.reposAfter(all[0].id, 1), all.slice(1, 2))
        deepEqual(await store.reposAfter(all[2].id, 10), [])
      },
    )

    contract('saves all of the changes, or none', async (store, save) => {
      const {id} = await store.addHost('one.example.com', 1)
      const nowhere = {
        applied: 9,
        repos: new Map([
          [did('a'), stateOn(id)],
          [did('b'), stateOn(id + 1)],
        ]),
        cursors: new Map([[id, 4]]),
      }
      equal(
        await save(nowhere).then(
          () => 'saved',
          () => 'refused',
        ),
        'refused',
      )
      deepEqual(await store.repos([did('a')]), new Map())
      deepEqual([await store.applied(), (await store.hosts())[0].cursor], [0, 0])
    })
  })
}
