import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { createHeartbeatScanner, type HeartbeatScan } from '../../src/host/heartbeat-dir.ts'
import { heartbeatText, placeHeartbeat } from '../support/heartbeats.ts'
import { programPath, startCommand, startProgram } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'

const asRoot = process.getuid?.() === 0
const NOBODY = 65534

function watching(folder: string, sweep = true) {
  const scanner = createHeartbeatScanner()
  return () => scanner.scan([{ path: folder, sweep }])
}

function names({ files }: HeartbeatScan): string[] {
  return files.map(({ path }) => basename(path)).toSorted()
}

test('a folder that is not there, or is none, is empty', async (t) => {
  const folder = tempDir(t)
  writeFileSync(join(folder, 'file'), '')
  const scanner = createHeartbeatScanner()
  const scan = await scanner.scan([
    { path: join(folder, 'missing'), sweep: true },
    { path: join(folder, 'file'), sweep: true },
  ])
  assert.deepEqual(scan, { files: [], temps: [], strangers: 0, problems: [] })
})

test('only what changed is read again', async (t) => {
  const folder = tempDir(t)
  const path = placeHeartbeat(folder, { uuid: 'u1' })
  placeHeartbeat(folder, { uuid: 'u2' })
  const [atime, mtime] = [new Date(), new Date()]
  utimesSync(path, atime, mtime)
  const look = watching(folder)
  const [one, two] = (await look()).files
  assert.equal(one?.path, path)
  const { size } = statSync(path)
  writeFileSync(path, 'x'.repeat(size))
  utimesSync(path, atime, mtime)
  const same = (await look()).files
  assert.equal(same[0]?.stamp, one?.stamp, 'the test could not keep the file as it looked')
  assert.equal(same[0]?.content, one?.content, 'it was read although nothing seemed to change')
  utimesSync(path, atime, new Date(mtime.getTime() + 1_000))
  const changed = (await look()).files
  assert.notEqual(changed[0]?.stamp, one?.stamp)
  assert.equal(changed[0]?.content.kind, 'torn')
  assert.equal(changed[1]?.content, two?.content)
})

test('W6: every way of refreshing is seen as a change', async (t) => {
  const folder = tempDir(t)
  const path = placeHeartbeat(folder)
  const look = watching(folder)
  const stamps = new Set<string | undefined>()
  const note = async (): Promise<void> => void stamps.add((await look()).files[0]?.stamp)
  await note()
  writeFileSync(path, heartbeatText({ label: 'longer' }))
  await note()
  const beside = join(folder, 'beside')
  writeFileSync(beside, heartbeatText({ label: 'longer' }))
  utimesSync(beside, statSync(path).atime, statSync(path).mtime)
  renameSync(beside, path)
  await note()
  utimesSync(path, 0, 0)
  await note()
  assert.equal(stamps.size, 4)
})

test('W1: a process that dies without its file changing is seen at the next look', async (t) => {
  const folder = tempDir(t)
  const sleeper = startCommand(t, 'sleep', ['600'])
  placeHeartbeat(folder, { pid: sleeper.pid })
  const look = watching(folder)
  assert.equal((await look()).files[0]?.look.state, 'alive')
  await sleeper.kill()
  assert.equal((await look()).files[0]?.look.state, 'gone')
})

test('W8: files that come and go, also under the same name, are seen', async (t) => {
  const folder = tempDir(t)
  const look = watching(folder)
  const [a, b] = ['a', 'b'].map((uuid) => placeHeartbeat(folder, { uuid }))
  assert.equal(names(await look()).length, 2)
  for (const path of [a, b]) {
    unlinkSync(path ?? '')
    assert.equal(names(await look()).length, 1)
    writeFileSync(path ?? '', heartbeatText())
    assert.equal(names(await look()).length, 2)
    assert.equal(names(await look()).length, 2)
  }
})

test('W8: a folder that was removed and made anew is looked at again', async (t) => {
  const folder = join(tempDir(t), 'wrappers')
  const look = watching(folder)
  for (let round = 0; round < 3; round += 1) {
    mkdirSync(folder)
    placeHeartbeat(folder, { uuid: `u${round}` })
    assert.deepEqual(names(await look()), [`heartbeat-${process.pid}-u${round}.json`])
    rmSync(folder, { recursive: true })
    assert.deepEqual(names(await look()), [])
  }
})

test('a folder that cannot be read is told, and taken to be as it was', async (t) => {
  const folder = tempDir(t)
  const inner = join(folder, 'wrappers')
  mkdirSync(inner)
  placeHeartbeat(inner)
  const look = watching(inner)
  const before = await look()
  renameSync(inner, join(folder, 'away'))
  symlinkSync(inner, inner)
  const during = await look()
  assert.deepEqual(names(during), names(before))
  assert.match(during.problems[0] ?? '', /wrappers cannot be read: ELOOP/)
  unlinkSync(inner)
  renameSync(join(folder, 'away'), inner)
  const after = await look()
  assert.deepEqual([names(after), after.problems], [names(before), []])
})

test('a folder or a file without permission is told and stops nothing', async (t) => {
  const folder = tempDir(t)
  const path = placeHeartbeat(folder)
  chmodSync(path, 0)
  if (asRoot) for (const each of [folder, path]) chownSync(each, NOBODY, NOBODY)
  const user = asRoot ? { uid: NOBODY, gid: NOBODY } : {}
  const program = startProgram(t, programPath('scan-heartbeats.ts'), [], user)
  await program.nextLine()
  program.send(folder)
  assert.match(await program.nextLine(), /"orphan","reason":"the file cannot be read \(EACCES\)"/)
  chmodSync(folder, 0)
  program.send(folder)
  assert.match(await program.nextLine(), /"problems":\["[^"]* cannot be read: EACCES"\]/)
  chmodSync(folder, 0o700)
})

test('W3: more files than anybody needs are told, and the others are looked at', async (t) => {
  const folder = tempDir(t)
  const path = placeHeartbeat(folder)
  for (let number = 0; number < 20_100; number += 1) {
    linkSync(path, join(folder, `heartbeat-1-n${number}.json`))
  }
  const look = watching(folder)
  let turnsOfOthers = 0
  const others = setInterval(() => (turnsOfOthers += 1))
  const { files, problems } = await look()
  clearInterval(others)
  assert.equal(files.length, 20_000)
  assert.match(problems[0] ?? '', /holds more than 20000 files/)
  assert.ok(turnsOfOthers >= 5, `others had ${turnsOfOthers} turns while it was scanned`)
})

test('a folder that is named twice is looked at once; folders not named any more are forgotten', async (t) => {
  const [one, two] = [tempDir(t), tempDir(t)]
  for (const folder of [one, two]) placeHeartbeat(folder)
  const scanner = createHeartbeatScanner()
  const readOnly = { path: `${one}/`, sweep: false }
  const both = await scanner.scan([
    readOnly,
    { path: one, sweep: true },
    { path: two, sweep: false },
  ])
  assert.deepEqual(
    both.files.map(({ sweep }) => sweep),
    [true, false],
  )
  assert.equal((await scanner.scan([readOnly])).files[0]?.sweep, false)
  assert.equal((await scanner.scan([])).files.length, 0)
})

test('scans that are asked for at once come one after the other', async (t) => {
  const folder = tempDir(t)
  placeHeartbeat(folder)
  const look = watching(folder)
  const scans = await Promise.all([look(), look(), look()])
  assert.deepEqual(
    scans.map((scan) => scan.files.length),
    [1, 1, 1],
  )
})

test('W5: half-written files are told apart, with the process that left them', async (t) => {
  const folder = tempDir(t)
  const sleeper = startCommand(t, 'sleep', ['600'])
  await sleeper.kill()
  for (const pid of [sleeper.pid, process.pid])
    writeFileSync(join(folder, `.tmp-${pid}-0123456789ab`), '')
  const { files, temps } = await watching(folder)()
  assert.equal(files.length, 0)
  assert.deepEqual(temps.map(({ look }) => look.state).toSorted(), ['alive', 'gone'])
})

test('W2: with hundreds of processes each of them is still looked at closely in the end', async (t) => {
  const folder = tempDir(t)
  const sleeper = startCommand(t, 'sleep', ['600'])
  for (let pid = 1; pid <= 600; pid += 1) placeHeartbeat(folder, { pid: 3_000_000 + pid })
  placeHeartbeat(folder, { pid: sleeper.pid })
  const look = watching(folder)
  const stateOfSleeper = ({ files }: HeartbeatScan): string | undefined =>
    files.find(({ path }) => basename(path) === `heartbeat-${sleeper.pid}-u1.json`)?.look.state
  assert.equal(stateOfSleeper(await look()), 'alive')
  assert.equal(stateOfSleeper(await look()), 'alive')
  await sleeper.kill()
  assert.equal(stateOfSleeper(await look()), 'gone', 'the list of processes tells at once')
  const states = (await look()).files.map((file) => file.look.state)
  assert.deepEqual(new Set(states), new Set(['gone']))
})
