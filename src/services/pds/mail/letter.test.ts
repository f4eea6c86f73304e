/** What a mail looks like to people, and what it cannot be made to hold. */
import {deepEqual, equal, match, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {letterOf} from './letter.ts'

test('a mail says the same as text and as HTML', () => {
  const {text, html} = letterOf('Reset it', ['Hello,', 'Two\nlines.', {code: 'AB2CD-EFGH3'}], 'pds.example.com')
  equal(text, 'Hello,\n\nTwo\nlines.\n\n    AB2CD-EFGH3\n\npds.example.com')
  match(html, /^<!doctype html><html lang="en">/)
  ok(html.includes('>AB2CD-EFGH3</td>') && html.includes('Two<br>lines.') && html.includes('<title>Reset it</title>'))
})

test('a mail fetches nothing, runs nothing, and what strangers wrote is text in it', () => {
  const evil = '<img src=https://evil.example/x><script>1</script>&"'
  const {html} = letterOf(evil, [`Hello ${evil},`, {code: evil}], evil)
  const tags = html.match(/<[^>]*>/g) ?? []
  ok(tags.length > 20)
  const fetches = /^<(?:img|script|link|iframe|form|object|svg|style)\b|\s(?:src|href|background|on\w+)=|url\(/i
  deepEqual(
    tags.filter(tag => fetches.test(tag)),
    [],
  )
  ok(html.includes('&lt;img src=https://evil.example/x&gt;'))
})
