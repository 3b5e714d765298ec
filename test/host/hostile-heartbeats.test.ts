import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { placeHeartbeat } from '../support/heartbeats.ts'
import { HOSTILES } from '../support/hostile-heartbeats.ts'
import { type Program, programPath, startProgram } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

interface Answer {
  readonly wrappers: readonly {
    readonly name: string
    readonly kind: string
    readonly status: string
    readonly reason: string
  }[]
  readonly temps: number
  readonly strangers: number
  readonly problems: readonly string[]
  readonly tookMs: number
  readonly grownBytes: number
}

const NAME = `heartbeat-${process.pid}-hostile.json`
/** Far more than any of this takes, far less than reading it all would. */
const MOST_MS = 5_000
const MOST_BYTES = 48 * 1024 * 1024

test('W3: anything may lie in the folder', async (t) => {
  const program = startProgram(t, programPath('scan-heartbeats.ts'))
  await program.nextLine()
  for (const hostile of HOSTILES) {
    await t.test(`W3: ${hostile.what}`, { skip: hostile.skip ?? false }, async (each) => {
      const folder = tempDir(each)
      for (const uuid of ['good1', 'good2']) placeHeartbeat(folder, { uuid })
      const name = hostile.name ?? NAME
      await hostile.place(join(folder, name), each)
      checkOthers(await scan(program, folder))
      const answer = await scan(program, folder)
      checkOthers(answer)
      const found = answer.wrappers.find((wrapper) => wrapper.name === name)
      assert.equal(found?.status, hostile.listed)
      assert.match(found?.reason ?? '', hostile.reason)
    })
  }

  await t.test('W3: a name that is not UTF-8 is counted', async (each) => {
    const folder = tempDir(each)
    for (const uuid of ['good1', 'good2']) placeHeartbeat(folder, { uuid })
    const name = Buffer.concat([Buffer.from(`${folder}/heartbeat-1-`), Buffer.from([0xff, 0xfe])])
    writeFileSync(Buffer.concat([name, Buffer.from('.json')]), '')
    const answer = await scan(program, folder)
    checkOthers(answer)
    assert.equal(answer.strangers, 1)
  })

  await t.test('W2: names of others are counted, not listed', async (each) => {
    const folder = tempDir(each)
    for (const uuid of ['good1', 'good2']) placeHeartbeat(folder, { uuid })
    for (const name of ['README', 'heartbeat-1-a.json.bak', '.tmp-x'])
      writeFileSync(join(folder, name), '')
    writeFileSync(join(folder, '.tmp-123-0123456789ab'), '')
    const answer = await scan(program, folder)
    checkOthers(answer)
    assert.deepEqual([answer.wrappers.length, answer.strangers, answer.temps], [2, 3, 1])
  })

  await t.test('W3: all of it at once', async (each) => {
    const folder = tempDir(each)
    for (const uuid of ['good1', 'good2']) placeHeartbeat(folder, { uuid })
    const possible = HOSTILES.filter(({ skip = false }) => skip === false)
    for (const [number, { place, name }] of possible.entries()) {
      await place(join(folder, name ?? `heartbeat-${process.pid}-h${number}.json`), each)
    }
    const answer = await scan(program, folder)
    checkOthers(answer)
    assert.equal(answer.wrappers.length, possible.length + 2)
  })
})

/** The one bad file is listed, everybody else is as they were, and none of it took long or much. */
function checkOthers({ wrappers, problems, tookMs, grownBytes }: Answer): void {
  const good = wrappers.filter(({ name }) => /-good\d\.json$/.test(name))
  assert.deepEqual(
    good.map(({ status }) => status),
    ['fresh', 'fresh'],
  )
  assert.deepEqual(problems, [])
  assert.ok(tookMs < MOST_MS, `took ${tookMs} ms`)
  assert.ok(grownBytes < MOST_BYTES, `grew by ${grownBytes} bytes`)
}

async function scan(program: Program, folder: string): Promise<Answer> {
  const lines = program.lines().length
  program.send(folder)
  const line = await waitFor(() => program.lines()[lines], { what: `a scan of ${folder}` })
  return JSON.parse(line ?? '')
}
