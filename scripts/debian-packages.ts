/**
 * The Debian packages that oa and its tests use, with a program of each by which it is found.
 */
export const DEBIAN_PACKAGES: readonly { readonly name: string; readonly program: string }[] = [
  { name: 'bubblewrap', program: 'bwrap' },
  { name: 'firejail', program: 'firejail' },
  { name: 'podman', program: 'podman' },
  { name: 'crun', program: 'crun' },
  { name: 'git', program: 'git' },
  { name: 'util-linux', program: 'unshare' },
  { name: 'procps', program: 'ps' },
  // Other shells: the tests hold what oa says of their code against them.
  { name: 'zsh', program: 'zsh' },
  { name: 'dash', program: 'dash' },
  { name: 'fish', program: 'fish' },
  { name: 'ksh', program: 'ksh' },
  { name: 'busybox', program: 'busybox' },
  { name: 'strace', program: 'strace' },
  // The console is tried in a real browser.
  { name: 'chromium', program: 'chromium' },
]
