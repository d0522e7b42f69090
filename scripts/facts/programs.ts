/**
 * The programs that may be asked, and how. Only what is known to print its help and end: no shells, no interpreters whose
 * first operand would run, nothing that takes `--help` for an operand.
 */

export interface AskedProgram {
  readonly name: string
  /** Arguments that print the help; `--help` if absent. `man`: its manual page. */
  readonly help?: readonly string[] | 'man'
  /** Subcommands that are asked too, each as `PROGRAM SUB HELP`. */
  readonly subcommands?: readonly string[]
  /** Arguments for a subcommand's help, where they differ. */
  readonly subcommandHelp?: readonly string[]
  /** Its help names options without their values. */
  readonly isBare?: true
}

const plain = (names: string, help?: AskedProgram['help']): readonly AskedProgram[] =>
  names.split(' ').map((name) => (help === undefined ? { name } : { name, help }))

const words = (text: string): readonly string[] => text.split(' ')

const COREUTILS =
  'ls cp mv rm mkdir rmdir ln touch cat tac head tail wc sort uniq cut paste tr nl od fold fmt ' +
  'split csplit join comm shuf tee stat df du chmod chown chgrp install mktemp readlink realpath ' +
  'basename dirname date id groups seq sha256sum md5sum b2sum base64 base32 dd truncate mknod mkfifo ' +
  'nproc uname env nice nohup timeout stdbuf pr ptx tsort unexpand expand sync dircolors numfmt cksum'

const OTHERS =
  'grep sed tar gzip xz bzip2 zstd diff cmp patch jq tree cpio wget rsync make shellcheck'

const DEVELOPERS =
  'yamllint black mypy flake8 pylint pipx ninja pg_dump pg_restore psql createdb dropdb pg_isready ' +
  'mysql mysqldump mysqladmin pandoc cppcheck hyperfine bat fd hugo gpg ccache gdb strace lsblk findmnt ' +
  'mount umount fdisk sfdisk lscpu dmesg logger flock unshare nsenter ps free pgrep pkill uptime w watch'

const git = words(
  'add apply archive bisect blame branch cat-file checkout cherry-pick clean clone commit config describe ' +
    'diff fetch gc grep init log ls-files ls-remote merge mv notes pull push rebase reflog remote reset ' +
    'restore revert rev-parse rm show show-ref sparse-checkout stash status submodule switch tag worktree',
)

export const PROGRAMS: readonly AskedProgram[] = [
  ...plain(COREUTILS),
  ...plain(OTHERS),
  ...plain(DEVELOPERS),
  ...plain('find xargs', 'man'),
  ...plain('curl', ['--help', 'all']),
  { name: 'git', help: 'man', subcommands: git, subcommandHelp: ['-h'] },
  {
    name: 'npm',
    subcommands: words('install ci test run ls pack publish audit'),
    isBare: true,
  },
  { name: 'cargo', subcommands: words('build check test run fmt clippy doc clean tree publish') },
  {
    name: 'docker',
    subcommands: words('run build ps images logs exec cp inspect rm rmi pull push'),
  },
  { name: 'gh', subcommands: words('api auth issue pr repo run') },
  { name: 'gem', subcommands: words('install list uninstall build push') },
  {
    name: 'pip',
    help: ['--help'],
    subcommands: words('install list show freeze download uninstall'),
  },
  { name: 'cmake' },
  { name: 'meson', subcommands: words('setup compile test install') },
  {
    name: 'hg',
    help: ['help', '-v'],
    subcommands: words('status log diff commit push pull clone'),
  },
  { name: 'svn', help: ['help'], subcommands: words('status log diff commit update checkout') },
  { name: 'restic', subcommands: words('backup restore snapshots forget prune') },
  { name: 'rustup', subcommands: words('show update default') },
  { name: 'podman', subcommands: words('ps images logs inspect') },
]
