/** What each scope allows, and what it does not. */
import {equal} from 'node:assert/strict'
import {test} from 'node:test'
import {type Need, Permissions, scopeFor} from './permissions.ts'

const [aud, chat] = ['did:web:api.example.com#svc', 'did:web:api.bsky.chat#bsky_chat']
const at = encodeURIComponent(aud)
const needs = {
  'create note': {resource: 'repo', collection: 'com.example.note', action: 'create'},
  'delete note': {resource: 'repo', collection: 'com.example.note', action: 'delete'},
  'create other': {resource: 'repo', collection: 'com.example.other', action: 'create'},
  get: {resource: 'rpc', lxm: 'com.example.get', aud},
  'get elsewhere': {resource: 'rpc', lxm: 'com.example.get', aud: 'did:web:other.example.com#svc'},
  'get of another service there': {resource: 'rpc', lxm: 'com.example.get', aud: 'did:web:api.example.com#other'},
  'another method': {resource: 'rpc', lxm: 'com.example.set', aud},
  'whichever method': {resource: 'rpc', lxm: '*', aud},
  chat: {resource: 'rpc', lxm: 'chat.bsky.convo.sendMessage', aud: chat},
  'chat in capitals': {resource: 'rpc', lxm: 'Chat.BSKY.convo.sendMessage', aud: chat},
  move: {resource: 'rpc', lxm: 'com.atproto.server.createAccount', aud: 'did:web:new.example.com'},
  png: {resource: 'blob', mime: 'image/png'},
  'PNG in capitals': {resource: 'blob', mime: 'IMAGE/PNG'},
  html: {resource: 'blob', mime: 'text/html'},
  'no type': {resource: 'blob', mime: '*/*'},
  email: {resource: 'account', attr: 'email', action: 'read'},
  'change email': {resource: 'account', attr: 'email', action: 'manage'},
  import: {resource: 'account', attr: 'repo', action: 'manage'},
  handle: {resource: 'identity', attr: 'handle'},
  identity: {resource: 'identity', attr: '*'},
} as const satisfies Record<string, Need>

const pictures = ['png', 'PNG in capitals']
const rows: Readonly<Record<string, readonly (keyof typeof needs | (string & {}))[]>> = {
  '': [],
  atproto: [],
  'include:com.example.set': [],
  'repo:*': ['create note', 'delete note', 'create other'],
  'repo:com.example.note': ['create note', 'delete note'],
  'repo?collection=com.example.note&collection=com.example.other&action=create': ['create note', 'create other'],
  'repo:com.example.note?action=delete': ['delete note'],
  [`rpc:com.example.get?aud=${at}`]: ['get'],
  'rpc:com.example.get?aud=*': ['get', 'get elsewhere', 'get of another service there'],
  [`rpc:*?aud=${at}`]: ['get', 'another method', 'whichever method'],
  'rpc:chat.bsky.convo.sendMessage?aud=*': ['chat'],
  'rpc:com.atproto.server.createAccount?aud=*': ['move'],
  'blob:image/*': pictures,
  'blob:image/png': pictures,
  'blob:*/*': [...pictures, 'html', 'no type'],
  'account:email': ['email'],
  'account:email?action=manage': ['email', 'change email'],
  'account:repo?action=manage': ['import'],
  'account:repo': [],
  'identity:handle': ['handle'],
  'identity:*': ['handle', 'identity'],
  'transition:email': ['email'],
  'transition:generic': [
    'create note',
    'delete note',
    'create other',
    'get',
    'get elsewhere',
    'get of another service there',
    'another method',
    ...pictures,
    'html',
    'no type',
  ],
  'transition:chat.bsky': ['chat', 'chat in capitals'],
  'transition:generic transition:chat.bsky': [
    'create note',
    'delete note',
    'create other',
    'get',
    'get elsewhere',
    'get of another service there',
    'another method',
    'whichever method',
    'chat',
    'chat in capitals',
    ...pictures,
    'html',
    'no type',
  ],
}
for (const [scope, allowed] of Object.entries(rows)) {
  test(`"${scope}" allows what it says and no more`, () => {
    const permissions = Permissions.of(scope)
    for (const [name, need] of Object.entries(needs)) equal(permissions.allows(need), allowed.includes(name), name)
  })
}

test('the scope that is missing is said in its canonical form', () => {
  equal(scopeFor(needs['create note']), 'repo:com.example.note?action=create')
  equal(scopeFor(needs.get), `rpc:com.example.get?aud=did:web:api.example.com%23svc`)
  equal(scopeFor(needs['whichever method']), `rpc:*?aud=did:web:api.example.com%23svc`)
  equal(scopeFor(needs['PNG in capitals']), 'blob:image/png')
  equal(scopeFor(needs['change email']), 'account:email?action=manage')
  equal(scopeFor(needs.identity), 'identity:*')
})

test('a scope is for this network only when it says so', () => {
  equal(Permissions.of('atproto repo:*').isForAtproto, true)
  equal(Permissions.of('repo:* transition:generic').isForAtproto, false)
})
