"""Products and systems of equations for every lane of a tile at once: arrays [row, column, lane].

Sums run in a fixed order, so a lane has the same bits alone and among others.
"""

from ..rulebook import routine


@routine
def multiply(s, left, right, rows, terms, across, along, out):
    """out[i, j] = the sum over t of left[i, t] * right[j, t], in the order of the terms; i and j run over the rows,
    which stand `across` places apart, the terms `along`. Two rows by two columns by two terms: each number is then read
    half as often. Rows odd in number: the last is done twice."""
    flat, other = left.reshape(-1, out.shape[2]), right.reshape(-1, out.shape[2])
    lanes = range(out.shape[2])
    odd = terms.size % 2
    for a in range(0, rows.size, 2):
        i, j = rows[a], rows[min(a + 1, rows.size - 1)]
        for b in range(0, rows.size, 2):
            k, n = rows[b], rows[min(b + 1, rows.size - 1)]
            for w in lanes:
                s.i_k[w], s.i_n[w], s.j_k[w], s.j_n[w] = 0.0, 0.0, 0.0, 0.0
            for t in terms[:odd]:
                at = t * along
                x, y, p, q = i * across + at, j * across + at, k * across + at, n * across + at
                for w in lanes:
                    s.i_k[w] = flat[x, w] * other[p, w]
                    s.i_n[w] = flat[x, w] * other[q, w]
                    s.j_k[w] = flat[y, w] * other[p, w]
                    s.j_n[w] = flat[y, w] * other[q, w]
            for c in range(odd, terms.size, 2):
                t, u = terms[c] * along, terms[c + 1] * along
                x, y, p, q = i * across, j * across, k * across, n * across
                for w in lanes:
                    s.i_k[w] = (s.i_k[w] + flat[x + t, w] * other[p + t, w]) + flat[x + u, w] * other[p + u, w]
                    s.i_n[w] = (s.i_n[w] + flat[x + t, w] * other[q + t, w]) + flat[x + u, w] * other[q + u, w]
                    s.j_k[w] = (s.j_k[w] + flat[y + t, w] * other[p + t, w]) + flat[y + u, w] * other[p + u, w]
                    s.j_n[w] = (s.j_n[w] + flat[y + t, w] * other[q + t, w]) + flat[y + u, w] * other[q + u, w]
            for w in lanes:
                out[i, k, w] = s.i_k[w]
            for w in lanes:
                out[i, n, w] = s.i_n[w]
            for w in lanes:
                out[j, k, w] = s.j_k[w]
            for w in lanes:
                out[j, n, w] = s.j_n[w]


@routine
def eliminate(m, s, J, rows, values):
    """Solves J x = values in place over the rows in use, without pivoting; two rows at a time, which reads and writes
    the rest of J half as often. A copy of the two rows tells the compiler that what is written is not what is read."""
    lanes = range(m.umax.size)
    for a in range(0, rows.size - rows.size % 2, 2):
        k, n = rows[a], rows[a + 1]
        below = rows[a + 2 :]
        for w in lanes:
            J[k, k, w] = 1.0 / J[k, k, w]
            J[n, k, w] = J[n, k, w] * J[k, k, w]
            J[n, n, w] = 1.0 / (J[n, n, w] - J[n, k, w] * J[k, n, w])
            values[n, w] -= J[n, k, w] * values[k, w]
        for j in below:
            for w in lanes:
                s.first[j, w] = J[k, j, w]
                s.second[j, w] = J[n, j, w] - J[n, k, w] * s.first[j, w]
            for w in lanes:
                J[n, j, w] = s.second[j, w]
        for i in below:
            for w in lanes:
                s.part[w] = J[i, k, w] * J[k, k, w]
                s.left[w] = (J[i, n, w] - s.part[w] * J[k, n, w]) * J[n, n, w]
            for w in lanes:
                values[i, w] = (values[i, w] - s.part[w] * values[k, w]) - s.left[w] * values[n, w]
            for j in below:
                for w in lanes:
                    J[i, j, w] = (J[i, j, w] - s.part[w] * s.first[j, w]) - s.left[w] * s.second[j, w]
    if rows.size % 2 == 1:
        k = rows[-1]
        for w in lanes:
            J[k, k, w] = 1.0 / J[k, k, w]
    for a in range(rows.size - 1, -1, -1):
        k = rows[a]
        for w in lanes:
            s.part[w] = values[k, w]
        for j in rows[a + 1 :]:
            for w in lanes:
                s.part[w] -= J[k, j, w] * values[j, w]
        for w in lanes:
            values[k, w] = s.part[w] * J[k, k, w]
