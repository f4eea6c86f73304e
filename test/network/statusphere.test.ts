/** The example app hears of the same by a Tap and by a firehose, and of what is over. */
import {equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {openStatusphereNetwork} from '../statusphere-network.ts'
import {until} from '../until.ts'

const admin = `Basic ${Buffer.from('admin:secret').toString('base64')}`

suite('Statusphere hears of the network', {timeout: 100_000}, () => {
  for (const source of ['tap', 'firehose']) {
    test(`by its ${source}`, async () => {
      await using network = await openStatusphereNetwork({STATUSPHERE_SOURCE: source, PDS_ADMIN_PASSWORD: 'secret'})
      const lines = async (): Promise<string> => {
        const page = await (await fetch(network.url)).text()
        return [...page.matchAll(/emoji big">([^<]*)<[^]*?<b>([^<]*)</g)].map(([, emoji, who]) => emoji + who).join(' ')
      }
      const shows = async (wanted: string, path = ''): Promise<void> => {
        let shown = ''
        await until(async () => (shown = await lines()) === wanted, `${wanted} is shown${path}`, 20_000).catch(
          (error: Error) => equal(shown, wanted, error.message),
        )
      }
      const [alice, bob] = [await network.signUp('alice'), await network.signUp('bob')]
      await alice.agent.upsertProfile(() => ({displayName: 'Alice'}))
      await alice.says('☕')
      await shows('☕Alice')
      const second = await bob.says('🍕')
      await shows('🍕@bob.test ☕Alice')
      await bob.agent.upsertProfile(() => ({displayName: 'Bob'}))
      await shows('🍕Bob ☕Alice')
      await bob.agent.updateHandle({handle: 'robert.test'})
      await bob.agent.upsertProfile(() => ({}))
      await shows('🍕@robert.test ☕Alice')
      await bob.write('xyz.statusphere.status', {
        $type: 'xyz.statusphere.status',
        status: 'no emoji at all',
        createdAt: new Date().toISOString(),
      })
      await alice.says('🎉', '2099-01-01T00:00:00.000Z')
      await shows('🎉Alice 🍕@robert.test ☕Alice')
      await bob.remove(second)
      await shows('🎉Alice ☕Alice')
      await bob.says('🌱')
      await shows('🌱@robert.test 🎉Alice ☕Alice')
      await alice.agent.com.atproto.server.deactivateAccount({})
      await shows('🌱@robert.test')
      await alice.agent.com.atproto.server.activateAccount()
      await shows('🌱@robert.test 🎉Alice ☕Alice')
      await alice.agent.com.atproto.admin.deleteAccount(
        {did: alice.did},
        {headers: {authorization: admin}, encoding: 'application/json'},
      )
      await shows('🌱@robert.test')
    })
  }
})
