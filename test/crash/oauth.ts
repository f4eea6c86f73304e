/**
 * A PDS is killed (`kill -9`) while apps come for tokens and renew them. Afterwards no code is good that was used, whether
 * its answer arrived or not; no access that was acknowledged is lost; and an answer that was lost is given again.
 */
import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {AppSession, password, type Answer} from '../app-session.ts'
import {freePorts, networkEnv, urlOf} from '../network-env.ts'
import {seeded} from '../random.ts'
import {separateNetwork} from '../separate-processes.ts'

/** How long after the requests have gone out the server dies, at most: about as long as they take. */
const killWithinMs = 60
const atOnce = 4

export interface OAuthCrashOptions {
  readonly rounds: number
  readonly seed: number
  /** For the data of the servers. */
  readonly folder: string
  /** Hears of each round. */
  readonly say?: (line: string) => void
}

const getSession = '/xrpc/com.atproto.server.getSession'
/** A request that was sent: its answer, unless the server died first. */
const answered = (sent: Promise<Answer>): Promise<Answer | undefined> => sent.catch(() => undefined)

export async function oauthCrash({rounds, seed, folder, say = () => {}}: OAuthCrashOptions): Promise<void> {
  const ports = await freePorts()
  const network = separateNetwork(networkEnv(folder, ports))
  const url = urlOf(ports.pds)
  const random = seeded(seed)
  const kill = async (): Promise<void> => {
    await sleep(random() * killWithinMs)
    await network.kill('pds')
  }
  try {
    await Promise.all([network.start('plc'), network.start('pds')])
    const handle = 'alice.test'
    const input = {handle, email: 'alice@example.com', password}
    const created = await fetch(`${url}/xrpc/com.atproto.server.createAccount`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(input),
    })
    const {did} = (await created.json()) as {did: string}
    const lasting = new AppSession(url, 'ours')
    assert.equal((await lasting.exchange(await lasting.authorize(handle, did))).status, 200)
    for (let round = 1; round <= rounds; round++) {
      const app = new AppSession(url, 'ours')
      const grant = await app.authorize(handle, did)
      await Promise.all([app.renewNonce(), lasting.renewNonce()])
      const before = lasting.refresh
      const exchanges = Array.from({length: atOnce}, () => answered(app.exchange(grant)))
      const renewals = Array.from({length: atOnce}, () => answered(lasting.renew(before)))
      await kill()
      const gave = (await Promise.all(exchanges)).filter(answer => answer?.status === 200)
      const renewed = (await Promise.all(renewals)).filter(answer => answer?.status === 200)
      assert.ok(gave.length <= 1, 'a code was good twice')
      assert.ok(new Set(renewed.map(answer => answer?.json.refresh_token)).size <= 1, 'one token has one successor')
      await network.start('pds')

      const isUsed = gave.length === 1
      const again = await app.exchange(grant)
      if (isUsed) assert.equal(again.json.error, 'invalid_grant', 'a code was good again after the crash')
      assert.equal((await app.exchange(grant)).json.error, 'invalid_grant', 'a code was good twice after the crash')
      // Of a code that was used up by the crash no tokens are known.
      if (app.access !== '') {
        assert.equal(await app.call(getSession), 401, 'a code that came again has ended what was got by it')
      }

      const next = await lasting.renew(before)
      assert.equal(next.status, 200, `the session is lost: ${JSON.stringify(next.json)}`)
      for (const answer of renewed)
        assert.equal(next.json.refresh_token, answer?.json.refresh_token, 'the same successor')
      assert.equal((await lasting.renew()).status, 200)
      assert.equal(await lasting.call(getSession), 200)
      say(`round ${round}: ${gave.length} of ${atOnce} exchanges and ${renewed.length} renewals were answered`)
    }
    await network.stop()
  } catch (error) {
    await network.kill()
    throw error
  }
}
