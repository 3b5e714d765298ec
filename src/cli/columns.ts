/** What goes elsewhere than to a terminal is not cut. */
export function columns(): number {
  return process.stdout.isTTY ? process.stdout.columns : Infinity
}
