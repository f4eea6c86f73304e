/** The browsers that are signed in to the account. */
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {field} from '#pages/form.ts'
import {html, type Html} from '#pages/html.ts'
import {timeTag} from '#pages/time.ts'
import type {OwnDevice} from '../../store/devices/device-store.ts'
import {signInBrowser} from '../browser-cookie.ts'
import {formTo, hidden, section} from '../pieces.ts'
import type {SiteParts} from '../site-parts.ts'
import {nameOfUserAgent} from '../user-agent.ts'
import type {Route} from '../visit.ts'
import {ownPage, pathOf, type OwnNeeds} from './own-account.ts'

type Needs = OwnNeeds & Pick<SiteParts, 'accountStore' | 'devices' | 'secure'>

export function devicesPage(parts: Needs): Route[] {
  const {accountStore, devices, world, secure} = parts
  return ownPage(
    parts,
    {
      page: 'devices',
      title: 'Devices',
      show: async ({session, token}, {did}) => {
        const end = (id: string, name: string): Html =>
          formTo(
            pathOf(did, 'devices/sign-out'),
            token,
            html`${hidden('id', id)}<button class="quiet small-button" aria-label="Sign out ${name}">Sign out</button>`,
            'bare',
          )
        const all = await devices.ofAccount(did)
        return html`${section(
          'Browsers',
          html`<ul class="things">
            ${all.map(device => deviceItem(device, device.id === session?.id, world.now(), end))}
          </ul>`,
        )}
        ${section(
          'Sign out everywhere else',
          html`<p class="soft small">Every other browser and every app. If somebody else was in your account, change your password too.</p>
            ${formTo(pathOf(did, 'devices/sign-out-all'), token, html`<button class="quiet danger">Sign out everywhere else</button>`)}`,
        )}`
      },
    },
    {
      async 'sign-out'({form}, {did}) {
        await devices.signOut({id: field(form, 'id')}, did)
        return 'device'
      },
      async 'sign-out-all'({request, redirect}, {did, sessionEpoch}) {
        await accountStore.endAccess(did)
        const cookie = await signInBrowser(devices, did, request, secure, sessionEpoch + 1)
        return redirect(`${pathOf(did, 'devices')}?done=devices`, [cookie])
      },
    },
  )
}

const deviceItem = (
  {id, userAgent, address, seenMs}: OwnDevice,
  isThis: boolean,
  nowMs: number,
  end: (id: string, name: string) => Html,
): Html => {
  const name = nameOfUserAgent(userAgent)
  return html`<li>
    <span>
      <b>${name}</b> ${isThis && html`<span class="pill good">this one</span>`}<br />
      <span class="soft small">${address === 'local' ? 'this machine' : address} · ${timeTag(datetimeOf(seenMs), nowMs)}</span>
    </span>
    ${end(id, name)}
  </li>`
}
