/**
 * What buttons do: like, repost, follow, bookmark, block, mute, delete. A form that comes by an island is answered with
 * the same form in its new state; one that comes by itself, with the page it came from.
 */
import type {ValueMap} from '#atp/data/value.ts'
import {isAtUri} from '#atp/syntax/at-uri.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {isDid} from '#atp/syntax/did.ts'
import {isHandle} from '#atp/syntax/handle.ts'
import type {AtUri} from '#atp/syntax/at-uri.ts'
import {createBookmark} from '#lex/gen/app/bsky/bookmark/createBookmark.ts'
import {deleteBookmark} from '#lex/gen/app/bsky/bookmark/deleteBookmark.ts'
import {muteActor} from '#lex/gen/app/bsky/graph/muteActor.ts'
import {unmuteActor} from '#lex/gen/app/bsky/graph/unmuteActor.ts'
import {field} from '#pages/form.ts'
import type {Html} from '#pages/html.ts'
import {problemPage} from '#pages/problem.ts'
import {post, type Route} from '../visit.ts'
import {createOwn, deleteOwn, seenByViews} from './own-records.ts'
import type {AppParts} from './app-parts.ts'
import {signedIn, type OwnForm, type OwnVisit} from './visitor.ts'
import {followForm, markForm} from './views/act-forms.ts'
import {sightOf} from './views/sight.ts'

/** Written by our islands; no other site can send it without being asked. */
const isIsland = ({request}: OwnVisit): boolean => request.headers.get('x-island') === 'act'

const illFormed = (visit: OwnVisit): Promise<Response> =>
  problemPage(visit, {status: 400, title: 'That form is incomplete', text: 'Load the page again, then try once more.'})

export const actRoutes = ({world}: Pick<AppParts, 'world'>): Route[] => {
  /** Answers an island at once, and everybody else once the page they go back to shows it. */
  const done = async (visit: OwnForm, rev: string | undefined, part?: Html): Promise<Response> => {
    if (part && isIsland(visit)) return visit.fragment(part)
    await seenByViews(visit.session, rev, world)
    return visit.redirect(field(visit.form, 'back'))
  }

  /** Makes the record of an act, or deletes the one there is. */
  const toggle = async ({session}: OwnVisit, record: string, type: string, subject: ValueMap | string) =>
    record === ''
      ? createOwn(session, {$type: type, subject, createdAt: datetimeOf(world.now())})
      : {uri: undefined, ...(await deleteOwn(session, record))}

  const mark = (kind: 'like' | 'repost'): Route =>
    post(
      `/act/${kind}`,
      signedIn(async (visit: OwnForm) => {
        const {form} = visit
        const [uri, cid, record, back] = ['uri', 'cid', 'record', 'back'].map(name => field(form, name))
        if (!isAtUri(uri) || cid === '' || (record !== '' && !isAtUri(record))) return illFormed(visit)
        const made = await toggle(visit, record, `app.bsky.feed.${kind}`, {uri, cid})
        const count = Math.max(Math.trunc(Number(field(form, 'count'))) || 0, 0) + (made.uri ? 1 : -1)
        const state = {uri, cid, count: Math.max(count, 0), record: made.uri, back, token: visit.token}
        return done(visit, made.rev, markForm(kind, state))
      }),
    )

  return [
    mark('like'),
    mark('repost'),
    post(
      '/act/follow',
      signedIn(async (visit: OwnForm) => {
        const {form} = visit
        const [did, record, handle] = ['did', 'record', 'handle'].map(name => field(form, name))
        if (!isDid(did) || !isHandle(handle) || (record !== '' && !isAtUri(record))) return illFormed(visit)
        const made = await toggle(visit, record, 'app.bsky.graph.follow', did)
        const followedBy = field(form, 'followedBy') === 'yes' ? ('at://yes' as AtUri) : undefined
        const viewer = {following: made.uri as AtUri | undefined, followedBy}
        const sight = {...sightOf(visit, world), path: field(form, 'back')}
        return done(visit, made.rev, followForm({did, handle, viewer}, sight))
      }),
    ),
    post(
      '/act/block',
      signedIn(async (visit: OwnForm) => {
        const {form} = visit
        const [did, record] = ['did', 'record'].map(name => field(form, name))
        if (!isDid(did) || (record !== '' && !isAtUri(record))) return illFormed(visit)
        const {rev} = await toggle(visit, record, 'app.bsky.graph.block', did)
        return done(visit, rev)
      }),
    ),
    post(
      '/act/mute',
      signedIn(async (visit: OwnForm) => {
        const {form} = visit
        const actor = field(form, 'did')
        if (!isDid(actor)) return illFormed(visit)
        await visit.session.client.procedure(field(form, 'record') === '' ? muteActor : unmuteActor, {actor})
        return done(visit, undefined)
      }),
    ),
    post(
      '/act/bookmark',
      signedIn(async (visit: OwnForm) => {
        const {form} = visit
        const [uri, cid, record] = ['uri', 'cid', 'record'].map(name => field(form, name))
        if (!isAtUri(uri) || cid === '') return illFormed(visit)
        const {client} = visit.session
        if (record === '') await client.procedure(createBookmark, {uri, cid})
        else await client.procedure(deleteBookmark, {uri})
        return done(visit, undefined)
      }),
    ),
    post(
      '/act/delete',
      signedIn(async (visit: OwnForm) => {
        const {form} = visit
        const uri = field(form, 'uri')
        if (!isAtUri(uri)) return illFormed(visit)
        const {rev} = await deleteOwn(visit.session, uri)
        return done(visit, rev)
      }),
    ),
  ]
}
