/** What the account holds, to take along; and its rest or its end. */
import {deleteAccount} from '#lex/gen/com/atproto/server/deleteAccount.ts'
import {requestAccountDelete} from '#lex/gen/com/atproto/server/requestAccountDelete.ts'
import {toUtf8} from '#std/text.ts'
import {streamOf} from '#xrpc/body.ts'
import {field} from '#pages/form.ts'
import {html, type Html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import {wholeTimeOf} from '#pages/time.ts'
import {mailCode} from '../../mail/email-tokens.ts'
import type {Account} from '../../store/accounts/account-store.ts'
import type {SiteParts} from '../site-parts.ts'
import {codeField, formTo, section} from '../pieces.ts'
import type {Route} from '../visit.ts'
import {ownFile, ownPage, pathOf, type OwnNeeds} from './own-account.ts'

const dayMs = 86_400_000
/** Days after which an account at rest is deleted; none for never. */
const rests = ['', '3', '30', '90', '365']
/** Blobs on one page of the list. */
const blobsOfPage = 1_000

type Needs = OwnNeeds &
  Pick<
    SiteParts,
    'standing' | 'emails' | 'emailTokens' | 'limits' | 'repoStore' | 'blobRows' | 'preferences' | 'publicUrl'
  >

export function dataPage(parts: Needs): Route[] {
  const {standing, emails, emailTokens, limits, world, repoStore, blobRows, preferences, publicUrl} = parts
  return [
    ...ownPage<{isDeleting: boolean}>(
      parts,
      {
        page: 'data',
        title: 'Data',
        show: ({token, url}, account, {isDeleting = url.searchParams.get('done') === 'delete-sent'}) =>
          html`${exportSection(account)} ${restSection(account, token)} ${endSection(account, token, isDeleting)}`,
      },
      {
        async deactivate({form}, {did}) {
          const days = field(form, 'days')
          const isKnown = days !== '' && rests.includes(days)
          await standing.deactivate(did, isKnown ? world.now() + Number(days) * dayMs : null)
          return 'deactivated'
        },
        async activate(_visit, {did}) {
          await standing.activate(did)
          return 'activated'
        },
        async 'send-code'(_visit, {did}) {
          await limits.takeCall(did, requestAccountDelete.nsid)
          await emails.sendCode(did, 'delete_account')
          return 'delete-sent'
        },
        async delete({form, request, redirect}, {did}) {
          await limits.admit(request, deleteAccount.nsid)
          await limits.takeCall(did, deleteAccount.nsid)
          const code = field(form, 'code')
          await emailTokens.demand(did, 'delete_account', code)
          await standing.remove(did, mailCode('delete_account', code))
          return redirect('/account')
        },
      },
      ['deactivate', 'send-code', 'delete'],
    ),

    ownFile(parts, 'data/repository.car', async ({signal}, {did}) =>
      attachment('repository.car', 'application/vnd.ipld.car', streamOf(repoStore.export(did, undefined, signal))),
    ),

    ownFile(parts, 'data/preferences.json', async (_visit, {did}) => {
      const all = await preferences.list({did, scope: 'com.atproto.access'}, 'app.bsky')
      return attachment('preferences.json', 'application/json', `${JSON.stringify({preferences: all}, null, 2)}\n`)
    }),

    ownFile(parts, 'data/blobs.txt', async (_visit, {did}) => {
      const links = blobLinks(blobRows, did, `${publicUrl}/xrpc/com.atproto.sync.getBlob?did=${did}&cid=`)
      return attachment('blobs.txt', 'text/plain; charset=utf-8', streamOf(links))
    }),
  ]
}

/** A line for each blob: where it is to be had. */
async function* blobLinks(rows: Needs['blobRows'], did: Account['did'], before: string): AsyncIterable<Uint8Array> {
  for (let after: Awaited<ReturnType<typeof rows.visible>>[number] | undefined, more = true; more;) {
    const cids = await rows.visible(did, undefined, after, blobsOfPage)
    yield toUtf8(cids.map(cid => `${before}${cid}\n`).join(''))
    after = cids.at(-1)
    more = cids.length === blobsOfPage
  }
}

const attachment = (name: string, type: string, body: string | ReadableStream<Uint8Array>): Response =>
  new Response(body as BodyInit, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'private, no-store',
    },
  })

const file = (path: string, label: string): Html =>
  html`<a class="button quiet" href="${path}" download>${icon('download')} ${label}</a>`

const exportSection = ({did}: Account): Html =>
  section(
    'Take it along',
    html`<p class="soft small">All you have written, as one file; where your pictures and videos are; what your apps keep for you.</p>
      <p class="row">
        ${file(pathOf(did, 'data/repository.car'), 'Repository')} ${file(pathOf(did, 'data/blobs.txt'), 'List of blobs')}
        ${file(pathOf(did, 'data/preferences.json'), 'Preferences')}
      </p>`,
  )

const restSection = ({did, deactivatedMs, deleteAfterMs}: Account, token: string): Html =>
  deactivatedMs === null
    ? section(
        'Deactivate',
        html`<p class="soft small">Nobody sees your account until you activate it again. Nothing is lost unless you want it deleted after a time.</p>
          ${formTo(
            pathOf(did, 'data/deactivate'),
            token,
            html`<label class="field"
                >Delete it
                <select name="days">
                  ${rests.map(days => html`<option value="${days}">${days === '' ? 'Never' : `After ${days} days`}</option>`)}
                </select>
              </label>
              <button class="quiet">Deactivate my account</button>`,
          )}`,
      )
    : section(
        'Deactivated',
        html`<p>
            Nobody sees your account.
            ${deleteAfterMs !== null && html`It will be deleted on ${wholeTimeOf(deleteAfterMs)}.`}
          </p>
          ${formTo(pathOf(did, 'data/activate'), token, html`<button>Activate my account</button>`)}`,
      )

const endSection = ({did, email}: Account, token: string, isDeleting: boolean): Html =>
  section(
    'Delete',
    html`<p class="soft small">All that is in your account is deleted from this server, for good. Your handle becomes free.</p>
      ${formTo(pathOf(did, 'data/send-code'), token, html`<button class="quiet danger">${isDeleting ? 'Send another code' : 'Send me a code to delete my account'}</button>`)}
      ${
        isDeleting &&
        html`<p class="notice" role="status">A code went to ${email}.</p>
          ${formTo(pathOf(did, 'data/delete'), token, html`${codeField()}<button class="danger-button">Delete my account for good</button>`)}`
      }`,
  )
