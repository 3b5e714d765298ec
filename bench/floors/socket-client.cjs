// The least that a command written for Node can do to ask a daemon: one request, its answer printed.
const { connect } = require('node:net')

const socket = connect({ path: process.argv[2] ?? '' })
let answer = ''
socket.setEncoding('utf8')
socket.on('data', (text) => {
  answer += text
})
socket.on('end', () => process.stdout.write(answer.slice(answer.indexOf('\r\n\r\n') + 4)))
socket.write('GET /v1/status HTTP/1.1\r\nhost: curfew\r\nconnection: close\r\n\r\n')
