/** Says what it sees of the processes whose numbers it is given, itself first. */
import {
  belongsToAnother,
  bootId,
  isRunning,
  lookAt,
  signalProcess,
} from '../../src/host/identity.ts'

for (const pid of [process.pid, ...process.argv.slice(2).map(Number)]) {
  const identity = { pid, processStart: '1', bootId: bootId() }
  const sent = pid === process.pid ? null : signalProcess(identity, 'SIGKILL')
  const seen = {
    look: lookAt(pid).state,
    running: isRunning({ pid }),
    another: belongsToAnother(pid),
    sent,
  }
  process.stdout.write(`${JSON.stringify(seen)}\n`)
}
