import assert from 'node:assert/strict'
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { Script } from 'node:vm'
import { runCurfew } from './support/cli.ts'
import { makeHouse } from './support/house.ts'

const dist = resolve(import.meta.dirname, '../dist')
const doors = globSync('*.code.cjs', { cwd: dist })
const skip = doors.length === 0 && 'needs dist: npm run build'

test('precompiled: this Node takes what the build compiled', { skip }, () => {
  for (const door of doors) {
    const code = readFileSync(join(dist, door), 'latin1')
    const cachedData = readFileSync(join(dist, door.replace(/cjs$/, 'bin')))
    assert.equal(new Script(code, { cachedData }).cachedDataRejected, false)
  }
})

test('precompiled: where V8 refuses it, the daemon starts all the same', { skip }, async (t) => {
  const house = makeHouse(t)
  const copy = join(house.folder, 'dist')
  cpSync(dist, copy, { recursive: true })
  for (const door of doors) writeFileSync(join(copy, door.replace(/cjs$/, 'bin')), 'of another V8')
  const entry = [process.execPath, join(copy, 'main.cjs')]
  const { code, stderr } = await runCurfew(house, ['start'], { entry })
  assert.deepEqual([code, stderr.startsWith('curfew is awake')], [0, true], stderr)
  assert.equal((await runCurfew(house, ['stop'], { entry })).code, 0)
})
