/* The limits of limits.def as constants. */
#ifndef TOCSIN_PROTOCOL_LIMITS_H
#define TOCSIN_PROTOCOL_LIMITS_H

enum limit {
#define LIMIT(name, value, help) LIMIT_##name = (value),
#include "protocol/limits.def"
#undef LIMIT
};

#endif
