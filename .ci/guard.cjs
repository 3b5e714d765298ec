// Runs under any Node: says in one line why the scripts cannot run under this one. Hence the old syntax.
var fs = require('fs')
var path = require('path')

var wanted = [24, 15]
var has = process.versions.node.split('.').map(Number)
var isOld = has[0] < wanted[0] || (has[0] === wanted[0] && has[1] < wanted[1])

if (isOld) {
  var says = 'curfew: this needs Node ' + wanted.join('.') + ' or newer and runs under '
  var found = process.versions.node + ' (' + process.execPath + '): '
  process.stderr.write(says + found + whatToDo() + '\n')
  process.exit(1)
}

function whatToDo() {
  var modules = path.join(__dirname, '../node_modules')
  if (!fs.existsSync(modules)) return 'run "npm ci" first, it brings the right one'
  if (fs.existsSync(path.join(modules, '.bin/node'))) return 'run it by "npm run", not by hand'
  return 'the one that npm should have brought is missing, run "npm ci" without --omit=optional'
}
