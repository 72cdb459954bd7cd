"""What an instrument of one's own may act on: fields that the start fills and rules only read, so that a month's change
is gone as soon as the instrument is."""

CHANNELS = {
    "Refiner.cash_cost": "USD/t, cash cost of a plant: what it earns, what an investor expects, when it idles",
    "Refiner.country": "1/year, country risk in the return that an investor requires",
    "Refiner.reference": "USD per t/year, capital cost of a plant that stands alone",
    "Refiner.permit": "months that a permit takes",
    "Refiner.build": "months to build a plant",
    "Refiner.lead": "months from sanction to output, as an investor counts them",
    "Refiner.ceiling": "t/month of capacity that the host stream of the state allows",
    "Refiner.base_centre": "ln of the price (USD/t) around which a block of the base year supplies",
    "Miner.base_centre": "ln of the price (USD/t) around which a mine supplies",
    "Buyer.base": "t/month, use of a buyer in the base year, at that year's price",
}
