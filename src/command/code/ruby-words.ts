/**
 * What the words of Ruby do: which only compute or print, which act on what their arguments name.
 * Source: Ruby 3.1 documentation of Kernel, String, Array, Hash, Enumerable, IO, File, Dir, FileUtils, Net::HTTP.
 */
import type { CallKind } from './calls.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

export const KEYWORDS = words(
  `if unless while until for in do end begin ensure rescue else elsif case when then and or not return next break redo
   retry yield self nil true false def BEGIN END __method__ __FILE__ __LINE__`,
)

/** Functions of every object that only compute, print, read the operands, or end. */
const HARMLESS_FUNCTIONS = words(
  `puts print p pp printf sprintf format putc gets readline readlines rand srand sleep exit abort raise loop lambda proc
   Integer Float String Array Hash Rational Complex catch throw block_given? warn gsub sub chomp chop at_exit`,
)

/** Methods that only compute, print, or use a file that is open already. */
export const METHODS = words(
  `abs all? any? append ascii_only? assoc at b between? bytes bytesize byteslice call capitalize capitalize! ceil center
   chars chomp chomp! chop chr chunk chunk_while clamp clear clone close codepoints collect combination compact compact!
   compare_by_identity concat count cycle day default delete delete! delete_at delete_if delete_prefix delete_suffix
   denominator detect difference dig digits div divmod downcase downcase! drop drop_while dump dup each each_byte
   each_char each_cons each_entry each_index each_key each_line each_pair each_slice each_value each_with_index
   each_with_object empty? encode encoding end_with? entries eof? eql? equal? even? except fdiv fetch fetch_values
   fileno fill filter filter_map find find_all find_index first flat_map flatten flatten! floor flush force_encoding
   freeze frozen? gcd getc gets getbyte generate grep grep_v group_by gsub gsub! has_key? has_value? hash hex hour include? index
   infinite? inject insert inspect integer? intersection invert is_a? iso8601 isatty itself join keep_if key key? keys
   kind_of? last lazy lcm length lineno lines ljust lstrip map map! match match? max max_by member? merge merge! min min_by
   minmax minute min modulo month named_captures nan? negative? next nil? none? nsec numerator oct odd? one? ord pack
   parse partition permutation pop pos positive? pow pred prepend pretty_generate print printf product push put putc puts quo
   rassoc rand rational? read readline readlines readchar readbyte reduce reject reject! repeated_combination replace respond_to? reverse reverse! reverse_each rewind
   rindex rjust rotate round rpartition rstrip sample sb scan scrub sec seek select select! set shift shuffle
   size slice slice! slice_when sort sort! sort_by sort_by! split sqrt squeeze squeeze! start_with? step store strftime
   strip strip! sub sub! subset? succ sum superset? swapcase sync sync= take take_while tally tap tell then times to_a
   to_c to_f to_h to_i to_json to_r to_s to_set to_yaml tr tr! tr_s transform_keys transform_values transpose truncate
   tty? union uniq uniq! unicode_normalize unpack unpack1 unshift upcase upcase! upto usec utc valid_encoding? values
   values_at wday with_index with_object write yday year zero? zip zone ljust downto new lambda? arity message backtrace full_message
   now today captures pre_match post_match begin end offset string`,
)

/** Constants that are values, or classes that only compute. */
export const VALUES = words(
  `Math Time Integer Float String Array Hash Range Set Date DateTime Rational Complex Random SecureRandom Digest MD5 SHA1
   SHA256 SHA512 Base64 JSON StringIO Struct Comparable Enumerable Numeric Object StandardError RuntimeError ArgumentError
   KeyError IndexError TypeError ZeroDivisionError Errno ENOENT EPIPE Interrupt PI E INFINITY NAN MAX EPSILON
   RUBY_VERSION RUBY_PLATFORM RUBY_ENGINE STDIN STDOUT STDERR Encoding UTF_8`,
)

/** Libraries that only give what is listed here. */
export const LIBRARIES = words(
  `json yaml set date time digest digest/md5 digest/sha1 digest/sha2 base64 securerandom stringio fileutils open3 net/http
   uri open-uri socket pp prime bigdecimal English erb tmpdir csv strscan shellwords zlib etc`,
)

const FILE_FACTS =
  'exist? file? directory? readable? writable? executable? symlink? size size? zero? empty? basename dirname extname join expand_path stat lstat mtime ctime atime realpath split ftype'
/** Classes that reach files, processes and variables: these members only compute. */
export const HARMLESS_MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  File: words(FILE_FACTS),
  Dir: words('pwd getwd home exist? empty? tmpdir'),
  IO: words(''),
  FileUtils: words('pwd'),
  Process: words('clock_gettime pid ppid'),
  ENV: words(
    'fetch key? has_key? include? to_h keys values size each map select sort sort_by find count',
  ),
  ARGF: words(
    'each each_line read readlines gets readline lineno eof? filename file map each_with_index',
  ),
  URI: words('encode_www_form_component decode_www_form_component encode_www_form join'),
  YAML: words('dump safe_load'),
  CSV: words('parse parse_line generate_line'),
  Open3: words(''),
  HTTP: words(''),
  Net: words(''),
  TCPSocket: words(''),
  Kernel: words('puts print sleep rand format sprintf'),
}

/** What the arguments of a call name. */
export const CALLS: Readonly<Record<string, CallKind>> = {
  system: 'command',
  exec: 'command',
  spawn: 'command',
  'Kernel.system': 'command',
  'Kernel.exec': 'command',
  'Kernel.spawn': 'command',
  'Process.spawn': 'command',
  'IO.popen': 'shell',
  'Open3.capture2': 'command',
  'Open3.capture2e': 'command',
  'Open3.capture3': 'command',
  'Open3.popen2': 'command',
  'Open3.popen2e': 'command',
  'Open3.popen3': 'command',
  'File.read': 'read',
  'File.binread': 'read',
  'File.readlines': 'read',
  'File.foreach': 'read',
  'File.readlink': 'read',
  'File.write': 'write',
  'File.binwrite': 'write',
  'File.truncate': 'write',
  'File.delete': 'delete each',
  'File.unlink': 'delete each',
  'File.rename': 'delete, then write',
  'File.symlink': 'link',
  'File.link': 'link',
  'File.chmod': 'write rest',
  'Dir.glob': 'list',
  'Dir.children': 'read',
  'Dir.entries': 'read',
  'Dir.each_child': 'read',
  'Dir.foreach': 'read',
  'Dir.mkdir': 'write',
  'Dir.rmdir': 'delete each',
  'Dir.delete': 'delete each',
  'Dir.unlink': 'delete each',
  'CSV.read': 'read',
  'CSV.foreach': 'read',
  'YAML.load_file': 'read',
  'FileUtils.rm': 'delete each',
  'FileUtils.rm_f': 'delete each',
  'FileUtils.remove': 'delete each',
  'FileUtils.rmdir': 'delete each',
  'FileUtils.rm_r': 'delete trees',
  'FileUtils.rm_rf': 'delete trees',
  'FileUtils.rmtree': 'delete trees',
  'FileUtils.remove_dir': 'delete trees',
  'FileUtils.remove_entry': 'delete trees',
  'FileUtils.mkdir': 'write each',
  'FileUtils.mkdir_p': 'write each',
  'FileUtils.makedirs': 'write each',
  'FileUtils.touch': 'write each',
  'FileUtils.cp': 'read, then write',
  'FileUtils.copy': 'read, then write',
  'FileUtils.copy_file': 'read, then write',
  'FileUtils.mv': 'delete, then write',
  'FileUtils.move': 'delete, then write',
  'FileUtils.ln': 'link',
  'FileUtils.ln_s': 'link',
  'FileUtils.ln_sf': 'link',
  'FileUtils.symlink': 'link',
  'FileUtils.chmod': 'write rest',
  'TCPSocket.new': 'connect to a host',
  'TCPSocket.open': 'connect to a host',
  'URI.open': 'connect to a URL',
}

/** Methods of every object: a variable of such a name may be the method elsewhere in the code. */
export const OBJECT_METHODS = words(
  `__callee__ __dir__ __id__ __send__ abort at_exit autoload binding caller caller_locations callcc catch class clone
   define_method define_singleton_method display dup enum_for eval exec exit extend fail fork format freeze gem gets
   global_variables include inspect instance_eval instance_exec instance_variable_get instance_variable_set irb j jj
   lambda load local_variables loop method method_missing methods object_id open pp print printf private proc public
   public_method public_send putc puts raise rand readline readlines remove_instance_variable require require_relative
   ruby2_keywords select send set_trace_func singleton_class singleton_method sleep spawn sprintf srand syscall system
   tap test then throw to_enum trace_var trap untrace_var using warn yield_self y`,
)

/** Functions that are judged by their name wherever it stands. */
export const FUNCTIONS: ReadonlySet<string> = new Set([
  ...HARMLESS_FUNCTIONS,
  ...['system', 'exec', 'spawn', 'fork', 'eval', 'open', 'load', 'require', 'require_relative'],
])
export const isHarmlessFunction = (name: string): boolean => HARMLESS_FUNCTIONS.has(name)
