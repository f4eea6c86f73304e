/** The blobs of an account, as pictures where they are some. */
import {html} from '#pages/html.ts'
import type {Visit} from '../../visit.ts'
import {accountTabs, nameOf} from '../account/account-page.ts'
import {card, explorerPage, failurePage} from '../explorer-frame.ts'
import {blobsPageSize, type Home, type RepoReader, type Told} from '../repo-reader.ts'
import {accountPath, blobPath} from '../target.ts'

export async function blobsPage(visit: Visit, reader: RepoReader, home: Home): Promise<Response> {
  const {did} = home
  const cursor = visit.url.searchParams.get('cursor')?.slice(0, 1_000) ?? undefined
  const listed: Told<{cids: string[]; cursor?: string}> = await reader.blobs(home, cursor)
  if (!listed.ok) return failurePage(visit, 'The blobs could not be loaded', listed)
  const {cursor: next} = listed.value
  const cids = listed.value.cids.slice(0, blobsPageSize)
  return explorerPage(visit, {
    title: `Blobs of ${nameOf(home)}`,
    crumbs: [
      [nameOf(home), accountPath(did)],
      ['blobs', ''],
    ],
    tabs: {current: `${accountPath(did)}/-/blobs`, all: accountTabs(did)},
    main: html`<header class="x-title"><h1>Blobs of ${nameOf(home)}</h1></header>
      ${card(
        cursor === undefined ? 'Files' : 'More files',
        cids.length > 0
          ? html`<ul class="x-blobs">
              ${cids.map(
                cid =>
                  html`<li>
                    <a href="${blobPath(did, cid)}">
                      <img src="${blobPath(did, cid)}" alt="" loading="lazy" />
                      <span class="x-mono x-clip">${cid}</span>
                    </a>
                  </li>`,
              )}
            </ul>`
          : html`<p class="x-soft">No blobs.</p>`,
        'each is checked against its CID before it is shown',
      )}
      ${next !== undefined && cids.length >= blobsPageSize && html`<p><a class="button quiet" href="${accountPath(did)}/-/blobs?cursor=${encodeURIComponent(next)}">More</a></p>`}`,
  })
}
