import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {field, formOf} from './form.ts'

const url = 'http://localhost:2580/sign-in'
const posted = (body: BodyInit | null, type?: string): Request =>
  new Request(url, {method: 'POST', body, ...(type && {headers: {'content-type': type}})})
/** As a browser sends it. */
const withFile = async (size: number): Promise<Request> => {
  const form = new FormData()
  form.set('text', 'a\n--b')
  // What begins a line as a boundary does, as often as it does by chance.
  form.set('picture', new File([Buffer.alloc(size, 1), '\r\n--'.repeat(200)], 'a.png'))
  const sent = new Response(form)
  return posted(await sent.arrayBuffer(), sent.headers.get('content-type') ?? '')
}

suite('a form', () => {
  test('of text is read, as long as 10,000 characters', async () => {
    const form = await formOf(posted(new URLSearchParams({text: 'é'.repeat(10_000)})), {files: false})
    assert.ok(form instanceof FormData)
    assert.equal(form.get('text'), 'é'.repeat(10_000))
  })

  test('with a file is read where files are expected', async () => {
    const form = await formOf(await withFile(8_000_000), {files: true})
    assert.ok(form instanceof FormData)
    const picture = form.get('picture')
    assert.equal(picture instanceof File && picture.size, 8_000_800)
    assert.equal(field(form, 'text'), 'a\n--b')
  })

  test('with a file is too large where none is expected, and beyond 12 MB anywhere', async () => {
    assert.equal(await formOf(await withFile(300_000), {files: false}), 'too-large')
    assert.equal(await formOf(await withFile(12_000_000), {files: true}), 'too-large')
  })

  test('of text is no larger because files are expected', async () => {
    const text = new URLSearchParams({text: 'a'.repeat(256 * 1024)})
    assert.equal(await formOf(posted(text), {files: true}), 'too-large')
  })

  test('of very many fields is too large', async () => {
    const text = 'application/x-www-form-urlencoded'
    // Of a type that says otherwise, in case whoever reads it takes it for text all the same.
    for (const type of [text, `${text.toUpperCase()} ; a=b`, 'text/plain']) {
      assert.equal(await formOf(posted('a&'.repeat(1_000), type), {files: false}), 'too-large', type)
    }
    assert.ok((await formOf(posted('a&'.repeat(999), text), {files: false})) instanceof FormData)
    const form = new FormData()
    for (let i = 0; i < 10_000; i++) form.append('a', 'b')
    assert.equal(await formOf(posted(form), {files: true}), 'too-large')
  })

  test('that is none is unreadable, whatever it says it is', async () => {
    const bodies: [body: BodyInit | null, type?: string][] = [
      [null],
      ['{"a": 1}', 'application/json'],
      ['a=b', 'text/plain'],
      ['a=b', 'multipart/form-data'],
      ['a=b', 'multipart/form-data; boundary=x'],
      ['--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb', 'multipart/form-data; boundary=x'],
    ]
    for (const [body, type] of bodies) {
      assert.equal(await formOf(posted(body, type), {files: true}), 'unreadable', `${String(body)} as ${type}`)
    }
  })

  test('that breaks off is unreadable', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: controller => controller.error(new Error('the other side has gone')),
    })
    const init = {method: 'POST', body, duplex: 'half', headers: {'content-type': 'application/x-www-form-urlencoded'}}
    assert.equal(await formOf(new Request(url, init as RequestInit), {files: false}), 'unreadable')
  })
})

test('a field is its text with plain line ends; empty when it is missing or a file', () => {
  const form = new FormData()
  form.set('text', 'a\r\nb')
  form.set('picture', new File(['a'], 'a.png'))
  assert.deepEqual(
    ['text', 'picture', 'none'].map(name => field(form, name)),
    ['a\nb', '', ''],
  )
})
