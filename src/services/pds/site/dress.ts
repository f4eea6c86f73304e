/** What stands around the pages: the name of the server, and on the pages of an account the way to each of them. */
import {formToken} from '#pages/form-token.ts'
import {html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import type {Dress, Entry, Page} from '#pages/look/layout.ts'
import type {Device} from '../store/devices/device-store.ts'

const entriesOf = (path: string): Entry[] => [
  {path, label: 'Account', icon: 'person', thumb: true},
  {path: `${path}/security`, label: 'Security', icon: 'shield', thumb: true},
  {path: `${path}/apps`, label: 'Apps', icon: 'link', thumb: true},
  {path: `${path}/devices`, label: 'Devices', icon: 'screen', thumb: true},
  {path: `${path}/data`, label: 'Data', icon: 'download', thumb: true},
]

/** The frame of a page. Which account it is of follows from where it stands (`at`). */
export function dressOf(name: string, device: Device | undefined, token: string): (page: Page) => Dress {
  return ({at}) => {
    const [path, did] = /^\/account\/(did:[^/]+)/.exec(at) ?? []
    const account = device?.accounts.find(each => each.did === did)
    if (path === undefined || did === undefined || !account) {
      return {name, entries: [], links: [], styles: ['site.css']}
    }
    return {
      name,
      entries: entriesOf(path),
      links: [{path: '/account?all', label: 'All accounts', icon: 'person'}],
      foot: html`<form method="post" action="/account/sign-out">
        ${formToken(token)}<input type="hidden" name="did" value="${did}" />
        <button class="icon-button" title="Sign out" aria-label="Sign out ${account.handle ?? did}">${icon('leave')}</button>
      </form>`,
      styles: ['site.css'],
    }
  }
}
