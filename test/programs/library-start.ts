/** Starts the daemon through the library when it is told to, and says who answers. */
import { createInterface } from 'node:readline'
import { connect } from '../../src/index.ts'

process.stdout.write('ready\n')
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'go') continue
  const connection = connect()
  const outcome = await connection.start()
  const pid = (await connection.status())?.daemon.pid
  process.stdout.write(`${JSON.stringify({ outcome, pid })}\n`)
}
