/**
 * So many writers at once, each adding so many batches of three that wait for each other:
 * `write-tasks.ts SOCKET LIST NAME WRITERS BATCHES`. Prints the ids of each batch.
 */
import { callDaemon } from '../../src/client/call.ts'
import { batchOf } from '../support/board-batches.ts'

const [socket = '', list = '', name = '', writers = '1', batches = '1'] = process.argv.slice(2)

await Promise.all(Array.from({ length: Number(writers) }, (_, at) => write(`${name}.${at}`)))
process.stdout.write('done\n')

async function write(writer: string): Promise<void> {
  for (let at = 0; at < Number(batches); at += 1) {
    const tasks = batchOf(`${writer}.${at}`)
    const answer = await callDaemon(
      'task_add',
      { list, tasks, as: name },
      { socket, timeoutMs: 60_000 },
    )
    if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer))
    process.stdout.write(`${answer.value.tasks.map(({ id }) => id).join(' ')}\n`)
  }
}
