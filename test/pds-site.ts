/** A PDS with one account, and browsers for its pages. */
import type {TestContext} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {password, pdsNetwork, signUp, type PdsNetwork} from './pds-network.ts'
import {SiteBrowser, type SiteBrowserOptions} from './site-browser.ts'

export interface PdsSiteNetwork extends PdsNetwork {
  /** Of alice.test. */
  did: Did
  newBrowser(options?: Partial<SiteBrowserOptions>): SiteBrowser
  /** One that Alice has signed in with. */
  alice(options?: Partial<SiteBrowserOptions>): Promise<SiteBrowser>
}

export async function pdsSite(context: TestContext, settings: Record<string, string> = {}): Promise<PdsSiteNetwork> {
  const network = await pdsNetwork(context, settings)
  const agent = network.agent()
  const did = (await signUp(agent, 'alice')) as Did
  await agent.logout()
  const newBrowser = (options: Partial<SiteBrowserOptions> = {}): SiteBrowser =>
    new SiteBrowser({fetch: request => network.pds.fetch(request), ...options})
  return {
    ...network,
    did,
    newBrowser,
    async alice(options) {
      const browser = newBrowser(options)
      await browser.signIn('alice.test', password)
      await browser.page('/account')
      return browser
    },
  }
}
