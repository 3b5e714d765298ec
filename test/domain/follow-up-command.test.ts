import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FOLLOW_UP_PRESETS, joinTexts, saysGone } from '../../src/domain/follow-up-command.ts'
import { MOST_TEXT } from '../../src/domain/follow-up-text.ts'

const MOST_OF_AN_ARGUMENT = 128 * 1024

test('F4: what is told together fits into one argument, whatever it is written in', () => {
  for (const letter of ['x', 'é', '█', '🧵']) {
    const texts = Array.from({ length: 50 }, (_, at) => textOf(at, letter))
    for (const count of [1, 3, 8, 50]) {
      const told = joinTexts(texts.slice(0, count))
      assert.ok(Buffer.byteLength(told) < MOST_OF_AN_ARGUMENT, `${count} of ${letter}`)
      assert.ok(told.isWellFormed())
      for (let at = 0; at < count; at += 1) assert.ok(told.includes(`Background job ${at} has`))
    }
    assert.equal(joinTexts(texts.slice(0, 1)), texts[0])
  }
})

test('a session of any name is known to be gone', () => {
  const session = "$& and $' too"
  assert.ok(saysGone(FOLLOW_UP_PRESETS.opencode, session, `Session not found: ${session}`))
})

function textOf(at: number, letter: string): string {
  const top = `Background job ${at} has ended: failed\nCommand: ${letter.repeat(1_000 / letter.length)}`
  return `${top}\nOutput, as the job wrote it:\n${letter.repeat((MOST_TEXT - 1_200) / letter.length)}`
}
