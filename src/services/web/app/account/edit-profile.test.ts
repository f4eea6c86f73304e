import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {
  alice,
  blobCid,
  cid,
  noiseOf,
  pictureOf,
  refuse,
  WebNetwork,
  type Answers,
} from '../../../../../test/web-network.ts'

const uri = `at://${alice.did}/app.bsky.actor.profile/self`
const blob = (type = 'image/png') => ({$type: 'blob', ref: {$link: blobCid}, mimeType: type, size: 68})
const stored = {
  $type: 'app.bsky.actor.profile',
  displayName: 'Alice',
  description: 'Birds',
  avatar: blob(),
  createdAt: '2026-01-01T00:00:00.000Z',
  other: 'kept',
}
const answersOf = (value: object | undefined): Answers => ({
  'com.atproto.repo.getRecord': () => (value ? {uri, cid, value} : refuse('RecordNotFound')()),
  'com.atproto.repo.putRecord': () => ({uri, cid, commit: {cid, rev: '3lbcd2345672k'}}),
})

async function open(context: Parameters<typeof WebNetwork.open>[0], answers: Answers = {}): Promise<WebNetwork> {
  const network = await WebNetwork.open(context, {...answersOf(stored), ...answers})
  await network.signIn()
  return network
}

type File_ = {name: string; bytes: Uint8Array<ArrayBuffer>}
function formOf(fields: Record<string, string>, files: Record<string, File_> = {}): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  for (const [name, {name: file, bytes}] of Object.entries(files)) form.set(name, new File([bytes], file))
  return form
}

const png = await pictureOf('png')
const gif = await pictureOf('gif')
/** Of more than one megabyte, and of more than two. */
const [large, larger] = [await noiseOf(650), await noiseOf(950)]

suite('the form of a profile', () => {
  test('has what is stored', async context => {
    const page = await (await open(context)).page('/settings/profile')
    assert.match(page, /name="name" value="Alice"/)
    assert.match(page, />Birds<\/textarea>/)
  })

  test('is empty for who has no profile yet', async context => {
    const page = await (await open(context, answersOf(undefined))).page('/settings/profile')
    assert.match(page, /name="name" value=""/)
  })

  test('escapes what is stored', async context => {
    const value = {...stored, displayName: '"><b>', description: '</textarea><b>'}
    assert.doesNotMatch(
      await (await open(context, answersOf(value))).page('/settings/profile'),
      /"><b>|<\/textarea><b>/,
    )
  })
})

const given = (network: WebNetwork) => network.given('com.atproto.repo.putRecord')[0]

suite('saving a profile', () => {
  test('changes what was filled in, keeps the rest, and only over what was read', async context => {
    const network = await open(context)
    const response = await network.post('/settings/profile', formOf({name: ' Al ', about: 'Boats\r\nand birds'}))
    assert.equal(response.headers.get('location'), '/profile/alice.test')
    const {record, swapRecord, rkey, collection} = given(network)
    assert.deepEqual([collection, rkey, swapRecord], ['app.bsky.actor.profile', 'self', cid])
    assert.deepEqual(record, {...stored, displayName: 'Al', description: 'Boats\nand birds'})
  })

  test('makes the first one where there is none yet, and only if there still is none', async context => {
    const network = await open(context, answersOf(undefined))
    await network.post('/settings/profile', formOf({name: 'Al', about: ''}))
    const {record, swapRecord} = given(network)
    assert.equal(swapRecord, null)
    assert.deepEqual(record, {
      $type: 'app.bsky.actor.profile',
      displayName: 'Al',
      createdAt: '2026-11-22T12:00:00.000Z',
    })
  })

  test('takes out what was emptied', async context => {
    const network = await open(context)
    await network.post('/settings/profile', formOf({name: '', about: '  '}))
    const record = given(network).record as Record<string, unknown>
    assert.ok(!('displayName' in record) && !('description' in record))
  })

  test('uploads the pictures that were chosen', async context => {
    const network = await open(context)
    await network.post('/settings/profile', formOf({name: 'Al', about: ''}, {banner: {name: 'a.png', bytes: png}}))
    const record = given(network).record as Record<string, unknown>
    assert.deepEqual([record.avatar, record.banner], [stored.avatar, blob()])
    assert.equal(network.given('com.atproto.repo.uploadBlob').length, 1)
  })

  const bad: [what: string, form: FormData, words: RegExp][] = [
    ['a name that is too long', formOf({name: '🐦'.repeat(65), about: ''}), /64 characters at most/],
    ['a description that is too long', formOf({name: '', about: 'x'.repeat(257)}), /256 characters at most/],
    [
      'a file that is no picture',
      formOf({name: ''}, {avatar: {name: 'a.svg', bytes: new Uint8Array(64)}}),
      /“a\.svg” is not a picture/,
    ],
    ['a picture that moves', formOf({name: ''}, {avatar: {name: 'a.gif', bytes: gif}}), /use JPEG or PNG/],
    ['a picture that is too large', formOf({name: ''}, {banner: {name: 'a.png', bytes: large}}), /1 MB at most/],
    ['a picture that is far too large', formOf({name: ''}, {banner: {name: 'a.png', bytes: larger}}), /1 MB at most/],
  ]
  for (const [what, form, words] of bad) {
    test(`with ${what} is told so, and stores nothing`, async context => {
      const network = await open(context)
      const response = await network.post('/settings/profile', form)
      assert.equal(response.status, 422)
      assert.match(await response.text(), words)
      assert.deepEqual(network.given('com.atproto.repo.putRecord'), [])
    })
  }

  test('over a profile that was changed elsewhere keeps what was written', async context => {
    const network = await open(context, {'com.atproto.repo.putRecord': refuse('InvalidSwap')})
    const response = await network.post('/settings/profile', formOf({name: 'Mine', about: 'also mine'}))
    assert.equal(response.status, 422)
    const page = await response.text()
    assert.match(page, /changed elsewhere/)
    assert.match(page, /value="Mine"[\s\S]*>also mine</)
  })

  test('that the server refuses is told with its reason', async context => {
    const network = await open(context, {'com.atproto.repo.putRecord': refuse('InvalidRequest')})
    const response = await network.post('/settings/profile', formOf({name: '<b>', about: ''}))
    assert.equal(response.status, 422)
    const page = await response.text()
    assert.match(page, /refused: InvalidRequest/)
    assert.doesNotMatch(page, /<b>"/)
  })
})
