/** Puts each line it is given into the file, as a daemon puts its marker there. */
import { createInterface } from 'node:readline'
import { writeAtomically } from '../../src/host/atomic-write.ts'

const [path = ''] = process.argv.slice(2)

process.stdout.write('ready\n')
for await (const line of createInterface({ input: process.stdin })) {
  writeAtomically(path, line, { durable: false })
  process.stdout.write('written\n')
}
