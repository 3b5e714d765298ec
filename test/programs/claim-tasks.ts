/** Claims whatever there is on each list until nothing is left: `claim-tasks.ts SOCKET NAME LIST…`. Prints what it got. */
import { callDaemon } from '../../src/client/call.ts'

const [socket = '', name = '', ...lists] = process.argv.slice(2)
for (const list of lists) {
  for (;;) {
    const answer = await callDaemon('task_claim', { list, as: name }, { socket })
    if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer))
    if (answer.value.kind === 'not_found') break
    if (answer.value.kind !== 'ok') throw new Error(JSON.stringify(answer.value))
    process.stdout.write(`${list} ${answer.value.task.id}\n`)
  }
}
process.stdout.write('done\n')
