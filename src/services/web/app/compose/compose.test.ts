import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {
  alice,
  blobCid,
  bob,
  cid,
  noiseOf,
  pictureOf,
  post,
  refuse,
  WebNetwork,
  type Answers,
} from '../../../../../test/web-network.ts'

const parent = post(bob, 'what it is about') as {uri: string; cid: string}
const hostile = '</textarea><script>alert(1)</script>"\''
const png = await pictureOf('png')

async function open(context: Parameters<typeof WebNetwork.open>[0], answers: Answers = {}): Promise<WebNetwork> {
  const network = await WebNetwork.open(context, {'app.bsky.feed.getPosts': () => ({posts: [parent]}), ...answers})
  await network.signIn()
  return network
}

interface Draft {
  text?: string
  language?: string
  reply?: string
  quote?: string
  pictures?: [bytes: Uint8Array<ArrayBuffer>, alt: string, name?: string][]
}

function send(network: WebNetwork, {pictures = [], ...fields}: Draft): Promise<Response> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  for (const [bytes, alt, name = 'a.png'] of pictures) {
    form.append('picture', new File([bytes], name))
    form.append('alt', alt)
  }
  return network.post('/compose', form)
}

const made = (network: WebNetwork) =>
  network.given('com.atproto.repo.createRecord') as {record: Record<string, unknown>}[]

suite('the page to write', () => {
  test('is empty, a reply, a quote, or begun by somebody else', async context => {
    const network = await open(context)
    const query = encodeURIComponent(parent.uri)
    const cases: [path: string, title: RegExp, more: RegExp][] = [
      ['/compose', /<title>New post/, /placeholder="What’s up\?"/],
      [`/compose?reply=${query}`, /<title>Reply/, /what it is about[\s\S]*name="reply" value="at:/],
      [`/compose?quote=${query}`, /<title>Quote/, /name="quote" value="at:[\s\S]*what it is about/],
      ['/compose?text=Hello+there', /<title>New post/, />Hello there<\/textarea>/],
    ]
    for (const [path, title, more] of cases) {
      const page = await network.page(path)
      assert.match(page, title)
      assert.doesNotMatch(page, /data-key="n"/, 'no button that leads to this very page')
      assert.match(page, more)
    }
  })

  test('takes what stands in an address as text', async context => {
    const network = await open(context)
    const query = encodeURIComponent(hostile)
    for (const name of ['text', 'reply', 'quote', 'cursor']) {
      assert.doesNotMatch(await network.page(`/compose?${name}=${query}`), /<script>alert/, name)
    }
  })

  test('does without a post that is gone, or cannot be asked for', async context => {
    const gone = await open(context, {'app.bsky.feed.getPosts': () => ({posts: []})})
    assert.equal((await gone.get(`/compose?reply=${encodeURIComponent(parent.uri)}`)).status, 200)
    const away = await open(context, {'app.bsky.feed.getPosts': refuse('UpstreamFailure', 502)})
    assert.equal((await away.get(`/compose?reply=${encodeURIComponent(parent.uri)}`)).status, 200)
  })
})

suite('a post', () => {
  test('is what was written, in its language, and leads back to the timeline', async context => {
    const network = await open(context)
    const response = await send(network, {text: '  Hello\r\nthere ', language: 'de'})
    assert.equal(response.headers.get('location'), '/timeline')
    assert.deepEqual(made(network)[0].record, {
      $type: 'app.bsky.feed.post',
      text: 'Hello\nthere',
      createdAt: '2026-11-22T12:00:00.000Z',
      langs: ['de'],
    })
  })

  test('names no language that is none', async context => {
    const network = await open(context)
    await send(network, {text: 'Hello', language: 'not a language'})
    assert.ok(!('langs' in made(network)[0].record))
  })

  test('with pictures has each with its own words and shape', async context => {
    const network = await open(context)
    await send(network, {
      text: '',
      pictures: [
        [await pictureOf('png', 3, 2), ' First '],
        [new Uint8Array(), 'none'],
        [await pictureOf('png', 1, 9), ''],
      ],
    })
    const {embed} = made(network)[0].record as {embed: {images: unknown[]}}
    const image = {$type: 'blob', ref: {$link: blobCid}, mimeType: 'image/png', size: 68}
    assert.deepEqual(embed, {
      $type: 'app.bsky.embed.images',
      images: [
        {image, alt: 'First', aspectRatio: {width: 3, height: 2}},
        {image, alt: '', aspectRatio: {width: 1, height: 9}},
      ],
    })
  })

  test('that quotes, with pictures and without', async context => {
    const network = await open(context)
    const record = {$type: 'app.bsky.embed.record', record: {uri: parent.uri, cid: parent.cid}}
    await send(network, {text: '', quote: parent.uri})
    assert.deepEqual(made(network)[0].record.embed, record)
    await send(network, {text: '', quote: parent.uri, pictures: [[png, '']]})
    const {$type, record: quoted} = made(network)[1].record.embed as Record<string, unknown>
    assert.deepEqual([$type, quoted], ['app.bsky.embed.recordWithMedia', record])
  })

  test('that replies names the post, which begins the thread where it replies to none', async context => {
    const network = await open(context)
    const response = await send(network, {text: 'Yes', reply: parent.uri})
    assert.equal(response.headers.get('location'), `/profile/${alice.did}/post/3lbcd2345672k`)
    const own = {uri: parent.uri, cid: parent.cid}
    assert.deepEqual(made(network)[0].record.reply, {root: own, parent: own})
  })

  test('that replies deep in a thread names its first post too', async context => {
    const root = {uri: `at://${alice.did}/app.bsky.feed.post/3lbaa2345672k`, cid}
    const deep = post(bob, 'in between', {record: {reply: {root, parent: root}}})
    const network = await open(context, {'app.bsky.feed.getPosts': () => ({posts: [deep]})})
    await send(network, {text: 'Yes', reply: String(deep.uri)})
    assert.deepEqual(made(network)[0].record.reply, {root, parent: {uri: deep.uri, cid: deep.cid}})
  })

  test('has mentions, links and tags; who is mentioned and not known stays text', async context => {
    const network = await open(context)
    await send(network, {text: '@bob.test @nobody.test example.com #sky'})
    const {facets} = made(network)[0].record as {facets: {features: Record<string, string>[]}[]}
    assert.deepEqual(
      facets.map(({features: [{$type, ...feature}]}) => [$type.split('#')[1], feature]),
      [
        ['mention', {did: bob.did}],
        ['link', {uri: 'https://example.com'}],
        ['tag', {tag: 'sky'}],
      ],
    )
  })
})

const large = await noiseOf(950)

suite('a draft', () => {
  const gone: Answers = {'app.bsky.feed.getPosts': () => ({posts: []})}
  const bad: [what: string, draft: Draft, words: RegExp, answers?: Answers][] = [
    ['of nothing', {text: ' \r\n '}, /Write something, or add a picture/],
    ['of 301 characters', {text: 'x'.repeat(301)}, /300 characters at most/],
    [
      'with a file that is no picture',
      {text: 'x', pictures: [[new Uint8Array(64), '', 'a.svg']]},
      /“a\.svg” is not a picture/,
    ],
    ['with a picture that is too large', {text: 'x', pictures: [[large, '', 'a.png']]}, /“a\.png” is too large/],
    ['with five pictures', {text: 'x', pictures: Array.from({length: 5}, () => [png, ''])}, /4 pictures at most/],
    ['that replies to what is gone', {text: 'x', reply: parent.uri}, /replying to has been deleted/, gone],
    ['that replies to no post', {text: 'x', reply: hostile}, /replying to has been deleted/],
    ['that quotes what is gone', {text: 'x', quote: parent.uri}, /quoting has been deleted/, gone],
    [
      'whose file is named by a stranger',
      {text: 'x', pictures: [[new Uint8Array(64), '', '<b>.png']]},
      /“&lt;b&gt;\.png”/,
    ],
    [
      'that the server refuses',
      {text: 'x'},
      /did not accept it: refused: InvalidRequest/,
      {'com.atproto.repo.createRecord': refuse('InvalidRequest')},
    ],
    [
      'whose picture the server refuses',
      {text: 'x', pictures: [[png, '']]},
      /did not accept it: refused: BlobTooLarge/,
      {'com.atproto.repo.uploadBlob': refuse('BlobTooLarge')},
    ],
  ]
  for (const [what, draft, words, answers] of bad) {
    test(`${what} comes back with the reason above it`, async context => {
      const network = await open(context, answers)
      const response = await send(network, {...draft, language: 'de'})
      assert.equal(response.status, 422)
      const page = await response.text()
      assert.match(page, words)
      assert.match(page, /value="de" selected/)
      if (draft.text === 'x') assert.match(page, />x<\/textarea>/)
      assert.doesNotMatch(page, /<script>alert/)
      if (!answers?.['com.atproto.repo.createRecord']) assert.deepEqual(made(network), [])
    })
  }

  test('of 300 characters that people see as one each is a post', async context => {
    const network = await open(context)
    assert.equal((await send(network, {text: '👩‍👩‍👧'.repeat(300)})).status, 303)
  })
})
