/* SPDX-License-Identifier: ISC */
/*
 * attrs.h: the compiler attributes that clawgw uses, by the names it uses them under.
 */
#ifndef GW_ATTRS_H
#define GW_ATTRS_H

#define GW_MUST_CHECK __attribute__((warn_unused_result))
#define GW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define GW_NORETURN __attribute__((noreturn))
/*
 * What the code relies on, checked in debug and sanitizer builds (-DGW_DEBUG, --enable-sanitizers): a condition that does
 * not hold ends the process there. Elsewhere it costs nothing and is not evaluated.
 */
#if defined(GW_DEBUG) || defined(__SANITIZE_ADDRESS__)
#define GW_CHECKED 1
_Noreturn void gw_assert_failed(const char *condition, const char *file, int line);
#define gw_assert(condition)                                                                       \
	((condition) ? (void)0 : gw_assert_failed(#condition, __FILE__, __LINE__))
#else
#define GW_CHECKED 0
#define gw_assert(condition) ((void)sizeof(!(condition)))
#endif

#define GW_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
