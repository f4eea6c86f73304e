/**
 * The site of a server that has nothing to show but how it gets on: one page, which keeps itself up to date and changes
 * nothing. What stands on it is the server's.
 */
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {openAssets} from './assets.ts'
import {html, type Html} from './html.ts'
import {get} from './routes.ts'
import {Site} from './site.ts'

export interface StatusOptions {
  /** As people call the server, such as `Tap`. */
  readonly name: string
  /** Stands under the name, for whoever comes by. */
  readonly about?: Html
  /** How it gets on now. */
  readonly now: () => Html | Promise<Html>
  /** The URL of the file that asks, beside which its style is: `<name>.css`, in small letters. */
  readonly beside: string
  readonly world: Pick<World, 'random'>
  readonly log: Log
}

const nowPath = '/-/now'
const paths = new Set(['/', nowPath, '/theme', '/robots.txt'])

/** Whether a path is of the page, and not of the API. */
export const isStatusPath = (pathname: string): boolean => paths.has(pathname) || pathname.startsWith('/assets/')

export function statusSite({name, about, now, beside, world, log}: StatusOptions): Site<never> {
  const word = name.toLowerCase()
  return new Site<never>({
    routes: [
      get('/', async visit =>
        visit.page({
          title: 'How it gets on',
          at: '/',
          shape: 'alone',
          islands: ['look/islands/now.ts'],
          main: html`<h1>${name}</h1>
            ${about}
            <div data-now="${nowPath}">${await now()}</div>`,
        }),
      ),
      get(nowPath, async visit => visit.fragment(await now())),
    ],
    assets: openAssets(dirname(fileURLToPath(beside))),
    publicUrl: 'http://localhost',
    sessionCookie: {name: `wholesky-${word}`, ageS: 0},
    session: async () => undefined,
    signInPath: '/',
    dress: () => () => ({name, entries: [], links: [], styles: [`${word}.css`]}),
    world,
    log,
  })
}
