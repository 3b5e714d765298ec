/** Appends events to a store when it is told to, one by one; says one line of JSON with what came of it. */
import { openStore } from '../../src/store/open-store.ts'

const [path = '', name = '', count = '0'] = process.argv.slice(2)
const store = openStore(path)
process.stdout.write('ready\n')
process.stdin.once('data', () => void write())

async function write(): Promise<void> {
  const ids: number[] = []
  const errors: string[] = []
  for (let number = 0; number < Number(count); number++) {
    try {
      const body = { type: 'woken', by: `${name}-${number}` } as const
      for (const { id } of await store.appendEvents([{ atMs: Date.now(), body }])) ids.push(id)
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error))
    }
  }
  await store.close()
  process.stdout.write(`${JSON.stringify({ ids, errors })}\n`)
  process.stdin.destroy()
}
