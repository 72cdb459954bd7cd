"""exp, log, power, logistic, softplus, normal_quantile: the same bits on every machine.

Built of + - * /, the square root and shifts of bits only, without a branch: they inline into a rule, vectorise, and
give the same bits compiled and as plain Python (`ABM_PURE=1`). A library's exp or pow differs from one machine to the
next in the last digit, and a long history forgets nothing. Errors stated are the largest measured against 50 digits.
"""

import functools
import os
import struct
from collections.abc import Callable
from math import inf, nan
from types import CodeType, FunctionType
from typing import Any

import llvmlite.ir as ir
import numpy as np
from numba import njit, types
from numba.extending import intrinsic

PURE = os.environ.get("ABM_PURE") == "1"  # rules as plain Python: slow, steps through a debugger, same bits


def plain(function: Callable) -> Callable:
    """The function with the floats it spells as NumPy floats, so that 1 / 0 is inf in plain Python as when compiled."""

    def numpy_floats(constant: Any) -> Any:
        if isinstance(constant, CodeType):
            return constant.replace(co_consts=numpy_floats(constant.co_consts))
        if isinstance(constant, tuple):
            return tuple(map(numpy_floats, constant))
        return np.float64(constant) if type(constant) is float else constant

    assert isinstance(function, FunctionType)
    code = numpy_floats(function.__code__)
    twin = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    return functools.update_wrapper(twin, function)


def helper(function: Callable) -> Callable:
    """Compiles a scalar function so that it dissolves in the rule or market that calls it."""
    return plain(function) if PURE else njit(inline="always", error_model="numpy")(function)


if PURE:

    def bits(x):
        return struct.unpack("<q", struct.pack("<d", x))[0]

    def unbits(i):
        return struct.unpack("<d", struct.pack("<Q", int(i) & 0xFFFFFFFFFFFFFFFF))[0]

    def select(condition, yes, no):
        return yes if condition else no

else:

    @intrinsic
    def bits(typing, x):
        """The 64 bits of a float as an integer."""
        return types.int64(types.float64), lambda context, builder, sig, args: builder.bitcast(args[0], ir.IntType(64))

    @intrinsic
    def unbits(typing, i):
        """The float that has these 64 bits."""
        return types.float64(types.int64), lambda context, builder, sig, args: builder.bitcast(args[0], ir.DoubleType())

    @intrinsic
    def select(typing, condition, yes, no):
        """`yes if condition else no`, both evaluated: a jump amid so much arithmetic would keep a loop from SIMD."""
        signature = types.float64(types.boolean, types.float64, types.float64)
        return signature, lambda context, builder, sig, args: builder.select(*args)


ROUND = 6755399441055744.0  # 1.5 * 2**52: adding it rounds to a whole number, which then stands in the lowest bits
LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # a whole number * LN2_HIGH is exact
LARGEST = 700.0  # exp stays between e**-700 and e**700
ONE = 0x3FF0000000000000  # the bits of 1.0
ROOT_TWO = 1.4142135623730951
FRACTION = 0x000FFFFFFFFFFFFF
ROOT_HALF = 0x3FE6A09E667F3BCD  # the bits of sqrt(1/2)
COUNT, COUNT_ZERO = 0x4330000000000000, 4503599627371519.0  # turn an exponent into a float: 2**52 and 2**52 + 1023
HALF_WORD, HALF_DOUBLE = ~0xFFFFFFFF, ~0x7FFFFFF  # keep 21 and 26 bits of a fraction: products of such are exact
TINY, LIFT = 2.2250738585072014e-308, 18014398509481984.0  # smallest normal number; 2**54 lifts what lies below it


@helper
def exp_tail(r):
    """(exp(r) - 1 - r) / r**2 for |r| <= ln(2) / 2; minimax, 4e-18 of exp(r)."""
    p = 2.5000060618755118e-08
    p = p * r + 2.763024800263849e-07
    p = p * r + 2.7557586375574562e-06
    p = p * r + 2.4801493100063875e-05
    p = p * r + 0.000198412695065788
    p = p * r + 0.0013888888943628865
    p = p * r + 0.00833333333349446
    p = p * r + 0.04166666666653016
    p = p * r + 0.16666666666666413
    p = p * r + 0.5000000000000011
    return p


@helper
def atanh_tail(z):
    """2 (atanh(s) - s) / s**3 at z = s**2, for s <= (sqrt 2 - 1) / (sqrt 2 + 1); minimax."""
    w = z * z
    odd = 0.3999999999941432 + w * (0.22222198563514825 + w * 0.1531403586994619)
    even = 0.28571428742474564 + w * (0.18183564865243884 + w * 0.1479610510900492)
    return 0.6666666666666734 + (z * odd + w * even)


@helper
def parts(x):
    """k, m of a positive x = 2**k * m with sqrt(1/2) <= m < sqrt(2); means nothing for other x."""
    small = x < TINY
    i = bits(x * select(small, LIFT, 1.0)) + (ONE - ROOT_HALF)
    k = unbits(((i >> 52) & 0x7FF) | COUNT) - COUNT_ZERO
    m = unbits((i & FRACTION) + ROOT_HALF)
    return k - select(small, 54.0, 0.0), m


@helper
def exp(x):
    """e**x, relative error 2e-16 for |x| <= 700.

    Saturates: e**700 (1e304) above, also at inf, and e**-700 (1e-304) below, also at -inf, so that quotients of two
    stay finite. NaN gives NaN.
    """
    x = select(x > LARGEST, LARGEST, x)
    x = select(x < -LARGEST, -LARGEST, x)
    t = x * LOG2_E + ROUND
    k = t - ROUND
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    return (1.0 + (r + r * r * exp_tail(r))) * unbits((bits(t) << 52) + ONE)


@helper
def log_of(k, m):
    """ln(2**k * m) for sqrt(1/2) <= m <= sqrt(2). Source: the order of operations of fdlibm's e_log.c."""
    f = m - 1.0
    s = f / (2.0 + f)
    h = 0.5 * f * f
    z = s * s
    return k * LN2_HIGH - ((h - (s * (h + z * atanh_tail(z)) + k * LN2_LOW)) - f)


@helper
def log(x):
    """Natural logarithm, relative error 1.5e-16 for every positive number, near 1 too.

    log(0) is -inf, log(inf) is inf; a negative number and NaN give NaN.
    """
    k, m = parts(x)
    y = select(x < inf, log_of(k, m), x)
    return select(x > 0.0, y, select(x == 0.0, -inf, nan))


@helper
def power(x, y):
    """x**y for x >= 0, relative error 2e-16 + 1e-17 |y ln x| where that is <= 700; saturates beyond, as exp does.

    0**y is 0, 1 or inf for y above, at or below 0. A negative or infinite x, NaN in either, and 1**inf give NaN.
    """
    k, m = parts(x)
    f = m - 1.0
    sum_ = 2.0 + f
    part = 1.0 / sum_
    s = f * part
    z = s * s
    s_high = unbits(bits(s) & HALF_WORD)
    sum_high = unbits(bits(sum_) & HALF_WORD)
    s_low = part * ((f - s_high * sum_high) - s_high * ((2.0 - sum_high) + f))
    a = k * LN2_HIGH
    b = 2.0 * s_high
    c = a + b
    low = (b - (c - a)) + (k * LN2_LOW + (2.0 * s_low + s * z * atanh_tail(z)))
    high = c + low
    low = low - (high - c)  # ln x = high + low
    p = y * high
    y_high = unbits(bits(y) & HALF_DOUBLE)
    high_high = unbits(bits(high) & HALF_DOUBLE)
    y_low = y - y_high
    high_low = high - high_high
    tail = ((y_high * high_high - p) + (y_high * high_low + y_low * high_high)) + (y_low * high_low + y * low)
    p = select(p > LARGEST, LARGEST, p)
    tail = select(abs(p) < LARGEST, tail, 0.0)
    p = select(p < -LARGEST, -LARGEST, p)  # y ln x = p + tail
    t = p * LOG2_E + ROUND
    k = t - ROUND
    r = ((p - k * LN2_HIGH) - k * LN2_LOW) + tail
    e = (1.0 + (r + r * r * exp_tail(r))) * unbits((bits(t) << 52) + ONE)
    zero = select(y > 0.0, 0.0, select(y < 0.0, inf, 1.0 + y))
    e = select(x > 0.0, e, select(x == 0.0, zero, nan))
    return e + (x - x)


@helper
def sqrt(x):
    """Square root, correctly rounded. NaN below 0 and at NaN."""
    return np.sqrt(x)


@helper
def logistic(x):
    """1 / (1 + e**-x), relative error 3e-16 for x >= -700; e**-700 below, 1 from 37 on. NaN gives NaN."""
    return 1.0 / (1.0 + exp(-x))


@helper
def softplus(x):
    """ln(1 + e**x), relative error 4e-16 for x >= -700; e**-700 below, inf at inf. NaN gives NaN."""
    e = exp(-abs(x))
    u = 1.0 + e
    lost = (e - (u - 1.0)) * (1.0 - 0.5 * e)  # what rounding u took away, over u
    upper = u > ROOT_TWO
    return select(x > 0.0, x, 0.0) + (log_of(select(upper, 1.0, 0.0), select(upper, 0.5 * u, u)) + lost)


@helper
def degree_seven(x, c7, c6, c5, c4, c3, c2, c1, c0):
    return ((((((c7 * x + c6) * x + c5) * x + c4) * x + c3) * x + c2) * x + c1) * x + c0


@helper
def normal_quantile(p):
    """Quantile of the standard normal distribution, relative error 7e-16 for 0 < p < 1.

    As an error of p (of 1 - p above 1/2) that is 3e-14 down to 1e-16, 1e-13 to 1e-50, 9e-13 to the smallest number.
    -inf at 0, inf at 1; NaN outside [0, 1] and at NaN. Source: Wichura (1988), algorithm AS 241, PPND16.
    """
    q = p - 0.5
    x = 0.180625 - q * q
    middle = q * degree_seven(
        x, 2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
        1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
    )  # fmt: skip
    middle_over = degree_seven(
        x, 5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
        5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0,
    )  # fmt: skip
    tail = select(q < 0.0, p, 1.0 - p)
    r = sqrt(-log(tail))
    x = r - 1.6
    near = degree_seven(
        x, 7.7454501427834140764e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
        3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0,
    )  # fmt: skip
    near_over = degree_seven(
        x, 1.05075007164441684324e-9, 5.4759380849953449460e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
        6.8976733498510000455e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0,
    )  # fmt: skip
    x = r - 5.0
    far = degree_seven(
        x, 2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
        2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0,
    )  # fmt: skip
    far_over = degree_seven(
        x, 2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
        1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0,
    )  # fmt: skip
    outer = select(r <= 5.0, near, far) / select(r <= 5.0, near_over, far_over)
    outer = select(tail == 0.0, inf, outer)
    return select(abs(q) <= 0.425, middle / middle_over, select(q < 0.0, -outer, outer))
