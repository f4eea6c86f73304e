/** A server: what it says of itself, and whose data it holds. */
import {refused} from '#std/result.ts'
import {isTid, tidMicros} from '#atp/syntax/tid.ts'
import {html} from '#pages/html.ts'
import type {Visit} from '../visit.ts'
import {wholeTimeOf} from '#pages/time.ts'
import {card, explorerPage, facts, failure, failurePage} from './explorer-frame.ts'
import {reposPageSize, type RepoReader} from './repo-reader.ts'
import {accountPath} from './target.ts'

/** Of the names that its accounts have, as many are shown. */
const domainsMax = 50

export async function serverPage(visit: Visit, reader: RepoReader, host: string): Promise<Response> {
  const isLocal = /^(?:localhost|127\.0\.0\.1)(?::\d+)?$/.test(host)
  const origin = `${isLocal ? 'http' : 'https'}://${host}`
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    return failurePage(visit, 'Not a server', refused('absent', `${host} is not a host name.`))
  }
  const cursor = visit.url.searchParams.get('cursor')?.slice(0, 1_000) ?? undefined
  const [described, listed] = await Promise.all([reader.server(origin), reader.repos(origin, cursor)])
  if (!described.ok && !listed.ok) return failurePage(visit, `${host} did not answer`, listed)
  const repos = listed.ok ? listed.value.repos.slice(0, reposPageSize) : []
  const names = await reader.handles(repos.map(({did}) => did))
  return explorerPage(visit, {
    title: host,
    crumbs: [[host, '']],
    main: html`<header class="x-title"><h1>${host}</h1></header>
      ${
        described.ok
          ? card(
              'About this server',
              facts([
                ['DID', described.value.did],
                ['handle domains', described.value.availableUserDomains.slice(0, domainsMax).join(', ')],
                ['invite code', described.value.inviteCodeRequired ? 'required' : 'not required'],
                ['contact', described.value.contact?.email],
              ]),
            )
          : html`<p class="x-soft">It did not describe itself: ${described.detail}</p>`
      }
      ${
        listed.ok
          ? card(
              'Repositories',
              html`<ul class="x-records">
                ${repos.map(
                  ({did, rev, active, status}) =>
                    html`<li>
                      <a class="x-record" href="${accountPath(did)}">
                        <span class="x-record-text"
                          >${names.has(did) && html`<b>@${names.get(did)}</b> `}<span class="x-mono x-soft">${did}</span></span
                        >
                        <span class="x-soft">${active === false ? (status ?? 'not active') : isTid(rev) ? wholeTimeOf(tidMicros(rev) / 1000) : rev}</span>
                      </a>
                    </li>`,
                )}
              </ul>`,
              `${repos.length} on this page`,
            )
          : failure('The repositories could not be loaded', listed.detail)
      }
      ${
        listed.ok &&
        listed.value.cursor !== undefined &&
        repos.length >= reposPageSize &&
        html`<p><a class="button quiet" href="?cursor=${encodeURIComponent(listed.value.cursor)}">More</a></p>`
      }`,
  })
}
