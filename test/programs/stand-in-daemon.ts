/** Stands in for a daemon that a client starts: how it behaves is its first argument. */
import { rmSync, writeFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { openReadyChannel } from '../../src/host/ready-channel.ts'

const [how = '', told = '', last = ''] = process.argv.slice(2)
const tell = openReadyChannel(process.env)

if (last !== 'daemon') throw new Error('was not asked to be a daemon')
if (how === 'ready') {
  tell({ ready: true, pid: process.pid })
  tell({ ready: true, pid: 1 })
  writeFileSync(told, JSON.stringify({ env: process.env, cwd: process.cwd(), argv: process.argv }))
} else if (how === 'problem') {
  tell({ ready: false, problem: { kind: 'unusable', message: 'no', hint: 'yes' } })
} else if (how === 'dies') {
  process.stderr.write('some words\ncurfew: a last word\nand a trace\n')
  process.exitCode = 7
} else if (how === 'garbage') {
  writeSync(3, 'hello there\n')
} else if (how === 'killed') {
  process.kill(process.pid, 'SIGKILL')
} else if (how === 'silent') {
  writeFileSync(told, String(process.pid))
  setInterval(() => undefined, 1000)
} else if (how === 'homeless') {
  rmSync(dirname(process.env.CURFEW_HOME ?? ''), { recursive: true })
} else {
  throw new Error(`does not know how to be ${how}`)
}
