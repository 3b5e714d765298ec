/** Watches the folders in a folder where nothing more may be watched; says what it was told as one line of JSON. */
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { watchFolders } from '../../src/host/watch.ts'
import { waitFor } from '../support/wait-for.ts'

const [folder = ''] = process.argv.slice(2)
const told: [string, string][] = []

void main()

async function main(): Promise<void> {
  const folders = readdirSync(folder).map((name) => ({ folder: join(folder, name) }))
  const watching = await watchFolders(
    folders,
    () => undefined,
    (path, why) => told.push([path, why]),
  )
  await waitFor(() => told.length >= folders.length, { what: 'each folder to be told' })
  for (const { folder: path } of folders) mkdirSync(join(path, 'something'))
  await watching.close()
  process.stdout.write(`${JSON.stringify({ told, alive: true })}\n`)
}
