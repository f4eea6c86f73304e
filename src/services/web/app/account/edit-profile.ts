/** Editing one's profile: name, description, picture and banner. */
import type {BlobRef} from '#atp/data/value.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {profile as profileType, type Profile} from '#lex/gen/app/bsky/actor/profile.ts'
import {uploadBlob} from '#lex/gen/com/atproto/repo/uploadBlob.ts'
import {exceedsGraphemes} from '#lex/schema/text-length.ts'
import {Repo} from '#sdk/records.ts'
import {Malformed} from '#std/malformed.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {field} from '#pages/form.ts'
import {formToken} from '#pages/form-token.ts'
import {html} from '#pages/html.ts'
import {get, post, type Route} from '../../visit.ts'
import {seenByViews} from '../own-records.ts'
import {pictureOf} from '../compose/pictures.ts'
import type {AppParts} from '../app-parts.ts'
import {fault} from './sign-in.ts'
import {signedIn, type OwnForm, type OwnVisit} from '../visitor.ts'
import {columnHead} from '../views/paging.ts'

const nameGraphemesMax = 64
const aboutGraphemesMax = 256
/** Bytes (lexicon app.bsky.actor.profile). */
const pictureSizeMax = 1_000_000

interface Filled {
  name: string
  about: string
}

/** A fault of the form, told to who filled it in. */
class Refused extends Error {}

/** What a file field holds as a blob; `undefined` when it is empty. Throws `Refused`. */
async function blobOf({session}: OwnVisit, form: FormData, name: string): Promise<BlobRef | undefined> {
  const file = form.get(name)
  if (file === null || typeof file === 'string' || file.size === 0) return undefined
  const picture = await pictureOf(new Uint8Array(await file.arrayBuffer()))
  if (picture === 'unknown' || (picture !== 'too-big' && !/png|jpeg/.test(picture.type))) {
    throw new Refused(`“${file.name}” is not a picture: use JPEG or PNG.`)
  }
  if (picture === 'too-big' || picture.bytes.length > pictureSizeMax) {
    throw new Refused(`“${file.name}” is too large: 1 MB at most.`)
  }
  const {blob} = await session.client.procedure(uploadBlob, picture.bytes, {encoding: picture.type})
  return blob
}

const stored = ({session}: OwnVisit) => new Repo(session.client, session.did).get(profileType, 'self')

const page = (visit: OwnVisit, {name, about}: Filled, problem?: string): Promise<Response> =>
  visit.page(
    {
      title: 'Edit profile',
      at: '/settings',
      islands: ['app/islands/compose.ts'],
      main: html`${columnHead('Edit profile', `/profile/${visit.session.handle}`)}
        <form class="stack sections" method="post" action="/settings/profile" enctype="multipart/form-data">
          ${fault(problem)}${formToken(visit.token)}
          <label class="field">Name<input name="name" value="${name}" maxlength="640" autocomplete="nickname" /></label>
          <label class="field">Description<textarea name="about" rows="4" maxlength="2560" dir="auto">${about}</textarea><span class="hint">${aboutGraphemesMax} characters at most.</span></label>
          <label class="field">Picture<input type="file" name="avatar" accept="image/jpeg,image/png" data-shrink="1000" /><span class="hint">JPEG or PNG, shown round. Choose none to keep the current one.</span></label>
          <label class="field">Banner<input type="file" name="banner" accept="image/jpeg,image/png" data-shrink="2000" /><span class="hint">Three times as wide as high.</span></label>
          <p class="row"><button>Save</button><a class="button quiet" href="/profile/${visit.session.handle}">Cancel</a></p>
        </form>`,
    },
    {status: problem === undefined ? 200 : 422},
  )

export const editProfileRoutes = ({world}: Pick<AppParts, 'world'>): Route[] => {
  const save = async (visit: OwnForm): Promise<void> => {
    const {form} = visit
    const {name, about} = filledIn(form)
    if (exceedsGraphemes(name, nameGraphemesMax))
      throw new Refused(`A name can have ${nameGraphemesMax} characters at most.`)
    if (exceedsGraphemes(about, aboutGraphemesMax))
      throw new Refused(`A description can have ${aboutGraphemesMax} characters at most.`)
    const [avatar, banner] = [await blobOf(visit, form, 'avatar'), await blobOf(visit, form, 'banner')]
    const before = await stored(visit)
    const {$type: _, ...kept} = before?.value ?? ({createdAt: datetimeOf(world.now())} as Profile)
    const draft = {
      ...kept,
      displayName: name || undefined,
      description: about || undefined,
      avatar: avatar ?? kept.avatar,
      banner: banner ?? kept.banner,
    }
    const repo = new Repo(visit.session.client, visit.session.did)
    const {rev} = await repo.put(profileType, 'self', draft, before?.cid ?? null)
    visit.session.sight.seenMs = Number.NEGATIVE_INFINITY
    await seenByViews(visit.session, rev, world)
  }

  return [
    get(
      '/settings/profile',
      signedIn(async visit => {
        const value = (await stored(visit))?.value
        return page(visit, {name: value?.displayName ?? '', about: value?.description ?? ''})
      }),
    ),
    post(
      '/settings/profile',
      signedIn(async (visit: OwnForm) => {
        const {form} = visit
        try {
          await save(visit)
          return visit.redirect(`/profile/${visit.session.handle}`)
        } catch (error) {
          if (error instanceof UpstreamError && error.error === 'InvalidSwap') {
            return page(
              visit,
              filledIn(form),
              'Your profile was changed elsewhere in the meantime. Check it, then save again.',
            )
          }
          if (!(error instanceof Refused || error instanceof UpstreamError || error instanceof Malformed)) throw error
          return page(visit, filledIn(form), error.message)
        }
      }),
      {files: true},
    ),
  ]
}

const filledIn = (form: FormData): Filled => ({name: field(form, 'name').trim(), about: field(form, 'about').trim()})
