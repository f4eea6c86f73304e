/** Settings that are wrong are refused by name, with the form expected, and secrets are not repeated. */
import {deepEqual, equal, ok, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {ConfigError, readConfig} from '#std/config.ts'
import {didSetting, keySetting, pdsConfig, smtpSetting} from './config.ts'

test('a DID among the settings is one', () => {
  equal(didSetting('PDS_MODERATOR_DID', 'did:web:ozone.example.com'), 'did:web:ozone.example.com')
  for (const text of ['', 'ozone.example.com', 'did:web', 'DID:web:x', ' did:web:x', 'https://x']) {
    throws(() => didSetting('PDS_MODERATOR_DID', text), {name: 'ConfigError', message: /PDS_MODERATOR_DID/}, text)
  }
})

test('a key among the settings is a public one', () => {
  const key = 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'
  equal(keySetting('PDS_RECOVERY_DID_KEY', key), key)
  for (const text of ['', 'did:key:', 'did:key:zQ3sh', 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', key.slice(8)]) {
    throws(() => keySetting('PDS_RECOVERY_DID_KEY', text), {message: /PDS_RECOVERY_DID_KEY.*did:key:/}, text)
  }
})

test('a mail server is named by a URL, which is a secret and not repeated', () => {
  equal(smtpSetting('smtps://user:password@mail.example.com').hostname, 'mail.example.com')
  equal(smtpSetting('smtp://mail.example.com:587').port, '587')
  for (const text of ['', 'mail.example.com', 'https://mail.example.com', 'smtps://', 'smtp:user:hunter2']) {
    throws(
      () => smtpSetting(text),
      (error: Error) =>
        error instanceof ConfigError && /PDS_SMTP_URL/.test(error.message) && !/hunter2/.test(error.message),
      text,
    )
  }
})

test('without any setting a PDS is one on this machine', () => {
  const config = readConfig(pdsConfig, {env: {}, args: []})
  deepEqual(
    [config.publicUrl, config.host, config.port, config.handleDomains, config.relays, config.inviteRequired],
    ['http://localhost:2583', '127.0.0.1', 2583, ['.test'], [], false],
  )
  deepEqual([config.eventsAgeMax, config.relayInterval, config.blobSizeMax], [3 * 86_400_000, 1_200_000, 100_000_000])
})

test('each wrong value is refused by its name', () => {
  const wrong = {
    PDS_PORT: '70000',
    PDS_PUBLIC_URL: 'example.com',
    PDS_RELAYS: 'https://relay.example.com, relay.example.org',
    PDS_RELAY_INTERVAL: 'soon',
    PDS_BLOB_SIZE_MAX: 'big',
    PDS_INVITE_REQUIRED: 'perhaps',
    PDS_ACCEPT_LOSS_TO: '0',
    PDS_INVITE_EPOCH: '1.5',
  }
  for (const [name, value] of Object.entries(wrong)) {
    throws(() => readConfig(pdsConfig, {env: {[name]: value}, args: []}), {message: new RegExp(`${name} is`)}, name)
  }
  throws(
    () => readConfig(pdsConfig, {env: wrong, args: []}),
    (error: Error) => {
      for (const name of Object.keys(wrong)) ok(error.message.includes(`${name} is`), name)
      return true
    },
    'and all of them at once',
  )
})
