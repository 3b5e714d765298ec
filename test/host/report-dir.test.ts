import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createReportScanner, type ReportScan } from '../../src/host/report-dir.ts'
import { needsRoot } from '../support/needs.ts'
import { programPath, startProgram } from '../support/program.ts'
import { putReport, reportJson } from '../support/reports.ts'
import { tempDir } from '../support/temp-dir.ts'

const NOBODY = 65534

function watching(...folders: string[]): () => Promise<ReportScan> {
  const scanner = createReportScanner()
  return () => scanner.scan(folders)
}

/** What each file is found to be, by its id. */
function found({ files }: ReportScan): Record<string, string> {
  const rows = files.map(({ id, content }): [string, string] => [
    id,
    content.kind === 'torn' ? content.reason : content.state,
  ])
  return Object.fromEntries(rows.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

test('R5: a folder that is not there, or is none, is empty; two that are one are looked at once', async (t) => {
  const folder = tempDir(t)
  writeFileSync(join(folder, 'file'), '')
  const scan = await watching(join(folder, 'missing'), join(folder, 'file'))()
  assert.deepEqual([scan.files, scan.problems, scan.listed.size], [[], [], 2])
  putReport(folder, 'a')
  const { files } = await watching(folder, `${folder}/.`, `${folder}/`)()
  assert.equal(files.length, 1)
})

test('R5: whatever lies in the folder, no look fails or waits, and the good one is found', async (t) => {
  const folder = tempDir(t)
  const at = (name: string): string => join(folder, name)
  putReport(folder, 'good')
  writeFileSync(at('empty.json'), '')
  writeFileSync(at('half.json'), reportJson().slice(0, 40))
  writeFileSync(at('list.json'), '[]')
  writeFileSync(at('latin.json'), Buffer.from(reportJson({ tool: 'é' }), 'latin1'))
  writeFileSync(at('large.json'), '')
  truncateSync(at('large.json'), 10 * 1024 * 1024)
  putReport(folder, 'nobody', { pid: 'x' })
  putReport(folder, 'newer', { state: 'dreaming' })
  execFileSync('mkfifo', [at('fifo.json')])
  symlinkSync('good.json', at('link.json'))
  symlinkSync('nowhere', at('dangling.json'))
  mkdirSync(at('folder.json'))
  for (const name of [
    '.hidden.json',
    '.tmp-1-000000000000',
    'a b.json',
    'x.txt',
    '.json',
    'good.log',
  ]) {
    writeFileSync(at(name), reportJson())
  }
  writeFileSync(
    Buffer.concat([Buffer.from(at('bad')), Buffer.from([0xff]), Buffer.from('.json')]),
    '{}',
  )
  const look = watching(folder)
  const expected = {
    dangling: 'is a symbolic link',
    empty: 'is empty',
    fifo: 'is a FIFO',
    folder: 'is a folder',
    good: 'running',
    half: 'is not JSON',
    large: 'has 10485760 bytes, more than 262144',
    latin: 'is not UTF-8 text',
    link: 'is a symbolic link',
    list: 'is not a JSON object',
    newer: 'unknown',
    nobody: 'has a wrong pid: "x"',
  }
  for (let times = 0; times < 3; times += 1) {
    const scan = await look()
    assert.deepEqual(found(scan), expected)
    assert.deepEqual(scan.problems, [])
  }
})

test(
  'R5: a file of somebody else, and one that nobody may read, are found and not taken',
  { skip: needsRoot() },
  async (t) => {
    const folder = tempDir(t)
    const path = putReport(folder, 'theirs')
    chownSync(path, NOBODY, NOBODY)
    assert.deepEqual(found(await watching(folder)()), { theirs: 'belongs to user 65534' })
  },
)

test('R5: only what changed is read again; also when rights were given', async (t) => {
  const folder = tempDir(t)
  putReport(folder, 'a')
  const path = putReport(folder, 'b')
  const look = watching(folder)
  const [a, b] = (await look()).files
  const again = await look()
  assert.ok(again.files[0] === a && again.files[1] === b, 'the very same')
  writeFileSync(path, reportJson({ units_completed: 1 }))
  const [same, changed] = (await look()).files
  assert.ok(same === a && changed !== b)
  chmodSync(path, 0o640)
  const [, touched] = (await look()).files
  assert.equal(touched?.stamp, changed?.stamp, 'what it says is as old as before')
  unlinkSync(path)
  assert.deepEqual(Object.keys(found(await look())), ['a'])
})

test('R5: one that is being written in place is what it was until it can be read again', async (t) => {
  const folder = tempDir(t)
  const path = putReport(folder, 'a')
  const look = watching(folder)
  await look()
  writeFileSync(path, reportJson().slice(0, 30))
  assert.deepEqual(found(await look()), { a: 'running' })
  const old = new Date(Date.now() - 10_000)
  utimesSync(path, old, old)
  assert.deepEqual(found(await look()), { a: 'is not JSON' })
  writeFileSync(path, reportJson({ state: 'failed' }))
  assert.deepEqual(found(await look()), { a: 'failed' })
})

test('R5: a folder that is removed and made again, and one that is no longer wanted', async (t) => {
  const parent = tempDir(t)
  const [one, two] = [join(parent, 'one'), join(parent, 'two')]
  for (const folder of [one, two]) mkdirSync(folder)
  putReport(one, 'a')
  putReport(two, 'b')
  const scanner = createReportScanner()
  assert.equal((await scanner.scan([one, two])).files.length, 2)
  renameSync(one, join(parent, 'away'))
  assert.deepEqual(found(await scanner.scan([one, two])), { b: 'running' })
  mkdirSync(one)
  putReport(one, 'c')
  assert.deepEqual(found(await scanner.scan([one])), { c: 'running' })
  rmSync(one, { recursive: true })
})

test('R5: more files than anybody reads are said, not read', async (t) => {
  const folder = tempDir(t)
  for (let count = 0; count < 5_010; count += 1) writeFileSync(join(folder, `r${count}.json`), '')
  const { files, problems } = await watching(folder)()
  assert.equal(files.length, 5_000)
  assert.match(problems[0] ?? '', /holds more than 5000 files; the rest of them is not looked at$/)
})

test('R5: listing while 50 writers come, go and prune never fails', async (t) => {
  const folder = tempDir(t)
  const writers = Array.from({ length: 2 }, () =>
    startProgram(t, programPath('churn-reports.ts'), [folder, '25', '1000']),
  )
  await Promise.all(writers.map((each) => each.line('writing')))
  const look = watching(folder)
  let isOver = false
  const over = Promise.all(writers.map(({ ended }) => ended)).then((ends) => {
    isOver = true
    return ends
  })
  let most = 0
  while (!isOver) {
    const { files, problems } = await look()
    assert.deepEqual(problems, [])
    for (const { content } of files) assert.equal(content.kind, 'report')
    most = Math.max(most, files.length)
    await new Promise(setImmediate)
  }
  for (const { code } of await over) assert.equal(code, 0)
  assert.ok(most >= 25, `${most} seen at once`)
})
