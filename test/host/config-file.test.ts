import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { configStamp, readConfigFile } from '../../src/host/config-file.ts'
import { tempDir } from '../support/temp-dir.ts'

test('the text of a file, also through a link of the user', (t) => {
  const folder = tempDir(t)
  const path = join(folder, 'config.json')
  assert.deepEqual(readConfigFile(path), { kind: 'none' })
  writeFileSync(join(folder, 'dotfile'), '{"tick":"1s"}')
  symlinkSync(join(folder, 'dotfile'), path)
  assert.deepEqual(readConfigFile(path), { kind: 'text', path, text: '{"tick":"1s"}' })
})

test('what is no small file is said, without waiting for it', (t) => {
  const folder = tempDir(t)
  const reasonOf = (name: string): string => {
    const file = readConfigFile(join(folder, name))
    return file.kind === 'unreadable' ? file.reason : file.kind
  }
  mkdirSync(join(folder, 'folder'))
  execFileSync('mkfifo', [join(folder, 'fifo')])
  symlinkSync('loop', join(folder, 'loop'))
  symlinkSync('/dev/zero', join(folder, 'device'))
  writeFileSync(join(folder, 'huge'), Buffer.alloc(1024 * 1024 + 1))
  assert.equal(reasonOf('folder'), 'is not a file')
  assert.equal(reasonOf('fifo'), 'is not a file')
  assert.equal(reasonOf('device'), 'is not a file')
  assert.equal(reasonOf('loop'), 'ELOOP')
  assert.equal(reasonOf('huge'), 'is larger than 1 MiB')
  assert.equal(reasonOf('huge/below'), 'none')
})

test(
  'what may not be read is said',
  { skip: process.getuid?.() === 0 ? 'root may read anything' : false },
  (t) => {
    const path = join(tempDir(t), 'config.json')
    writeFileSync(path, '{}')
    chmodSync(path, 0)
    assert.deepEqual(readConfigFile(path), { kind: 'unreadable', path, reason: 'EACCES' })
  },
)

test('the stamp changes when the file comes, is written, replaced or goes, and not otherwise', (t) => {
  const folder = tempDir(t)
  const path = join(folder, 'config.json')
  const stamps = [configStamp(path)]
  const act = (action: () => void): void => {
    action()
    stamps.push(configStamp(path))
    assert.equal(configStamp(path), stamps.at(-1))
  }
  act(() => writeFileSync(path, '{}'))
  act(() => writeFileSync(path, '{"tick":"1s"}'))
  act(() => {
    writeFileSync(join(folder, 'new'), '{"tick":"2s"}')
    renameSync(join(folder, 'new'), path)
  })
  act(() => rmSync(path))
  for (const [index, stamp] of stamps.entries()) assert.notEqual(stamp, stamps[index - 1])
})
