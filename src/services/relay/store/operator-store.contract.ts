/** What every store of an operator's word must do alike. A store's test is one call of this. */
import {deepEqual} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {OperatorStore} from './operator-store.ts'

const [a, b] = ['a', 'b'].map(name => `did:web:${name}.example.com` as Did)

/** `open` gives an empty store, and what closes it. */
export function operatorStoreContract(open: () => {store: OperatorStore; close: () => Promise<void>}): void {
  const contract = (rule: string, run: (store: OperatorStore) => Promise<void>): void =>
    void test(rule, async () => {
      const {store, close} = open()
      await run(store)
      await close()
    })

  suite('a store of what an operator says', () => {
    contract('is empty at first', async store => {
      deepEqual([await store.domainBans(), await store.takedowns(0, 9), await store.settings()], [[], [], []])
    })

    contract('bans a domain once, until it is banned no more', async store => {
      for (const domain of ['b.example', 'a.example', 'b.example']) await store.banDomain(domain, 1)
      deepEqual(await store.domainBans(), ['a.example', 'b.example'])
      for (const domain of ['b.example', 'c.example']) await store.unbanDomain(domain)
      deepEqual(await store.domainBans(), ['a.example'])
    })

    contract('keeps takedowns in their order, with what the host says last', async store => {
      await store.takeDown(b, {active: true, status: null}, 1)
      await store.takeDown(a, {active: true, status: null}, 2)
      await store.takeDown(b, {active: false, status: 'deleted'}, 3)
      await store.hostSaid(b, {active: false, status: 'deactivated'})
      const all = await store.takedowns(0, 9)
      deepEqual(
        all.map(({did, active, status}) => [did, active, status]),
        [
          [b, false, 'deactivated'],
          [a, true, null],
        ],
      )
      await store.reverseTakedown(a)
      await store.hostSaid(a, {active: false, status: 'deleted'})
      await store.takeDown(a, {active: true, status: null}, 4)
      const later = await store.takedowns(0, 9)
      deepEqual([later[0], later[1].did, later[1].id > all[1].id], [all[0], a, true])
      deepEqual([await store.takedowns(0, 1), await store.takedowns(later[0].id, 1)], [[later[0]], [later[1]]])
    })

    contract('has of each setting what was set last', async store => {
      await store.set({name: 'limit', value: '1', over: '50'})
      await store.set({name: 'enabled', value: 'false', over: 'true'})
      await store.set({name: 'limit', value: '2', over: '60'})
      deepEqual(
        (await store.settings()).toSorted((one, other) => one.name.localeCompare(other.name)),
        [
          {name: 'enabled', value: 'false', over: 'true'},
          {name: 'limit', value: '2', over: '60'},
        ],
      )
    })
  })
}
