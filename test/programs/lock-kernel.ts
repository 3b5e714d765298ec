/** Takes the kernel's lock on a file and says whether it got it; holds it until it is killed. */
import { spawn } from 'node:child_process'
import { takeKernelLock } from '../../src/host/kernel-lock.ts'

const [path = '', how] = process.argv.slice(2)

try {
  say(takeKernelLock(path).kind)
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
}
if (how === 'attached' || how === 'detached') {
  const child = spawn('sleep', ['60'], { detached: how === 'detached', stdio: 'ignore' })
  say(String(child.pid))
}
if (how === 'collect') {
  for (let times = 0; times < 5; times += 1) globalThis.gc?.()
  say(globalThis.gc === undefined ? 'no collector' : 'collected')
}
process.stdin.resume()

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
