/** Replaces a file again and again, each time with one whole new content. */
import { writeAtomically } from '../../src/host/atomic-write.ts'

const [path = '', rounds = '0'] = process.argv.slice(2)
for (let round = 1; round <= Number(rounds); round++) {
  writeAtomically(path, `${round}:${String(round % 10).repeat(20_000)}`, { durable: false })
}
process.stdout.write('done\n')
