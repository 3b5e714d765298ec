import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Cleaning } from './cleaning.ts'
import { tempDir } from './temp-dir.ts'

const root = resolve(import.meta.dirname, '../..')

/** A copy of this program that speaks another protocol and says that it is another version; gives how to run it. */
export function otherVersion(
  t: Cleaning,
  { protocol, version }: { protocol: number; version: string },
): string[] {
  const folder = join(tempDir(t), 'other')
  mkdirSync(folder)
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version }))
  change(join(folder, 'src/contract/protocol.ts'), /PROTOCOL = \d+/, `PROTOCOL = ${protocol}`)
  return [process.execPath, join(folder, 'src/main.ts')]
}

function change(path: string, from: RegExp, to: string): void {
  const before = readFileSync(path, 'utf8')
  if (!from.test(before)) throw new Error(`${path} has nothing like ${from}`)
  writeFileSync(path, before.replace(from, to))
}
