import assert from 'node:assert/strict'
import {test} from 'node:test'
import {formOf} from './form.ts'

const posted = (body: BodyInit, type?: string): Request =>
  new Request('http://localhost:2580/sign-in', {
    method: 'POST',
    body,
    ...(type && {headers: {'content-type': type}}),
  })

test('a form of text, and one with a file, are read', async () => {
  const text = await formOf(posted(new URLSearchParams({text: 'é'.repeat(10_000)})))
  assert.equal(text?.get('text'), 'é'.repeat(10_000))
  const form = new FormData()
  form.set('text', 'a\n--b')
  // What begins a line as a boundary does, as often as it does by chance.
  form.set('picture', new File([Buffer.alloc(8_000_000, 1), '\r\n--'.repeat(200)], 'a.png'))
  const read = await formOf(posted(form))
  const picture = read?.get('picture')
  assert.equal(picture instanceof File && picture.size, 8_000_800)
})

test('a form of very many fields is none', async () => {
  assert.equal(await formOf(posted('a=b&'.repeat(500_000), 'application/x-www-form-urlencoded')), undefined)
  const form = new FormData()
  for (let i = 0; i < 10_000; i++) form.append('a', 'b')
  assert.equal(await formOf(posted(form)), undefined)
})
