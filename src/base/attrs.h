/*
 * attrs.h: the compiler attributes that clawgw uses, by the names it uses them under.
 */
#ifndef GW_ATTRS_H
#define GW_ATTRS_H

#define GW_MUST_CHECK __attribute__((warn_unused_result))
#define GW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define GW_NORETURN __attribute__((noreturn))
#define GW_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
