/**
 * What Python's builtins and standard library do, and the packages that people import most.
 * Source: docs.python.org/3.11/library; importing a listed package runs nothing but itself.
 */

export const PYTHON_LIBRARY = `
# Builtins. What may give its arguments back says so.
print repr str ascii len hash id isinstance issubclass type int float bool complex ord hex oct bin round abs pow divmod callable any all format : -> text
range bytes bytearray slice sum chr object super frozenset : -> text
dir : -> text
help : hidden
input : -> text
list tuple set sorted reversed : with element -> elements@0
iter : -> elements@0
filter : with element -> elements@1
map : with element -> results
enumerate zip : -> pairs
dict : -> data
next min max : with element -> element@0
exit quit : -> text
open io.open codecs.open : open 0/file 1/mode -> File@0
tokenize.open : read 0 -> File@0
eval exec : code 0
compile : hidden
getattr : -> member@0
hasattr : -> text
__import__ importlib.import_module : -> module@0
from-import : -> member@0
slice-of : -> elements@0
classmethod staticmethod property : hidden
Exception ValueError TypeError KeyError RuntimeError OSError IOError SystemExit StopIteration IndexError AttributeError ImportError ModuleNotFoundError NotImplementedError AssertionError FileNotFoundError KeyboardInterrupt ZeroDivisionError UnicodeDecodeError PermissionError BaseException : -> text

str.* int.* float.* bytes.* dict.* list.* :
bytes.fromhex : -> text

# Members of plain data.
data.* : with element
data.join data.index data.count data.keys data.split data.strip data.startswith data.endswith data.encode data.decode data.lower data.upper data.replace data.format data.read data.readlines data.isdigit data.hex : -> text
data.get data.pop data.setdefault data.popitem : -> element@self
data.copy data.values : -> elements@self
data.items : -> data

# Files that are open.
File.* : -> text
File.name File.closed File.mode File.encoding File.newlines = data
File.buffer = File
File.each = data
File.detach File.__enter__ : -> File@self

# sys, os, platform
sys.argv sys.version sys.version_info sys.path sys.executable sys.platform sys.prefix sys.base_prefix sys.exec_prefix sys.base_exec_prefix sys.maxsize sys.byteorder sys.implementation sys.flags sys.float_info sys.int_info sys.hash_info sys.hexversion sys.api_version sys.copyright sys.builtin_module_names sys.stdlib_module_names sys.thread_info sys.platlibdir sys.abiflags sys.orig_argv sys.warnoptions sys.pycache_prefix = data
sys.stdin sys.stdout sys.stderr sys.__stdin__ sys.__stdout__ sys.__stderr__ = File
sys.exit sys.getsizeof sys.getrecursionlimit sys.setrecursionlimit sys.getdefaultencoding sys.getfilesystemencoding sys.getrefcount sys.intern sys.exc_info sys.is_finalizing sys.set_int_max_str_digits sys.get_int_max_str_digits : -> text
sys.modules.keys sys.modules.items : -> text
os.name os.sep os.linesep os.pathsep os.curdir os.pardir os.extsep os.devnull os.altsep os.supports_follow_symlinks = data
os.environ os.environb = Environ
Environ.* : -> text
Environ.[] : -> text
Environ.[]= Environ.setdefault Environ.__setitem__ : set 0
Environ.pop : set 0 -> text
Environ.update Environ.clear : set self
Environ.each = data
os.putenv os.unsetenv : set 0
os.getenv os.getenvb os.getcwd os.getcwdb os.getpid os.getppid os.getuid os.geteuid os.getgid os.getegid os.getgroups os.getlogin os.uname os.cpu_count os.getloadavg os.times os.urandom os.strerror os.get_terminal_size os.isatty os.sched_getaffinity os.getpgid os.getsid os.getpriority os.sysconf os.confstr os.fspath os.fsencode os.fsdecode os.umask os.ctermid os.getpgrp os.get_exec_path os.cpu_count os._exit os.abort os.fsync os.close os.read os.write os.pipe os.dup os.lseek os.fstat os.ttyname os.WEXITSTATUS os.waitpid os.wait os.get_inheritable : -> text
os.path.exists os.path.isfile os.path.isdir os.path.islink os.path.getsize os.path.getmtime os.path.getctime os.path.getatime os.path.ismount os.path.samefile os.path.lexists os.path.realpath : -> text
os.path.basename os.path.dirname os.path.split os.path.splitext os.path.join os.path.abspath os.path.normpath os.path.relpath os.path.expanduser os.path.expandvars os.path.isabs os.path.commonpath os.path.commonprefix os.path.normcase os.path.splitdrive : -> text
os.path.sep os.path.pathsep = data
os.stat os.lstat os.access os.readlink os.statvfs os.getxattr os.listxattr os.pathconf : read 0/path -> text
os.listdir : read 0/path -> text
os.scandir : read 0/path -> [DirEntry]
DirEntry.* : -> text
DirEntry.name DirEntry.path = data
os.walk os.fwalk : readtree 0/top -> text
os.remove os.unlink os.rmdir : delete 0/path -> text
os.removedirs : delete 0/name -> text
os.rename os.replace os.renames : delete 0/src, write 1/dst -> text
os.link os.symlink : read 0/src, write 1/dst -> text
os.mkdir os.makedirs os.mkfifo os.mknod os.truncate os.utime os.chmod os.lchmod os.chown os.lchown os.setxattr os.removexattr os.chflags : write 0/path -> text
os.open : write 0/path, read 0/path -> text
os.chdir os.fchdir os.chroot : move
os.system os.popen : shell 0/command -> File
os.execv os.execve : replace 0 1
os.execvp os.execvpe os.posix_spawn os.posix_spawnp : replace 0 1
os.execl os.execle os.execlp os.execlpe : words 0
os.spawnv os.spawnve os.spawnvp os.spawnvpe : replace 1 2
os.spawnl os.spawnle os.spawnlp os.spawnlpe : words 1
os.setuid os.setgid os.seteuid os.setegid os.setreuid os.setregid os.setresuid os.setresgid os.setgroups os.initgroups : elevate
os.kill os.killpg os.fork os.forkpty os.dup2 os.nice os.setpriority os.sched_setaffinity os.startfile os.memfd_create : hidden
pty.spawn : process 0/argv
pty.fork : hidden
commands.getoutput commands.getstatusoutput popen2.popen2 : shell 0

subprocess.run subprocess.call subprocess.check_call : process 0/args -> Completed
subprocess.check_output : process 0/args -> text
subprocess.Popen : process 0/args -> Process
subprocess.getoutput subprocess.getstatusoutput : shell 0/cmd -> text
subprocess.list2cmdline : -> text
subprocess.CalledProcessError subprocess.TimeoutExpired subprocess.SubprocessError : -> text
Completed.* : -> text
Completed.stdout Completed.stderr Completed.returncode Completed.args = data
Process.* : -> text
Process.stdout Process.stderr Process.stdin = File
Process.returncode Process.pid = data
asyncio.create_subprocess_shell : shell 0/cmd -> Process
asyncio.create_subprocess_exec : hidden
asyncio.run asyncio.sleep asyncio.gather asyncio.wait_for asyncio.get_event_loop : -> data

shutil.rmtree : deletetree 0/path -> text
shutil.copy shutil.copy2 : read 0/src, into 1/dst 0/src -> text
shutil.copyfile shutil.copymode shutil.copystat : read 0/src, write 1/dst -> text
shutil.copytree : readtree 0/src, writetree 1/dst -> text
shutil.move : readtree 0/src, deletetree 0/src, into 1/dst 0/src -> text
shutil.chown : write 0/path -> text
shutil.make_archive : write 0/base_name, readtree 2/root_dir -> text
shutil.unpack_archive : read 0/filename, writetree 1/extract_dir -> text
shutil.which shutil.disk_usage shutil.get_terminal_size shutil.get_archive_formats : -> text
shutil.copyfileobj : -> text

pathlib.Path pathlib.PosixPath pathlib.PurePath pathlib.PurePosixPath pathlib.WindowsPath : -> Path@all
pathlib.Path.cwd : -> Path
pathlib.Path.home : -> Path
Path./ = Path
Path.joinpath : -> Path
Path.name Path.stem Path.suffix Path.suffixes Path.parts Path.anchor Path.root Path.drive = data
Path.parent = Path
Path.parents = data
Path.exists Path.is_file Path.is_dir Path.is_symlink Path.is_absolute Path.as_posix Path.as_uri Path.match Path.relative_to Path.is_relative_to Path.is_mount Path.owner Path.group Path.samefile : -> text
Path.resolve Path.absolute Path.expanduser Path.with_suffix Path.with_name Path.with_stem Path.readlink : -> Path
Path.stat Path.lstat Path.read_text Path.read_bytes : read self -> text
Path.iterdir : read self -> [Path]
Path.glob Path.rglob Path.walk : readtree self -> [Path]
Path.open : open self 0/mode -> File@self
Path.write_text Path.write_bytes Path.touch Path.mkdir Path.chmod Path.lchmod : write self -> text
Path.symlink_to Path.link_to Path.hardlink_to : write self, read 0 -> text
Path.unlink Path.rmdir : delete self -> text
Path.rename Path.replace : delete self, write 0/target -> Path

glob.glob glob.iglob : glob 0/pathname, read 9/root_dir -> text
glob.escape fnmatch.fnmatch fnmatch.filter fnmatch.translate fnmatch.fnmatchcase : -> text
tempfile.gettempdir tempfile.gettempprefix : -> text
tempfile.mkdtemp tempfile.mkstemp tempfile.mktemp : temporary 9/dir -> text
tempfile.NamedTemporaryFile tempfile.TemporaryFile tempfile.SpooledTemporaryFile : temporary 9/dir -> File
tempfile.TemporaryDirectory : temporary 9/dir -> TempFolder
TempFolder.* : -> text
fileinput.input : hidden
linecache.getline linecache.getlines : read 0/filename -> text
filecmp.cmp : read 0/f1, read 1/f2 -> text
io.StringIO io.BytesIO : -> File
io.TextIOWrapper io.BufferedReader : -> File

# Data formats: what reads is given an open file.
json.load json.loads json.dumps : -> text
json.dump : -> text
json.JSONEncoder json.JSONDecoder json.JSONDecodeError : -> text
tomllib.load tomllib.loads toml.loads tomli.load tomli.loads plistlib.loads plistlib.dumps plistlib.load : -> text
toml.load : read 0 -> text
csv.reader csv.DictReader csv.writer csv.DictWriter : -> Csv
Csv.* : -> text
Csv.each Csv.fieldnames Csv.line_num = data
csv.field_size_limit : -> text
yaml.safe_load yaml.safe_load_all yaml.safe_dump yaml.dump : -> text
yaml.load yaml.full_load yaml.load_all yaml.unsafe_load yaml.SafeLoader.construct_object : hidden
pickle.dumps pickle.dump : -> text
pickle.load pickle.loads marshal.loads marshal.load shelve.open dill.loads dill.load joblib.load : hidden
configparser.ConfigParser : -> Config
Config.read : read 0/filenames -> text
Config.read_string Config.read_file Config.get Config.sections Config.options Config.items Config.getint Config.getboolean Config.has_option Config.has_section : -> text
Config.[] : -> text
Config.each = data
xml.etree.ElementTree.parse : read 0/source -> Dom
xml.etree.ElementTree.fromstring xml.etree.ElementTree.tostring xml.etree.ElementTree.XML xml.dom.minidom.parseString : -> Dom
xml.dom.minidom.parse : read 0/file -> Dom
Dom.* : -> Dom
Dom.write Dom.writexml : write 0/file -> text
Dom.toprettyxml Dom.toxml Dom.text Dom.tag Dom.attrib Dom.get : -> text
Dom.each = Dom
zipfile.ZipFile : open 0/file 1/mode -> Archive
tarfile.open : open 0/name 1/mode -> Archive
zipfile.is_zipfile tarfile.is_tarfile : read 0 -> text
Archive.namelist Archive.getnames Archive.printdir Archive.infolist Archive.getmembers Archive.list Archive.testzip Archive.close Archive.read Archive.getinfo : -> text
Archive.extractall : writetree 0/path -> text
Archive.extract : writetree 1/path -> text
Archive.write Archive.add : readtree 0 -> text
Archive.writestr : -> text
gzip.open bz2.open lzma.open : open 0/filename 1/mode -> File@0
sqlite3.connect : read 0/database, write 0/database -> Database
sqlite3.version sqlite3.sqlite_version = data

# Computing.
math.* cmath.* statistics.* string.* datetime.* datetime.datetime.* datetime.date.* datetime.timedelta.* datetime.timezone.* time.* calendar.* random.* secrets.* hashlib.* hmac.* base64.* binascii.* zlib.* textwrap.* pprint.* decimal.* fractions.* numbers.* struct.* array.* bisect.* heapq.* difflib.* html.* html.entities.* unicodedata.* locale.* uuid.* keyword.* token.* colorsys.* ipaddress.* zoneinfo.* dataclasses.* enum.* typing.* types.* abc.* quopri.* crypt.* reprlib.* graphlib.* stringprep.* errno.* timeit.default_timer :
math.pi math.e math.tau math.inf math.nan string.ascii_letters string.ascii_lowercase string.ascii_uppercase string.digits string.punctuation string.hexdigits string.whitespace string.printable = data
random.choice random.choices random.sample : -> elements@0
random.choice : -> element@0
types.FunctionType types.LambdaType types.CodeType types.MethodType types.ModuleType types.new_class types.DynamicClassAttribute typing.get_type_hints typing.ForwardRef dataclasses.make_dataclass dataclasses.dataclass enum.Enum : hidden
base64.main quopri.main pprint.main : hidden
timeit.timeit timeit.repeat : code 0/stmt, code 1/setup -> text
hashlib.* : -> Hash
Hash.* : -> text
Hash.digest_size Hash.name = data
hmac.new : -> Hash
gzip.compress gzip.decompress bz2.compress bz2.decompress lzma.compress lzma.decompress : -> text
re.compile re.match re.search re.fullmatch re.sub re.subn re.split re.findall re.finditer re.escape re.error re.purge :
re.I re.M re.S re.X re.A re.U re.L = data
collections.Counter collections.OrderedDict collections.deque collections.ChainMap collections.namedtuple :
collections.defaultdict : -> data
itertools.* : with element
itertools.chain itertools.islice itertools.cycle itertools.accumulate itertools.repeat itertools.compress : -> elements@0
functools.reduce : with element -> result@2
functools.partial functools.cache functools.lru_cache functools.wraps functools.cmp_to_key functools.total_ordering : with element
operator.itemgetter operator.add operator.mul operator.sub operator.eq operator.lt operator.gt operator.truediv operator.mod operator.and_ operator.or_ operator.xor operator.neg operator.not_ operator.contains : with element
operator.methodcaller operator.attrgetter operator.call : hidden
copy.copy copy.deepcopy :
traceback.* warnings.* logging.basicConfig : write 9/filename -> text
logging.getLogger logging.info logging.debug logging.warning logging.error : -> text
contextlib.suppress contextlib.nullcontext : -> text
argparse.ArgumentParser : hidden
ast.literal_eval ast.parse ast.dump ast.unparse ast.walk : -> text
inspect.getsource inspect.signature inspect.getfile inspect.getdoc inspect.getmembers inspect.isfunction inspect.isclass inspect.ismodule inspect.getsourcefile inspect.isbuiltin : -> text
dis.dis : -> text
tokenize.generate_tokens tokenize.tokenize : -> text
shlex.split shlex.quote shlex.join : -> text
getpass.getuser getpass.getpass : -> text
gc.collect gc.get_count gc.disable gc.enable gc.get_stats tracemalloc.start tracemalloc.stop : -> text
resource.getrusage resource.getrlimit : -> text
platform.* sysconfig.* : -> text
platform.popen : hidden
site.getsitepackages site.getusersitepackages site.getuserbase : -> text
site.USER_SITE site.USER_BASE = data
importlib.metadata.version importlib.metadata.metadata importlib.metadata.requires importlib.metadata.distributions importlib.metadata.files importlib.metadata.packages_distributions : -> text
importlib.reload importlib.util.module_from_spec importlib.util.spec_from_file_location runpy.run_path runpy.run_module code.interact codeop.compile_command : hidden
pkgutil.iter_modules : -> text
pkg_resources.get_distribution pkg_resources.require : -> text
py_compile.compile compileall.compile_dir compileall.compile_file : hidden
webbrowser.open : hidden
signal.signal atexit.register : calls 1, calls 0
signal.alarm signal.getsignal : -> text
threading.Thread threading.Timer multiprocessing.Process multiprocessing.Pool concurrent.futures.ThreadPoolExecutor : hidden
threading.current_thread threading.active_count multiprocessing.cpu_count : -> text
pwd.getpwnam pwd.getpwuid pwd.getpwall grp.getgrnam grp.getgrgid grp.getgrall spwd.getspall : -> text
unittest.main doctest.testmod pdb.set_trace pdb.run cProfile.run profile.run trace.Trace ctypes.CDLL ctypes.cdll.LoadLibrary cffi.FFI : hidden

# Network.
urllib.request.urlopen : url 0/url -> Response
urllib.request.urlretrieve : url 0/url, write 1/filename -> text
urllib.request.Request : -> Url@0
urllib.parse.* : -> text
urllib.error.URLError urllib.error.HTTPError : -> text
urllib2.urlopen urllib.urlopen : url 0 -> Response
urllib.urlretrieve : url 0, write 1 -> text
urllib.quote urllib.unquote urllib.urlencode urllib2.quote : -> text
Response.* : -> text
Response.text Response.status Response.status_code Response.headers Response.url Response.content Response.ok Response.code Response.reason Response.encoding Response.cookies Response.elapsed = data
Response.raw = File
Response.each = data
requests.get requests.post requests.put requests.delete requests.head requests.options requests.patch httpx.get httpx.post httpx.put httpx.delete httpx.head : url 0/url -> Response
requests.request httpx.request : url 1/url -> Response
requests.Session httpx.Client aiohttp.ClientSession : -> Session
Session.get Session.post Session.put Session.delete Session.head Session.patch : url 0/url -> Response
Session.request : url 1/url -> Response
Session.close : -> text
http.client.HTTPConnection http.client.HTTPSConnection : host 0/host 1/port -> Connection
ftplib.FTP smtplib.SMTP smtplib.SMTP_SSL poplib.POP3 imaplib.IMAP4 imaplib.IMAP4_SSL telnetlib.Telnet : host 0/host 1/port -> Connection
xmlrpc.client.ServerProxy : url 0/uri -> Connection
Connection.* : -> Response
socket.create_connection : address 0/address -> Socket
socket.socket : -> Socket
socket.gethostbyname socket.gethostbyaddr socket.getaddrinfo socket.gethostbyname_ex socket.getfqdn : host 0/host -> text
socket.gethostname socket.inet_aton socket.inet_ntoa socket.htons socket.ntohs socket.setdefaulttimeout socket.inet_pton socket.has_ipv6 : -> text
Socket.connect Socket.connect_ex Socket.sendto : address 0/address -> text
Socket.bind Socket.listen : host 9 -> text
Socket.accept : hidden
Socket.settimeout Socket.setsockopt Socket.send Socket.sendall Socket.recv Socket.recv_into Socket.close Socket.fileno Socket.getsockname Socket.getpeername Socket.shutdown Socket.setblocking Socket.gettimeout : -> text
Socket.makefile : -> File
Socket.dup : -> Socket@self
socketserver.TCPServer socketserver.UDPServer http.server.HTTPServer http.server.test : hidden
http.server.SimpleHTTPRequestHandler http.server.BaseHTTPRequestHandler : hidden
http.HTTPStatus : -> text
ssl.create_default_context ssl.SSLContext : -> text
ssl.get_server_certificate : address 0 -> text
ssl.wrap_socket : -> Socket
`

/** Packages whose import runs nothing but themselves, of which versions and places are asked. */
export const PYTHON_PACKAGES: ReadonlySet<string> = new Set(
  (
    'numpy pandas scipy matplotlib torch torchvision torchaudio tensorflow keras jax sklearn transformers datasets ' +
    'tokenizers accelerate django flask fastapi starlette uvicorn gunicorn pydantic pydantic_core sqlalchemy alembic ' +
    'pytest mypy black ruff isort flake8 pylint tox nox pip setuptools wheel build twine poetry virtualenv yaml toml ' +
    'tomli jinja2 click typer rich tqdm requests httpx aiohttp urllib3 certifi bs4 lxml cv2 PIL cryptography jwt boto3 ' +
    'botocore redis celery psycopg2 pymysql pymongo attr attrs dateutil pytz six packaging pkg_resources openai ' +
    'anthropic langchain networkx sympy numba cython polars pyarrow dask xgboost lightgbm seaborn plotly statsmodels ' +
    'spacy nltk gensim scrapy selenium playwright docker kubernetes ansible paramiko fabric invoke hypothesis ' +
    'marshmallow orjson ujson simplejson msgpack protobuf google grpc markdown docutils sphinx babel chardet idna'
  ).split(' '),
)

/** Modules of the standard library that are not named above: known, and nothing more. */
export const PYTHON_MODULES: ReadonlySet<string> = new Set(
  (
    '__future__ _thread abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb ' +
    'binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys ' +
    'compileall concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses ' +
    'datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl ' +
    'filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip ' +
    'hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword ' +
    'lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder multiprocessing ' +
    'netrc nis nntplib ntpath nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb pickle ' +
    'pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile ' +
    'pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets ' +
    'select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 ' +
    'sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable sys ' +
    'sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap threading time timeit tkinter token ' +
    'tokenize tomllib trace traceback tracemalloc tty turtle types typing unicodedata unittest urllib uu uuid venv ' +
    'warnings wave weakref webbrowser wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo urllib2 ' +
    'commands popen2 cPickle StringIO ConfigParser Queue httplib urlparse HTMLParser'
  ).split(' '),
)
