dnl SPDX-License-Identifier: ISC
dnl CLAWGW_FLAGS: warnings, hardening, sanitizers, debugging and coverage, each flag probed.
dnl Results: WARN_CFLAGS, HARDEN_CPPFLAGS, HARDEN_CFLAGS, HARDEN_LDFLAGS, SANITIZE_CFLAGS, DEBUG_CPPFLAGS, COVERAGE_CFLAGS.
dnl (The loop variable is called opt: an m4 or shell variable named f would rewrite every `rm -f'.)

AC_DEFUN([CLAWGW_PROBE_CFLAG], [
  AC_CACHE_CHECK([whether $CC accepts $1], [AS_TR_SH([clawgw_cv_cflag_$1])], [
    clawgw_save_cflags=$CFLAGS
    CFLAGS="$CFLAGS -Werror $1"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM()], [AS_TR_SH([clawgw_cv_cflag_$1])=yes], [AS_TR_SH([clawgw_cv_cflag_$1])=no])
    CFLAGS=$clawgw_save_cflags
  ])
  AS_IF([test "x$AS_TR_SH([clawgw_cv_cflag_$1])" = xyes], [$2="$$2 $1"])
])

AC_DEFUN([CLAWGW_PROBE_LDFLAG], [
  AC_CACHE_CHECK([whether the linker accepts $1], [AS_TR_SH([clawgw_cv_ldflag_$1])], [
    clawgw_save_ldflags=$LDFLAGS
    LDFLAGS="$LDFLAGS $1"
    AC_LINK_IFELSE([AC_LANG_PROGRAM()], [AS_TR_SH([clawgw_cv_ldflag_$1])=yes], [AS_TR_SH([clawgw_cv_ldflag_$1])=no])
    LDFLAGS=$clawgw_save_ldflags
  ])
  AS_IF([test "x$AS_TR_SH([clawgw_cv_ldflag_$1])" = xyes], [$2="$$2 $1"])
])

dnl CLAWGW_OPTIMISE: before AC_PROG_CC, which takes -O2 where nobody has set CFLAGS: what is looked into has the branches that
dnl were written, and the variables.
AC_DEFUN([CLAWGW_OPTIMISE], [
  AS_IF([test "x$enable_coverage" = xyes], [: ${CFLAGS="-O0 -g"}],
    [test "x$enable_debug" = xyes], [: ${CFLAGS="-Og -g3"}])
])

AC_DEFUN([CLAWGW_FLAGS], [
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [treat warnings as errors])], [], [enable_werror=no])
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers], [build with AddressSanitizer and UndefinedBehaviorSanitizer])],
    [], [enable_sanitizers=no])
  AC_ARG_ENABLE([fuzzing],
    [AS_HELP_STRING([--enable-fuzzing], [build the targets of tests/fuzz for libFuzzer, with sanitizers; needs clang])],
    [], [enable_fuzzing=no])
  AS_IF([test "x$enable_fuzzing" = xyes], [enable_sanitizers=yes])
  AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
  AM_CONDITIONAL([SANITIZERS], [test "x$enable_sanitizers" = xyes])
  AC_ARG_ENABLE([tsan],
    [AS_HELP_STRING([--enable-tsan], [build with ThreadSanitizer; not together with --enable-sanitizers])],
    [], [enable_tsan=no])
  AC_ARG_ENABLE([debug],
    [AS_HELP_STRING([--enable-debug], [for a debugger: hardly optimised, what the code relies on is checked])],
    [], [enable_debug=no])
  AC_ARG_ENABLE([coverage],
    [AS_HELP_STRING([--enable-coverage], [count what runs, for `make coverage\'; needs gcovr])],
    [], [enable_coverage=no])
  AS_IF([test "x$enable_tsan" = xyes && test "x$enable_sanitizers" = xyes],
    [AC_MSG_ERROR([--enable-tsan and --enable-sanitizers are two builds: a program can have one of them])])
  AM_CONDITIONAL([TSAN], [test "x$enable_tsan" = xyes])
  AM_CONDITIONAL([COVERAGE], [test "x$enable_coverage" = xyes])
  AS_IF([test "x$enable_coverage" = xyes], [
    AC_PATH_PROG([GCOVR], [gcovr])
    AS_IF([test -z "$GCOVR"], [AC_MSG_ERROR([--enable-coverage needs gcovr])])
  ])

  WARN_CFLAGS=
  m4_foreach_w([opt], [-Wall -Wextra -Wformat=2 -Wshadow -Wstrict-prototypes -Wmissing-prototypes
      -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wconversion -Wsign-conversion
      -Wswitch-enum -Wnull-dereference -Wduplicated-cond -Wlogical-op],
    [CLAWGW_PROBE_CFLAG(m4_defn([opt]), [WARN_CFLAGS])])
  AS_IF([test "x$enable_werror" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])

  HARDEN_CPPFLAGS=
  HARDEN_CFLAGS=
  HARDEN_LDFLAGS=
  SANITIZE_CFLAGS=
  AS_IF([test "x$enable_sanitizers" = xyes], [
    SANITIZE_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
    AS_IF([test "x$enable_fuzzing" = xyes], [SANITIZE_CFLAGS="$SANITIZE_CFLAGS -fsanitize=fuzzer-no-link"])
  ], [test "x$enable_tsan" = xyes], [
    SANITIZE_CFLAGS="-fsanitize=thread -fno-omit-frame-pointer"
  ], [test "x$enable_coverage" = xyes || test "x$enable_debug" = xyes], [
    dnl _FORTIFY_SOURCE wants an optimised program
  ], [
    HARDEN_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"
    m4_foreach_w([opt], [-fstack-protector-strong -fstack-clash-protection -fcf-protection],
      [CLAWGW_PROBE_CFLAG(m4_defn([opt]), [HARDEN_CFLAGS])])
  ])
  CLAWGW_PROBE_CFLAG([-fPIE], [HARDEN_CFLAGS])
  m4_foreach_w([opt], [-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed],
    [CLAWGW_PROBE_LDFLAG(m4_defn([opt]), [HARDEN_LDFLAGS])])
  DEBUG_CPPFLAGS=
  AS_IF([test "x$enable_debug" = xyes], [DEBUG_CPPFLAGS="-DGW_DEBUG"])
  dnl counters that threads share are changed atomically
  COVERAGE_CFLAGS=
  AS_IF([test "x$enable_coverage" = xyes], [COVERAGE_CFLAGS="--coverage -fprofile-update=atomic"])
  dnl glibc sizes its per-thread arenas and thread stacks generously; programs set their own limits

  AC_SUBST([WARN_CFLAGS])
  AC_SUBST([HARDEN_CPPFLAGS])
  AC_SUBST([HARDEN_CFLAGS])
  AC_SUBST([HARDEN_LDFLAGS])
  AC_SUBST([SANITIZE_CFLAGS])
  AC_SUBST([DEBUG_CPPFLAGS])
  AC_SUBST([COVERAGE_CFLAGS])
])
