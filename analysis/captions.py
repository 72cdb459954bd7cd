"""What a report says besides numbers: captions, a note under the table, and what this version cannot tell."""


def flat(text: str) -> str:
    return " ".join(text.split())


COOPERATION = flat("""
    Left, cohesion: the share of non-dominant demand whose state keeps up the coalition's instruments (enforces the
    floor, or has its contracts and credits paid), while these are announced to hold. Right, cohesion times bite: of a
    floor, the part it closes of the gap between the price trusted plants would fetch without it and the price that pays
    for a plant outside; of public money, what is paid of what was announced.
    A history stands as long as cohesion was never below θ for {months} months on end. One that has broken does not
    begin anew, though its cohesion may rise above θ again: so the median can end above θ where few histories stand.
    Broken by {end}: {broken}. Dashes: the share that still stands at the end of each year. On the right, histories
    below the line for as long stand idle. Dark band: half of the histories; light band: 90 %; both are yearly means.
""")
CONCENTRATION = flat("""
    Left, how concentrated refining is in the world (1: one state makes everything). Right, the security share: how
    much of what the rest of the world buys comes from the dominant state. Lines: median over histories; dark band:
    half of them; light band: 90 %. The first point is the base year. A band too thin to see means that chance hardly
    moves this mineral. Much of a fall that the scenarios share comes from the recorded export controls, where they are
    on: what the dominant state does not sell, others cannot buy. The rest is plants planned anyway.
""")
DIFFERENCES = flat("""
    {own} less {first}, history by history under the same luck: mean and 95 % interval. Left of zero, the scenario
    lowers concentration. The interval says how well the mean is known with this many runs, not how far single
    histories lie apart, and not how wrong the model may be.
""")
PRICES = flat("""
    {own}: prices of refined metal in USD of the base year, medians over histories and means over the year; the band
    (half and 90 % of histories) belongs to the price inside, which is what members pay while they enforce the
    floor. The floor meets only goods from states that are not trusted, so that the mean price inside may lie below
    it. Asked is the price of the dominant state's dearest outlet that still trades: it jumps when a licensed outlet
    begins or ends.
""")

CAPACITY = flat("""
    {own}: refining capacity outside the dominant state, in % of the world's output in 2024, means over histories.
    Areas, one on the other: plants newer than 2024 that run, are being built, or are sanctioned and wait for a
    permit; dated projects count from the day they open. Lines, incumbents included: what stands idle because the price
    does not pay its cash cost, and what has closed so far. Minerals without any of it are left out.
""")
BELIEFS = flat("""
    The hazard of reversal that investors believe in, mean over trusted states; band: half and 90 % of histories. It
    rises with every reversal seen, which weighs more than its number, and falls while the policy stands. The prior is
    what is believed before anything is seen.
""")

CONTROLS = flat("""
    Much of the fall that scenarios share comes from export controls, on record and by chance: what the dominant state
    does not sell, others cannot buy.
""")

LIMITS = (
    flat("""How willing states are to stay for reasons other than money is not measured: it is set so that signatories
        stay with a given probability where things are as in the reference scenario, and drawn from a range in every
        history. It decides much of how long cooperation lasts."""),
    flat("""Export controls do much of the work: much of the fall in concentration that scenarios share comes from
        them. To March 2026 they are those on record, then they come and go by chance, more often when tension is high.
        That fall is no merit of a coalition."""),
    flat("""Prices under export controls are exaggerated several times over (docs/base-year.md), and with them what
        controls build outside."""),
    flat("""Many inputs are estimates, and the model has not yet been scored against history: no number here is a
        result to cite."""),
)
