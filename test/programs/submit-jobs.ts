/** Submits so many jobs over that socket and prints their ids: `submit-jobs.ts SOCKET COUNT`. */
import { callDaemon } from '../../src/client/call.ts'

const [socket = '', count = '1'] = process.argv.slice(2)
for (let at = 0; at < Number(count); at += 1) {
  const answer = await callDaemon('run', { command: ['true'], cwd: '/' }, { socket })
  if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer))
  process.stdout.write(`${answer.value.id}\n`)
}
