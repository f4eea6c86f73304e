/** Browsers for the pages of whoever runs a PDS, on one with an account. */
import type {TestContext} from 'node:test'
import {pdsSite, type PdsSiteNetwork} from './pds-site.ts'
import type {SiteBrowser, SiteBrowserOptions} from './site-browser.ts'

export const adminPassword = 'a long admin password'

export interface PdsAdminNetwork extends PdsSiteNetwork {
  /** One in which the admin has signed in. */
  admin(options?: Partial<SiteBrowserOptions>): Promise<SiteBrowser>
}

/** Signs in, as whoever runs the server does. */
export async function signInAsAdmin(browser: SiteBrowser, password = adminPassword): Promise<Response> {
  await browser.get('/admin/sign-in')
  return browser.post('/admin/sign-in', {password})
}

export async function pdsAdmin(context: TestContext, settings: Record<string, string> = {}): Promise<PdsAdminNetwork> {
  const network = await pdsSite(context, {PDS_ADMIN_PASSWORD: adminPassword, ...settings})
  return {
    ...network,
    async admin(options) {
      const browser = network.newBrowser(options)
      await signInAsAdmin(browser)
      await browser.page('/admin')
      return browser
    },
  }
}
