/**
 * What the words of Perl do: which only compute or print, which act on what their arguments name.
 * Source: perlfunc(1) 5.36; List::Util(3), Scalar::Util(3), POSIX(3), File::Copy(3), File::Path(3), LWP::Simple(3).
 */
import type { CallKind } from './calls.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

/** Only compute, print, or steer. */
export const HARMLESS = words(
  `print printf say sprintf length substr index rindex uc lc fc ucfirst lcfirst join split reverse sort map grep keys
   values each delete exists defined scalar push pop shift unshift splice abs int sqrt sin cos atan2 exp log hex oct ord
   chr rand srand time localtime gmtime times sleep chomp chop pack unpack vec wantarray die warn exit return last next
   redo if elsif else unless while until for foreach my our local state ref quotemeta pos study undef eof close closedir
   readdir binmode fileno seek tell stat lstat lc not sub BEGIN END INIT CHECK UNITCHECK STDIN STDOUT STDERR select
   autoflush alarm continue no __LINE__ __FILE__ getppid
   sum sum0 max min maxstr minstr product first any all none notall uniq uniqnum uniqint uniqstr shuffle reduce pairs
   pairkeys pairvalues pairmap looks_like_number blessed reftype dualvar floor ceil fmod pow strftime Dumper
   decode_json encode_json to_json from_json encode_base64 decode_base64 md5_hex sha1_hex sha256_hex sha512_hex usleep
   encode_utf8 decode_utf8 encode decode basename dirname fileparse getcwd uri_escape uri_unescape colored wrap`,
)

/** What the arguments of a call name. */
export const CALLS: Readonly<Record<string, CallKind>> = {
  unlink: 'delete each',
  rmdir: 'delete each',
  rmtree: 'delete trees',
  remove_tree: 'delete trees',
  mkdir: 'write',
  make_path: 'write each',
  mkpath: 'write each',
  truncate: 'write',
  rename: 'delete, then write',
  move: 'delete, then write',
  mv: 'delete, then write',
  copy: 'read, then write',
  cp: 'read, then write',
  symlink: 'link',
  link: 'link',
  chmod: 'write rest',
  system: 'command',
  exec: 'command',
  get: 'connect to a URL',
  getprint: 'connect to a URL',
  head: 'connect to a URL',
  getstore: 'connect to a URL, write',
  mirror: 'connect to a URL, write',
}

/** Modules that only give words of the lists above, or change how numbers and texts behave. */
export const MODULES = words(
  `strict warnings utf8 feature integer bigint bignum bytes locale open diagnostics vars
   List::Util Scalar::Util POSIX Data::Dumper Time::HiRes Time::Local MIME::Base64 Digest::MD5 Digest::SHA JSON::PP JSON
   Encode File::Basename Cwd Text::Wrap Term::ANSIColor URI::Escape File::Copy File::Path LWP::Simple`,
)

/** Words of the language itself after which a value stands, so that `/` begins a pattern. */
export const TERM_WORDS = words(
  `print printf sprintf length substr index rindex uc lc ucfirst lcfirst join split reverse sort map grep keys values each
   delete exists defined scalar push unshift splice abs int sqrt sin cos atan2 exp log hex oct ord chr chomp chop pack
   unpack vec die warn return if elsif unless while until for foreach my our local ref quotemeta binmode seek stat lstat
   not select alarm unlink rmdir mkdir rename symlink link chmod system exec truncate open opendir do eval require use`,
)

/** Names that stay the language's own when the code gives a sub of that name. */
export const BUILTINS = words(
  `accept bind bless break caller chdir chown chroot connect crypt dbmclose dbmopen dump evalbytes fcntl flock fork
   format formline getc getgrent getgrgid getgrnam getlogin getpeername getpgrp getpriority getpwent getpwnam getpwuid
   getsockname getsockopt glob goto import ioctl kill listen lock msgctl msgget msgrcv msgsnd package pipe prototype read
   readline readlink readpipe recv reset rewinddir seekdir semctl semget semop send setpgrp setpriority setsockopt shmctl
   shmget shmread shmwrite shutdown socket socketpair syscall sysopen sysread sysseek syswrite telldir tie tied umask
   untie utime wait waitpid write y x q qq qw qx qr m s tr chdir`,
)
