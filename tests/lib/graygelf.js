// graygelf.js DIRECTORY PORT FILE - the npm package graygelf as a server: writes each message to FILE, a JSON object a line.
const fs = require('fs')
const [directory, port, file] = process.argv.slice(2)
const server = require(directory + '/node_modules/graygelf/server')()

server.on('message', m => fs.appendFileSync(file, JSON.stringify(m) + '\n'))
server.listen(Number(port), '127.0.0.1')
server._udp.on('listening', () => fs.writeFileSync(file + '.ready', ''))
