/** The server at a glance: its accounts, its room, its events, who follows them, and what became of mails. */
import {countText, figure} from '#pages/figures.ts'
import {html, type Html} from '#pages/html.ts'
import {formTo, section} from '../pieces.ts'
import {plainText} from '../plain-text.ts'
import {adminPage} from './admin-page.ts'
import type {AdminParts, Part, Route} from './admin-parts.ts'
import {accountsPath, adminPath, mailPath, relaysPath} from './paths.ts'
import {checkItem, sizeText, timeOf} from './pieces.ts'
import type {RelayLook, RelayLooks} from './relay-looks.ts'

const dayMs = 86_400_000
/** All blobs are added up no more often than this. */
const addedMs = 30_000
/** Below this the disk counts as nearly full, in bytes. */
const roomMin = 2e9
const followersMax = 30

type Needs = Pick<
  AdminParts,
  'accountStore' | 'blobRows' | 'disk' | 'sequencer' | 'mailNotes' | 'hasMailServer' | 'world' | 'log'
>

export function overviewPage(parts: Needs, looks: RelayLooks): Route[] {
  const {accountStore, blobRows, disk, sequencer, mailNotes, hasMailServer, world} = parts
  let added: {atMs: number; total: ReturnType<typeof blobRows.total>} | undefined
  const blobsInAll = (): ReturnType<typeof blobRows.total> => {
    const nowMs = world.now()
    if (!added || nowMs - added.atMs >= addedMs) added = {atMs: nowMs, total: blobRows.total()}
    added.total.catch(() => (added = undefined))
    return added.total
  }
  return adminPage(parts, {
    path: adminPath,
    title: 'Overview',
    at: adminPath,
    async show({token}) {
      const nowMs = world.now()
      const [accounts, blobs, bounds, mails, [newest], relays] = await Promise.all([
        accountStore.counts(),
        blobsInAll(),
        sequencer.bounds(),
        mailNotes.counts(nowMs - dayMs),
        mailNotes.notes({failed: true, before: undefined, limit: 1}),
        looks.brief(),
      ])
      const use = disk()
      const {active, deactivated, takendown} = accounts
      return html`${section(
        'Accounts',
        html`<div class="measures">
          ${figure(countText(active + deactivated + takendown), 'in all', accountsPath)}
          ${figure(countText(active), 'active', `${accountsPath}?standing=active`)}
          ${figure(countText(deactivated), 'at rest', `${accountsPath}?standing=deactivated`)}
          ${figure(countText(takendown), 'taken down', `${accountsPath}?standing=takendown`)}
        </div>`,
      )}
      ${section(
        'Room',
        html`${
          use &&
          use.free < roomMin &&
          html`<p class="notice bad">The disk is nearly full. When it is, nobody can write: make room, or give the server a larger one.</p>`
        }
          <div class="measures">
            ${use ? figure(sizeText(use.database + use.wal), 'database') : figure('in memory', 'database')}
            ${figure(sizeText(blobs.size), `${countText(blobs.count)} blobs`)}
            ${use && figure(sizeText(use.free), 'free on the disk')}
          </div>`,
      )}
      ${events(bounds, sequencer.followers())}
      ${relaySummary(relays)}
      ${section(
        'Mail',
        html`${!hasMailServer && html`<p class="notice warn">There is no mail server (PDS_SMTP_URL): each mail is a file in a folder of this server, and nobody gets it.</p>`}
          <div class="measures">
            ${figure(countText(mails.sent), 'sent in a day', mailPath)}
            ${figure(countText(mails.failed), 'failed in a day', `${mailPath}?failed=1`)}
            ${mails.lastSentMs === null ? figure('never', 'last sent') : html`<div class="measure"><span class="figure">${timeOf(mails.lastSentMs, nowMs)}</span><span class="soft small">last sent</span></div>`}
          </div>
          ${newest !== undefined && html`<p class="small soft">The last that failed, ${timeOf(newest.atMs, nowMs)}: ${plainText(newest.fault ?? '', 400)}</p>`}`,
      )}
      ${formTo(`${adminPath}/sign-out`, token, html`<button class="quiet">Sign out</button>`, 'bare')}`
    },
  })
}

function events(
  {first, last}: {first: number; last: number},
  followers: ReturnType<AdminParts['sequencer']['followers']>,
): Html {
  const shown = followers.toSorted((a, b) => a.seq - b.seq).slice(0, followersMax)
  return section(
    'Events',
    html`<div class="measures">
        ${figure(countText(last), 'newest')} ${figure(countText(last === 0 ? 0 : last - first + 1), 'kept')}
        ${figure(countText(followers.length), followers.length === 1 ? 'follower' : 'followers')}
      </div>
      ${
        shown.length === 0
          ? html`<p class="soft small">Nobody follows the firehose now. A relay that follows this server stands here.</p>`
          : html`<ul class="things">
              ${shown.map(
                ({who, seq}) =>
                  html`<li><span>${plainText(who, 120)}</span><span class="pill ${last - seq > 1_000 ? 'warn' : 'good'}">${seq >= last ? 'has all' : `${countText(last - seq)} behind`}</span></li>`,
              )}
            </ul>`
      }
      ${followers.length > shown.length && html`<p class="soft small">And ${followers.length - shown.length} that are nearer to the newest.</p>`}`,
  )
}

/** Of each relay what is first, and all that is not good. */
const relaySummary = (relays: readonly RelayLook[]): Part =>
  section(
    'Relays',
    relays.length === 0
      ? html`<p class="notice warn">This server tells no relay of itself (PDS_RELAYS), so nobody sees elsewhere what is written here.</p>`
      : html`<ul class="things">
            ${relays.flatMap(({checks}) => checks.filter(({state}, i) => i === 0 || state !== 'good').map(checkItem))}
          </ul>
          <p><a class="button quiet" href="${relaysPath}">All that relays say</a></p>`,
  )
