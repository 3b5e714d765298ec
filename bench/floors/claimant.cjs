// Claims tasks over one kept connection from the word "go" on, until there is none: `claimant.cjs SOCKET LIST NAME`.
const { Agent, request } = require('node:http')

const [socketPath = '', list = '', name = ''] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true })

function ask(path, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const asked = request({ agent, socketPath, method: 'POST', path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => (text += chunk))
      response.on('end', () => resolve(JSON.parse(text)))
    })
    asked.on('error', reject)
    asked.end(JSON.stringify(body))
  })
}

async function claimAll() {
  let had = 0
  while ((await ask('/v1/tasks/claim', { list, as: name })).kind === 'ok') had += 1
  process.stdout.write(`${had}\n`)
  agent.destroy()
  process.stdin.destroy()
}

process.stdin.once('data', () => void claimAll())
void ask('/v1/board', { list }).then(() => process.stdout.write('ready\n'))
