/**
 * The mails of a server in development, which has no mail server: so that whoever builds something reads them in the
 * browser. They hold codes by which anybody is let in, so there are these pages only where nobody but this machine
 * reaches the server, and for nobody who comes from elsewhere, by whatever name.
 */
import {html, type Html} from '#pages/html.ts'
import {problemPage} from '#pages/problem.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {isHere} from '#runtime/strangers/stranger.ts'
import type {KeptMail} from '../../mail/mailer.ts'
import {section} from '../pieces.ts'
import type {SiteParts} from '../site-parts.ts'
import {get, type Route, type Visit} from '../visit.ts'

const path = '/dev/mail'
const mailsMax = 100
const nothing = {status: 404, title: 'There is no page here', text: 'Nothing is at this address.'}

export function mailPages({mailFolder, publicUrl}: Pick<SiteParts, 'mailFolder' | 'publicUrl'>): Route[] {
  if (!mailFolder) return []
  const {hostname} = new URL(publicUrl)
  const forThisMachine = (show: (visit: Visit) => Promise<Response>) => (visit: Visit) => {
    // A name that somebody else has made to lead here would have a browser read it to his page.
    const isOurs = visit.url.hostname === hostname && isHere(peerAddress(visit.request))
    return isOurs ? show(visit) : problemPage(visit, nothing)
  }
  return [
    get(
      path,
      forThisMachine(async visit => visit.page({title: 'Mail', at: path, main: list(await mailFolder.list(mailsMax))})),
    ),
    get(
      `${path}/:name`,
      forThisMachine(async visit => {
        const {name = ''} = visit.params
        const text = await mailFolder.read(name, 'txt')
        if (text === undefined) return problemPage(visit, nothing)
        const main = html`<div class="head"><h1>Mail</h1></div>
          <div class="sections">${section('As text', html`<pre class="mail">${text}</pre>`)}
            <p class="small"><a href="${path}/${name}/html">As mail programs show it</a> · <a href="${path}">All mails</a></p></div>`
        return visit.page({title: 'Mail', at: path, main})
      }),
    ),
    get(
      `${path}/:name/html`,
      forThisMachine(async visit => {
        const page = await mailFolder.read(visit.params.name ?? '', 'html')
        if (page === undefined) return problemPage(visit, nothing)
        return new Response(page, {
          headers: {
            'content-type': 'text/html; charset=utf-8',
            // As a mail program would: nothing runs, and nothing is fetched.
            'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
          },
        })
      }),
    ),
  ]
}

const list = (mails: readonly KeptMail[]): Html =>
  html`<div class="head"><h1>Mail</h1></div>
    <div class="sections">
      ${section(
        'Sent by this server',
        mails.length === 0
          ? html`<p class="soft">Nothing yet. What would be sent by mail is shown here.</p>`
          : html`<ul class="things">
              ${mails.map(({name, to, subject}) => html`<li><span><a href="${path}/${name}">${subject}</a><br /><span class="soft small">to ${to}</span></span></li>`)}
            </ul>`,
      )}
    </div>`
