/**
 * The page of a relay, at `/admin`, for whoever runs it: who is followed, what is refused and why, who reads, and who is
 * banned. What its forms do the operator's API does (`../api/admin/`), so that both are one.
 */
import {openAssets} from '#pages/assets.ts'
import {formToken} from '#pages/form-token.ts'
import {field} from '#pages/form.ts'
import {countText, figure, table} from '#pages/figures.ts'
import {html, type Html} from '#pages/html.ts'
import {get, post, type FormVisit, type Route, type Visit} from '#pages/routes.ts'
import {Site} from '#pages/site.ts'
import {timeTag} from '#pages/time.ts'
import {problemPage} from '#pages/problem.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Shown, ShownHost} from './overview.ts'

const adminPath = '/admin'
const nowPath = `${adminPath}/-/now`
const themePath = `${adminPath}/theme`
/** What a form asks the API for. */
const formPath = `${adminPath}/-/do`
/** Rows of each table. */
const rowsMax = 200

/** Whether a path is of the page, and not of the API. */
export const isPage = (pathname: string): boolean =>
  [adminPath, `${adminPath}/`, nowPath, themePath].includes(pathname) || pathname.startsWith(`${formPath}/`)

interface Options {
  readonly show: () => Promise<Shown>
  /** Has the API do something, for whoever has sent `request`. */
  readonly act: (request: Request, path: string, body?: object) => Promise<Response>
  readonly world: Pick<World, 'random' | 'now'>
  readonly log: Log
}

/** What the forms do, by the last part of their path: what is asked of the API for the name in the field. */
const acts: Readonly<Record<string, (name: string) => readonly [path: string, body?: object]>> = {
  follow: name => ['/admin/pds/requestCrawl', {hostname: name}],
  ban: name => [`/admin/pds/block?host=${encodeURIComponent(name)}`],
  unban: name => [`/admin/pds/unblock?host=${encodeURIComponent(name)}`],
  'ban-domain': name => ['/admin/subs/banDomain', {domain: name}],
  'unban-domain': name => ['/admin/subs/unbanDomain', {domain: name}],
  takedown: name => ['/admin/repo/takeDown', {did: name}],
  reverse: name => ['/admin/repo/reverseTakedown', {did: name}],
}

export function relaySite({show, act, world, log}: Options): Site<never> {
  const perform = async (visit: FormVisit<never>, name: string): Promise<Response> => {
    const [path, body] = acts[name](field(visit.form, 'name').trim())
    const answer = await act(visit.request, path, body)
    if (answer.ok) return visit.redirect(adminPath)
    const {message, error} = (await answer.json()) as {message?: string; error: string}
    const way = {path: adminPath, label: 'Back'}
    return problemPage(visit, {status: answer.status, title: 'That was not done', text: message ?? error, way})
  }
  const routes: Route<never>[] = [
    get(adminPath, async visit => visit.page(pageOf(await show(), visit, world.now()))),
    get(nowPath, async visit => visit.fragment(nowOf(await show()))),
    ...Object.keys(acts).map(name => post<never>(`${formPath}/${name}`, visit => perform(visit, name))),
  ]
  return new Site<never>({
    routes,
    assets: openAssets(import.meta.dirname),
    publicUrl: 'http://localhost',
    sessionCookie: {name: 'wholesky-relay', ageS: 0},
    session: async () => undefined,
    signInPath: adminPath,
    themePath,
    dress: () => () => ({name: 'Relay', entries: [], links: [], styles: ['relay.css']}),
    world,
    log,
  })
}

/** A button that does one thing to what has this name. */
const button = (act: string, label: string, name: string, {token}: Visit<never>): Html =>
  html`<form method="post" action="${formPath}/${act}">
    ${formToken(token)}<input type="hidden" name="name" value="${name}" /><button
      class="small"
      aria-label="${label} ${name}"
    >
      ${label}
    </button>
  </form>`

/** A field for a name, and what can be done to it. */
const line = (
  id: string,
  label: string,
  acts: readonly (readonly [act: string, label: string])[],
  visit: Visit<never>,
): Html =>
  html`<form method="post" action="${formPath}/${acts[0][0]}" class="row">
    ${formToken(visit.token)}
    <label class="field" for="${id}">${label}<input id="${id}" name="name" required maxlength="2000" autocomplete="off" /></label>
    ${acts.map(([act, word]) => html`<button formaction="${formPath}/${act}">${word}</button>`)}
  </form>`

const looks: Readonly<Record<string, string>> = {
  active: 'good',
  idle: 'good',
  throttled: 'warn',
  offline: 'bad',
  banned: '',
}

function nowOf({hosts, consumers, reasons, newestSeq, eventsPerSecond, takedowns}: Shown): Html {
  const having = (status: string): string => countText(hosts.filter(host => host.status === status).length)
  return html`<div class="measures">
      ${figure(`${countText(Math.round(eventsPerSecond))}/s`, 'events passed on')} ${figure(countText(newestSeq), 'newest event')}
      ${figure(having('active'), 'hosts connected')} ${figure(having('idle'), 'have lost their place and are silent')} ${figure(having('throttled'), 'wait for their budget')}
      ${figure(having('offline'), 'are away')} ${figure(having('banned'), 'are banned')}
      ${figure(countText(consumers.length), 'consumers')} ${figure(countText(takedowns), 'accounts taken down')}
    </div>
    <section>
      <h2>Refused since the start</h2>
      ${
        reasons.length === 0
          ? html`<p class="soft">Nothing was refused.</p>`
          : table(
              ['Reason', 'How often', 'Part of all', 'What it is'],
              reasons.map(({reason, times, part, about}) => [
                reason,
                countText(times),
                `${(100 * part).toFixed(2)} %`,
                about,
              ]),
            )
      }
    </section>`
}

function pageOf(shown: Shown, visit: Visit<never>, nowMs: number) {
  const {hosts, consumers, bans, asksOpen, newHostsPerDayMax} = shown
  return {
    title: 'Relay',
    at: adminPath,
    shape: 'wide' as const,
    islands: ['look/islands/now.ts'],
    main: html`<h1>Relay</h1>
      <div data-now="${nowPath}">${nowOf(shown)}</div>
      <section>
        <h2>Hosts</h2>
        <p class="soft">
          ${asksOpen ? `Servers may ask to be followed, ${countText(newHostsPerDayMax)} a day.` : 'No server may ask to be followed.'}
          ${hosts.length > rowsMax && `The first ${rowsMax} of ${countText(hosts.length)} are shown: those with most failures.`}
        </p>
        ${table(
          ['Host', 'State', 'Seq', 'Accounts', 'Sync 1.1', 'Refused', 'Events since the start', 'Do'],
          hosts.slice(0, rowsMax).map(host => hostRow(host, visit)),
        )}
        ${line(
          'host',
          'A host',
          [
            ['follow', 'Follow'],
            ['ban', 'Ban'],
          ],
          visit,
        )}
      </section>
      <section>
        <h2>Banned domains</h2>
        ${
          bans.length === 0
            ? html`<p class="soft">No domain is banned.</p>`
            : table(
                ['Domain', 'Do'],
                bans.map(({domain, isConfigured}) => [
                  domain,
                  isConfigured ? 'by RELAY_BANNED_DOMAINS' : button('unban-domain', 'Lift the ban', domain, visit),
                ]),
              )
        }
        ${line('domain', 'A domain', [['ban-domain', 'Ban']], visit)}
      </section>
      <section>
        <h2>Accounts</h2>
        ${line(
          'did',
          'The DID of an account',
          [
            ['takedown', 'Take down'],
            ['reverse', 'Reverse'],
          ],
          visit,
        )}
      </section>
      <section>
        <h2>Consumers</h2>
        ${
          consumers.length === 0
            ? html`<p class="soft">Nobody reads.</p>`
            : table(
                ['From', 'Names itself', 'Events', 'Since'],
                consumers
                  .slice(0, rowsMax)
                  .map(({address, userAgent, frameCount, connectedMs}) => [
                    address,
                    userAgent,
                    countText(frameCount),
                    timeTag(new Date(connectedMs).toISOString(), nowMs, 'ago'),
                  ]),
              )
        }
      </section>`,
  }
}

const hostRow = (host: ShownHost, visit: Visit<never>): readonly (string | Html)[] => [
  host.hostname,
  html`<span class="pill ${looks[host.status]}">${host.status}</span> ${host.waitsFor !== undefined && `for ${host.waitsFor}`}`,
  countText(host.seq),
  countText(host.accounts),
  host.failureRate === undefined ? host.stage : `${host.stage}, ${(100 * host.failureRate).toFixed(1)} % fail`,
  host.refused
    .map(([reason, times, part]) => `${reason} ${countText(times)} (${(100 * part).toFixed(2)} %)`)
    .join(', '),
  countText(host.events),
  host.status === 'banned'
    ? button('unban', 'Lift the ban', host.hostname, visit)
    : button('ban', 'Ban', host.hostname, visit),
]
