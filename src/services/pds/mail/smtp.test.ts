/** Mail by SMTP, to a server of the test that notes what it is told. */
import assert from 'node:assert/strict'
import {createServer} from 'node:net'
import {once} from 'node:events'
import {test} from 'node:test'
import {smtpMailer} from './smtp.ts'

test('a message goes to the mail server as it is, and a refusal is an error', async () => {
  const lines: string[] = []
  const server = createServer(socket => {
    let inBody = false
    socket.setEncoding('latin1').write('220 test\r\n')
    socket.on('error', () => {})
    socket.on('data', (chunk: string) => {
      for (const line of chunk.split('\r\n').filter(text => text !== '')) {
        lines.push(line)
        if (inBody) {
          if (line === '.') {
            inBody = false
            socket.write('250 taken\r\n')
          }
        } else if (line === 'DATA') {
          inBody = true
          socket.write('354 go on\r\n')
        } else socket.write(line.includes('nobody@') ? '550 unknown\r\n' : '250 ok\r\n')
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as {port: number}
  try {
    const mailer = smtpMailer(new URL(`smtp://127.0.0.1:${port}`), 'pds@example.com')
    await mailer.send({to: 'alice@example.com', subject: 'A code', text: 'AAAAA-BBBBB'})
    assert.ok(lines.includes('MAIL FROM:<pds@example.com>'))
    assert.ok(lines.includes('RCPT TO:<alice@example.com>'))
    assert.ok(lines.includes('Subject: A code'))
    assert.ok(lines.includes('AAAAA-BBBBB'))
    await assert.rejects(mailer.send({to: 'nobody@example.com', subject: 'x', text: 'x'}), /550/)
    // A subject or an address cannot add lines of its own.
    await mailer.send({to: 'bob@example.com', subject: 'A\r\nBcc: x@example.com', text: 'x'})
    assert.ok(!lines.some(line => line.includes('RCPT TO:<x@example.com>') || line.startsWith('Bcc:')))
  } finally {
    server.close()
  }
})
