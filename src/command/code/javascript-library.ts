/**
 * What JavaScript's globals and Node's modules do; those of Deno and Bun where they differ.
 * Source: nodejs.org/docs/v20, docs.deno.com/api, bun.sh/docs.
 */

export const JAVASCRIPT_LIBRARY = `
await-value : -> same@0
require : -> module@0
require.resolve : -> text
eval Function : code 0
setTimeout setInterval setImmediate queueMicrotask process.nextTick : calls 0
clearTimeout clearInterval structuredClone parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent encodeURI decodeURI escape unescape atob btoa String Number Boolean BigInt Symbol RegExp Date Error TypeError RangeError SyntaxError Intl.NumberFormat Intl.DateTimeFormat TextEncoder TextDecoder Uint8Array Uint16Array Uint32Array Int8Array Int16Array Int32Array Float32Array Float64Array ArrayBuffer DataView AbortController FormData Headers alert : -> text
console.* performance.* Math.* JSON.* Number.* Date.* Intl.* Symbol.* BigInt.* Atomics.now crypto.randomUUID crypto.getRandomValues : -> text
Array Object Set Map WeakMap WeakSet Array.of Object.freeze Object.is : -> elements@0
Array.from Array.isArray Object.values : with element -> elements@0
Object.keys Object.entries Object.getOwnPropertyNames Object.fromEntries String.fromCharCode String.fromCodePoint String.raw Object.groupBy : -> text
Object.assign : -> data
Promise : with data -> data
Promise.resolve Promise.race Promise.any : -> same@0
Promise.all Promise.allSettled : -> elements@0
Promise.reject : -> text
Number.MAX_SAFE_INTEGER Math.PI Math.E undefined NaN Infinity __filename __dirname = data

# Members of plain data.
data.* : with element
data.join data.toString data.indexOf data.includes data.keys data.toUpperCase data.toLowerCase data.trim data.split data.replace data.replaceAll data.startsWith data.endsWith data.padStart data.padEnd data.toFixed data.localeCompare data.match data.matchAll data.test data.charCodeAt data.toISOString data.length data.repeat data.substring data.hasOwnProperty data.has : with data -> text
data.filter data.slice data.concat data.flat data.values data.toSorted data.toReversed : with element -> elements@self
data.map data.flatMap : with element -> results
data.forEach data.some data.every data.findIndex : with element -> text
data.find data.at data.get data.pop data.shift data.next : with element -> element@self
data.reduce data.reduceRight : with element -> result@1
data.then data.catch data.finally : with element -> result@self
data.on data.once data.addListener data.pipe data.write data.end data.emit : with data -> data

# Doors.
process.mainModule.require module.require module.constructor module.createRequire module._load module.runMain process.binding process._linkedBinding process.dlopen process.getBuiltinModule process.setSourceMapsEnabled : hidden
vm.runInThisContext vm.runInNewContext vm.runInContext : code 0
vm.Script vm.compileFunction vm.createContext Reflect.apply Reflect.construct Reflect.get Reflect.set Proxy Object.defineProperty Object.defineProperties Object.setPrototypeOf Object.create Object.getPrototypeOf Reflect.getPrototypeOf WebAssembly.instantiate WebAssembly.compile WebAssembly.Module importScripts : hidden
worker_threads.Worker cluster.fork repl.start inspector.open v8.setFlagsFromString v8.deserialize : hidden

# Process.
process.argv process.version process.versions process.platform process.arch process.pid process.ppid process.title process.execPath process.execArgv process.release process.config process.features process.exitCode process.report process.stdin.isTTY process.stdout.isTTY process.stdout.columns = data
process.env = Environ
Environ.* = data
Environ.[] : -> text
Environ.[]= : set 0
process.cwd process.exit process.uptime process.hrtime process.memoryUsage process.cpuUsage process.resourceUsage process.getuid process.geteuid process.getgid process.getegid process.getgroups process.umask process.emitWarning process.abort process.hrtime.bigint process.constrainedMemory process.availableMemory : -> text
process.exitCode= : -> text
process.on process.once process.addListener : calls 1
process.stdout process.stderr process.stdin = Stream
process.chdir : move
process.kill process.send process.disconnect : hidden
process.setuid process.setgid process.seteuid process.setegid process.setgroups process.initgroups : elevate

# Streams: what listens to one gets its data.
Stream.* : with data -> text
Stream.on Stream.once Stream.pipe Stream.setEncoding Stream.resume Stream.addListener Stream.end Stream.read Stream.pause : with data -> Stream@self
Stream.fd Stream.isTTY Stream.columns Stream.rows = data
Stream.each = data

# Files.
fs.readFileSync fs.readFile fs.readlinkSync fs.readlink fs.statSync fs.stat fs.lstatSync fs.lstat fs.accessSync fs.access fs.readdirSync fs.readdir fs.opendirSync fs.opendir fs.watch fs.watchFile fs.statfsSync fs.statfs : read 0 with data -> text
fs.existsSync fs.exists fs.realpathSync fs.realpath fs.realpathSync.native fs.closeSync fs.close fs.fsyncSync fs.fstatSync fs.unwatchFile fs.readSync fs.writeSync fs.read fs.write : with data -> text
fs.createReadStream : read 0 -> Stream
fs.createWriteStream : write 0 -> Stream
fs.writeFileSync fs.writeFile fs.appendFileSync fs.appendFile fs.mkdirSync fs.mkdir fs.chmodSync fs.chmod fs.lchmodSync fs.chownSync fs.chown fs.lchownSync fs.truncateSync fs.truncate fs.utimesSync fs.utimes fs.lutimesSync fs.mkdtempSync fs.mkdtemp : write 0 with data -> text
fs.openSync fs.open : open 0 1 with data -> text
fs.copyFileSync fs.copyFile : read 0, write 1 with data -> text
fs.cpSync fs.cp : readtree 0, writetree 1 with data -> text
fs.renameSync fs.rename : delete 0, write 1 with data -> text
fs.linkSync fs.link fs.symlinkSync fs.symlink : read 0, write 1 with data -> text
fs.unlinkSync fs.unlink fs.rmdirSync : delete 0 with data -> text
fs.rmSync fs.rm fs.rmdir : deletetree 0 with data -> text
fs.globSync fs.glob : glob 0 with data -> text
fs.Stats fs.Dirent : -> text
fs.constants fs.F_OK fs.R_OK fs.W_OK fs.X_OK = data
fs-extra.readJsonSync fs-extra.readJSONSync fs-extra.readFileSync fs-extra.readJson : read 0 -> text
fs-extra.removeSync fs-extra.remove fs-extra.emptyDirSync : deletetree 0 -> text
fs-extra.ensureDirSync fs-extra.writeJsonSync fs-extra.outputFileSync fs-extra.outputJsonSync fs-extra.mkdirpSync : write 0 -> text
fs-extra.copySync fs-extra.moveSync : readtree 0, writetree 1 -> text

# Programs.
child_process.exec child_process.execSync : shell 0 with data -> Child
child_process.spawn child_process.spawnSync child_process.execFile child_process.execFileSync : program 0 1 with data -> Child
child_process.fork : script 0 -> Child
Child.* : with data -> Child@self
Child.stdout Child.stderr Child.stdin = Stream
Child.status Child.pid Child.output Child.signal Child.length Child.exitCode Child.code = data
Child.toString Child.trim Child.split Child.join Child.slice Child.includes Child.replace Child.match Child.kill : -> text
execa.execaCommandSync execa.execaCommand : hidden

# Network.
http.get https.get http.request https.request : url 0 with Stream -> Stream
fetch undici.fetch undici.request : url 0 -> HttpResponse
axios axios.get axios.post axios.put axios.delete axios.head axios.patch got got.get got.post node-fetch : url 0 -> HttpResponse
axios.request : url 0 -> HttpResponse
HttpResponse.then : with self -> outcome@self
HttpResponse.catch HttpResponse.finally : with self -> result@self
HttpResponse.* : -> text
HttpResponse.data HttpResponse.status HttpResponse.statusText HttpResponse.ok HttpResponse.headers HttpResponse.url HttpResponse.statusCode = data
HttpResponse.body = Stream
Stream.statusCode Stream.headers Stream.statusMessage = data
http.STATUS_CODES http.METHODS = data
net.connect net.createConnection tls.connect : host 1 0 -> Stream
net.Socket : -> Socket
Socket.connect : host 1 0 -> Socket@self
Socket.* : with data -> Socket@self
net.isIP net.isIPv4 net.isIPv6 : -> text
dns.lookup dns.resolve dns.resolve4 dns.resolve6 dns.resolveTxt dns.resolveMx dns.reverse : host 0 with data -> text
dns.getServers : -> text
http.createServer https.createServer net.createServer : hidden
dgram.createSocket : hidden
WebSocket EventSource XMLHttpRequest : url 0 -> Stream

# Computing.
path.* path.posix.* os.* url.* util.* querystring.* crypto.* zlib.* assert.* punycode.* string_decoder.* perf_hooks.* timers.* timers/promises.* async_hooks.* diagnostics_channel.* events.* buffer.* : -> text
path.sep path.delimiter os.EOL os.constants os.devNull util.inspect.defaultOptions = data
os.setPriority util.promisify util.callbackify util.inherits crypto.setEngine events.EventEmitter : hidden
assert : -> text
URL url.URL URLSearchParams url.URLSearchParams : -> Url@0
Url.* = data
Url.toString Url.searchParams.get Url.get Url.has Url.getAll Url.append Url.set : -> text
url.parse : -> Url@0
crypto.createHash crypto.createHmac : -> Hash
Hash.* : -> Hash@self
Hash.digest : -> text
crypto.webcrypto.subtle crypto.subtle.digest : -> text
Buffer.* : -> text
Buffer : -> text
zlib.createGunzip zlib.createGzip : -> Stream
stream.pipeline : -> text
readline.createInterface : -> Lines
Lines.* : with data -> Lines@self
Lines.each = data
tty.isatty v8.getHeapStatistics v8.getHeapSpaceStatistics : -> text
module.builtinModules module.isBuiltin = data

# Deno and Bun.
Deno.version Deno.build Deno.args Deno.pid Deno.noColor Deno.mainModule = data
Deno.cwd Deno.exit Deno.memoryUsage Deno.hostname Deno.osRelease Deno.uid Deno.gid Deno.inspect Deno.loadavg Deno.systemMemoryInfo Deno.execPath : -> text
Deno.readTextFile Deno.readTextFileSync Deno.readFile Deno.readFileSync Deno.stat Deno.statSync Deno.lstat Deno.readDir Deno.readDirSync Deno.readLink Deno.realPath : read 0 -> text
Deno.writeTextFile Deno.writeTextFileSync Deno.writeFile Deno.writeFileSync Deno.mkdir Deno.mkdirSync Deno.create Deno.chmod Deno.chown Deno.truncate : write 0 -> text
Deno.remove Deno.removeSync : deletetree 0 -> text
Deno.rename Deno.renameSync : delete 0, write 1 -> text
Deno.copyFile Deno.copyFileSync Deno.symlink Deno.link : read 0, write 1 -> text
Deno.open Deno.openSync : read 0, write 0 -> Stream
Deno.chdir : move
Deno.run Deno.Command Deno.dlopen Deno.listen Deno.serve Deno.kill : hidden
Deno.connect Deno.connectTls : url 0 -> Stream
Deno.env.get Deno.env.toObject Deno.env.has : -> text
Deno.env.set Deno.env.delete : set 0
Bun.version Bun.revision Bun.argv Bun.main = data
Bun.env = Environ
Bun.file : read 0 -> BunFile@0
BunFile.* : -> text
BunFile.size BunFile.type = data
Bun.write : write 0 -> text
Bun.which Bun.hash Bun.inspect Bun.nanoseconds Bun.sleep Bun.sleepSync Bun.gc Bun.escapeHTML Bun.stringWidth : -> text
Bun.spawn Bun.spawnSync : process 0 -> Child
Bun.serve Bun.build Bun.listen Bun.connect : hidden
`

/** Modules inside Node, of which one-liners have each as a global name. */
export const NODE_MODULES: ReadonlySet<string> = new Set(
  (
    'assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain ' +
    'events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl ' +
    'stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib'
  ).split(' '),
)

/** Global names that are no modules. */
export const JAVASCRIPT_GLOBALS: ReadonlySet<string> = new Set(
  (
    'require eval Function setTimeout setInterval setImmediate queueMicrotask clearTimeout clearInterval ' +
    'structuredClone parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent encodeURI decodeURI ' +
    'escape unescape atob btoa String Number Boolean BigInt Symbol RegExp Date Error TypeError RangeError SyntaxError ' +
    'Intl TextEncoder TextDecoder Uint8Array Uint16Array Uint32Array Int8Array Int16Array Int32Array Float32Array ' +
    'Float64Array ArrayBuffer DataView AbortController FormData Headers performance Math JSON Atomics Array Object Set ' +
    'Map WeakMap WeakSet Promise Reflect Proxy WebAssembly undefined NaN Infinity __filename __dirname fetch URL ' +
    'URLSearchParams Buffer WebSocket EventSource XMLHttpRequest Deno Bun global globalThis alert importScripts'
  ).split(' '),
)
