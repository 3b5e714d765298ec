const { CURFEW_TEST_ROUNDS: asked = '1' } = process.env
const FACTOR = Number(asked)
if (!(FACTOR > 0)) throw new Error(`CURFEW_TEST_ROUNDS is "${asked}": give a number above 0`)

/** So often as a rule, and by `CURFEW_TEST_ROUNDS` more often: for what is tried until chance has shown all of it. */
export function rounds(usual: number): number {
  return Math.ceil(usual * FACTOR)
}
